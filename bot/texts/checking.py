"""The rules every resident sentence keeps: length, politeness, furigana, placeholders and a state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from string import Formatter

# What may be filled in; anything else is a mistake in the text or in the code.
ALLOWED = frozenset(
    {
        "town", "desk", "phone", "when", "clock", "hour", "minute", "month", "day", "weekday", "receipt", "place", "places",
        "name", "number", "topics", "count", "state", "words", "url", "lines", "until", "distance", "prefecture", "area",
        "person", "year",
    }
)  # fmt: skip
# The longest a shape may be, placeholders counted as they are written.
LONGEST = {
    "bubble": 170, "easy bubble": 260, "label": 20, "first": 40, "alt": 300, "part": 60, "easy part": 110,
    "query": 60, "heard": 400,
}  # fmt: skip
SENTENCES = 3
_KANJI = "一-鿿々〆"
_POLITE = re.compile(
    "(です|ます|ました|ません|でした|ください|ですか|ますか|ませんか|ましたか|でしたか|でしょう|でしょうか|ましょう|ましょうか|ありがとう|"
    "こんにちは|ですね|ますね|ましたね|でしたね|ですよ|ますよ|ようこそ)$"
)
_PARENTHESES = re.compile(r"（[^）]*）")
_READING = re.compile(f"([{_KANJI}]+)(（[ぁ-ゖー]+）)?")
_FILLED = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Wording:
    """One sentence in both registers; `shape` says where it appears, or that it is searched (query) or listened (heard) for."""

    key: str
    normal: str
    easy: str
    state: str
    shape: str = "bubble"
    reviewed_by: str = ""
    reviewed_on: date | None = None

    @property
    def placeholders(self) -> frozenset[str]:
        """The names of the values it needs."""
        return _names(self.normal)


def problems(wordings: Iterable[Wording]) -> Iterator[str]:
    """Name every rule a sentence breaks."""
    for wording in wordings:
        for claim, holds in _claims(wording):
            if not holds:
                yield f"{wording.key}: broken: {claim}"


def rude(text: str) -> list[str]:
    """Return the sentences of a bubble that do not end politely."""
    return [sentence for sentence in sentences(text) if not _POLITE.search(sentence)]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; lines of a list and headings in brackets are none."""
    found = []
    for line in text.splitlines():
        if line.lstrip().startswith("・") or _FILLED.fullmatch(line.strip()):
            continue
        found += [part for part in re.split("[。！？]", _PARENTHESES.sub("", line)) if part.strip()]
    return [part.strip().removesuffix("」") for part in found]


def unread(text: str) -> list[str]:
    """Return the kanji words that come without their reading at first use."""
    missing, known = [], set()
    for match in _READING.finditer(_FILLED.sub("", text)):
        if match[2] is None and match[1] not in known:
            missing.append(match[1])
        known.add(match[1])
    return missing


def _names(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _claims(wording: Wording) -> Iterator[tuple[str, bool]]:
    shape = wording.shape
    spoken = shape in ("bubble", "first")
    yield "both registers are written", bool(wording.normal and wording.easy)
    yield "both registers fill in the same values", _names(wording.normal) == _names(wording.easy)
    yield "only allowed values are filled in", _names(wording.normal) <= ALLOWED
    yield "the state is drafted or reviewed", wording.state in ("drafted", "reviewed")
    yield "reviewed says who and when", wording.state == "drafted" or bool(wording.reviewed_by and wording.reviewed_on)
    yield "the shape is known", shape in LONGEST
    yield f"normal is at most {LONGEST.get(shape, 0)} characters", len(wording.normal) <= LONGEST.get(shape, 0)
    longest = LONGEST.get(f"easy {shape}", LONGEST.get(shape, 0))
    yield f"easy is at most {longest} characters", len(wording.easy) <= longest
    yield "at most three sentences", not spoken or len(sentences(wording.normal)) <= SENTENCES
    yield "easy has at most three sentences", not spoken or len(sentences(wording.easy)) <= SENTENCES
    yield f"normal ends politely: {rude(wording.normal)}", not spoken or not rude(wording.normal)
    yield f"easy ends politely: {rude(wording.easy)}", not spoken or not rude(wording.easy)
    yield f"easy gives readings: {unread(wording.easy)}", shape in ("label", "query", "heard") or not unread(wording.easy)
