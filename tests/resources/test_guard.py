"""Whose data is it: a session that has not said so touches no personal row, and a row never changes its custodian."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from handoff.contacts import Contact, ContactPoint
from resources.db import EVERYWHERE, CustodianChanged, Database, NoCustodian, new_id
from tests.conftest import Town, found_town


@pytest.fixture
def other(database: Database) -> Town:
    return found_town(database, code="990027", name="となり町")


def _contact(database: Database, code: str, now: datetime) -> Contact:
    with database.writing(code) as session:
        contact = Contact(id=new_id(), custodian=code, made_at=now)
        session.add(contact)
    return contact


def test_session_without_a_town_is_refused(database: Database, town: Town) -> None:
    with database.reading() as session, pytest.raises(NoCustodian):
        session.scalars(select(Contact)).all()


def test_one_town_never_sees_the_other(database: Database, town: Town, other: Town, now: datetime) -> None:
    ours, theirs = _contact(database, town.code, now), _contact(database, other.code, now)
    with database.reading(town.code) as session:
        assert [row.id for row in session.scalars(select(Contact))] == [ours.id]
        assert session.get(Contact, theirs.id) is None
    with database.reading(EVERYWHERE) as session:
        assert len(session.scalars(select(Contact)).all()) == 2


def test_update_of_all_rows_stays_inside_the_town(database: Database, town: Town, other: Town, now: datetime) -> None:
    _contact(database, town.code, now)
    theirs = _contact(database, other.code, now)
    with database.writing(town.code) as session:
        session.execute(update(Contact).values(device_watched=True))
    with database.reading(other.code) as session:
        assert session.get_one(Contact, theirs.id).device_watched is False


def test_row_of_another_town_cannot_be_added(database: Database, town: Town, other: Town, now: datetime) -> None:
    with pytest.raises(NoCustodian), database.writing(town.code) as session:
        session.add(Contact(id=new_id(), custodian=other.code, made_at=now))


def test_custodian_never_changes(database: Database, town: Town, other: Town, now: datetime) -> None:
    contact = _contact(database, town.code, now)
    with pytest.raises(CustodianChanged), database.writing(EVERYWHERE) as session:
        session.get_one(Contact, contact.id).custodian = other.code


def test_foreign_key_includes_the_custodian(database: Database, town: Town, other: Town, now: datetime) -> None:
    contact = _contact(database, town.code, now)
    with pytest.raises(IntegrityError), database.writing(EVERYWHERE) as session:
        session.add(
            ContactPoint(
                custodian=other.code, contact_id=contact.id, account_id=new_id(), address_sealed=b"", address_index=b"",
                made_at=now,
            )
        )


def test_reading_session_cannot_write(database: Database, town: Town, now: datetime) -> None:
    with database.reading(town.code) as session:
        session.add(Contact(id=new_id(), custodian=town.code, made_at=now))
        with pytest.raises(DBAPIError):
            session.flush()


def test_rehearsal_leaves_nothing_behind(database: Database, town: Town, now: datetime) -> None:
    with database.rehearsing(town.code) as session:
        session.add(Contact(id=new_id(), custodian=town.code, made_at=now))
        session.flush()
    with database.reading(town.code) as session:
        assert session.scalars(select(Contact)).all() == []
