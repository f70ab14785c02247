"""The kinds of agencies a case can be offered to, and under which answer of consent each falls."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from resources.kinds import Kinds


@dataclass(frozen=True)
class Agency:
    """One kind of agency."""

    code: str
    label: str
    recipient: str


@cache
def known() -> dict[str, Agency]:
    """Return all kinds of agencies by code, in the order of the file."""
    rows = tomllib.loads(files("handoff.casework").joinpath("agency_kinds.toml").read_text(encoding="utf-8"))["agency"]
    return {row["code"]: Agency(**row) for row in rows}


@cache
def label(code: str) -> str:
    """Return what a kind of agency or desk is called; a kind of the directory counts, too."""
    if code in known():
        return known()[code].label
    kind = Kinds.load().by_code.get(code)
    return kind.label if kind else "相談窓口"
