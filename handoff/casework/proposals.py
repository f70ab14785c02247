"""What the forms may say by what was understood and by the resident's own words; each value names the message it is from."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from handoff.casework import hearing
from handoff.casework.forms import Field, FieldKind, Option, Value, fields
from intents import canonical

_WISH: Final = re.compile("(?:たい(?![へ風])|ほしい|欲しい|希望|お願いし|助けて|どう(?:したら|すれば))")
# A wish to die is no wish for support: it belongs to the alarm, and is answered at once.
_NO_WISH: Final = re.compile("死に|しにた|消え|いなくな|終わりにし|殺")
_WISHES: Final = 3
_QUOTED: Final = 60
_URGENCY: Final = ("now", "today", "three_days", "normal")
_REMOTE: Final = frozenset({"line", "telegram", "browser", "terminal", "call"})


@dataclass(frozen=True)
class Told:
    """One message of the resident, as far as it may be read."""

    message: uuid.UUID
    words: str
    crisis: bool = False


@dataclass(frozen=True)
class Known:
    """What is known of a case beside the conversation, and where it came from."""

    topics: Sequence[str] = ()
    crises: Sequence[str] = ()
    reasons: Sequence[str] = ()
    understood: str = "{}"
    complaint: str = ""
    phone: str = ""
    channel: str = ""
    need: int = 3
    # Parts of the town the person named: the message, the name and the 圏域.
    places: Sequence[tuple[uuid.UUID, str, str]] = ()


@dataclass(frozen=True)
class Source:
    """Where a proposal comes from: a message, or what was taken down at the reception."""

    message: uuid.UUID | None
    words: str = ""


@dataclass(frozen=True)
class Proposal:
    """A value nobody has confirmed yet."""

    code: str
    value: Value
    sources: tuple[Source, ...] = field(default=())

    @property
    def message(self) -> uuid.UUID | None:
        """The message that tells it first."""
        return next((one.message for one in self.sources if one.message), None)

    @property
    def mark(self) -> str:
        """The value as a form carries it, so that what was seen is what is confirmed."""
        return json.dumps(self.value, ensure_ascii=False)


def propose(told: Sequence[Told], known: Known) -> dict[str, Proposal]:
    """Return what the forms may say, by field; the same words give the same proposals, and nothing is kept here."""
    found: dict[str, Proposal] = {}
    # Who tells of a neighbour tells nothing of themselves.
    of_another = "third_party" in known.reasons
    for one in fields().values():
        made = _from_words(one, told, skip=of_another)
        made = _joined(one, made, _from_codes(one, told, known))
        if made is not None:
            found[one.code] = made
    for made in _from_case(told, known, of_another):
        found.setdefault(made.code, made)
    return found


def _from_words(one: Field, told: Sequence[Told], *, skip: bool) -> Proposal | None:
    if skip:
        return None
    values: list[str] = []
    sources: list[Source] = []
    for message in told:
        heard = hearing.listen(one, message.words)
        if heard is None:
            continue
        source = Source(message.message, heard.sentence[:_QUOTED])
        if isinstance(heard.value, str) and one.options:
            values, sources = [heard.value], [source]  # what was said last
        elif more := [value for value in _many(heard.value) if value not in values]:
            values.extend(more)
            sources.append(source)
    return _proposal(one, values, sources)


def _from_codes(one: Field, told: Sequence[Told], known: Known) -> Proposal | None:
    have = {
        *(f"topic:{code}" for code in known.topics), *(f"crisis:{code}" for code in known.crises),
        *(f"reason:{code}" for code in known.reasons), *(f"problem:{word}" for word in _problems(known.understood)),
    }  # fmt: skip
    chosen = [(option, code) for option in one.options for code in option.codes if code in have]
    options: dict[str, Source] = {}
    for option, code in chosen:
        options.setdefault(option.code, _source_of_code(option, code, told, known))
    return _proposal(one, list(options), list(dict.fromkeys(options.values())))


def _from_case(told: Sequence[Told], known: Known, of_another: bool) -> Iterator[Proposal]:
    begun = _saying(told, known.complaint)
    if known.complaint:
        yield Proposal("situation", known.complaint, (begun,))
    urgent = next((Source(one.message, _short(one.words)) for one in told if one.crisis), begun)
    yield Proposal("urgency", _URGENCY[min(max(known.need, 0), 3)], (urgent if known.need == 0 else begun,))
    if known.channel:
        way = "browser" if known.channel == "terminal" else known.channel
        yield Proposal("channel", way, (Source(None),))
        if known.channel == "went":
            yield Proposal("route", "outreach", (Source(None),))
        else:
            who, how = "family" if of_another else "self", "remote" if known.channel in _REMOTE else "visit"
            yield Proposal("route", f"{who}_{how}", (Source(None),))
    if known.phone and not of_another:
        yield Proposal("phone", known.phone, (_with_figures(told, known.phone),))
    if known.places:
        message, name, catchment = known.places[-1]
        yield Proposal("address", name, (Source(message, name),))
        if catchment:
            yield Proposal("catchment", catchment, (Source(message, name),))
    wished = [(one, said) for one in told if not one.crisis for said in hearing.sentences(one.words) if _wishes(said)]
    if wished:
        kept = wished[-_WISHES:]
        sources = dict.fromkeys(Source(one.message, _short(said)) for one, said in kept)
        yield Proposal("wishes", "\n".join(dict.fromkeys(said for _, said in kept)), tuple(sources))


def _joined(one: Field, heard: Proposal | None, understood: Proposal | None) -> Proposal | None:
    if heard is None or understood is None or one.kind is not FieldKind.MANY:
        return heard or understood
    values = [option.code for option in one.options if option.code in (*_many(heard.value), *_many(understood.value))]
    return Proposal(one.code, tuple(values), tuple(dict.fromkeys((*heard.sources, *understood.sources))))


def _proposal(one: Field, values: list[str], sources: list[Source]) -> Proposal | None:
    if not values:
        return None
    if one.kind is FieldKind.MANY:
        return Proposal(one.code, tuple(option.code for option in one.options if option.code in values), tuple(sources))
    if one.options:
        return Proposal(one.code, values[-1], tuple(sources[-1:]))
    return Proposal(one.code, ("\n" if one.whole else "、").join(values)[:500], tuple(sources))


def _many(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _source_of_code(option: Option, code: str, told: Sequence[Told], known: Known) -> Source:
    kind, _, name = code.partition(":")
    if kind == "crisis":
        said = next((one for one in told if one.crisis), None)
        if said is not None:
            return Source(said.message, _short(said.words))
    for words in _evidence(known.understood, kind, name):
        if (source := find(told, words)) is not None:
            return source
    return _saying(told, known.complaint)


def find(told: Sequence[Told], words: str) -> Source | None:
    """Return the first message that says these words."""
    parts = [part for part in canonical(words).split("・") if part]
    said = next((one for one in told if parts and any(part in canonical(one.words) for part in parts)), None)
    return Source(said.message, _short(said.words)) if said is not None else None


def _saying(told: Sequence[Told], complaint: str) -> Source:
    # The message the case began with; a case that came by telephone may have none.
    return (find(told, complaint) if complaint else None) or Source(None)


def _with_figures(told: Sequence[Told], phone: str) -> Source:
    plain = re.sub(r"\D", "", phone)
    for one in told:
        if plain and plain in re.sub(r"\D", "", canonical(one.words)):
            return Source(one.message, _short(one.words))
    return Source(None)


def _wishes(said: str) -> bool:
    return len(said) >= 6 and bool(_WISH.search(said)) and not _NO_WISH.search(said)


def _short(words: str) -> str:
    return " ".join(words.split())[:_QUOTED]


def _evidence(understood: str, kind: str, name: str) -> list[str]:
    if kind == "problem":
        return [str(one.get("words") or "") for one in members(understood) if name in _listed(one.get("problems"))]
    return [str(one[2]) for one in explained(understood) if str(one[0]) == kind and str(one[1]) == name]


def _problems(understood: str) -> set[str]:
    own = (one for one in members(understood) if one.get("relation") == "本人")
    return {str(problem) for one in own for problem in _listed(one.get("problems"))}


def members(understood: str) -> list[dict[str, Any]]:
    """Return the persons of a household as they were understood; anything unexpected is left out."""
    return [one for one in _listed(_loaded(understood).get("household")) if isinstance(one, dict)]


def explained(understood: str) -> list[list[Any]]:
    """Return why something was understood: kind, code, words and rule."""
    told = _listed(_loaded(understood).get("explanation"))
    return [one for one in told if isinstance(one, list) and len(one) >= 4]


def _loaded(understood: str) -> dict[str, Any]:
    try:
        raw = json.loads(understood or "{}")
    except ValueError:
        return {}
    return raw if isinstance(raw, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
