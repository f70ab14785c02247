"""Signing in: what lets a person in, what keeps others out, and what an invitation can do once."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from resources import places, sign_in, two_steps
from resources.db import Database
from resources.journal import JournalEntry
from resources.passwords import Passwords, PasswordTooWeak, checked_password
from resources.sign_in import InvitationSpent, LoginTaken
from resources.staff import Role, Staff, StaffSession

TOWN = "990019"
WORDS = "ながくて覚えやすい合言葉"
IDLE = timedelta(minutes=60)


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return Passwords(memory_kib=1024, rounds=1)


@pytest.fixture
def people(database: Database, passwords: Passwords, now: datetime) -> Database:
    with database.writing() as session:
        places.add(session, TOWN, "みらい市", now=now)
        sign_in.add_staff(
            session, login="Yamada@Example.jp", display_name="山田", password_hash=passwords.make(WORDS),
            municipality=TOWN, roles=[Role.DESK_WORKER], now=now,
        )  # fmt: skip
    return database


def try_to_enter(database: Database, passwords: Passwords, login: str, password: str, now: datetime) -> str | None:
    with database.reading() as session:
        staff_id, stored = sign_in.known_hash(session, login)
    fits = passwords.fits(stored, password)
    with database.writing() as session:
        entered = two_steps.enter(session, staff_id, fits=fits, checked=stored, hours=12, now=now)
    return entered.token if entered else None


def is_recognised(database: Database, token: str, now: datetime) -> bool:
    with database.reading() as session:
        return sign_in.recognise(session, token, idle=IDLE, now=now) is not None


def test_the_right_password_opens_a_session_of_which_only_the_hash_is_kept(
    people: Database, passwords: Passwords, now: datetime
) -> None:
    token = try_to_enter(people, passwords, " YAMADA@example.jp ", WORDS, now)
    assert token is not None and len(token) >= 43
    assert is_recognised(people, token, now)
    with people.reading() as session:
        assert token.encode() not in session.scalars(select(StaffSession.token_hash)).one()


def test_an_idle_or_old_session_ends_by_itself(people: Database, passwords: Passwords, now: datetime) -> None:
    token = try_to_enter(people, passwords, "yamada@example.jp", WORDS, now)
    assert token is not None
    assert not is_recognised(people, token, now + IDLE)
    with people.writing() as session:
        row = session.scalars(select(StaffSession)).one()
        sign_in.touch(session, row.id, now=now + timedelta(hours=11, minutes=30))
    assert is_recognised(people, token, now + timedelta(hours=11, minutes=59))
    assert not is_recognised(people, token, now + timedelta(hours=12))


def test_disabling_a_person_ends_open_sessions_and_invitations_at_once(
    people: Database, passwords: Passwords, now: datetime
) -> None:
    token = try_to_enter(people, passwords, "yamada@example.jp", WORDS, now)
    with people.writing() as session:
        invited = sign_in.invite(
            session, municipality=TOWN, role=Role.SUPERVISOR, login="yamada@example.jp", now=now
        )
        assert sign_in.disable(session, "yamada@example.jp", now)
        assert not sign_in.disable(session, "nobody@example.jp", now)
    assert token is not None and not is_recognised(people, token, now)
    assert try_to_enter(people, passwords, "yamada@example.jp", WORDS, now) is None
    with people.reading() as session, pytest.raises(InvitationSpent):
        sign_in.invitation(session, invited, now=now)


def test_a_person_whose_time_is_over_does_not_come_in(people: Database, passwords: Passwords, now: datetime) -> None:
    with people.writing() as session:
        session.scalars(select(Staff)).one().expires_on = now.date()
    assert try_to_enter(people, passwords, "yamada@example.jp", WORDS, now)
    assert try_to_enter(people, passwords, "yamada@example.jp", WORDS, now + timedelta(days=1)) is None


def test_five_wrong_tries_lock_for_a_minute_even_with_the_right_password(
    people: Database, passwords: Passwords, now: datetime
) -> None:
    for _ in range(5):
        assert try_to_enter(people, passwords, "yamada@example.jp", "ちがう", now) is None
    assert try_to_enter(people, passwords, "yamada@example.jp", WORDS, now + timedelta(seconds=59)) is None
    assert try_to_enter(people, passwords, "yamada@example.jp", WORDS, now + timedelta(minutes=15)) is not None
    with people.reading() as session:
        acts = session.scalars(select(JournalEntry.act)).all()
        assert acts.count("staff.locked") == 1 and acts.count("staff.sign_in_refused") == 6


def test_the_lock_grows_but_never_beyond_a_quarter_of_an_hour(
    people: Database, passwords: Passwords, now: datetime
) -> None:
    at = now
    for _ in range(40):
        try_to_enter(people, passwords, "yamada@example.jp", "ちがう", at)
        at += timedelta(minutes=20)
    assert try_to_enter(people, passwords, "yamada@example.jp", WORDS, at) is not None


def test_an_unknown_account_is_checked_like_a_known_one(
    people: Database, passwords: Passwords, now: datetime
) -> None:
    assert try_to_enter(people, passwords, "nobody@example.jp", WORDS, now) is None
    assert passwords.fits(None, WORDS) is False
    with people.reading() as session:
        assert "staff.sign_in_refused" in session.scalars(select(JournalEntry.act)).all()


def test_a_password_changed_during_the_check_does_not_let_in(
    people: Database, passwords: Passwords, now: datetime
) -> None:
    with people.reading() as session:
        staff_id, stored = sign_in.known_hash(session, "yamada@example.jp")
    with people.writing() as session:
        session.scalars(select(Staff)).one().password_hash = passwords.make("べつのながい合言葉にした")
    with people.writing() as session:
        assert two_steps.enter(session, staff_id, fits=True, checked=stored, hours=12, now=now) is None


def test_an_invitation_works_once_and_brings_town_and_role(
    people: Database, passwords: Passwords, now: datetime
) -> None:
    with people.writing() as session:
        token = sign_in.invite(session, municipality=TOWN, role=Role.SUPERVISOR, now=now)
    with people.reading() as session:
        sign_in.invitation(session, token, now=now)
        sign_in.invitation(session, token, now=now)
    accepted = {"display_name": "佐藤", "password_hash": passwords.make(WORDS), "now": now}
    with people.writing() as session:
        sign_in.accept(session, token, login="sato@example.jp", **accepted)
    with people.writing() as session, pytest.raises(InvitationSpent):
        sign_in.accept(session, token, login="suzuki@example.jp", **accepted)


def test_an_invitation_bound_to_an_address_keeps_it(people: Database, passwords: Passwords, now: datetime) -> None:
    with people.writing() as session:
        token = sign_in.invite(session, municipality=TOWN, role=Role.STAND_IN, login="bound@example.jp", now=now)
        staff = sign_in.accept(
            session, token, login="other@example.jp", display_name="高橋", password_hash=passwords.make(WORDS), now=now
        )
        assert staff.login == "bound@example.jp"


def test_an_old_or_forged_invitation_is_refused(people: Database, now: datetime) -> None:
    with people.writing() as session:
        token = sign_in.invite(session, municipality=TOWN, role=Role.STAND_IN, now=now)
    with people.reading() as session:
        for spent, at in ((token, now + timedelta(days=7)), (token + "x", now), ("", now)):
            with pytest.raises(InvitationSpent):
                sign_in.invitation(session, spent, now=at)


def test_an_invitation_cannot_take_over_an_existing_account(
    people: Database, passwords: Passwords, now: datetime
) -> None:
    with people.writing() as session:
        token = sign_in.invite(session, municipality=TOWN, role=Role.ADMINISTRATOR, now=now)
    with people.writing() as session, pytest.raises(LoginTaken):
        sign_in.accept(
            session, token, login="YAMADA@example.jp", display_name="山田", password_hash=passwords.make(WORDS), now=now
        )


def test_two_invitations_for_one_address_accepted_at_once_make_one_account(
    people: Database, passwords: Passwords, now: datetime
) -> None:
    with people.writing() as session:
        tokens = [
            sign_in.invite(session, municipality=TOWN, role=Role.STAND_IN, login="two@example.jp", now=now) for _ in "ab"
        ]
    both = threading.Barrier(2, timeout=20)
    hashed = passwords.make(WORDS)
    ended: list[str] = []

    def accept(token: str) -> None:
        both.wait()
        try:
            with people.writing() as session:
                sign_in.accept(session, token, login="", display_name="同時", password_hash=hashed, now=now)
                time.sleep(0.2)
            ended.append("in")
        except LoginTaken:
            ended.append("taken")

    threads = [threading.Thread(target=accept, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["in", "taken"]
    with people.reading() as session:
        assert len(session.scalars(select(Staff).where(Staff.login == "two@example.jp")).all()) == 1


@pytest.mark.parametrize("weak", ["", "みじかい", "あああああああああああああ", "yamada@example.jp", "x" * 257])
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(PasswordTooWeak):
        checked_password(weak, "yamada@example.jp")


@pytest.mark.parametrize("good", ["correct horse battery", "ひらがなだけのながいことば", "1234567890987"])
def test_a_long_password_needs_no_composition(good: str) -> None:
    assert checked_password(good, "yamada@example.jp") == good
