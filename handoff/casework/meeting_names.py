"""What a town calls its meetings: towns give them names of their own beside the official ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import settings
from handoff.casework.meeting_kinds import kinds
from handoff.states import NotAllowed
from resources.access import Actor
from resources.db import Base

LONGEST: Final = 30


class NameTooLong(NotAllowed):
    """会議の名前は、30文字までで入れてください。"""


class MeetingName(Base):
    """A town's own name for one kind of meeting."""

    __tablename__ = "meeting_name"

    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST))


def own(session: Session, town: str) -> dict[str, str]:
    """Return the names a town has given, by the code of the kind."""
    query = select(MeetingName.kind, MeetingName.name).where(MeetingName.municipality_code == town)
    return dict(iter(session.execute(query)))


def called(session: Session, town: str) -> dict[str, str]:
    """Return what each kind of meeting is called in a town: its own name, or the official one."""
    given = own(session, town)
    return {code: given.get(code, kind.name) for code, kind in kinds().items()}


def mark(session: Session, town: str) -> str:
    """Return a short mark of all names as they are: a form carries it, so that nobody overwrites what they have not seen."""
    return settings.mark_of_values(sorted(own(session, town).items()))


def change(
    session: Session, town: str, wanted: Mapping[str, str], seen: str, *, actor: Actor, now: datetime
) -> None:
    """Give the kinds of meetings names; an empty one means the official name. Raises NameTooLong or ChangedMeanwhile."""
    names = {code: " ".join(wanted.get(code, "").split()) for code in kinds()}
    if any(len(name) > LONGEST for name in names.values()):
        raise NameTooLong(NameTooLong.__doc__)
    if seen and seen != mark(session, town):
        raise settings.ChangedMeanwhile(settings.ChangedMeanwhile.__doc__)
    rows = {row.kind: row for row in session.scalars(select(MeetingName).where(MeetingName.municipality_code == town))}
    for code, name in names.items():
        if name and code in rows:
            rows[code].name = name
        elif name:
            session.add(MeetingName(municipality_code=town, kind=code, name=name))
        elif code in rows:
            session.delete(rows[code])
    settings.note(session, "meeting_names.change", town, actor=actor, now=now)
    session.flush()
