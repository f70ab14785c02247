"""What stands at the head of every page beside a case: who it is about, how it stands, who has it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff import conversation, persons, picture
from handoff.casefile import called
from handoff.cases import Case
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
    known_as = persons.of_contact(session, case.contact_id).contacts
    contact = next(one for one in known_as if one.id == case.contact_id)
    names = conversation.staff_names(session, {case.owner_id} - {None})
    return Heading(
        case, called(session, case), picture.crises(case.crises), contact.device_watched, contact.family_may_know,
        names.get(case.owner_id, "") if case.owner_id else "", case.owner_id == actor.staff_id,
    )  # fmt: skip
