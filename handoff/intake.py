"""Taking a consultation in: a case in the database, at the right desk with the reason, before anybody is told."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from handoff import alarms, cases, consent, contacts, picture, presence, walls
from handoff.cases import Case, CaseEvent
from handoff.casework import returning
from handoff.contacts import Contact, ContactPoint
from handoff.routing import WALLED, choose_desk, rules, staffed
from handoff.states import CaseState, Consent, Ground
from intents import canonical
from resources import areas
from resources.areas import Area
from resources.desks import Desk
from resources.places import Municipality
from resources.sealing import reveal, seal

_CHOSEN = "desk_chosen"
_AGREED = "本人が、この窓口に伝えてよいと答えた"
# A 町名 is often a surname too: it names a place only where somebody speaks of living or being there.
_NOBODY = "(?!さん|様|くん|君|ちゃん|先生|氏|医院|病院)"
_PLACED = (
    "(?:[0-9一二三四五六七八九十-]+(?:丁目|番)|(?:の?(?:あたり|近く|付近|周辺))?(?:に(?:住|す[むん]|引っ越|越して|あ[るり]|い[るま])"
    "|在住|で(?:暮|ひとり|一人)|です|だ[よがけ]|の(?:家|自宅|実家|アパート|マンション|団地|母|父|祖母|祖父|親)))"
)
_PLAIN_PLACE = re.compile("[町丘台]$")


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
    persons: tuple[tuple[str, str], ...] = ()  # who was named by mistake, and who was meant


def receive(
    session: Session,
    point: ContactPoint,
    matter: Matter,
    *,
    ground: Ground,
    now: datetime,
    area: Area | None = None,
    agreed: Desk | None = None,
    stays: bool = False,
) -> Case:
    """Open a case for a matter, or add the matter to the contact's open one, and send it to its desk.

    `agreed` is the desk the resident said yes to; with `stays` an open case keeps its desk, because nobody is told here.
    """
    known = cases.open_of(session, point.contact_id)
    crises = tuple(dict.fromkeys((*(known.crises if known else ()), *matter.crises)))
    reasons = tuple(dict.fromkeys((*(known.reasons if known else ()), *matter.reasons)))
    topics = tuple(dict.fromkeys((*(known.topics if known else ()), *matter.topics)))
    understood = matter.understood
    if known is not None and understood:
        understood = picture.merged(cases.understood(session, known), understood, matter.persons)
    at = known.desk_id if known is not None else None
    route = choose_desk(
        session, point.custodian, crises=crises, reasons=reasons, topics=topics, area=area, now=now, at=at
    )  # fmt: skip
    desk, why, rule = route.desk, route.reason, route.rule_id
    kept = session.get(Desk, known.desk_id) if known is not None and known.desk_id is not None else None
    if known is not None and kept is not None and (_chosen(session, known) or (stays and staffed(session, kept))):
        # What the resident has chosen or been told is not undone by a later word.
        desk, why, rule = kept, known.routing_reason, known.routing_rule_id
    elif agreed is not None and not crises and staffed(session, agreed):
        desk, why, rule = agreed, _AGREED if agreed is not route.desk else why, rule if agreed is route.desk else None
    case = cases.open_case(
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
        understood=understood,
        proposed_desk=matter.proposed_desk,
        walled=route.walled,
    )
    if route.walled and not case.walled:
        walls.put_up(session, case, route, now=now)
    if matter.crisis and not presence.is_present(case, now=now):
        alarms.begin(session, case, matter.crisis, now=now)
    return case


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
        cases.reopen(session, case, now=now)
        returning.tell(session, case, now=now)
        return case
    cases.heard(case, now=now)
    return case


def area_told(session: Session, municipality: str, words: str) -> Area | None:
    """Return the 町字 of the town that somebody says to be or to live in; a surname that sounds the same is none."""
    said = canonical(words).replace(" ", "")
    known = session.scalars(select(Area).where(Area.municipality_code == municipality)).all()
    if area := area_among(known, words):
        return area
    return areas.find(session, municipality, said) if re.fullmatch("〒?[0-9]{3}-?[0-9]{4}(?:です)?", said) else None


def area_among(known: Sequence[Area], words: str) -> Area | None:
    """Return which of these 町字 somebody says to be or to live in."""
    said = canonical(words).replace(" ", "")
    for area in sorted(known, key=lambda area: -len(area.name)):
        follows = _NOBODY if _PLAIN_PLACE.search(area.name) else _PLACED
        if re.search(f"{re.escape(area.name)}{follows}", said) or (
            area.kana and re.search(f"{re.escape(area.kana)}{_PLACED}", said)
        ):
            return area
    return None


def violence_desks(session: Session, town: Municipality, crises: Sequence[str] = ()) -> dict[str, Desk]:
    """Return the staffed desks made for violence that a resident may choose between: "town" and "prefecture".

    Those the town's table names for this danger come first.
    """
    found: dict[str, Desk] = {}
    tiers = {town.code: "town", town.prefecture_code: "prefecture"}
    for crisis in [crisis for crisis in crises if crisis in WALLED]:
        for rule in rules(session, town.code):
            desk = session.get(Desk, rule.desk_id) if rule.crisis == crisis else None
            if desk is not None and desk.for_violence and desk.municipality_code in tiers and staffed(session, desk):
                found.setdefault(tiers[desk.municipality_code], desk)
    for tier, code in (("town", town.code), ("prefecture", town.prefecture_code)):
        if tier in found:
            continue
        query = select(Desk).where(Desk.municipality_code == code, Desk.active, Desk.for_violence).order_by(Desk.name)
        desk = next((desk for desk in session.scalars(query) if staffed(session, desk)), None)
        if desk is not None:
            found[tier] = desk
    return found


def choose(session: Session, case: Case, desk: Desk, *, now: datetime) -> None:
    """Move a walled case to the desk the resident chose; it stays walled."""
    case.desk_id, case.routing_reason, case.routing_rule_id = desk.id, "本人が窓口を選んだ", None
    cases.record(session, case, _CHOSEN, now=now, detail={"desk": str(desk.id)})
    walls.leave_to(session, case, desk, now=now)
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
    contacts.keep_phone(session, contact, words)
    add_wish(session, contact, words)


def _chosen(session: Session, case: Case) -> bool:
    return bool(session.scalar(select(exists().where(CaseEvent.case_id == case.id, CaseEvent.move == _CHOSEN))))
