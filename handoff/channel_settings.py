"""How a town's LINE and Telegram accounts are put in and renewed: secrets go in and are never shown again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handoff import accounts, settings
from handoff.accounts import Account, Platform
from handoff.settings import NoSuchRow
from handoff.states import NotAllowed
from resources.access import Actor
from resources.sealing import seal

PLATFORMS: Final = (Platform.LINE, Platform.TELEGRAM)
NAME = re.compile(r"[A-Za-z0-9_-]{1,48}")
USER_ID = re.compile(r"U[0-9a-f]{32}")
SECRET = re.compile(r"[!-~]{1,500}")  # visible ASCII: what a header and a URL can carry
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")  # Telegram's own rule for secret_token, and hard to guess


class BadAccountName(NotAllowed):
    """アカウントの名前は、半角の英数字・ハイフン・下線で、48文字までで入れてください。"""


class AccountTaken(NotAllowed):
    """この名前は、もう使われています。別の名前にしてください。"""


class NoPlatform(NotAllowed):
    """LINEかTelegramかを選んでください。"""


class NoSecret(NotAllowed):
    """秘密の値が足りません。2つの欄の両方に入れてください。安全のため、入力した値は画面に残していません。"""


class BadSecret(NotAllowed):
    """秘密の値に、使えない文字（空白・全角など）があります。写し間違いがないか確かめて、もう一度入れてください。"""


class WeakSecret(NotAllowed):
    """TelegramのWebhookの合言葉は、半角の英数字・ハイフン・下線で、32文字以上にしてください。"""


class BadDestination(NotAllowed):
    """ボットのユーザーIDは、Uではじまる33文字です。LINE Developersの画面から写してください。"""


@dataclass(frozen=True)
class Secrets:
    """What was typed into the fields that are only written."""

    secret: str = ""
    token: str = ""


def of_town(session: Session, town: str) -> Sequence[Account]:
    """Return the accounts of a town on the platforms that need secrets."""
    query = select(Account).where(Account.custodian == town, Account.platform.in_(PLATFORMS))
    return session.scalars(query.order_by(Account.active.desc(), Account.name)).all()


def find(session: Session, town: str, account_id: uuid.UUID) -> Account:
    """Return an account of this town; raises NoSuchRow."""
    found = session.scalars(select(Account).where(Account.id == account_id, Account.custodian == town)).first()
    if found is None or found.platform not in PLATFORMS:
        raise NoSuchRow(NoSuchRow.__doc__)
    return found


def add(
    session: Session, town: str, platform: str, name: str, secrets: Secrets, *, destination: str, actor: Actor, now: datetime
) -> Account:
    """Put an account in; its name is part of the address that the platform calls."""
    if platform not in PLATFORMS:
        raise NoPlatform(NoPlatform.__doc__)
    if not NAME.fullmatch(name):
        raise BadAccountName(BadAccountName.__doc__)
    _check(Platform(platform), secrets, destination)
    if accounts.find(session, name) is not None or any(one.name == name for one in accounts.every(session)):
        raise AccountTaken(AccountTaken.__doc__)
    try:
        with session.begin_nested():
            account = accounts.add(
                session, municipality=town, platform=Platform(platform), name=name, secret=secrets.secret,
                token=secrets.token, destination=destination,
            )  # fmt: skip
    except IntegrityError:
        raise AccountTaken(AccountTaken.__doc__) from None  # by a town this person does not see
    settings.note(session, "channel.add", town, actor=actor, now=now, subject=account.id, platform=platform)
    return account


def renew(
    session: Session, town: str, account: Account, secrets: Secrets, *, destination: str, actor: Actor, now: datetime
) -> None:
    """Replace both secrets; what was wrong with the old ones is forgotten."""
    _check(Platform(account.platform), secrets, destination)
    seal(session, account, "secret_sealed", secrets.secret)
    seal(session, account, "token_sealed", secrets.token)
    if account.platform == Platform.LINE:
        account.destination = destination
    accounts.note_trouble(account, "", now=now)
    settings.note(session, "channel.renew", town, actor=actor, now=now, subject=account.id)
    session.flush()


def switch(session: Session, town: str, account: Account, *, on: bool, actor: Actor, now: datetime) -> None:
    """Close a door, or open it again; what was said stays."""
    account.active = on
    settings.note(session, "channel.on" if on else "channel.off", town, actor=actor, now=now, subject=account.id)
    session.flush()


def _check(platform: Platform, secrets: Secrets, destination: str) -> None:
    if not secrets.secret or not secrets.token:
        raise NoSecret(NoSecret.__doc__)
    if not SECRET.fullmatch(secrets.secret) or not SECRET.fullmatch(secrets.token):
        raise BadSecret(BadSecret.__doc__)
    if platform is Platform.TELEGRAM and not WEBHOOK_SECRET.fullmatch(secrets.secret):
        raise WeakSecret(WeakSecret.__doc__)
    if platform is Platform.LINE and destination and not USER_ID.fullmatch(destination):
        raise BadDestination(BadDestination.__doc__)
