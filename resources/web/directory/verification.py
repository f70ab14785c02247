"""The work list of checking: what waits, who is on it, and taking the next ones."""

from __future__ import annotations

from starlette.responses import Response

from resources import verification, worklist
from resources.kinds import Kinds
from resources.records import Record
from resources.verification import State
from resources.web.console import View, Visit
from resources.web.directory import truth
from resources.worklist import Why, Work

_STEP = 50
NEXT = 10
_SAID = {
    "claimed": "引き受けました。ほかの人の一覧では、あなたの名前が出ます。",
    "none": "空いている項目は、もうありません。",
    "confirmed": "確認を記録しました。きょうの日付とあなたの名前が残ります。",
    "part": "確かめた点を記録しました。残りの点は、あとで続けられます。",
    "given_back": "一覧に戻しました。だれでも引き受けられます。",
    "ended": "台帳から外しました。答えにはもう出ません。履歴は残っています。",
    "answer": "運営者の返事を取り込みました。",
    "reports": "住民の知らせを、確認ずみにしました。",
}
_STATES = {State.ASSIGNED: "頼まれています", State.CLAIMED: "引き受けました", State.CALLED: "連絡しました"}


def listed(visit: Visit) -> Response:
    """Show what waits to be checked, fifty at a time."""
    return _show(visit)


def claim_next(visit: Visit) -> Response | View:
    """Take the next entries nobody is on, in the order of the list."""
    towns = truth.towns_of(visit)
    town = truth.town_of(visit, towns)
    free = [work for work in _waiting(visit, town) if work.round is None]
    taken = 0
    for work in free[:NEXT]:
        record = truth.entry(visit, work.entry.id)
        try:
            verification.claim(visit.session, record, actor=visit.actor, now=visit.now)
        except verification.SomebodyElse:
            continue
        taken += 1
    return visit.go(f"/directory/verification?town={town}&whose=mine&said={'claimed' if taken else 'none'}")


def claim(visit: Visit) -> Response | View:
    """Take one entry and go to its sheet; who comes second is told who was faster."""
    record = truth.entry_of(visit)
    try:
        verification.claim(visit.session, record, actor=visit.actor, now=visit.now)
    except verification.SomebodyElse as late:
        trouble = str(late)
        return lambda later: _show(later, trouble=trouble, town=record.municipality_code)
    return visit.go(f"/directory/verification/{record.id}")


def after(visit: Visit, record: Record, said: str) -> Response:
    """Go to the next entry of one's own, so that ten are checked without a way back; else to the list."""
    mine = [work for work in _waiting(visit, record.municipality_code) if _is_mine(visit, work) and work.entry.id != record.id]
    if mine:
        return visit.go(f"/directory/verification/{mine[0].entry.id}?said={said}")
    return visit.go(f"/directory/verification?town={record.municipality_code}&said={said}")


def told(visit: Visit) -> str:
    """Return what was done before a page was come to."""
    return _SAID.get(visit.request.query_params.get("said", ""), "")


def _is_mine(visit: Visit, work: Work) -> bool:
    return work.round is not None and work.round.staff_id == visit.actor.staff_id


def _waiting(visit: Visit, town: str) -> list[Work]:
    return worklist.waiting(visit.session, frozenset({town}), Kinds.load(), today=truth.today(visit))


def _show(visit: Visit, *, trouble: str = "", town: str = "") -> Response:
    asked = visit.request.query_params
    towns, kinds = truth.towns_of(visit), Kinds.load()
    town = town or truth.town_of(visit, towns)
    whole = _waiting(visit, town)
    whose = asked.get("whose", "")
    filters = {name: asked.get(name, "")[:200] for name in ("kind", "area", "why")}
    mine = visit.actor.staff_id if whose == "mine" else None
    work = worklist.of_kind(whole, whose=mine, free=whose == "free", **filters)
    written = asked.get("after", "0")
    start = int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 0
    return visit.page(
        "truth_verification.html", status=409 if trouble else 200, trouble=trouble, said=told(visit), towns=towns, town=town,
        work=work[start : start + _STEP], total=len(work), start=start, more=start + _STEP < len(work), step=_STEP, next=NEXT,
        whose=whose, filters=filters, whys=list(Why), states=_STATES, on=truth.on, today=truth.today(visit),
        kinds=sorted({one.entry.kind for one in whole if one.entry.kind}), areas=sorted({one.entry.area for one in whole} - {""}),
        labels={kind.code: kind.label for kind in kinds.kinds},
        free=sum(one.round is None for one in whole), mine=sum(_is_mine(visit, one) for one in whole),
    )  # fmt: skip
