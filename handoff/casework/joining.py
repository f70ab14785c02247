"""An agency is asked to work on a case, names its person, or says that it cannot."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handoff import consent, notes
from handoff.cases import Case
from handoff.casework import agencies, team, voices
from handoff.casework.agencies import Agency
from handoff.casework.grounds import LegalGround, MayNotBeTold
from handoff.casework.membership import Member
from handoff.moves import only_owner
from handoff.states import Consent, NotAllowed
from resources.access import Actor
from resources.db import new_id
from resources.sealing import seal


class CannotJoin(NotAllowed):
    """その機関・その人には頼めません。この町の相談を見てよい、職員のいる機関を選んでください。まだ何も伝えていません。"""


class AlreadyThere(NotAllowed):
    """その機関は、もうこの相談に加わっているか、参加を頼まれています。何も変わっていません。"""


class WrongRecipient(NotAllowed):
    """その機関に合う「だれへの同意か」を選んでください。まだ何も伝えていません。"""


class NeedsConfirmation(NotAllowed):
    """専用窓口の相談です。見せる人を一人選び、この相談の受付番号を入れてください。まだだれにも見せていません。"""


class NotOfTheDesk(NotAllowed):
    """その人は、いまその機関で相談を受けていません。もう一度選んでください。何も変わっていません。"""


class AskTheOwner(NotAllowed):
    """専用窓口の相談です。ほかの人に替えるときは、主担当に頼んでください。何も変わっていません。"""


class ConsentGone(NotAllowed):
    """参加を頼んだあとに、本人が同意を取り下げました。主担当と話してください。まだ参加していません。"""


class WhyNeeded(NotAllowed):
    """参加できない理由を一文で書いてください。主担当が、ほかの手を考えるために読みます。まだ返事をしていません。"""


@dataclass(frozen=True)
class Invitation:
    """Whom to ask for what, and why that may be told."""

    desk_id: uuid.UUID
    words: str
    recipient: str
    staff_id: uuid.UUID | None = None  # named beforehand; a walled case is shown to nobody else of the desk
    means: str = ""  # how the person agreed just now, where that is recorded with it
    ground: LegalGround | None = None
    confirmed: str = ""  # the receipt number, typed to let somebody into a walled case


def invite(session: Session, case: Case, asked: Invitation, *, actor: Actor, now: datetime) -> Member:
    """Ask an agency to work on a case."""
    team.only_open(case)
    if case.walled:
        only_owner(case, actor)
    elif not voices.works_on(session, case, actor):
        raise team.NotOfTheTeam(team.NotOfTheTeam.__doc__)
    agency, words = _agency(session, case, asked.desk_id), asked.words.strip()
    if asked.desk_id in {case.desk_id, *(one.desk_id for one in team.held(session, case))}:
        raise AlreadyThere(AlreadyThere.__doc__)
    if not words or len(words) > team.LONGEST:
        raise team.NothingToDo(team.NothingToDo.__doc__)
    behind_wall = case.walled and not agency.desk.for_violence
    if behind_wall:
        _confirmed(case, agency, asked.staff_id, asked.confirmed)
    if asked.recipient not in agency.recipients:
        raise WrongRecipient(WrongRecipient.__doc__)
    if asked.means not in consent.MEANS:
        agencies.require(session, case, asked.recipient, asked.ground)
    if asked.means in consent.MEANS:
        consent.give(
            session, case, Consent.GIVEN, recipient=asked.recipient, scope=("team",), means=asked.means, now=now,
            by=actor.staff_id,
        )  # fmt: skip
    agreed = asked.means in consent.MEANS or agencies.standing(session, case)[asked.recipient] is Consent.GIVEN
    member = Member(
        id=new_id(), custodian=case.custodian, case_id=case.id, desk_id=asked.desk_id,
        staff_id=asked.staff_id if behind_wall else None, recipient=asked.recipient,
        ground=None if agreed else asked.ground, let_in=behind_wall, added_at=now, added_by=actor.staff_id,
    )  # fmt: skip
    seal(session, member, "words_sealed", words)
    session.add(member)
    session.flush()
    team.written(session, case, "team_asked", member, actor=actor, now=now)
    return member


def name(
    session: Session, case: Case, member_id: uuid.UUID, staff_id: uuid.UUID, *, seen: int, actor: Actor, now: datetime
) -> bool:
    """Say who of an agency works on the case; True when it joins with this. `seen` is its version on the screen."""
    team.only_open(case)
    member = team.find(session, case, member_id)
    team.only_its_people(case, member, actor, or_owner=False)
    if member.version != seen:
        raise team.ChangedMeanwhile(team.ChangedMeanwhile.__doc__)
    agency = _agency(session, case, member.desk_id)
    if staff_id not in {person.id for person in agency.people}:
        raise NotOfTheDesk(NotOfTheDesk.__doc__)
    if case.walled and not agency.desk.for_violence and staff_id != member.staff_id:
        raise AskTheOwner(AskTheOwner.__doc__)
    joins = member.joined_at is None
    if joins:
        _still_allowed(session, case, member)
        member.joined_at = now
    member.staff_id, member.version = staff_id, member.version + 1
    voices.news(case, member, actor=actor, now=now)
    team.written(session, case, "team_joined" if joins else "team_named", member, actor=actor, now=now)
    return joins


def let_in(
    session: Session, case: Case, member_id: uuid.UUID, staff_id: uuid.UUID, confirmed: str, *, actor: Actor, now: datetime
) -> None:
    """Show a walled case to one person of an agency on its team; whoever was named before sees it no longer."""
    only_owner(case, actor)
    team.only_open(case)
    member = team.find(session, case, member_id)
    agency = _agency(session, case, member.desk_id)
    if not case.walled or agency.desk.for_violence:
        raise NotAllowed(NotAllowed.__doc__)
    _confirmed(case, agency, staff_id, confirmed)
    _still_allowed(session, case, member)
    if member.staff_id != staff_id:
        member.staff_id, member.joined_at = staff_id, None
    member.let_in, member.version = True, member.version + 1
    team.written(session, case, "team_let_in", member, actor=actor, now=now)


def call_off(session: Session, case: Case, member_id: uuid.UUID, words: str, *, actor: Actor, now: datetime) -> None:
    """End a request nobody has answered: the owner takes it back, or the agency says why it cannot."""
    member = team.find(session, case, member_id)
    team.only_its_people(case, member, actor)
    if member.joined_at is not None:
        raise team.ChangedMeanwhile(team.ChangedMeanwhile.__doc__)
    declined, words = member.desk_id in actor.desks, words.strip()
    if declined and not words:
        raise WhyNeeded(WhyNeeded.__doc__)
    member.left_at, member.left_by, member.version = now, actor.staff_id, member.version + 1
    if declined:
        notes.write(session, case, words[: team.LONGEST], actor=actor, now=now)
    voices.news(case, member, actor=actor, now=now)
    team.written(session, case, "team_declined" if declined else "team_withdrawn", member, actor=actor, now=now)


def _agency(session: Session, case: Case, desk_id: uuid.UUID) -> Agency:
    found = next((one for one in agencies.of_town(session, case) if one.desk.id == desk_id), None)
    if found is None:
        raise CannotJoin(CannotJoin.__doc__)
    return found


def _confirmed(case: Case, agency: Agency, staff_id: uuid.UUID | None, written: str) -> None:
    if staff_id is None or written.strip() != case.receipt:
        raise NeedsConfirmation(NeedsConfirmation.__doc__)
    if staff_id not in {person.id for person in agency.people}:
        raise NotOfTheDesk(NotOfTheDesk.__doc__)


def _still_allowed(session: Session, case: Case, member: Member) -> None:
    ground = LegalGround(member.ground) if member.ground else None
    try:
        agencies.require(session, case, member.recipient, ground)
    except MayNotBeTold:
        raise ConsentGone(ConsentGone.__doc__) from None
