"""Residents say how many of them come to an event: a number of people, never a name, and never more than there is room for."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from intents import canonical
from resources.event_tables import Event, EventDate, SignUp
from resources.slots import JAPAN

MOST_PEOPLE: Final = 6
_PEOPLE: Final = re.compile(
    r"(?:([0-9]{1,3})(?:人|名|にん)?|([一二三四五六七八九])(?:人|名)|(ひとり)|(ふたり))(?:です|で(?:行き|いき|参加|お願い|おねがい|申し?込).*)?"
)
_NUMBERS: Final = "一二三四五六七八九"
_TAKING_BACK: Final = re.compile(
    r"申し?込み?|もうしこみ|キャンセル|取り?消し?|とりけし?|やめ|さっき|先ほど|さきほど|この前|催し|イベント|行事|やっぱり|すみません|ごめんなさい"
    r"|したい|します|して|させて|たい|です|ます|ますか|できますか|ください|いただけますか|もらえますか|お願い|ほしい|んですが|のですが"
    r"|[のはをがもてでね、。!?~・ー\s]"
)


def people_in(words: str) -> int | None:
    """Return how many people a short answer names (2, 3人, ふたりです); None when it names none."""
    named = _PEOPLE.fullmatch(canonical(words).strip(" 。!"))
    if named is None:
        return None
    digits, kanji, _, two = named.groups()
    return (int(digits) if digits else _NUMBERS.index(kanji) + 1 if kanji else 2 if two else 1) or None


def only_takes_back(words: str) -> bool:
    """Say whether words ask to take a sign-up back and name nothing else."""
    return not _TAKING_BACK.sub("", canonical(words))


class NotPossible(ValueError):
    """この回には、申し込めません。"""


class TooLate(NotPossible):
    """この回は、もう始まったか、中止になりました。"""


class NoRoom(NotPossible):
    """この回は、空きが足りません。"""

    def __init__(self, left: int) -> None:
        super().__init__(NoRoom.__doc__)
        self.left = left


def sign_up(session: Session, date_id: uuid.UUID, origin: bytes, people: int, *, now: datetime) -> None:
    """Note that so many people come, in place of what the same origin said before; raises TooLate, NoRoom, NotPossible."""
    if not 1 <= people <= MOST_PEOPLE:
        raise NotPossible(NotPossible.__doc__)
    # Whoever comes second waits here, and then counts the first as well.
    query = select(EventDate).where(EventDate.id == date_id).with_for_update()
    date = session.scalars(query.execution_options(populate_existing=True)).first()
    if date is None or not session.get_one(Event, date.event_id).takes_sign_ups:
        raise NotPossible(NotPossible.__doc__)
    if date.cancelled_at is not None or date.starts_at <= now:
        raise TooLate(TooLate.__doc__)
    mine = _of(session, date_id, origin)
    taken = session.scalars(select(func.coalesce(func.sum(SignUp.people), 0)).where(SignUp.event_date_id == date_id)).one()
    left = None if date.capacity is None else date.capacity - int(taken) + (mine.people if mine else 0)
    if left is not None and people > left:
        raise NoRoom(max(0, left))
    if mine is not None:
        mine.people = people
        return
    said_on = now.astimezone(JAPAN).date()
    session.add(
        SignUp(
            municipality_code=date.municipality_code, event_date_id=date_id, origin=origin, people=people, said_on=said_on
        )
    )  # fmt: skip
    session.flush()


def people_of(session: Session, date_id: uuid.UUID, origin: bytes) -> int:
    """Return how many people come with an origin; 0 when nobody does."""
    mine = _of(session, date_id, origin)
    return mine.people if mine else 0


def withdraw(session: Session, date_id: uuid.UUID, origin: bytes) -> bool:
    """Take a sign-up back; False when there was none."""
    mine = _of(session, date_id, origin)
    if mine is None:
        return False
    session.delete(mine)
    session.flush()
    return True


def coming(session: Session, town: str, *, now: datetime) -> list[uuid.UUID]:
    """Return the dates of a town that are not over and that somebody signed up for."""
    query = select(EventDate.id).where(EventDate.municipality_code == town, EventDate.ends_at > now)
    return list(session.scalars(query.where(EventDate.id.in_(select(SignUp.event_date_id))).order_by(EventDate.id)))


def to_tell(session: Session, *, now: datetime) -> list[EventDate]:
    """Return the dates that were cancelled and of which those who had signed up do not know yet."""
    query = select(EventDate).where(EventDate.cancelled_at.is_not(None), EventDate.told_at.is_(None), EventDate.ends_at > now)
    return list(session.scalars(query.order_by(EventDate.id)))


def origins_of(session: Session, date_id: uuid.UUID) -> Collection[bytes]:
    """Return the fingerprints of those who signed up for a date."""
    query = select(SignUp.origin).where(SignUp.event_date_id == date_id, SignUp.origin.is_not(None))
    return {origin for origin in session.scalars(query) if origin is not None}


def anything_over(session: Session, *, before: datetime) -> bool:
    """Say whether there is anything to let go of."""
    query = select(SignUp.id).join(EventDate, EventDate.id == SignUp.event_date_id)
    return session.scalars(query.where(EventDate.ends_at < before, SignUp.origin.is_not(None)).limit(1)).first() is not None


def let_go(session: Session, *, before: datetime) -> None:
    """Forget who it was that came to what is over: only how many they were is kept."""
    over = select(EventDate.id).where(EventDate.ends_at < before)
    session.execute(update(SignUp).where(SignUp.event_date_id.in_(over), SignUp.origin.is_not(None)).values(origin=None))


def _of(session: Session, date_id: uuid.UUID, origin: bytes) -> SignUp | None:
    return session.scalars(select(SignUp).where(SignUp.event_date_id == date_id, SignUp.origin == origin)).first()
