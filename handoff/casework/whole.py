"""The whole sheet of a case, gathered for the page and for the papers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handoff import conversation
from handoff.cases import Case
from handoff.casework import consents, daily, forms, household, proposals, sheet, sources
from handoff.casework.consents import Standing
from handoff.casework.daily import Daily
from handoff.casework.household import Member, Person, Together
from handoff.casework.proposals import Proposal, Source
from handoff.casework.sheet import Filled
from handoff.consent import DESK
from handoff.states import Consent
from resources.access import Actor


@dataclass(frozen=True)
class Changed:
    """One change of the sheet, ready to be read."""

    at: datetime
    who: str
    what: str
    before: str  # empty: nothing stood there


@dataclass(frozen=True)
class Whole:
    """The sheet of a case."""

    daily: Daily
    parts: Sequence[Filled]
    household: Sequence[Member]
    patterns: Sequence[str]
    consents: Sequence[Standing]
    links: Mapping[uuid.UUID, str]
    history: Sequence[Changed]
    names: Mapping[uuid.UUID, str]

    @property
    def agreed(self) -> bool:
        """Whether the person agreed to the desk: which of the two versions of the paper this is."""
        return any(one.recipient == DESK and one.state is Consent.GIVEN for one in self.consents)

    @property
    def open_proposals(self) -> int:
        """How many values wait for somebody to confirm them."""
        return sum(part.open_proposals for part in self.parts) + sum(one.proposed for one in self.household)

    def of_form(self, form: str) -> list[Filled]:
        """Return the sections of one form."""
        return [part for part in self.parts if part.section.form == form]

    def link(self, source: Source | None) -> str:
        """Return the address of a line of the conversation, empty where it has none."""
        return self.links.get(source.message, "") if source is not None and source.message is not None else ""


def gather(session: Session, case: Case, *, actor: Actor) -> Whole:
    """Return the sheet of a case as it stands now."""
    said = sources.told(session, case)
    known = sources.known(session, case, said)
    proposed = proposals.propose(said, known)
    parts = sheet.filled(session, case, proposed)
    persons = household.listed(session, case, said, known.understood)
    answers = consents.standings(session, case)
    history = sheet.changes(session, case)
    by = {row.by for row, _ in history} | {entry.row.changed_by for part in parts for entry in part.entries if entry.row}
    names = conversation.staff_names(session, by | {one.row.changed_by for one in persons if one.row})
    return Whole(
        daily=daily.gather(session, case, parts, persons, answers, actor=actor),
        parts=parts,
        household=persons,
        patterns=household.patterns(known.understood),
        consents=answers,
        links=sources.links(session, case, _messages(parts, persons, proposed)),
        history=[
            Changed(row.at, names.get(row.by, "") if row.by else "", *_change(row.code, before)) for row, before in history
        ],
        names=names,
    )


def receiver(session: Session, case: Case) -> str:
    """Return who has the case, for the head of a paper."""
    return conversation.staff_names(session, {case.owner_id}).get(case.owner_id, "") if case.owner_id else ""


def _messages(parts: Sequence[Filled], persons: Sequence[Member], proposed: Mapping[str, Proposal]) -> set[uuid.UUID]:
    wanted = {source.message for one in proposed.values() for source in one.sources}
    wanted |= {one.source.message for one in persons if one.source} | {one.row.message_id for one in persons if one.row}
    wanted |= {entry.row.message_id for part in parts for entry in part.entries if entry.row}
    return {message for message in wanted if message is not None}


def _change(code: str, before: str) -> tuple[str, str]:
    if code == "household":
        return "世帯", _person(before) if before else ""
    field = forms.fields().get(code)
    if field is None:
        return code, ""
    raw = json.loads(before) if before else ""
    return field.label, field.read(tuple(raw) if isinstance(raw, list) else str(raw))


def _person(before: str) -> str:
    relation, age, together, problems, note, origin = json.loads(before)
    person = Person(relation, age, Together(together), tuple(problems), note, origin)
    told = [person.relation, f"{age}歳" if age is not None else "", person.together.label, *person.troubles, person.note]
    return "・".join(filter(None, told))
