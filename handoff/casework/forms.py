"""The forms of a consultation as data: which fields there are, what may be chosen, and which words lead there."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from resources.dates import with_era

# What a field holds: words, a date (ISO) or the code of an option; several codes where several may be chosen.
Value = str | tuple[str, ...]


class Form(StrEnum):
    """A form, or the list beside the case."""

    DAILY = "daily"
    RECEPTION = "reception"
    INTAKE = "intake"

    @property
    def label(self) -> str:
        """The form as staff read it."""
        return {"daily": "連絡の約束", "reception": "相談受付・申込票", "intake": "インテーク・アセスメント"}[self]


class FieldKind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    LONG = "long"
    DATE = "date"
    ONE = "one"
    MANY = "many"

    @property
    def written(self) -> bool:
        """Whether it holds words of somebody's own."""
        return self in (FieldKind.TEXT, FieldKind.LONG)


@dataclass(frozen=True)
class Hearing:
    """Patterns over what was said, and how careful they are."""

    patterns: tuple[re.Pattern[str], ...] = ()
    anybody: bool = False  # also what is said of others in the household
    as_said: bool = False  # a wish or the past belongs to what is meant


@dataclass(frozen=True)
class Option:
    """One thing to choose."""

    code: str
    label: str
    hearing: Hearing
    codes: tuple[str, ...] = ()  # topic:health, crisis:dv, reason:third_party, problem:病気


@dataclass(frozen=True)
class Field:
    """One field of a form."""

    code: str
    label: str
    kind: FieldKind
    hearing: Hearing
    options: tuple[Option, ...] = ()
    thick: bool = False
    whole: bool = False  # the whole sentence is proposed, not what a pattern caught
    help: str = ""

    def read(self, value: Value) -> str:
        """Return a value as people read it."""
        labels = {option.code: option.label for option in self.options}
        if isinstance(value, tuple):
            return "、".join(labels.get(code, code) for code in value)
        if self.kind is FieldKind.DATE and value:
            return with_era(date.fromisoformat(value))
        return labels.get(value, value) if self.options else value

    @property
    def empty(self) -> Value:
        """The value of a field that holds nothing."""
        return () if self.kind is FieldKind.MANY else ""


@dataclass(frozen=True)
class Section:
    """Fields that are filled in and saved together."""

    code: str
    form: Form
    title: str
    fields: tuple[Field, ...]


@cache
def sections() -> tuple[Section, ...]:
    """Return all sections in the order of the forms."""
    raw = tomllib.loads(files("handoff.casework").joinpath("sheet.toml").read_text(encoding="utf-8"))
    return tuple(_section(one) for one in raw["section"])


@cache
def fields() -> dict[str, Field]:
    """Return all fields by their code."""
    return {field.code: field for section in sections() for field in section.fields}


def section(code: str) -> Section | None:
    """Return one section."""
    return next((one for one in sections() if one.code == code), None)


def _section(raw: dict[str, Any]) -> Section:
    known = {one["code"]: one for one in raw["field"]}
    return Section(
        raw["code"], Form(raw["form"]), raw["title"], tuple(_field(one, known) for one in raw["field"])
    )


def _field(raw: dict[str, Any], known: dict[str, dict[str, Any]]) -> Field:
    same = known.get(raw.get("same_as", ""), {})
    # The same boxes a second time are chosen by hand alone: which of them weighs most nobody can read from words.
    options = [{"code": one["code"], "label": one["label"]} for one in same.get("options", ())]
    return Field(
        raw["code"],
        raw["label"],
        FieldKind(raw["kind"]),
        _hearing(raw, raw),
        tuple(
            Option(one["code"], one["label"], _hearing(one, raw), tuple(one.get("codes", ())))
            for one in (*raw.get("options", ()), *options)
        ),
        raw.get("thick", False),
        raw.get("whole", False),
        raw.get("help", ""),
    )


def _hearing(raw: dict[str, Any], field: dict[str, Any]) -> Hearing:
    patterns = tuple(re.compile(pattern) for pattern in raw.get("heard", ()))
    return Hearing(patterns, (raw.get("about") or field.get("about")) == "anybody", raw.get("as_said", False))
