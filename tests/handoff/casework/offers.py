"""A town with several desks, a co-ordinator and a prefecture, and cases that are offered between them."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select

from handoff import cases, moves
from handoff.cases import Case
from handoff.casework import referral_answers, referring
from handoff.casework.referrals import Referral
from handoff.states import NotAllowed
from resources import places
from resources.access import Actor, actor_for
from resources.db import EVERYWHERE, new_id
from resources.desks import Desk
from resources.staff import Role, Staff
from tests.desk import HOURS, Browser, World

PREFECTURE = "990001"
ANSWER_BY, FIRST = date(2026, 12, 1), date(2026, 11, 26)
ASKED = "家計の見直しを一緒にしてください"
CANARY = "カナリアのことば"


def actor(world: World, name: str) -> Actor:
    with world.database.reading() as session:
        return actor_for(session, session.get_one(Staff, world.people[name]))


def add_desk(world: World, name: str, *people: str, kind: str = "", violence: bool = False, town: str = "") -> uuid.UUID:
    """Add a desk and who sits there."""
    desk = Desk(
        id=new_id(), municipality_code=town or world.town, name=name, kind=kind, hours=HOURS, for_violence=violence
    )
    with world.database.writing() as session:
        session.add(desk)
    for person in people:
        world.add_person(person, f"{name}の{person}", [Role.DESK_WORKER], [desk.id], town or None)
    return desk.id


def add_prefecture(world: World) -> uuid.UUID:
    """Add the prefecture of the town, with a desk and two people: one sits at the desk, one has the role alone."""
    with world.database.writing() as session:
        places.add(session, PREFECTURE, "あけぼの県", now=world.now)
        places.add(session, world.town, "みらい市", now=world.now, prefecture=PREFECTURE)
    desk = add_desk(world, "県くらし相談", "ken", town=PREFECTURE)
    world.add_person("kencho", "県庁の人", [Role.PREFECTURE], [], PREFECTURE)
    return desk


def taken(world: World, name: str = "yamada", **more: object) -> uuid.UUID:
    """A case somebody has."""
    case_id = world.open_case(CANARY, **{"name": "小鳥", "topics": ["debt"], **more})  # type: ignore[arg-type]
    with world.database.writing(world.town) as session:
        moves.take(session, session.get_one(Case, case_id), actor=actor(world, name), now=world.now)
    return case_id


def offer(world: World, case_id: uuid.UUID, desk: uuid.UUID | None = None, by: str = "yamada", **more: object) -> uuid.UUID:
    """Offer a case to a desk, or to a law office outside, with consent unless something else is said."""
    to: dict[str, object] = {"desk_id": desk} if desk else {"kind": "legal", "name": "みらい法律事務所", "contact": "03"}
    asking = referring.Asking(**{"words": ASKED, "answer_by": ANSWER_BY, "means": "oral", **to, **more})  # type: ignore[arg-type]
    with world.database.writing(world.town) as session:
        case = cases.find(session, actor(world, by), case_id, to_change=True)
        if case is None:
            raise NotAllowed(NotAllowed.__doc__)
        return referring.offer(session, case, asking, actor=actor(world, by), now=world.clock()).id


def answer(world: World, referral_id: uuid.UUID, by: str, *, reason: str = "", words: str = "") -> None:
    """Accept an offer to one's desk, or decline it with a reason."""
    who = actor(world, by)
    with world.database.writing(who.custodians) as session:
        found = referral_answers.find(session, who, referral_id, to_change=True)
        assert found is not None
        if reason:
            referral_answers.decline(session, *found, reason, words, actor=who, now=world.clock())
        else:
            referral_answers.accept(session, *found, FIRST, actor=who, now=world.clock())


def read(world: World, referral_id: uuid.UUID) -> Referral:
    """Return an offer as it stands."""
    with world.database.reading(EVERYWHERE) as session:
        return session.scalars(select(Referral).where(Referral.id == referral_id)).one()


def fields(**more: str) -> dict[str, str]:
    """What somebody fills in to offer a case."""
    return {"words": ASKED, "answer_by": ANSWER_BY.isoformat(), "means": "oral", **more}


def link_of(browser: Browser, path: str, referral_id: uuid.UUID) -> str:
    """Make a link and return the path it opens."""
    shown = browser.post(f"{path}/{referral_id}/link")
    return "/refer/" + shown.text.partition("/refer/")[2].partition('"')[0]
