"""Who came, by which door, when, and about what."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sqlalchemy import func, select

from handoff.accounts import Account, Platform
from handoff.cases import Case
from handoff.casework.figures import chats, sheets
from handoff.casework.figures.scope import NO, YES, Scope
from handoff.casework.figures.table import Row, Table, Unit, rows_of
from handoff.contacts import ContactPoint
from handoff.same_person import SamePerson
from intents.codes import Topic

_ELSEWHERE: Final = "電話・来所・訪問"


def tables(scope: Scope) -> list[Table]:
    """Return the questions 1 to 4, and who was only informed (5.2)."""
    wrote, only_informed = chats.persons(scope)
    whole = [_whole(scope, wrote), _only_informed(only_informed)]
    return [*whole, *_by_point(scope), *chats.tables(scope), _by_topic(scope), *sheets.tables(scope)]


def _whole(scope: Scope, wrote: int) -> Table:
    person = func.coalesce(SamePerson.person_id, Case.contact_id)
    same = (SamePerson.contact_id == Case.contact_id) & (SamePerson.custodian == Case.custodian)
    query = select(func.count(), func.count(person.distinct())).select_from(Case).outerjoin(SamePerson, same)
    cases, persons = scope.session.execute(query.where(scope.opened)).one()
    rows = (
        Row("受け付けた相談（件）", cases),
        Row("相談した人（人）", persons),
        Row("チャットに書いた人（人）", wrote),
    )
    return Table("1.1", "受付", Unit.CASES, rows, "同じ人と分かった相談は、一つに数えます。")


def _only_informed(persons: int) -> Table:
    row = Row("チャットの案内だけで、相談にはなっていない人", persons)
    return Table("5.2", "案内のみ", Unit.PERSONS, (row,))


def _by_point(scope: Scope) -> list[Table]:
    foreign = ContactPoint.language != ""
    query = select(Account.platform, foreign, func.count()).select_from(Case)
    query = query.outerjoin(ContactPoint, (ContactPoint.id == Case.point_id) & (ContactPoint.custodian == Case.custodian))
    query = query.outerjoin(Account, (Account.id == ContactPoint.account_id) & (Account.custodian == ContactPoint.custodian))
    doors: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for door, told, count in scope.session.execute(query.where(scope.opened).group_by(Account.platform, foreign)):
        doors[str(door or "")] += count
        languages[str(told)] += count
    labels = {door.value: door.label for door in Platform} | {"": _ELSEWHERE}
    spoken = (Row("日本語", languages[NO]), Row("ほかの言語", languages[YES]))
    return [
        Table("1.2", "届いたところ", Unit.CASES, rows_of(labels, doors), whole=True),
        Table("1.4", "チャットの言語", Unit.CASES, spoken, whole=True),
    ]


def _by_topic(scope: Scope) -> Table:
    labels = {topic.value: topic.label for topic in Topic} | {"": "話題の記録なし"}
    rows = rows_of(labels, scope.tally_lists(Case.topics, scope.opened))
    return Table("2.1", "相談内容（○）", Unit.CASES, rows, "一つの相談が二つの内容にわたるときは、それぞれに数えます。")
