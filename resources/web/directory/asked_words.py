"""The town's own words: a list, one form to add and to change, and a message to try them on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response

from intents import canonical
from intents.codes import Topic
from resources import town_words
from resources.kinds import Kinds
from resources.town_words import LONGEST, LONGEST_NOTE, NotATownWord, TownWord, WordMoved
from resources.web.console import View, Visit
from resources.web.directory import truth

_LONGEST_MESSAGE: Final = 300
_TOPIC: Final = "topic."
_SAID: Final = {
    "added": "ことばを足しました。次に届くメッセージから聞き取ります。",
    "changed": "ことばの意味を直しました。次に届くメッセージから、新しい意味で聞き取ります。",
    "removed": "ことばを取りのぞきました。次に届くメッセージから、もう聞き取りません。",
}


def words(visit: Visit) -> Response:
    """Show a town's words; one that is named stands in the form to be changed."""
    return _show(visit)


def save(visit: Visit) -> Response | View:
    """Add a word, or give one that was seen another meaning."""
    form, town = visit.form, truth.town_of(visit, truth.towns_of(visit))
    seen = form.get("seen", "")
    try:
        add(visit, town, form.get("expression", ""), seen=seen)
    except (NotATownWord, WordMoved) as refused:
        trouble = str(refused)
        return lambda later: _show(later, trouble=trouble)
    return visit.go(f"/directory/words?town={town}&said={'changed' if seen else 'added'}")


def remove(visit: Visit) -> Response | View:
    """Take a word away that still stands as it was seen."""
    town, expression = truth.town_of(visit, truth.towns_of(visit)), visit.form.get("expression", "")
    try:
        town_words.unmoved(visit.session, town, expression, seen=visit.form.get("seen", ""))
    except WordMoved as refused:
        trouble = str(refused)
        return lambda later: _show(later, trouble=trouble)
    town_words.remove(visit.session, town, expression)
    return visit.go(f"/directory/words?town={town}&said=removed")


def attempt(visit: Visit) -> View:
    """Show what would be answered to a message; it is kept nowhere."""
    return _show


def add(visit: Visit, town: str, expression: str, *, seen: str) -> None:
    """Add a word with the meaning a form gives it; raises NotATownWord or WordMoved."""
    form = visit.form
    town_words.unmoved(visit.session, town, expression, seen=seen)
    town_words.add(
        visit.session, town, expression, topics=topics_of(form), kind=form.get("kind", ""), note=form.get("note", "").strip(),
        kinds=Kinds.load(), by=visit.actor.name, now=visit.now,
    )  # fmt: skip


def topics_of(form: Mapping[str, str]) -> list[str]:
    """Return the subjects that were ticked."""
    return [topic.value for topic in Topic if form.get(f"{_TOPIC}{topic.value}")]


def meanings() -> dict[str, Any]:
    """Return what a form for the meaning of a word needs."""
    kinds = Kinds.load()
    return {
        "kinds": kinds, "topics": list(Topic), "longest": LONGEST, "longest_note": LONGEST_NOTE,
        "kind_of": {kind.code: kind.label for kind in kinds.kinds},
    }  # fmt: skip


def _show(visit: Visit, *, trouble: str = "") -> Response:
    towns = truth.towns_of(visit)
    town = truth.town_of(visit, towns)
    rows = town_words.listed(visit.session, town)
    message = visit.form.get("message", "").strip()[:_LONGEST_MESSAGE]
    told = visit.console.voice.rehearse(visit.session, message, town=town, now=visit.now) if message else None
    typed = visit.form if trouble else _as_typed(_row(rows, visit.request.query_params.get("word", "")))
    # Who was late has the word before them now as it stands, and may decide again.
    seen = town_words.mark_of(_row(rows, typed.get("expression", ""))) if typed.get("seen") else ""
    return visit.page(
        "asked_words.html", status=409 if trouble else 200, trouble=trouble, towns=towns, town=town, rows=rows, message=message,
        told=told, typed=typed, ticked=topics_of(typed), seen=seen,
        said=_SAID.get(visit.request.query_params.get("said", ""), ""), mark_of=town_words.mark_of,
        longest_message=_LONGEST_MESSAGE, **meanings(),
    )  # fmt: skip


def _row(rows: Sequence[TownWord], expression: str) -> TownWord | None:
    plain = canonical(expression[:LONGEST])
    return next((row for row in rows if row.expression == plain), None)


def _as_typed(row: TownWord | None) -> dict[str, str]:
    if row is None:
        return {}
    told = {"expression": row.expression, "kind": row.kind, "note": row.note, "seen": town_words.mark_of(row)}
    return told | {f"{_TOPIC}{topic}": "yes" for topic in row.topics}
