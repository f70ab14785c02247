"""What a town decides about its casework in numbers: how long an offer waits, and how many check-ins a day can be carried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import settings
from handoff.states import NotAllowed
from resources.access import Actor
from resources.db import Base


class OutOfBounds(NotAllowed):
    """どの数も、欄の下に書いた範囲の数字で入れてください。返事の目安は、待つ日数までにしてください。まだ変えていません。"""


@dataclass(frozen=True)
class Limits:
    """The numbers of one town; these where it has decided nothing."""

    answer_days: int = 5  # working days after which an answer to an offer is usually asked for
    offer_days: int = 14  # days after which an offer nobody answered ends, and the prefecture is asked
    declines_to_prefecture: int = 3  # declines after which the prefecture is asked
    check_ins_a_day: int = 20  # of one desk: every answer wants a person who reads it

    @property
    def patience(self) -> timedelta:
        """How long an offer waits for its answer."""
        return timedelta(days=self.offer_days)

    @property
    def mark(self) -> str:
        """A short mark of the numbers, carried by the form."""
        return settings.mark_of_values(asdict(self).values())


USUAL: Final = Limits()
# The least and the most of each.
BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "answer_days": (1, 30), "offer_days": (3, 60), "declines_to_prefecture": (2, 9), "check_ins_a_day": (1, 200),
}  # fmt: skip


class CaseworkLimits(Base):
    """The numbers a town has decided."""

    __tablename__ = "casework_limits"

    municipality_code: Mapped[str] = mapped_column(String(6), ForeignKey("municipality.code"), primary_key=True)
    answer_days: Mapped[int] = mapped_column(Integer())
    offer_days: Mapped[int] = mapped_column(Integer())
    declines_to_prefecture: Mapped[int] = mapped_column(Integer())
    check_ins_a_day: Mapped[int] = mapped_column(Integer())


def of_town(session: Session, town: str) -> Limits:
    """Return the numbers of a town, the usual ones where it has decided nothing."""
    row = session.get(CaseworkLimits, town)
    return Limits(**{name: getattr(row, name) for name in BOUNDS}) if row else USUAL


def change(session: Session, town: str, written: Mapping[str, str], *, seen: str, actor: Actor, now: datetime) -> None:
    """Decide the numbers; what runs already keeps those it began with. Raises OutOfBounds, ChangedMeanwhile."""
    told = {name: _number(written.get(name, ""), *bounds) for name, bounds in BOUNDS.items()}
    if told["answer_days"] > told["offer_days"]:
        raise OutOfBounds(OutOfBounds.__doc__)
    row = session.get(CaseworkLimits, town, with_for_update=True)
    if seen != of_town(session, town).mark:
        raise settings.ChangedMeanwhile(settings.ChangedMeanwhile.__doc__)
    if row is None:
        session.add(CaseworkLimits(municipality_code=town, **told))
    else:
        for name, number in told.items():
            setattr(row, name, number)
    settings.note(session, "limits.change", town, actor=actor, now=now, **_codes(told))
    session.flush()


def _codes(told: Mapping[str, int]) -> dict[str, Any]:
    return dict(told)


def _number(written: str, least: int, most: int) -> int:
    plain = written.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= len(str(most)) and least <= int(plain) <= most):
        raise OutOfBounds(OutOfBounds.__doc__)
    return int(plain)
