"""When persons came and why one of us was needed, how long it took, and how quickly somebody answered in danger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from handoff import deadlines
from handoff.alarms import Alarm, AlarmState
from handoff.cases import Case, CaseEvent
from handoff.casework.figures.scope import Scope
from handoff.casework.figures.table import Row, Table, Unit, by_hour, rows_of, spread
from intents.codes import Crisis, Reason
from resources.desks import Desk, slots, with_closures
from resources.opening_time import OpeningTime
from resources.sealing_keys import in_hex
from resources.slots import JAPAN

_MINUTE: Final = 60
_WITHIN, _AFTER = "期限内に受けた", "期限のあとに受けた"
_STILL, _OVERDUE = "まだ受けていない（期限前）", "まだ受けていない（期限超過）"


def tables(scope: Scope) -> list[Table]:
    """Return the questions 6 and 7, and at which hours people came."""
    return [_reasons(scope), *_waits(scope), *_alarms(scope)]


def _reasons(scope: Scope) -> Table:
    labels = {reason.value: reason.label for reason in Reason} | {"": "該当なし"}
    rows = rows_of(labels, scope.tally_lists(Case.reasons, scope.opened))
    return Table("6.1", "人につないだ理由", Unit.CASES, rows, "一つの相談に、いくつも付くことがあります。")


def _waits(scope: Scope) -> list[Table]:
    took = (
        select(CaseEvent.case_id, func.min(CaseEvent.at).label("at"))
        .where(CaseEvent.custodian == scope.town, CaseEvent.move == "take", CaseEvent.at >= scope.period.begins)
        .group_by(CaseEvent.case_id)
        .subquery()
    )
    query = select(scope.seconds(Case.opened_at), Case.need, in_hex(Case.desk_id), scope.seconds(took.c.at))
    query = query.outerjoin(took, took.c.case_id == Case.id)
    rules, now = _rules(scope), scope.now.timestamp()
    hours: Counter[int] = Counter()
    minutes: list[int] = []
    counts = dict.fromkeys((_WITHIN, _AFTER, _STILL, _OVERDUE), 0)
    for opened, need, desk, at in scope.streamed(query.where(scope.opened)):
        hours[datetime.fromtimestamp(opened, JAPAN).hour] += 1
        if at is not None:
            minutes.append(int((at - opened) / _MINUTE))
        rule = rules.get(desk) or rules[None]
        in_time = rule.time.minutes_between(opened, now if at is None else at) <= rule.targets[need]
        counts[(_STILL if in_time else _OVERDUE) if at is None else (_WITHIN if in_time else _AFTER)] += 1
    note = "いまの窓口の受付時間と目標の時間で数えます。"
    return [
        Table("1.3", "届いた時間", Unit.CASES, by_hour(hours), whole=True),
        spread("受けるまでの時間", "6.2", minutes),
        Table("6.3", "期限", Unit.CASES, tuple(Row(*one) for one in counts.items()), note, whole=True),
    ]


def _rules(scope: Scope) -> Mapping[str | None, deadlines.Rule]:
    start, end = scope.period.begins, max(scope.now, scope.period.begins)
    rules: dict[str | None, deadlines.Rule] = {
        None: deadlines.Rule(OpeningTime((), start=start, end=end), deadlines.targets_of(None))
    }
    for desk, closed in with_closures(scope.session, Desk.id.in_(select(Case.desk_id).where(scope.opened))):
        time = OpeningTime(slots(desk), start=start, end=end, closures=closed, year_end_closed=desk.closed_at_year_end)
        rules[desk.id.hex] = deadlines.Rule(time, deadlines.targets_of(desk))
    return rules


def _alarms(scope: Scope) -> list[Table]:
    began = (Alarm.custodian == scope.town, scope.within(Alarm.began_at))
    crises = rows_of({crisis.value: crisis.label for crisis in Crisis}, scope.tally(Alarm.crisis, *began))
    states = rows_of({state.value: state.label for state in AlarmState}, scope.tally(Alarm.state, *began))
    took = scope.seconds(Alarm.acknowledged_at) - scope.seconds(Alarm.began_at)
    answered = scope.session.scalars(select(took).where(*began, Alarm.acknowledged_at.is_not(None)))
    return [
        Table("7.1", "危険の知らせ", Unit.CASES, crises, whole=True),
        Table("7.2", "知らせへの応答", Unit.CASES, states, whole=True),
        spread("応答までの時間", "7.3", [int(seconds / _MINUTE) for seconds in answered]),
    ]
