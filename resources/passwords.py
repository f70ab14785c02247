"""Passwords: which may be chosen, and how they are made into hashes and checked without wearing the machine out."""

from __future__ import annotations

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
_DISTINCT = 5
_LONGEST_LOGIN = 120


class PasswordTooWeak(ValueError):
    """パスワードは12文字以上にしてください（同じ文字のくり返しやメールアドレスそのものは使えません）。"""


class TooManyAtOnce(RuntimeError):
    """いま、サインインが混み合っています。1分ほど待って、もう一度お試しください。"""


class Passwords:
    """Makes and checks argon2 hashes; few at a time, because each one takes much memory on purpose."""

    def __init__(self, *, memory_kib: int = 65536, rounds: int = 3, at_once: int = 2, queue: int = 12) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)
        self._working = threading.BoundedSemaphore(at_once)
        self._waiting = threading.BoundedSemaphore(queue)
        self._nobody = ""

    def make(self, password: str) -> str:
        """Return the hash of a new password."""
        with self._working:
            return self._hasher.hash(_plain(password))

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether a password fits; an unknown account (None) costs the same time. Raises TooManyAtOnce."""
        if not self._waiting.acquire(blocking=False):
            raise TooManyAtOnce(TooManyAtOnce.__doc__)
        try:
            with self._working:
                self._nobody = self._nobody or self._hasher.hash(secrets.token_hex(16))
                return self._hasher.verify(stored or self._nobody, _plain(password)) and stored is not None
        except (VerifyMismatchError, InvalidHashError):
            return False
        finally:
            self._waiting.release()


def checked_password(password: str, login: str) -> str:
    """Return a password that may be used; raises PasswordTooWeak. There are no rules about its composition."""
    plain = _plain(password)
    fits = SHORTEST_PASSWORD <= len(plain) <= LONGEST_PASSWORD and len(set(plain)) >= _DISTINCT
    if not fits or clean_login(plain) == clean_login(login):
        raise PasswordTooWeak(PasswordTooWeak.__doc__)
    return plain


def clean_login(login: str) -> str:
    """Return a login in the one form it is kept in."""
    return unicodedata.normalize("NFKC", login).strip().lower()[:_LONGEST_LOGIN]


def _plain(password: str) -> str:
    # The same password typed on another system may arrive in another Unicode form.
    return unicodedata.normalize("NFKC", password)
