"""The second factor: a code that a telephone shows for half a minute, and codes on paper for the day it is lost."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime
from hmac import compare_digest
from typing import Final

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from resources import sign_in
from resources.db import new_id
from resources.passwords import clean_login
from resources.places import NATION
from resources.sealing import Place, sealer
from resources.staff import RecoveryCode, Staff

ISSUER: Final = "Uketome"
_STEP: Final = 30  # seconds, as every authenticator app counts them
_SKEW: Final = 1  # steps by which a telephone's clock may be wrong
_CODES: Final = 10
# 80 bits a code, without the letters and figures that are mistaken for each other on paper.
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH: Final = 16


def offer(session: Session, staff: Staff) -> None:
    """Make a new key to be shown; it counts only after a code made with it came back."""
    staff.totp_offered_sealed = sealer(session).seal(_place(staff, "totp_offered_sealed"), pyotp.random_base32())


def offered(session: Session, staff: Staff) -> str | None:
    """Return the key that is to be shown, None when there is none."""
    sealed = staff.totp_offered_sealed
    return None if sealed is None else sealer(session).open(_place(staff, "totp_offered_sealed"), sealed)


def address(staff: Staff, key: str) -> str:
    """Return what the picture for an authenticator app says."""
    return pyotp.TOTP(key).provisioning_uri(name=staff.login, issuer_name=ISSUER)


def confirm(session: Session, staff: Staff, code: str, *, now: datetime) -> list[str] | None:
    """Take the offered key for good and return fresh recovery codes, or None when the code does not fit."""
    key = offered(session, staff)
    step = None if key is None else _step_of(key, code, now)
    if key is None or step is None:
        return None
    staff.totp_sealed = sealer(session).seal(_place(staff, "totp_sealed"), key)
    staff.totp_last_step, staff.totp_offered_sealed = step, None
    sign_in.write(session, staff, "staff.factor_set", now)
    return renew_codes(session, staff, now=now)


def fits(session: Session, staff: Staff, code: str, *, now: datetime) -> bool:
    """Whether a code of the telephone or of the paper fits; each one is used up by that. The row must be locked."""
    if staff.totp_sealed is None:
        return False
    key = sealer(session).open(_place(staff, "totp_sealed"), staff.totp_sealed)
    step = _step_of(key, code, now)
    if step is not None and step > (staff.totp_last_step or 0):
        staff.totp_last_step = step
        return True
    return _use_up(session, staff, code, now)


def renew_codes(session: Session, staff: Staff, *, now: datetime) -> list[str]:
    """Return ten new recovery codes; the old ones no longer work, and only hashes are kept."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(_CODES)]
    session.add_all(
        RecoveryCode(id=new_id(), staff_id=staff.id, code_hash=_hash(staff, code), made_at=now) for code in codes
    )
    sign_in.write(session, staff, "staff.recovery_codes", now)
    return [in_fours(code, "-") for code in codes]


def codes_left(session: Session, staff: Staff) -> int:
    """Return how many recovery codes can still be used."""
    query = select(func.count()).where(RecoveryCode.staff_id == staff.id, RecoveryCode.used_at.is_(None))
    return session.scalar(query) or 0


def reset(session: Session, staff: Staff) -> None:
    """Forget the telephone and the paper: the next sign-in leads to a new set-up, and no session stays open."""
    staff.totp_sealed = staff.totp_offered_sealed = staff.totp_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    sign_in.leave_everywhere(session, staff.id)


def reset_login(session: Session, login: str, *, now: datetime) -> bool:
    """Reset for the command line; False when the login is unknown."""
    staff = session.scalars(select(Staff).where(Staff.login == clean_login(login)).with_for_update()).first()
    if staff is None:
        return False
    reset(session, staff)
    sign_in.write(session, staff, "staff.factor_reset", now)
    return True


def in_fours(words: str, between: str = " ") -> str:
    """Return a key or code in groups of four, to be read and typed by people."""
    return between.join(words[at : at + 4] for at in range(0, len(words), 4))


def _step_of(key: str, code: str, now: datetime) -> int | None:
    # Every step is compared, whether one fitted already or not.
    typed, this, found = _plain(code), int(now.timestamp()) // _STEP, None
    for step in range(this - _SKEW, this + _SKEW + 1):
        if compare_digest(pyotp.TOTP(key).generate_otp(step).encode(), typed.encode()):
            found = step
    return found


def _use_up(session: Session, staff: Staff, code: str, now: datetime) -> bool:
    wanted = (RecoveryCode.staff_id == staff.id, RecoveryCode.code_hash == _hash(staff, _plain(code)))
    unused = update(RecoveryCode).where(*wanted, RecoveryCode.used_at.is_(None)).values(used_at=now)
    used = session.scalars(unused.returning(RecoveryCode.id)).first() is not None
    if used:
        sign_in.write(session, staff, "staff.recovery_used", now)
    return used


def _plain(code: str) -> str:
    # Typed with an input method, with spaces or dashes, or in small letters: the same code.
    kept = unicodedata.normalize("NFKC", code[:100]).upper()
    return "".join(letter for letter in kept if letter.isascii() and letter.isalnum())


def _hash(staff: Staff, code: str) -> bytes:
    return hashlib.sha256(staff.id.bytes + code.encode()).digest()


def _place(staff: Staff, column: str) -> Place:
    # A person may work for several towns; the key is theirs and no town's.
    return Place(NATION, staff.id, Staff.__tablename__, column, staff.id)
