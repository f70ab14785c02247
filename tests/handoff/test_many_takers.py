"""A busy morning: a thousand cases, fifty people who press at once, and exactly one owner each."""

from __future__ import annotations

import threading
import uuid
from collections import Counter

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from handoff import accounts, contacts, moves
from handoff.accounts import Platform
from handoff.cases import Case, CaseEvent
from handoff.states import Ground
from resources.access import Actor
from resources.db import EVERYWHERE, Database, bind_custodian, new_id
from tests.desk import World
from tests.handoff.test_handing_over import actor

CASES, TAKERS = 1000, 50


def _fill(world: World) -> list[uuid.UUID]:
    with world.database.writing(world.town) as session:
        account = accounts.of_town(session, world.town, Platform.LINE)
        point = contacts.meet(session, account, "U1", now=world.now)
        keys = [new_id() for _ in range(CASES)]
        row = {
            "custodian": world.town, "contact_id": point.contact_id, "point_id": point.id, "state": "waiting",
            "ground": Ground.REQUEST, "consent": "unconfirmed", "route": "handoff", "need": 3, "crises": [], "reasons": [],
            "topics": [], "walled": False, "desk_id": world.desk_id, "routing_reason": "", "present": False,
            "opened_at": world.now, "version": 1,
        }  # fmt: skip
        bind_custodian(session, EVERYWHERE)
        session.execute(insert(Case), [row | {"id": key, "receipt": f"R-{at}"} for at, key in enumerate(keys)])
    return keys


def _take(session: Session, case_id: uuid.UUID, who: Actor, world: World) -> bool:
    case = session.scalars(select(Case).where(Case.id == case_id)).one()
    try:
        moves.take(session, case, actor=who, now=world.now)
    except moves.NotAllowed:
        return False
    return True


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_thousand_cases_and_fifty_takers_leave_exactly_one_owner_each(world: World) -> None:
    keys = _fill(world)
    base = actor(world, "yamada")
    takers = [Actor(new_id(), f"{at}", base.roles, base.desks, base.custodians, base.home) for at in range(TAKERS)]
    won: Counter[uuid.UUID] = Counter()
    lock, barrier = threading.Lock(), threading.Barrier(TAKERS)
    # Three processes' worth of connections: one alone keeps twenty.
    address = world.database.url.render_as_string(hide_password=False)
    houses = [Database(address, info=world.database.info) for _ in range(3)]

    def work(at: int) -> None:
        barrier.wait()
        # Everybody tries a fifth of the cases, beginning elsewhere, so that each case is wanted by ten.
        for number in range(CASES // 5):
            case_id = keys[(at * 20 + number) % CASES]
            with houses[at % 3].writing(world.town) as session:
                taken = _take(session, case_id, takers[at], world)
            if taken:
                with lock:
                    won[case_id] += 1

    threads = [threading.Thread(target=work, args=(at,)) for at in range(TAKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for house in houses:
        house.close()
    assert set(won) == set(keys) and set(won.values()) == {1}
    with world.database.reading(world.town) as session:
        owned = session.scalar(select(func.count()).select_from(Case).where(Case.owner_id.is_not(None), Case.version == 2))
        takes = session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.move == "take"))
    assert (owned, takes) == (CASES, CASES)
