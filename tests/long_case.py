"""A case of many years: thousands of messages, many agencies, hundreds of notes; for figures of its page."""

from __future__ import annotations

import uuid
from datetime import timedelta

from handoff import cases, consent, notes, outbox, transcript
from handoff.cases import Case
from handoff.casework import tasks
from handoff.casework.membership import Member
from handoff.contacts import Contact
from handoff.states import CaseState, Consent, Delivery
from handoff.transcript import Author, Kind
from resources.access import actor_for
from resources.db import new_id
from resources.desks import Desk
from resources.sealing import seal
from resources.staff import Staff
from tests.desk import World


def fill(world: World, *, messages: int, agencies: int, written: int) -> uuid.UUID:
    """Open a case that yamada owns, with so many messages, agencies on the team and notes; returns its id."""
    case_id = world.open_case("父の介護と自分の仕事で困っています", topics=["elder_care"], reasons=["complex"])
    with world.database.writing(world.town) as session:
        case, yamada = session.get_one(Case, case_id), session.get_one(Staff, world.people["yamada"])
        actor, point = actor_for(session, yamada), cases.point_of(session, case)
        case.owner_id, case.state = yamada.id, CaseState.TAKEN
        session.get_one(Contact, case.contact_id).call_allowed = True
        for number in range(messages - 1):
            at = world.now - timedelta(minutes=messages - number)
            if number % 2:
                transcript.hear(session, point, f"{number}番目の話です。きょうも父が夜に起きました。", kind=Kind.TEXT,
                                said_at=at, now=at)  # fmt: skip
            else:
                words = f"{number}番目の返事です。またお話しください。"
                bubbles = [outbox.Bubble(Kind.TEXT, words)]
                said = outbox.say(session, point, body="{}", bubbles=bubbles, author=Author.STAFF, now=at, staff_id=yamada.id)
                said.state = Delivery.SENT
        for number in range(agencies):
            desk = Desk(id=new_id(), municipality_code=world.town, name=f"機関{agencies}の{number}")
            session.add(desk)
            session.flush()
            member = Member(
                id=new_id(), custodian=world.town, case_id=case_id, desk_id=desk.id, recipient="welfare_office",
                added_at=world.now, added_by=yamada.id, joined_at=world.now,
            )  # fmt: skip
            seal(session, member, "words_sealed", "月に一度の見守り")
            session.add(member)
        for number in range(written):
            notes.write(session, case, f"{number}番目のメモ。次は電話で様子を聞く。", actor=actor, now=world.now)
        tasks.add(session, case, "来週、電話で様子を聞く", now=world.now, by=yamada.id)
        for recipient in ("welfare_office", "council"):
            consent.give(session, case, Consent.GIVEN, recipient=recipient, means="oral", now=world.now)
    return case_id
