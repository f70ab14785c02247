"""Who proposed in the chat is answered once, whatever editors made of it, and then forgotten."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handoff import accounts, contacts, proposers
from handoff.accounts import Platform
from handoff.contacts import ContactPoint
from handoff.proposers import Proposer
from resources import deciding_proposals
from resources.access import Actor, actor_for
from resources.db import EVERYWHERE
from resources.editing import saving
from resources.editing.kept import KeptSheet
from resources.kinds import Kinds
from resources.proposals import Proposal, Said, Sort, State
from resources.staff import Role, Staff
from tests.desk import World


@pytest.fixture
def editor(world: World) -> Actor:
    """Somebody who keeps the directory."""
    staff_id = world.add_person("editor", "編集", [Role.DIRECTORY_EDITOR], [])
    with world.database.reading() as session:
        return actor_for(session, session.get_one(Staff, staff_id))


def propose(world: World, name: str) -> uuid.UUID:
    with world.database.writing(world.town) as session:
        account = accounts.of_town(session, world.town, Platform.LINE)
        point = contacts.meet(session, account, "Uproposer", now=world.now)
        return proposers.propose(session, point, Said(Sort.PLACE, name), town=world.town, now=world.now).id


def told(world: World) -> list[tuple[str, State]]:
    found: list[tuple[str, State]] = []

    def tell(session: Session, point: ContactPoint, proposal: Proposal, now: datetime) -> None:
        assert point.custodian == proposal.municipality_code
        found.append((proposal.name, State(proposal.state)))

    assert proposers.due(world.database, world.now, tell=tell) == len(found)
    return found


def test_each_decision_is_told_once(world: World, editor: Actor) -> None:
    kinds, declined, written, waits = Kinds.load(), propose(world, "朝顔会"), propose(world, "梅の会"), propose(world, "竹の会")
    assert told(world) == []
    with world.database.writing() as session:
        deciding_proposals.decline(session, declined, "unclear", actor=editor, now=world.now)
        key = deciding_proposals.write(session, written, kinds=kinds, actor=editor, now=world.now)
    assert told(world) == [("朝顔会", State.DECLINED)]
    with world.database.writing() as session:
        saving.make(session, key, {"name": "梅の会"}, town=world.town, kinds=kinds, actor=editor, now=world.now)
    assert told(world) == [("梅の会", State.ACCEPTED)]
    assert told(world) == []
    with world.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Proposer.proposal_id)).all() == [waits]


def test_who_takes_back_what_an_editor_writes_leaves_no_words(world: World, editor: Actor) -> None:
    written, made, waits = (propose(world, name) for name in ("朝顔会", "梅の会", "竹の会"))
    with world.database.writing() as session:
        deciding_proposals.write(session, written, kinds=Kinds.load(), actor=editor, now=world.now)
        key = deciding_proposals.write(session, made, kinds=Kinds.load(), actor=editor, now=world.now)
    with world.database.writing() as session:
        saving.make(session, key, {"name": "梅の会"}, town=world.town, kinds=Kinds.load(), actor=editor, now=world.now)
    with world.database.writing(world.town) as session:
        proposers.take_back(session, session.scalars(select(Proposer.contact_id)).first() or uuid.uuid4())
    with world.database.reading(EVERYWHERE) as session:
        assert [(row.name, row.state) for row in session.scalars(select(Proposal))] == [("梅の会", State.ACCEPTED)]
        assert [sheet.cells for sheet in session.scalars(select(KeptSheet))] == [{}, {}]
        assert session.get(Proposal, waits) is None and session.scalars(select(Proposer)).all() == []


def test_who_proposed_what_is_gone_is_forgotten(world: World, editor: Actor) -> None:
    proposal_id = propose(world, "朝顔会")
    with world.database.writing() as session:
        session.execute(delete(Proposal).where(Proposal.id == proposal_id))
    assert told(world) == []
    with world.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Proposer)).all() == []
