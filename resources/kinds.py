"""What kinds of institutions and gathering places there are, and how often each must be verified again."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from intents.codes import Topic

GROUPS = ("institution", "gathering", "national")
LEVELS = ("municipal", "prefecture", "national")


class BadKinds(ValueError):
    """The table of kinds contradicts itself; nothing is loaded from it."""


@dataclass(frozen=True)
class Kind:
    """One kind of place: its words, whose level it stands on, and after how many months it must be verified again."""

    code: str
    label: str
    group: str
    level: str
    topics: tuple[str, ...]
    words: tuple[str, ...]
    cadence_months: int
    first_for: tuple[str, ...] = ()
    basis: str = ""
    poi: str = ""


@dataclass(frozen=True)
class Kinds:
    """All kinds, in the order of the table."""

    kinds: tuple[Kind, ...]

    @classmethod
    def load(cls, path: Path | None = None) -> "Kinds":
        """Read the table of kinds and refuse it as a whole when anything in it is wrong."""
        with (path or Path(__file__).with_name("kinds.toml")).open("rb") as file:
            rows = tomllib.load(file)["kind"]
        try:
            kinds = tuple(
                Kind(**row | {field: tuple(row.get(field, ())) for field in ("topics", "words", "first_for")}) for row in rows
            )
        except (KeyError, TypeError) as error:
            raise BadKinds(str(error)) from error
        problems = list(_problems(kinds))
        if problems:
            raise BadKinds("; ".join(problems))
        return cls(kinds)

    def get(self, code: str) -> Kind:
        """Return the kind with this code; KeyError when there is none."""
        return self.by_code[code]

    @cached_property
    def by_code(self) -> dict[str, Kind]:
        """All kinds by their codes."""
        return {kind.code: kind for kind in self.kinds}

    def of_group(self, group: str) -> tuple[Kind, ...]:
        """Return the kinds of one group: institution, gathering or national."""
        return tuple(kind for kind in self.kinds if kind.group == group)


def _problems(kinds: tuple[Kind, ...]) -> Iterator[str]:
    for field in ("code", "label"):
        values = [getattr(kind, field) for kind in kinds]
        yield from (f"{field} {value} appears twice" for value in sorted({v for v in values if values.count(v) > 1}))
    for kind in kinds:
        for claim, holds in (
            ("the code is English snake_case", bool(re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code))),
            ("the group is known", kind.group in GROUPS),
            ("the level is known", kind.level in LEVELS),
            ("it has topics of the nineteen codes", bool(kind.topics) and set(kind.topics) <= set(Topic)),
            ("it is the first desk only for topics it takes", set(kind.first_for) <= set(kind.topics)),
            ("it has words, none of them twice", bool(kind.words) and len(set(kind.words)) == len(kind.words)),
            ("it is verified every 1 to 16 months", 1 <= kind.cadence_months <= 16),
            ("the POI code has four digits", not kind.poi or bool(re.fullmatch(r"\d{4}", kind.poi))),
        ):
            if not holds:
                yield f"{kind.code}: broken: {claim}"
