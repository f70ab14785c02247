"""Thousands of open cases for figures: rows as the desk has them, of which only those shown first can be read."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import Any

from handoff import accounts, contacts
from handoff.accounts import Platform
from handoff.cases import ASKING, DANGER, TODAY, TROUBLED, Case
from handoff.contacts import Contact, ContactPoint
from handoff.states import CaseState, Consent, Ground
from handoff.transcript import Author, Message
from resources.db import new_id
from resources.sealing import seal
from tests.desk import World

UNDERSTOOD = '{"household": [{"relation": "本人", "age": 34, "problems": ["困窮"]}, {"relation": "子", "age": 6}]}'
_READABLE = 60
_REASONS = (["complex"], ["third_party"], ["person_requested"])


def gather(world: World, count: int, *, unanswered: float = 0.5) -> None:
    """Open so many cases of all needs, over six weeks; the first ones of the list carry words and names."""
    lots = random.Random(count)
    rows: dict[type[Any], list[Any]] = {Contact: [], ContactPoint: [], Case: [], Message: []}
    with world.database.writing(world.town) as session:
        account = accounts.of_town(session, world.town, Platform.LINE)
        for number in range(count):
            since = world.now - timedelta(minutes=lots.randrange(1, 60_000) if number >= _READABLE else 70_000 - number)
            contact = Contact(id=new_id(), custodian=world.town, made_at=since, call_allowed=lots.choice((True, False, None)))
            point = ContactPoint(
                id=new_id(), custodian=world.town, contact_id=contact.id, account_id=account.id,
                address_index=uuid.uuid4().bytes * 2, address_sealed=b"", made_at=since,
            )  # fmt: skip
            readable = number < _READABLE
            need = DANGER if readable else lots.choice((TODAY, TROUBLED, ASKING, ASKING))
            waits = readable or lots.random() < unanswered
            case = Case(
                id=new_id(), custodian=world.town, contact_id=contact.id, point_id=point.id, receipt=f"R-{count}-{number:06}",
                state=CaseState.WAITING if waits else CaseState.TAKEN, owner_id=None if waits else world.people["sato"],
                ground=Ground.LIFE_BODY if readable else Ground.REQUEST, consent=Consent.GIVEN, route="handoff", need=need,
                crisis="self_harm" if readable else None, crises=["self_harm"] if readable else [],
                reasons=["crisis", "complex"] if readable else lots.choice(_REASONS),
                topics=["rent_loan"], desk_id=world.desk_id, opened_at=since, waiting_since=since if waits else None,
                complaint_sealed=None if readable else lots.randbytes(160),
                understood_sealed=None if readable else lots.randbytes(300),
            )  # fmt: skip
            if readable:
                contacts.name_person(session, contact, f"はな{number}")
                seal(session, case, "complaint_sealed", f"もう限界です。{number}日も食べていません。どうしたら…")
                seal(session, case, "understood_sealed", UNDERSTOOD)
            for row in (contact, point, case):
                rows[type(row)].append(row)
            if waits and number % 4 == 0:
                rows[Message].append(
                    Message(
                        id=new_id(), custodian=world.town, contact_id=contact.id, point_id=point.id, author=Author.RESIDENT,
                        said_at=since, made_at=since,
                    )
                )  # fmt: skip
        # What others point at comes first.
        for made in rows.values():
            session.add_all(made)
            session.flush()
