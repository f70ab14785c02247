"""Which messages find an entry, and what the bot would answer to one; what is typed here is kept nowhere."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from intents.codes import Topic
from resources.editing import kept, saving, typed
from resources.records import Record
from resources.web.console import View, Visit
from resources.web.directory.editor_entry import keep_typed
from resources.web.directory.editor_frame import entry_of, kinds, show

_LONGEST = 300
_WORDS = 12


def editor_try(visit: Visit) -> Response:
    """Show which likely words find the entry."""
    return _tried(visit)


def attempt(visit: Visit) -> View:
    """Show what would be answered; the ear listens after the writing transaction, which holds nothing up."""
    if "seen" in visit.form:
        keep_typed(visit, entry_of(visit))
    return _tried


def _tried(visit: Visit) -> Response:
    saved, words = entry_of(visit), visit.form.get("words", "").strip()[:_LONGEST]
    voice, town, typed_so_far = visit.console.voice, saved.municipality_code, _typed(visit, saved)
    record = typed_so_far or saved
    likely = _likely(record)
    told = voice.rehearse(visit.session, words, town=town, now=visit.now, instead=typed_so_far) if words else None
    name = record.draft.name
    ranks = voice.ranks(visit.session, likely, name, town=town, now=visit.now, instead=typed_so_far)
    at = told.places.index(name) + 1 if told is not None and name in told.places else 0
    return show(
        visit, "editor_try.html", record=record, words=words, told=told, at=at, longest=_LONGEST,
        likely=list(zip(likely, ranks, strict=True)), unsaved=typed_so_far is not None,
    )  # fmt: skip


def _typed(visit: Visit, saved: Record) -> Record | None:
    """Return the entry as the person has typed it so far; None when nothing is typed that can be told."""
    row = kept.of_entry(visit.session, saved.id, actor=visit.actor)
    before = saving.as_seen(visit.session, saved, row.seen) if row is not None and row.cells else None
    if row is None or before is None:
        return None
    draft = typed.read(row.cells, before, kinds=kinds()).draft
    return replace(saved, draft=draft, last_modified=visit.now) if draft.name and draft != saved.draft else None


def _likely(record: Record) -> list[str]:
    """Return words with which people would look for an entry: its names, the words of its kind, its topics."""
    draft, known = record.draft, kinds().by_code.get(record.draft.kind)
    topics = draft.topics or (known.topics if known else ())
    words = [draft.name, draft.plain_name, draft.kind_label, *(known.words[:_WORDS] if known else ())]
    words += [topic.label for topic in Topic if topic.value in topics]
    return [word for word in dict.fromkeys(words) if word]
