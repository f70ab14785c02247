"""Which kinds of meetings there are, what law each stands on, and who may convene it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handoff.casework.grounds import LegalGround
from resources.access import Actor
from resources.staff import Role


@dataclass(frozen=True)
class Kind:
    """One kind of meeting; without a ground it needs the person's consent."""

    code: str
    name: str
    law: str
    ground: LegalGround | None
    convened_by: frozenset[Role]
    secrecy: str

    @property
    def needs_consent(self) -> bool:
        """Whether nothing may be told in it without the person's consent."""
        return self.ground is None

    def convened(self, actor: Actor, town: str) -> bool:
        """Whether this person may convene it for a case of a town; on a legal ground only the town's own people may."""
        return any(actor.has(role, None if self.needs_consent else town) for role in self.convened_by)


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind of meeting by its code, in the order of the file."""
    written = tomllib.loads((Path(__file__).parent / "meetings.toml").read_text(encoding="utf-8"))
    return {code: _kind(code, **row) for code, row in written.items()}


def _kind(code: str, *, name: str, law: str, convened_by: list[str], secrecy: str, ground: str = "") -> Kind:
    legal = LegalGround(ground) if ground else None
    return Kind(code, name, law, legal, frozenset(map(Role, convened_by)), secrecy)
