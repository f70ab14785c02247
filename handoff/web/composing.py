"""What lies beside the field for a reply: prepared words, places, questions with buttons, and replies for later."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from starlette.responses import Response

from handoff import composer, later, plain, replying, speaking
from handoff.cases import Case
from handoff.states import NotAllowed
from handoff.web.case import Beside, case_of, show
from resources import dates
from resources.web.console import View, Visit, json
from resources.web.fields import number, row_id

_BLANKS = "分からない所を〔 〕で残しました（{blanks}）。ことばを入れるか、消してから送ってください。"


def canned(visit: Visit) -> View:
    """Put prepared words behind what was typed."""
    case = case_of(visit, to_change=True)
    offered = composer.prepared(visit.session, case, actor=visit.actor)
    chosen = next((one for one in offered if str(one.id) == visit.form.get("canned")), None)
    if chosen is None:
        return _page(visit, trouble="定型文を選んでください。本文は変わっていません。")
    blanks = _BLANKS.format(blanks="、".join(field.blank for field in chosen.blanks)) if chosen.blanks else ""
    return _page(visit, notice=blanks, words=composer.appended(visit.form.get("words", ""), chosen.words))


def places(visit: Visit) -> View:
    """Look for places to send; what was typed stays."""
    case = case_of(visit, to_change=True)
    if not visit.form.get("sought_place", "").strip():
        return _page(visit, trouble="探すことばを入れてください。まだ何も送られていません。")
    return _page(visit, beside=_finding(visit, case))


def cards(visit: Visit) -> Response | View:
    """Send the chosen places as cards."""
    case = case_of(visit, to_change=True)
    chosen = [visit.parse_id(name.removeprefix("place_")) for name in visit.form if name.startswith("place_")]
    return _try(
        visit, case, "cards",
        lambda: replying.show(
            visit.session, case, chosen, visit.form.get("words", ""), key=visit.form.get("key", ""), actor=visit.actor,
            voice=visit.console.voice, now=visit.now, speaker=_speaker(visit, case),
        ),
    )  # fmt: skip


def ask(visit: Visit) -> Response | View:
    """Send the words as a question with a button for each answer."""
    case = case_of(visit, to_change=True)
    choices = [visit.form.get(f"choice{number}", "") for number in range(1, replying.MOST + 1)]
    return _try(
        visit, case, "asked_resident",
        lambda: replying.ask(
            visit.session, case, visit.form.get("words", ""), choices, key=visit.form.get("key", ""), actor=visit.actor,
            voice=visit.console.voice, now=visit.now, speaker=_speaker(visit, case),
        ),
    )  # fmt: skip


def plan(visit: Visit) -> Response | View:
    """Keep the words until a day and a time in Japan."""
    case = case_of(visit, to_change=True)
    return _try(
        visit, case, "planned",
        lambda: later.plan(
            visit.session, case, visit.form.get("words", ""), at=_moment(visit), key=visit.form.get("key", ""),
            actor=visit.actor, now=visit.now, speaker=_speaker(visit, case),
        ),
    )  # fmt: skip


def change_plan(visit: Visit) -> Response | View:
    """Change the words or the time of a reply that has not left."""
    case, planned = case_of(visit, to_change=True), _planned(visit)
    return _try(
        visit, case, "planned_changed",
        lambda: later.change(
            visit.session, case, planned[0], visit.form.get("planned_words", ""), at=_moment(visit), version=planned[1],
            actor=visit.actor, now=visit.now,
        ),
    )  # fmt: skip


def cancel_plan(visit: Visit) -> Response | View:
    """Take back a reply that has not left."""
    case, planned = case_of(visit, to_change=True), _planned(visit)
    return _try(
        visit, case, "planned_cancelled",
        lambda: later.cancel(visit.session, case, planned[0], version=planned[1], actor=visit.actor, now=visit.now),
    )  # fmt: skip


def advise(visit: Visit) -> View:
    """Say what of the typed words could be easier; nothing is sent and nothing is kept."""
    case_of(visit, to_change=True)
    words = visit.form.get("words", "").strip()
    if not words:
        return _page(visit, trouble="本文が空です。ことばを入れてから確かめてください。")
    return _page(visit, beside=lambda: Beside(advice=plain.check(words[: replying.LONGEST], cut=visit.console.voice.cut)))


def advise_live(visit: Visit) -> View:
    """Tell a script what of the typed words could be easier."""
    return _advised


def _advised(visit: Visit) -> Response:
    words = visit.form.get("words", "").strip()[: replying.LONGEST]
    found = plain.check(words, cut=visit.console.voice.cut) if words else []
    told = [
        {"label": one.label, "before": one.before, "words": one.words, "after": one.after, "say": one.say} for one in found
    ]
    return json({"advice": told})


def _try(visit: Visit, case: Case, said: str, act: Callable[[], object]) -> Response | View:
    try:
        act()
    except NotAllowed as refused:
        # What was found stays on the page when sending it was refused.
        choosing = said == "cards" and visit.form.get("sought_place", "").strip()
        return _page(visit, trouble=str(refused), beside=_finding(visit, case) if choosing else None)
    return visit.go(f"/desk/cases/{case.id}?said={said}")


def _page(
    visit: Visit,
    *,
    trouble: str = "",
    notice: str = "",
    words: str | None = None,
    beside: Callable[[], Beside] | None = None,
) -> View:
    """Show the case again with what was typed; what takes a while is looked up after the writing transaction ended."""
    kept = {name: value for name, value in visit.form.items() if name != "csrf"}
    if words is not None:
        kept["words"] = words
    return lambda again: show(
        again, trouble=trouble, status=409 if trouble else 200, kept=kept, beside=beside() if beside else None, notice=notice
    )


def _finding(visit: Visit, case: Case) -> Callable[[], Beside]:
    sought, town = visit.form.get("sought_place", "").strip()[:200], case.custodian
    return lambda: Beside(sought=sought, places=visit.console.voice.find(sought, town=town, now=visit.now))


def _speaker(visit: Visit, case: Case) -> speaking.Speaker:
    return speaking.chosen(visit.session, case, visit.form.get("as", ""), actor=visit.actor)


def _moment(visit: Visit) -> datetime | None:
    return dates.read_moment(visit.form.get("later_day", ""), visit.form.get("later_clock", ""))


def _planned(visit: Visit) -> tuple[uuid.UUID, int]:
    return row_id(visit.form.get("planned", "")), number(visit.form.get("version", ""))
