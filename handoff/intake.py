"""Taking a consultation in: a case in the database, at the right desk with the reason, before anybody is told."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from handoff import cases, consent
from handoff.cases import Case, CaseEvent
from handoff.contacts import Contact, ContactPoint
from handoff.routing import choose_desk, staffed
from handoff.states import CaseState, Consent, Ground
from resources.desks import Desk
from resources.places import Municipality
from resources.sealing import reveal, seal

_CHOSEN = "desk_chosen"


@dataclass(frozen=True)
class Matter:
    """What a case is about, in codes, with the resident's own sentence."""

    route: str
    crisis: str | None = None
    crises: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    complaint: str = ""
    understood: str = ""  # JSON: household and the words that led to all this
    proposed_desk: str | None = None


def receive(
    session: Session,
    point: ContactPoint,
    matter: Matter,
    *,
    ground: Ground,
    now: datetime,
) -> Case:
    """Open a case for a matter, or add the matter to the contact's open one, and send it to its desk."""
    known = cases.open_of(session, point.contact_id)
    crises = tuple(dict.fromkeys((*(known.crises if known else ()), *matter.crises)))
    reasons = tuple(dict.fromkeys((*(known.reasons if known else ()), *matter.reasons)))
    topics = tuple(dict.fromkeys((*(known.topics if known else ()), *matter.topics)))
    route = choose_desk(session, point.custodian, crises=crises, reasons=reasons, topics=topics)
    desk, why, rule = route.desk, route.reason, route.rule_id
    if known is not None and _chosen(session, known):
        # What the resident has chosen is not undone by a later word.
        desk, why, rule = session.get(Desk, known.desk_id), known.routing_reason, known.routing_rule_id
    return cases.open_case(
        session,
        point,
        ground=ground,
        route=matter.route,
        now=now,
        desk=desk,
        routing_reason=why,
        routing_rule_id=rule,
        crisis=matter.crisis,
        crises=crises,
        reasons=reasons,
        topics=topics,
        complaint=matter.complaint,
        understood=matter.understood,
        proposed_desk=matter.proposed_desk,
        walled=route.walled,
    )


def agree(session: Session, case: Case, answer: Consent, *, now: datetime) -> None:
    """Record what the resident answered to the question of consent."""
    consent.give(session, case, answer, scope=("conversation", "topics"), now=now)
    if answer is Consent.GIVEN and case.ground == Ground.REQUEST:
        case.ground = Ground.CONSENT


def written(session: Session, contact_id: uuid.UUID, *, now: datetime) -> Case | None:
    """Note that a resident wrote: an open case waits for a person again, a closed one is reopened."""
    case = cases.latest_of(session, contact_id)
    if case is None:
        return None
    if case.state == CaseState.CLOSED:
        return cases.reopen(session, case, now=now)
    cases.heard(case, now=now)
    return case


def violence_desks(session: Session, town: Municipality) -> dict[str, Desk]:
    """Return the staffed desks made for violence that a resident may choose between: "town" and "prefecture"."""
    found: dict[str, Desk] = {}
    for tier, code in (("town", town.code), ("prefecture", town.prefecture_code)):
        query = select(Desk).where(Desk.municipality_code == code, Desk.active, Desk.for_violence).order_by(Desk.name)
        desk = next((desk for desk in session.scalars(query) if staffed(session, desk)), None)
        if desk is not None:
            found[tier] = desk
    return found


def choose(session: Session, case: Case, desk: Desk, *, now: datetime) -> None:
    """Move a walled case to the desk the resident chose; it stays walled."""
    case.desk_id, case.routing_reason, case.routing_rule_id = desk.id, "本人が窓口を選んだ", None
    cases.record(session, case, _CHOSEN, now=now, detail={"desk": str(desk.id)})
    session.flush()


def ahead_of(session: Session, case: Case) -> int:
    """Return how many people wait before this one at the same desk."""
    query = (
        select(func.count())
        .select_from(Case)
        .where(
            Case.desk_id == case.desk_id,
            Case.state == CaseState.WAITING,
            Case.owner_id.is_(None),
            Case.opened_at < case.opened_at,
        )
    )
    return session.scalar(query) or 0


def add_wish(session: Session, contact: Contact, words: str) -> None:
    """Keep how contact is wished for, in the resident's words, after what was kept before."""
    known = reveal(session, contact, "wishes_sealed") or ""
    seal(session, contact, "wishes_sealed", f"{known}\n{words}".strip()[:2000])


def keep_phone(session: Session, contact: Contact, words: str) -> None:
    """Keep the number to call, and the whole answer among the wishes."""
    digits = "".join(sign for sign in words if sign.isdigit() or sign in "-+")[:20]
    seal(session, contact, "phone_sealed", digits or None)
    add_wish(session, contact, words)


def _chosen(session: Session, case: Case) -> bool:
    return bool(session.scalar(select(exists().where(CaseEvent.case_id == case.id, CaseEvent.move == _CHOSEN))))
