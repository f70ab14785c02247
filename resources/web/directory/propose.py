"""The public form by which anybody proposes a place or an event, and the receipt that says what became of it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import select
from starlette.responses import Response

from resources import personal_words, proposals
from resources.importing.values import NotReadable, clean, day
from resources.places import Level, Municipality
from resources.proposals import LONGEST, Proposal, Said, Sort, State, TooMany
from resources.proposed_entries import days_in
from resources.slots import JAPAN
from resources.web.console import NoSuchPage, Visit
from resources.web.directory.open_town import town_of
from resources.web.directory.proposals import answer_of

_RECEIPT: Final = re.compile(r"[\w-]{43}", re.ASCII)
# Markup and line ends may make a field so many times longer than its words; what is longer still is not even read.
_RAW: Final = 4
_OPEN: Final = ("name", "held", "place", "whom", "about")
_LABELS: Final = {
    "name": "名前", "day": "催しの日", "held": "いつ", "place": "どこで", "whom": "だれが来てよいか", "about": "どんなところか",
    "reach": "問い合わせ先", "published": "載せてよいことの確認", "sure": "個人の名前や家の確認",
}  # fmt: skip
_TOO_OFTEN: Final = "短い時間に続けて届いています。1時間ほどたってから、もう一度送ってください。書いた内容は下に残っています。"
_BY_ITSELF: Final = "自動で入力された欄がありました。空に戻したので、内容を見て、もう一度送ってください。"


def propose(visit: Visit) -> Response:
    """Ask for which town, or show the form where there is only one."""
    with visit.console.database.reading() as session:
        query = select(Municipality).where(Municipality.level == Level.MUNICIPALITY).order_by(Municipality.code)
        towns = list(session.scalars(query))
    if len(towns) == 1:
        return _form(visit, towns[0])
    return visit.page("proposals_towns.html", towns=towns)


def form(visit: Visit) -> Response:
    """Show the form of one town."""
    return _form(visit, _town(visit))


def send(visit: Visit) -> Response:
    """Keep what is proposed, once a receipt; what cannot be taken comes back with everything written."""
    town, address = _town(visit), visit.request.client.host if visit.request.client else ""
    if visit.form.get("homepage"):
        return _form(visit, town, trouble=_BY_ITSELF)
    if not visit.console.proposing.allows(address, visit.now):
        return _form(visit, town, trouble=_TOO_OFTEN)
    if troubles := _troubles(visit.form, _today(visit)):
        return _form(visit, town, troubles=troubles)
    receipt = _receipt(visit)
    try:
        with visit.console.database.writing() as session:
            proposals.keep(session, _said(visit.form, _today(visit)), town=town.code, now=visit.now, receipt=receipt)
    except TooMany as refused:
        return _form(visit, town, trouble=str(refused))
    visit.console.proposing.count(address, visit.now)
    return visit.go(f"/propose/receipts/{receipt}")


def receipt(visit: Visit) -> Response:
    """Show whoever holds a receipt what became of the proposal."""
    with visit.console.database.reading() as session:
        found = proposals.by_receipt(session, str(visit.request.path_params["receipt"]))
        town = session.get_one(Municipality, found.municipality_code).name if found else ""
    return visit.page(
        "proposals_receipt.html", status=200 if found else 404, found=found, town=town, State=State,
        told=_told(visit, found, town) if found else "",
    )  # fmt: skip


def _told(visit: Visit, proposal: Proposal, town: str) -> str:
    if proposal.state == State.ACCEPTED or proposal.why is not None:
        return answer_of(visit, proposal.why, town)
    return ""


def _form(visit: Visit, town: Municipality, *, trouble: str = "", troubles: Mapping[str, str] | None = None) -> Response:
    return visit.page(
        "proposals_form.html", status=409 if trouble or troubles else 200, town=town, sorts=list(Sort), longest=LONGEST,
        trouble=trouble, troubles=troubles or {}, labels=_LABELS, written=visit.form, receipt=_receipt(visit),
    )  # fmt: skip


def _town(visit: Visit) -> Municipality:
    with visit.console.database.reading() as session:
        town = town_of(session, str(visit.request.path_params["code"]))
    if town.level != Level.MUNICIPALITY:
        raise NoSuchPage(NoSuchPage.__doc__)
    return town


def _receipt(visit: Visit) -> str:
    """Return the secret under which this form counts once: the one it was shown with, or a fresh one."""
    given = visit.form.get("receipt", "")
    return given if _RECEIPT.fullmatch(given) else secrets.token_urlsafe(32)


def _today(visit: Visit) -> date:
    return visit.now.astimezone(JAPAN).date()


def _troubles(form: Mapping[str, str], today: date) -> dict[str, str]:
    """Return what has to be put right, by field."""
    words = {field: clean(form.get(field, "")[: _RAW * most + 1]) for field, most in LONGEST.items()}
    long = [field for field, most in LONGEST.items() if len(form.get(field, "")) > _RAW * most or len(words[field]) > most]
    found = {field: f"{LONGEST[field]}文字までで書いてください。" for field in long}
    if not words["name"] and "name" not in found:
        found["name"] = "場所や集まりの名前を書いてください。"
    for field in _OPEN:
        if field not in found and (ways := personal_words.reachable(words[field])):
            found[field] = f"{'・'.join(ways)}は、「{_LABELS['reach']}」に書いてください。"
    if words["reach"] and not form.get("published"):
        found["published"] = "みなさんに見せてよい問い合わせ先なら、印を付けてください。そうでなければ、消してください。"
    readable = (said for field, said in words.items() if field not in long)
    about = dict.fromkeys(label for said in readable for label in personal_words.of_somebody(said))
    if about and not form.get("sure"):
        found["sure"] = f"{'・'.join(about)}と読めるところがあります。消すか、載せてよいと確かめた印を付けてください。"
    try:
        on = day(form.get("day", ""))
    except NotReadable:
        found["day"] = "日付を読み取れません。2026-12-05のように書いてください。"
    else:
        if on is not None and on < today:
            found["day"] = "今日より後の日を書いてください。"
    return found


def _said(form: Mapping[str, str], today: date) -> Said:
    sort = Sort(form["sort"]) if form.get("sort") in list(Sort) else Sort.PLACE
    words = {field: clean(form.get(field, "")) for field in LONGEST}
    days = {day(form.get("day", "")), *days_in(words["held"], today=today)} if sort is Sort.EVENT else set()
    return Said(sort, dates=tuple(str(one) for one in sorted(filter(None, days))), **words)
