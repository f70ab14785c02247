"""What staff press on a case: take it, answer, note, leave for a while, hand back, end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from starlette.responses import Response

from handoff import alarm_board, alarms, cases, drafts, moves, notes, presence, presses, replying, speaking
from handoff.cases import Case
from handoff.casework import closing, voices
from handoff.conversation import mention, staff_names
from handoff.states import NotAllowed
from handoff.web.case import case_of, show
from resources.web.console import View, Visit, json

_AWAY_MINUTES = frozenset({15, 30, 60, 120})


def take(visit: Visit) -> Response | View:
    """Take a case; who comes second is told who was first."""
    case = case_of(visit, to_change=True)
    try:
        moves.take(visit.session, case, actor=visit.actor, now=visit.now)
    except NotAllowed as why:
        return refused(visit, case, why)
    _line(visit, case, f"{visit.actor.name}さんが受けました")
    return done(visit, case, "taken")


def reply(visit: Visit) -> Response | View:
    """Send words to the resident, once a press."""
    return _try(visit, "sent", lambda case: _reply(visit, case))


def note(visit: Visit) -> Response | View:
    """Keep an internal note; a telephone call or visit can answer the resident, too."""
    case, words = case_of(visit, to_change=True), visit.form.get("note", "").strip()
    if not words:
        return refused_with(visit, "メモが空です。ことばを入れてから残してください。")
    if not presses.first(visit.session, case, visit.form.get("key", ""), actor=visit.actor, now=visit.now):
        return done(visit, case, "noted")
    own = voices.own_lane(visit.session, case, visit.actor) if visit.form.get("lane") == "own" else None
    lane = str(own) if own else notes.SHARED
    notes.write(visit.session, case, words, actor=visit.actor, now=visit.now, lane=lane)
    drafts.remove(visit.session, case, drafts.Writing.NOTE, actor=visit.actor)
    if visit.form.get("reached"):
        moves.reached(visit.session, case, actor=visit.actor, now=visit.now)
        return done(visit, case, "reached")
    return done(visit, case, "noted")


def away(visit: Visit) -> Response | View:
    """Leave the conversation for a while; the bot says when the owner returns."""

    def leave(case: Case) -> None:
        chosen = visit.form.get("until", "")
        returns = None
        if chosen == "next":
            returns = presence.next_reading(visit.session, case, now=visit.now)
        elif chosen.isascii() and chosen.isdigit() and int(chosen) in _AWAY_MINUTES:
            returns = visit.now + timedelta(minutes=int(chosen))
        presence.step_away(visit.session, case, actor=visit.actor, now=visit.now, returns_at=returns)

    return _try(visit, "away", leave)


def back(visit: Visit) -> Response | View:
    """Be in the conversation again."""
    return _try(visit, "back", lambda case: presence.come_back(visit.session, case, actor=visit.actor, now=visit.now))


def give_back(visit: Visit) -> Response | View:
    """Return the conversation to the bot and the case to the queue."""

    def hand_back(case: Case) -> None:
        moves.give_back(visit.session, case, actor=visit.actor, now=visit.now)
        _line(visit, case, f"{visit.actor.name}さんがボットに戻しました")
        visit.console.handed_back(visit.session, case, visit.now)

    return _try(visit, "returned", hand_back)


def close(visit: Visit) -> Response | View:
    """End a case from its own page, where a second person agrees."""
    case = case_of(visit, to_change=True)
    try:
        came = closing.end(visit.session, case, visit.form, actor=visit.actor, now=visit.now)
    except NotAllowed as why:
        return refused(visit, case, why)
    return done(visit, case, came)


def acknowledge(visit: Visit) -> Response | View:
    """Say that one acts on the danger, so that nobody else is alerted; who comes second is told who was first."""
    case = case_of(visit, to_change=True)
    if alarms.acknowledge(visit.session, case, now=visit.now, staff_id=visit.actor.staff_id):
        return done(visit, case, "acknowledged")
    first = alarm_board.first_of(visit.session, case)
    late = f"先に{first}が応答しています。あなたの操作では何も変わっていません。"
    return refused_with(visit, late if first else "この相談に、緊急の連絡はありません。")


def present(visit: Visit) -> Response:
    """Note that the owner's page is open and in use."""
    presence.heartbeat(visit.session, case_of(visit, to_change=True), actor=visit.actor, now=visit.now)
    return json({})


def _reply(visit: Visit, case: Case) -> None:
    at = visit.form.get("at", "")
    replying.reply(
        visit.session, case, visit.form.get("words", ""), key=visit.form.get("key", ""), actor=visit.actor,
        compose=visit.console.compose, now=visit.now, at=visit.parse_id(at) if at else None,
        speaker=speaking.chosen(visit.session, case, visit.form.get("as", ""), actor=visit.actor),
    )  # fmt: skip


def _try(visit: Visit, said: str, act: Callable[[Case], None]) -> Response | View:
    case = case_of(visit, to_change=True)
    try:
        act(case)
    except NotAllowed as why:
        return refused(visit, case, why)
    return done(visit, case, said)


def done(visit: Visit, case: Case, said: str) -> Response:
    """Go back to the case, or to the lists where this person may no longer see it."""
    visit.session.flush()
    if cases.find(visit.session, visit.actor, case.id) is None:
        # Handed to the desk made for it, where this person does not sit.
        return visit.go("/desk?said=passed_on")
    return visit.go(f"/desk/cases/{case.id}?said={said}")


def refused(visit: Visit, case: Case, why: NotAllowed) -> View:
    """Show the case again with what did not work and what was typed."""
    trouble = str(why)
    if isinstance(why, moves.AlreadyTaken) and case.owner_id is not None:
        first = staff_names(visit.session, {case.owner_id})[case.owner_id]
        trouble = f"先に{first}さんが受けました。あなたの操作では何も変わっていません。"
    return refused_with(visit, trouble)


def refused_with(visit: Visit, trouble: str) -> View:
    """Show the case with what did not work, and keep what was typed."""
    kept = {name: value for name, value in visit.form.items() if name != "csrf"}
    return lambda later: show(later, trouble=trouble, status=409, kept=kept)


def _line(visit: Visit, case: Case, words: str) -> None:
    mention(visit.session, case, words, now=visit.now)
