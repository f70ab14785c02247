"""Which messages find an entry, and what the bot would answer to one; what is typed here is kept nowhere."""

from __future__ import annotations

from starlette.responses import Response

from intents.codes import Topic
from resources.records import Record
from resources.web.console import View, Visit
from resources.web.directory.editor_frame import entry_of, kinds, show

_LONGEST = 300
_WORDS = 12


def editor_try(visit: Visit) -> Response:
    """Show which likely words find the entry."""
    return _tried(visit)


def attempt(visit: Visit) -> View:
    """Show what would be answered; the ear listens after the writing transaction, which holds nothing up."""
    return _tried


def _tried(visit: Visit) -> Response:
    record, words = entry_of(visit), visit.form.get("words", "").strip()[:_LONGEST]
    voice, town = visit.console.voice, record.municipality_code
    likely = _likely(record)
    told = voice.rehearse(visit.session, words, town=town, now=visit.now) if words else None
    name = record.draft.name
    at = told.places.index(name) + 1 if told is not None and name in told.places else 0
    return show(
        visit, "editor_try.html", record=record, words=words, told=told, at=at, longest=_LONGEST,
        likely=list(zip(likely, voice.ranks(visit.session, likely, name, town=town, now=visit.now), strict=True)),
    )  # fmt: skip


def _likely(record: Record) -> list[str]:
    """Return words with which people would look for an entry: its names, the words of its kind, its topics."""
    draft, known = record.draft, kinds().by_code.get(record.draft.kind)
    topics = draft.topics or (known.topics if known else ())
    words = [draft.name, draft.plain_name, draft.kind_label, *(known.words[:_WORDS] if known else ())]
    words += [topic.label for topic in Topic if topic.value in topics]
    return [word for word in dict.fromkeys(words) if word]
