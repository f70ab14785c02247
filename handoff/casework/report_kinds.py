"""The kinds of 通告 and 通報: to whom each goes, under which law, and within how many hours safety is checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class ReportKind:
    """One kind of report."""

    code: str
    crisis: str  # the danger in which it is asked for
    label: str
    to: tuple[str, ...]
    law: str
    must: bool  # False: an endeavour that follows the will of the person harmed
    duty: str
    clock_hours: int = 0

    @property
    def clock(self) -> timedelta | None:
        """Within how long safety is checked, nights and holidays counted in; None where the law names no hours."""
        return timedelta(hours=self.clock_hours) if self.clock_hours else None


@cache
def kinds() -> dict[str, ReportKind]:
    """Return the kinds by their code."""
    told = tomllib.loads(files("handoff.casework").joinpath("report_kinds.toml").read_text(encoding="utf-8"))
    return {one["code"]: ReportKind(**{**one, "to": tuple(one["to"])}) for one in told["kind"]}
