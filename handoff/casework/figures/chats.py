"""How often residents wrote in the chat: by door, by hour and by language, whatever became of it."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sqlalchemy import exists, func, select

from handoff.accounts import Account, Platform
from handoff.cases import Case
from handoff.casework.figures.scope import Scope
from handoff.casework.figures.table import Row, Table, Unit, by_hour, rows_of
from handoff.contacts import ContactPoint
from handoff.transcript import Author, Message

_TITLE: Final = "チャットの問い合わせ"
_NOTE: Final = "同じ人が同じ日に何度書いても、1回と数えます。職員とのやりとりだけの日も入ります。"


def persons(scope: Scope) -> tuple[int, int]:
    """Return how many residents wrote in the chat, and how many of them never became a case."""
    spoke = (Message.custodian == scope.town, Message.author == Author.RESIDENT, Message.point_id.is_not(None))
    wrote = select(Message.contact_id).where(*spoke, scope.within(Message.said_at)).distinct().subquery()
    consulted = exists().where(Case.contact_id == wrote.c.contact_id, Case.custodian == scope.town)
    query = select(func.count(), func.count().filter(~consulted)).select_from(wrote)
    everybody, only_informed = scope.session.execute(query).one()
    return everybody, only_informed


def tables(scope: Scope) -> list[Table]:
    """Return the days on which somebody wrote: one for each person, door and day."""
    spoke = (Message.custodian == scope.town, Message.author == Author.RESIDENT, scope.within(Message.said_at))
    days = select(Message.point_id, func.min(Message.said_at).label("at")).where(*spoke)
    first = days.group_by(Message.point_id, scope.day(Message.said_at)).subquery()
    named = (Account.platform, ContactPoint.language != "", scope.hour(first.c.at))
    query = select(*named, func.count()).select_from(first)
    query = query.join(ContactPoint, (ContactPoint.id == first.c.point_id) & (ContactPoint.custodian == scope.town))
    query = query.join(Account, (Account.id == ContactPoint.account_id) & (Account.custodian == scope.town)).group_by(*named)
    doors: Counter[str] = Counter()
    hours: Counter[int] = Counter()
    languages: Counter[bool] = Counter()
    for door, foreign, hour, count in scope.session.execute(query):
        doors[door] += count
        hours[hour] += count
        languages[bool(foreign)] += count
    spoken = (Row("日本語", languages[False]), Row("ほかの言語", languages[True]))
    return [
        Table("1.5", f"{_TITLE}（届いたところ）", Unit.TIMES, rows_of({one.value: one.label for one in Platform}, doors),
              _NOTE, whole=True),
        Table("1.6", f"{_TITLE}（その日はじめの時間）", Unit.TIMES, by_hour(hours), _NOTE, whole=True),
        Table("1.7", f"{_TITLE}（言語）", Unit.TIMES, spoken, _NOTE, whole=True),
    ]  # fmt: skip
