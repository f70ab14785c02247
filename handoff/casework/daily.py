"""The twelve things the desk looks for every day, on top of the sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import cases, conversation, help_requests
from handoff.cases import Case, visible_to
from handoff.casework import tasks, team
from handoff.casework.consents import Standing
from handoff.casework.household import Member
from handoff.casework.sheet import Entry, Filled
from handoff.contacts import Contact
from handoff.states import Consent
from handoff.transcript import Author, Message
from resources.access import Actor
from resources.desks import Desk
from resources.sealing import reveal
from resources.slots import JAPAN

_BENEFITS: Final = ("welfare", "care_level", "handbook", "benefits")


@dataclass(frozen=True)
class NextStep:
    """What is to be done next, by whom and until when."""

    words: str
    who: str
    due: datetime | None


@dataclass(frozen=True)
class Daily:
    """The twelve fields; those that stand on the sheet are its entries."""

    identity: Entry
    call_allowed: bool | None
    contact_how: Entry
    voicemail: Entry
    wishes: str
    watched: bool
    family_may_know: bool | None
    complaint: str
    household: Sequence[Member]
    address: Entry
    catchment: Entry
    urgency: Entry
    consents: Sequence[Standing]
    desk: str
    helpers: Sequence[str]
    benefits: Sequence[Entry]
    next_step: NextStep | None
    resident_at: datetime | None
    staff_at: datetime | None
    earlier: int  # other consultations of this person that the reader may see


def gather(
    session: Session,
    case: Case,
    filled: Sequence[Filled],
    household: Sequence[Member],
    consents: Sequence[Standing],
    *,
    actor: Actor,
) -> Daily:
    """Return the twelve fields of a case."""
    people = conversation.people(session, case)
    contact = session.scalars(select(Contact).where(Contact.id == case.contact_id)).one()
    entries: Mapping[str, Entry] = {entry.field.code: entry for part in filled for entry in part.entries}
    desk = session.get(Desk, case.desk_id) if case.desk_id else None
    latest = dict(
        iter(session.execute(
            select(Message.author, func.max(Message.said_at)).where(Message.contact_id.in_(people)).group_by(Message.author)
        ))
    )  # fmt: skip
    others = visible_to(actor).where(Case.contact_id.in_(people), Case.id != case.id).subquery()
    return Daily(
        identity=entries["identity"],
        call_allowed=contact.call_allowed,
        contact_how=entries["contact_how"],
        voicemail=entries["voicemail"],
        wishes=reveal(session, contact, "wishes_sealed") or "",
        watched=contact.device_watched,
        family_may_know=contact.family_may_know,
        complaint=cases.complaint(session, case),
        household=household,
        address=entries["address"],
        catchment=entries["catchment"],
        urgency=entries["urgency"],
        consents=[one for one in consents if one.last is not None or one.state is not Consent.UNCONFIRMED],
        desk=desk.name if desk else "",
        helpers=_helpers(session, case),
        benefits=[entry for code in _BENEFITS if (entry := entries[code]).value],
        next_step=_next(session, case, actor),
        resident_at=latest.get(Author.RESIDENT),
        staff_at=latest.get(Author.STAFF),
        earlier=session.scalar(select(func.count()).select_from(others)) or 0,
    )


def _helpers(session: Session, case: Case) -> list[str]:
    """Return the agencies on the team with their person, then the 民生委員 who said yes."""
    agencies = [f"{one.desk}（{one.person}）" if one.person else one.desk for one in team.of_case(session, case) if one.joined]
    asked = [one for one, _ in help_requests.of_case(session, case)]
    accepted = {one.helper_id for one in asked if one.standing is help_requests.RequestState.ACCEPTED}
    return agencies + sorted(conversation.staff_names(session, set(accepted)).values())


def _next(session: Session, case: Case, actor: Actor) -> NextStep | None:
    task = next((one for one in tasks.of_case(session, case, actor=actor) if one.done_at is None), None)
    if task is None:
        return None
    names = conversation.staff_names(session, {task.staff_id})
    desk = session.get(Desk, task.desk_id) if task.desk_id else None
    who = names.get(task.staff_id, "") if task.staff_id else desk.name if desk else tasks.outside(session, task)
    due = datetime.combine(task.due_on, time(12), JAPAN) if task.due_on else None
    return NextStep(tasks.words(session, task), who, due)
