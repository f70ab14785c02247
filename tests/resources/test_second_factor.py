"""The second factor: nothing opens between the two steps, and every code opens once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from resources import places, second_factor, sign_in, two_steps
from resources.db import Database
from resources.journal import JournalEntry
from resources.passwords import Passwords
from resources.staff import RecoveryCode, Role, Staff, StaffSession

TOWN, LOGIN, WORDS = "990019", "yamada@example.jp", "ながくて覚えやすい合言葉"
IDLE = timedelta(minutes=60)


@pytest.fixture
def people(database: Database, now: datetime) -> Database:
    with database.writing() as session:
        places.add(session, TOWN, "みらい市", now=now)
        sign_in.add_staff(
            session, login=LOGIN, display_name="山田", password_hash=Passwords(memory_kib=1024, rounds=1).make(WORDS),
            municipality=TOWN, roles=[Role.DESK_WORKER], now=now,
        )  # fmt: skip
    return database


def first_step(database: Database, now: datetime, *, fits: bool = True) -> str | None:
    """Give the password, right or wrong, and return the token of who stands between the steps."""
    with database.reading() as session:
        staff_id, stored = sign_in.known_hash(session, LOGIN)
    with database.writing() as session:
        entered = two_steps.enter(session, staff_id, fits=fits, checked=stored, hours=12, now=now, second=True)
    assert entered is None or entered.half
    return entered.token if entered else None


def second_step(database: Database, half: str, code: str, now: datetime) -> str | None:
    with database.writing() as session:
        return two_steps.complete(session, half, code, hours=12, now=now)


def equipped(database: Database, now: datetime) -> tuple[pyotp.TOTP, list[str]]:
    """Set a telephone up and return it with the recovery codes."""
    half = first_step(database, now)
    assert half is not None
    with database.writing() as session:
        waiting = two_steps.waiting(session, half, now=now)
        assert waiting is not None and waiting.key is not None
        telephone = pyotp.TOTP(waiting.key)
        done = two_steps.set_up(session, half, telephone.at(now), hours=12, now=now)
    assert done is not None
    return telephone, done[1]


def test_after_the_password_alone_nobody_is_signed_in(people: Database, now: datetime) -> None:
    half = first_step(people, now)
    assert half is not None
    with people.reading() as session:
        assert session.scalars(select(StaffSession)).first() is None
        assert sign_in.recognise(session, half, idle=IDLE, now=now) is None
        assert two_steps.waiting(session, half, now=now + timedelta(minutes=10)) is None
        assert two_steps.waiting(session, half + "x", now=now) is None


def test_a_code_opens_once_and_the_step_before_and_after_too(people: Database, now: datetime) -> None:
    telephone, _ = equipped(people, now)
    # When the telephone showed the code, when it was typed, both in seconds after the set-up.
    for shown, typed, opens in (
        (0, 0, False), (30, 30, True), (30, 30, False), (90, 120, True), (60, 90, False), (150, 120, True), (240, 300, False)
    ):  # fmt: skip
        at = now + timedelta(seconds=typed)
        half = first_step(people, at)
        assert half is not None
        token = second_step(people, half, telephone.at(now + timedelta(seconds=shown)), at)
        assert (token is not None) == opens, (shown, typed)
        if token:
            with people.reading() as session:
                assert sign_in.recognise(session, token, idle=IDLE, now=at, two_factors=True) is not None


def test_two_forms_with_one_code_at_once_open_one_session(people: Database, now: datetime) -> None:
    telephone, _ = equipped(people, now)
    later = now + timedelta(minutes=5)
    halves = [first_step(people, later) for _ in "ab"]
    both, opened = threading.Barrier(2, timeout=20), []

    def arrive(half: str) -> None:
        both.wait()
        opened.append(second_step(people, half, telephone.at(later), later))

    threads = [threading.Thread(target=arrive, args=(half,)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(token is not None for token in opened) == [False, True]


def test_a_recovery_code_opens_once_however_it_is_typed_and_only_its_hash_is_kept(people: Database, now: datetime) -> None:
    _, codes = equipped(people, now)
    assert len(set(codes)) == 10 and all(len(code) == 19 for code in codes)
    with people.reading() as session:
        kept = session.scalars(select(RecoveryCode)).all()
        assert len(kept) == 10 and not any(codes[0].replace("-", "").encode() in row.code_hash for row in kept)
    for typed, opens in ((codes[0].lower().replace("-", " "), True), (codes[0], False), (codes[1], True)):
        half = first_step(people, now)
        assert half is not None
        assert (second_step(people, half, typed, now) is not None) == opens, typed
    with people.reading() as session:
        assert second_factor.codes_left(session, session.scalars(select(Staff)).one()) == 8
        assert "staff.recovery_used" in session.scalars(select(JournalEntry.act)).all()


def test_new_recovery_codes_replace_the_old_ones(people: Database, now: datetime) -> None:
    _, old = equipped(people, now)
    with people.writing() as session:
        new = second_factor.renew_codes(session, session.scalars(select(Staff)).one(), now=now)
    half = first_step(people, now)
    assert half is not None
    assert second_step(people, half, old[0], now) is None
    assert second_step(people, half, new[0], now) is not None


def test_wrong_codes_lock_like_wrong_passwords_and_the_right_password_does_not_reset_them(
    people: Database, now: datetime
) -> None:
    telephone, codes = equipped(people, now)
    later = now + timedelta(minutes=5)
    for _ in range(5):
        half = first_step(people, later)
        assert half is not None
        assert second_step(people, half, "000000" if telephone.at(later) != "000000" else "000001", later) is None
    assert first_step(people, later) is None
    assert second_step(people, half, telephone.at(later), later) is None
    assert second_step(people, half, codes[0], later) is None
    freed = later + timedelta(minutes=15)
    half = first_step(people, freed)
    assert half is not None and second_step(people, half, codes[0], freed) is not None


def test_the_key_is_kept_sealed_and_a_shown_key_counts_only_when_confirmed(people: Database, now: datetime) -> None:
    half = first_step(people, now)
    assert half is not None
    with people.writing() as session:
        assert two_steps.set_up(session, half, "12345", hours=12, now=now) is None
    with people.reading() as session:
        staff = session.scalars(select(Staff)).one()
        key = second_factor.offered(session, staff)
        assert staff.totp_sealed is None and key is not None and key.encode() not in (staff.totp_offered_sealed or b"")
    telephone, _ = equipped(people, now)
    with people.reading() as session:
        staff = session.scalars(select(Staff)).one()
        assert staff.totp_offered_sealed is None and telephone.secret.encode() not in (staff.totp_sealed or b"")


def test_a_second_set_up_cannot_replace_a_telephone_that_is_set_up(people: Database, now: datetime) -> None:
    first, second = first_step(people, now), first_step(people, now)
    assert first is not None and second is not None
    with people.writing() as session:
        waiting = two_steps.waiting(session, second, now=now)
        assert waiting is not None and waiting.key is not None
        code = pyotp.TOTP(waiting.key).at(now)
        assert two_steps.set_up(session, first, code, hours=12, now=now) is not None
    with people.writing() as session:
        assert two_steps.set_up(session, second, code, hours=12, now=now) is None


def test_a_session_of_the_password_alone_does_not_count_where_a_code_is_asked(people: Database, now: datetime) -> None:
    with people.writing() as session:
        token = sign_in.open_session(session, session.scalars(select(Staff)).one(), hours=12, now=now)
    with people.reading() as session:
        assert sign_in.recognise(session, token, idle=IDLE, now=now) is not None
        assert sign_in.recognise(session, token, idle=IDLE, now=now, two_factors=True) is None


def test_a_reset_ends_sessions_codes_and_half_ways(people: Database, now: datetime) -> None:
    _, codes = equipped(people, now)
    half = first_step(people, now)
    with people.writing() as session:
        assert second_factor.reset_login(session, f" {LOGIN.upper()}", now=now)
        assert not second_factor.reset_login(session, "nobody@example.jp", now=now)
    with people.reading() as session:
        assert session.scalars(select(StaffSession)).first() is None
        assert half is not None and two_steps.waiting(session, half, now=now) is None
    fresh = first_step(people, now)
    assert fresh is not None and second_step(people, fresh, codes[0], now) is None


def test_a_disabled_or_expired_person_does_not_take_the_second_step(people: Database, now: datetime) -> None:
    telephone, _ = equipped(people, now)
    later = now + timedelta(minutes=5)
    half = first_step(people, later)
    assert half is not None
    with people.writing() as session:
        session.scalars(select(Staff)).one().expires_on = now.date() - timedelta(days=1)
    assert second_step(people, half, telephone.at(later), later) is None
