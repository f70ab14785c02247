"""Messages nobody understood: a word of the town is added, a new entry begun, or they are put aside; whoever is first does it."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from resources import likeness, unmatched
from resources.db import new_id
from resources.editing import kept
from resources.likeness import Group
from resources.town_words import NotATownWord, WordMoved
from resources.unmatched import AlreadyDone, Message, Outcome, Unmatched
from resources.web.console import NoSuchPage, View, Visit
from resources.web.directory import asked_words, truth

_SHOWN: Final = 3
_ALSO: Final = "also."
_SAID: Final = {
    "word": "町のことばに足しました。次に届くメッセージから聞き取ります。メッセージの文は消しました。",
    "aside": "片づけました。メッセージの文は消しました。",
}


def listed(visit: Visit) -> Response:
    """Show the messages that wait, those that are alike together."""
    return _list(visit)


def message(visit: Visit) -> Response:
    """Show one message with those like it, and what can be done."""
    return _one(visit, _row(visit))


def add_word(visit: Visit) -> Response | View:
    """Add an expression of the message to the town's words, and let the messages go."""
    row = _row(visit)
    try:
        with visit.session.begin_nested():
            _finish(visit, row, Outcome.WORD)
            asked_words.add(visit, row.custodian, _expression(visit), seen="")
    except (AlreadyDone, NotATownWord, WordMoved) as refused:
        trouble = str(refused)
        return lambda later: _one(later, _row(later), trouble=trouble)
    return visit.go(f"/directory/unmatched?town={row.custodian}&said=word")


def begin_entry(visit: Visit) -> Response | View:
    """Begin a new entry with what was chosen, and let the messages go."""
    row, key = _row(visit), new_id()
    cells = {"name": _expression(visit), "kind": visit.form.get("kind", "")}
    cells |= {f"topic.{topic}": "yes" for topic in asked_words.topics_of(visit.form)}
    try:
        _finish(visit, row, Outcome.ENTRY)
    except AlreadyDone as late:
        trouble = str(late)
        return lambda later: _one(later, _row(later), trouble=trouble)
    written = {name: words for name, words in cells.items() if words}
    kept.keep_new(visit.session, key, written, town=row.custodian, actor=visit.actor, now=visit.now)
    return visit.go(f"/directory/new?draft={key}")


def put_aside(visit: Visit) -> Response | View:
    """Let messages go that tell the directory nothing."""
    row = _row(visit)
    try:
        _finish(visit, row, Outcome.ASIDE)
    except AlreadyDone as late:
        trouble = str(late)
        return lambda later: _one(later, _row(later), trouble=trouble)
    return visit.go(f"/directory/unmatched?town={row.custodian}&said=aside")


def _finish(visit: Visit, row: Unmatched, outcome: Outcome) -> None:
    others = [visit.parse_id(one) for one in truth.chosen(visit, _ALSO)]
    unmatched.finish(
        visit.session, row.id, *others, town=row.custodian, outcome=outcome, by=visit.actor.name, now=visit.now
    )  # fmt: skip


def _row(visit: Visit) -> Unmatched:
    row = unmatched.find(visit.session, visit.id("message_id"), towns=truth.towns_of(visit))
    if row is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return row


def _expression(visit: Visit) -> str:
    """Return what was written, else what was picked out of the message."""
    return visit.form.get("expression", "").strip() or visit.form.get("picked", "")


def _list(visit: Visit) -> Response:
    towns = truth.towns_of(visit)
    town = truth.town_of(visit, towns)
    waiting = unmatched.waiting(visit.session, town)
    return visit.page(
        "asked_unmatched.html", towns=towns, town=town, groups=likeness.grouped(waiting, visit.console.voice.cut),
        count=len(waiting), most=unmatched.MOST, days=unmatched.KEPT_DAYS, step=_SHOWN,
        said=_SAID.get(visit.request.query_params.get("said", ""), ""),
    )  # fmt: skip


def _one(visit: Visit, row: Unmatched, *, trouble: str = "") -> Response:
    found = unmatched.message(visit.session, row)
    group = _group(visit, found) if found is not None else None
    typed = visit.form if trouble else {}
    also = set(truth.chosen(visit, _ALSO)) if trouble else {str(one.id) for one in group.messages} if group else set()
    return visit.page(
        "asked_message.html", status=409 if trouble else 200, trouble=trouble, row=row, group=group, typed=typed, also=also,
        ticked=asked_words.topics_of(typed), outcome=Outcome(row.outcome) if row.outcome else None, **asked_words.meanings(),
    )  # fmt: skip


def _group(visit: Visit, found: Message) -> Group:
    cut = visit.console.voice.cut
    groups = likeness.grouped(unmatched.waiting(visit.session, found.town), cut)
    known = next((group for group in groups if any(one.id == found.id for one in group.messages)), None)
    if known is None:
        return Group((found,), likeness.expressions(found.words, cut))
    others = tuple(one for one in known.messages if one.id != found.id)
    return Group((found, *others), known.expressions)
