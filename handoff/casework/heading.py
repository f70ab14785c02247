"""What stands at the head of every page beside a case: who it is about, how it stands, who has it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import conversation, picture
from handoff.casefile import called
from handoff.cases import Case
from handoff.contacts import Contact
from handoff.states import CaseState
from resources.access import Actor


@dataclass(frozen=True)
class Heading:
    """The head of a case."""

    case: Case
    name: str
    crises: list[str]
    watched: bool
    family_may_know: bool | None
    owner: str
    mine: bool

    @property
    def state(self) -> CaseState:
        """Where the case stands."""
        return CaseState(self.case.state)


def gather(session: Session, case: Case, *, actor: Actor) -> Heading:
    """Return the head of a case."""
    contact = session.scalars(select(Contact).where(Contact.id == case.contact_id)).one()
    names = conversation.staff_names(session, {case.owner_id} - {None})
    return Heading(
        case, called(session, case), picture.crises(case.crises), contact.device_watched, contact.family_may_know,
        names.get(case.owner_id, "") if case.owner_id else "", case.owner_id == actor.staff_id,
    )  # fmt: skip
