"""Whose data is it: a session that has not said so touches no personal row, and a row never changes its custodian."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Executable, delete, exists, func, insert, literal_column, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import aliased

from handoff.contacts import Contact, ContactPoint
from resources import journal
from resources.db import EVERYWHERE, CustodianChanged, Database, IsAppendOnly, NoCustodian, new_id
from resources.journal import JournalEntry
from resources.places import Municipality
from tests.conftest import NOW, TOWN, Town, found_town


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


STATEMENTS = {
    "rows": select(Contact),
    "columns": select(Contact.id),
    "a count": select(func.count()).select_from(Contact),
    "an alias": select(aliased(Contact).id),
    "a subquery": select(select(Contact.id).subquery().c.id),
    "a common table": select(select(Contact.id).cte().c.id),
    "a union": select(Contact.id).union(select(aliased(Contact).id)),
    "a join": select(Municipality.code).join(Contact, Contact.custodian == Municipality.code),
    "an exists": select(Municipality.code).where(exists().where(Contact.custodian == Municipality.code)),
    "a figure": select(Municipality.code, select(func.count(Contact.id)).scalar_subquery()),
    "a list": select(Municipality.code).where(Municipality.code.in_(select(Contact.custodian))),
    "a change": update(Contact).values(device_watched=True),
    "a removal": delete(ContactPoint).where(ContactPoint.contact_id.in_(select(Contact.id))),
}
TABLE = Contact.__table__
PAST_THE_CLASS = {
    "a table": select(TABLE.c.id),
    "a count": select(func.count()).select_from(TABLE),
    "an exists": select(Municipality.code).where(exists(select(TABLE.c.id).where(TABLE.c.custodian == Municipality.code))),
    "a change": update(TABLE).values(device_watched=True),
    "a removal": delete(TABLE),
    "a row": insert(TABLE).values(id=new_id(), custodian=TOWN, made_at=NOW, device_watched=False),
    "a row by its class": insert(Contact).values(id=new_id(), custodian=TOWN, made_at=NOW, device_watched=False),
    "written by hand": text("SELECT id FROM contact"),
    "written by hand for a class": select(Contact).from_statement(text('SELECT * FROM "Contact"')),
    "a written column": select(literal_column("(SELECT count(*) FROM contact)")),
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_no_form_of_a_statement_gets_by_without_a_town(sqlite_database: Database, statement: Executable) -> None:
    with sqlite_database.rehearsing() as session, pytest.raises(NoCustodian):
        session.execute(statement)


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_no_form_of_a_statement_reaches_another_town(
    sqlite_database: Database, now: datetime, statement: Executable
) -> None:
    found_town(sqlite_database), found_town(sqlite_database, code="990027", name="となり町")
    _contact(sqlite_database, "990027", now)
    with sqlite_database.rehearsing(TOWN) as session:
        found = session.execute(statement)
        assert found.rowcount == 0 if statement.is_dml else [row for row in found if row[-1] != 0] == []


@pytest.mark.parametrize("statement", PAST_THE_CLASS.values(), ids=PAST_THE_CLASS)
@pytest.mark.parametrize("bound", [None, TOWN])
def test_a_statement_past_the_class_is_refused(
    sqlite_database: Database, statement: Executable, bound: str | None
) -> None:
    with sqlite_database.rehearsing(bound) as session, pytest.raises(NoCustodian):
        session.execute(statement)


def test_rows_changed_from_a_list_are_refused(database: Database, town: Town, other: Town, now: datetime) -> None:
    theirs = _contact(database, other.code, now)
    with database.rehearsing(town.code) as session, pytest.raises(NoCustodian):
        session.execute(update(Contact), [{"id": theirs.id, "device_watched": True}])


@pytest.mark.parametrize(
    "change", [update(Contact).values(custodian="990027"), update(TABLE).values({TABLE.c.custodian: "990027"})]
)
def test_no_change_in_bulk_moves_the_custodian(sqlite_database: Database, change: Executable) -> None:
    for bound in (EVERYWHERE, TOWN):
        with sqlite_database.rehearsing(bound) as session, pytest.raises(CustodianChanged):
            session.execute(change)


def test_a_custodian_that_was_not_loaded_does_not_change_either(
    database: Database, town: Town, other: Town, now: datetime
) -> None:
    ours = _contact(database, town.code, now)
    with database.rehearsing(EVERYWHERE) as session:
        contact = session.get_one(Contact, ours.id)
        session.expire(contact)
        contact.custodian = other.code
        with pytest.raises(CustodianChanged):
            session.flush()


def test_the_journal_is_only_ever_added_to(database: Database, town: Town, now: datetime) -> None:
    with database.writing() as session:
        journal.record(session, "case.read", municipality=town.code, subject_kind="case", now=now)
    for change in (update(JournalEntry).values(act="x"), delete(JournalEntry), delete(JournalEntry.__table__)):
        with database.rehearsing(EVERYWHERE) as session, pytest.raises(IsAppendOnly):
            session.execute(change)
    with database.rehearsing(EVERYWHERE) as session:
        entry = session.scalars(select(JournalEntry)).one()
        entry.act = "x"
        with pytest.raises(IsAppendOnly):
            session.flush()
    with database.rehearsing(EVERYWHERE) as session:
        session.delete(session.scalars(select(JournalEntry)).one())
        with pytest.raises(IsAppendOnly):
            session.flush()
