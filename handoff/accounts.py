"""The accounts through which residents reach a town: one LINE account, one Telegram bot, the browser page."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Integer, LargeBinary, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base, Held, held_args
from resources.sealing import reveal, seal


class Platform(StrEnum):
    """A door residents come through."""

    LINE = "line"
    TELEGRAM = "telegram"
    BROWSER = "browser"
    TERMINAL = "terminal"

    @property
    def label(self) -> str:
        """The platform as staff read it."""
        return {"line": "LINE", "telegram": "Telegram", "browser": "ブラウザ", "terminal": "端末"}[self]


class Account(Held, Base):
    """One account of one town on one platform, with its own secrets."""

    __tablename__ = "account"
    __table_args__ = held_args()

    name: Mapped[str] = mapped_column(String(48), unique=True)
    platform: Mapped[Platform] = mapped_column(String(12))
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())  # LINE channel secret, Telegram webhook secret
    token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    destination: Mapped[str] = mapped_column(String(40), default="")
    api_base_url: Mapped[str] = mapped_column(String(300), default="")
    polling: Mapped[bool] = mapped_column(default=False)
    polling_offset: Mapped[int | None] = mapped_column(BigInteger())
    active: Mapped[bool] = mapped_column(default=True)
    # Written by the worker, read by the desk.
    quota_limit: Mapped[int | None] = mapped_column(Integer())
    quota_used: Mapped[int | None] = mapped_column(Integer())
    quota_checked_at: Mapped[datetime | None] = mapped_column()
    trouble: Mapped[str] = mapped_column(String(80), default="")  # a code: unreachable, token_refused, quota_spent
    trouble_since: Mapped[datetime | None] = mapped_column()


def add(
    session: Session,
    *,
    municipality: str,
    platform: Platform,
    name: str,
    secret: str = "",
    token: str = "",
    destination: str = "",
    api_base_url: str = "",
    polling: bool = False,
) -> Account:
    """Add an account, or set the values of the one with this name."""
    account = session.scalars(select(Account).where(Account.name == name)).first()
    if account is None:
        account = Account(custodian=municipality, name=name, platform=platform)
        session.add(account)
    account.destination = destination
    account.api_base_url = api_base_url.rstrip("/")
    account.polling = polling
    seal(session, account, "secret_sealed", secret)
    seal(session, account, "token_sealed", token)
    session.flush()
    return account


def secret(session: Session, account: Account) -> str:
    """Return the secret with which incoming messages are checked."""
    return reveal(session, account, "secret_sealed") or ""


def token(session: Session, account: Account) -> str:
    """Return the token with which messages are sent."""
    return reveal(session, account, "token_sealed") or ""


def of_town(session: Session, municipality: str, platform: Platform) -> Account:
    """Return the town's own account of a platform without secrets (browser, terminal), made on first use."""
    name = f"{platform}-{municipality}"
    query = select(Account).where(Account.name == name)
    found = session.scalars(query).first()
    if found is not None:
        return found
    try:
        with session.begin_nested():
            return add(session, municipality=municipality, platform=platform, name=name)
    except IntegrityError:
        return session.scalars(query).one()  # Another first visitor came at the same moment.


def note_trouble(account: Account, trouble: str, *, now: datetime) -> None:
    """Remember what is wrong with an account, or that all is well again (empty)."""
    if account.trouble != trouble:
        account.trouble, account.trouble_since = trouble, now if trouble else None


def find(session: Session, name: str) -> Account | None:
    """Return the active account of this name."""
    return session.scalars(select(Account).where(Account.name == name, Account.active)).first()


def active(session: Session) -> list[Account]:
    """Return all active accounts of all towns this session may see."""
    return list(session.scalars(select(Account).where(Account.active).order_by(Account.id)))


def by_id(session: Session, account_id: uuid.UUID) -> Account:
    """Return an account by its id."""
    return session.scalars(select(Account).where(Account.id == account_id)).one()


def every(session: Session) -> list[Account]:
    """Return all accounts this session may see, by name."""
    return list(session.scalars(select(Account).order_by(Account.name)))
