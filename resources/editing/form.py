"""The form of one entry: its sections, what each field is called, and what helps to fill it in."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

SHAPES: Final = ("line", "text", "list", "flag", "check", "kind", "topics")
# What stands on the sheet of an entry but is changed by acts of its own, not by typing.
_BESIDE: Final = {
    "status": "状態", "status_reason": "状態の理由", "reopens_on": "再開する日", "assured_date": "確かめた日",
    "assurer": "確かめた人", "assured_how": "確かめ方",
}  # fmt: skip
# Several fields of the sheet that are typed as one.
_TYPED_AS: Final = {"slots": "hours", "latitude": "position", "longitude": "position"}


@dataclass(frozen=True)
class Asked:
    """One field of the form."""

    name: str
    label: str
    shape: str
    help: str = ""


@dataclass(frozen=True)
class Section:
    """Fields that belong together."""

    key: str
    title: str
    fields: tuple[Asked, ...]


@cache
def sections() -> tuple[Section, ...]:
    """Return the sections of the form in their order."""
    with Path(__file__).with_name("form.toml").open("rb") as file:
        rows = tomllib.load(file)["section"]
    return tuple(Section(row["key"], row["title"], tuple(Asked(**field) for field in row["field"])) for row in rows)


@cache
def asked() -> dict[str, Asked]:
    """Return every field of the form by its name."""
    return {field.name: field for section in sections() for field in section.fields}


def typed_as(field: str) -> str:
    """Return the name under which a field of an entry is typed; empty for what is changed by an act of its own."""
    name = _TYPED_AS.get(field, field)
    return name if name in asked() else ""


def label_of(field: str) -> str:
    """Return what a field of an entry is called."""
    return _BESIDE.get(field) or asked()[typed_as(field)].label
