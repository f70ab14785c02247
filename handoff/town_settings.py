"""What a town decides about itself: where consultations are held, which number to call, and who stands in for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import settings
from handoff.states import NotAllowed
from resources.access import Actor
from resources.desks import Desk
from resources.places import Municipality, Relay

_PHONE = re.compile(r"[0-9+()\-]{0,40}")


class NoRelay(NotAllowed):
    """相談をどこで受けるかを選んでください。選ばれるまで、住民には何も送られません。"""


class BadTownPhone(NotAllowed):
    """代表電話は、数字とハイフンで入れてください。"""


class NotServing(NotAllowed):
    """引き受け先は、窓口のある自治体から選んでください。"""


def serving(session: Session, town: Municipality) -> Sequence[Municipality]:
    """Return the municipalities that have desks and could stand in for a town."""
    query = select(Municipality).join(Desk, Desk.municipality_code == Municipality.code)
    query = query.where(Desk.active, Municipality.code != town.code).distinct().order_by(Municipality.code)
    found = list(session.scalars(query))
    known = session.get(Municipality, town.served_by_code) if town.served_by_code else None
    return found if known is None or known in found else [*found, known]


def change(
    session: Session, town: Municipality, *, relay: str, phone: str, served_by: str, seen: str, actor: Actor, now: datetime
) -> None:
    """Decide; what was decided before is in the journal."""
    settings.require_same(town, seen)
    if relay not in list(Relay):
        raise NoRelay(NoRelay.__doc__)
    phone = phone.strip()
    if not _PHONE.fullmatch(phone):
        raise BadTownPhone(BadTownPhone.__doc__)
    if served_by and served_by not in {one.code for one in serving(session, town)}:
        raise NotServing(NotServing.__doc__)
    before = town.served_by_code
    changed = {"relay": Relay(relay), "phone": phone, "served_by_code": served_by or None}
    codes: dict[str, Any] = {
        "relay": relay if town.relay != relay else "same", "served_by": served_by or "-",
        "phone": "changed" if town.phone != phone else "same",
    }  # fmt: skip
    for name, value in changed.items():
        setattr(town, name, value)
    settings.note(session, "town.change", town.code, actor=actor, now=now, **codes)
    for other in {before, served_by or None} - {None}:
        # The town that stands in is told in its own book, too.
        if before != (served_by or None):
            settings.note(session, "town.serves", str(other), actor=actor, now=now, of=town.code, by=served_by or "-")
    session.flush()
