"""Gathering places, needs that nothing fitted, and what was taken to the prefecture."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import Final

from sqlalchemy import Text, and_, cast, func, or_, select

from handoff.cases import Case
from handoff.casework.figures.scope import YES, Scope, of_lists
from handoff.casework.figures.table import NOT_PERSONAL, Row, Table, Unit, rows_of
from handoff.casework.gap_ledger import NO_AREA
from handoff.casework.gaps import Gap
from handoff.casework.prefecture_requests import PrefectureRequest
from intents.codes import Crisis, Topic
from resources import near_misses
from resources.desks import Desk
from resources.kinds import Kinds
from resources.near_misses import Reason
from resources.places import Level, Municipality
from resources.services import Service, Status
from resources.slots import JAPAN

_RECEIVING: Final = "participation_support"
_STALE: Final = timedelta(days=365)
_MISSED: Final[dict[str, str]] = {
    Reason.AGE: "年齢", Reason.AREA: "地域", Reason.HOURS: "曜日・時間", Reason.FULL: "満員", Reason.RESTING: "休止中",
    Reason.REQUIREMENT: "そのほかの条件",
}  # fmt: skip


def tables(scope: Scope) -> list[Table]:
    """Return the questions 13 to 15, and the places that receive whoever takes part."""
    return [*_places(scope), *_gaps(scope), *_near(scope), *_prefecture(scope)]


def _places(scope: Scope) -> list[Table]:
    gathering = {kind.code: kind.label for kind in Kinds.load().of_group("gathering")}
    there = (
        Service.municipality_code == scope.town, Service.visible.is_(True), Service.status == Status.ACTIVE,
        ~Service.confidential, Service.kind.in_(gathering),
    )  # fmt: skip
    before = scope.now.astimezone(JAPAN).date() - _STALE
    stale = or_(Service.assured_date.is_(None), Service.assured_date < before)
    counts, unchecked = scope.tally(Service.kind, *there), scope.tally(Service.kind, *there, stale)
    receiving = _of_places({_RECEIVING: gathering[_RECEIVING]}, counts)
    return [
        Table("12.5", "参加支援の受け入れ先", Unit.PLACES, receiving, "集計した日の台帳の数です。"),
        Table("13.1", "居場所・通いの場", Unit.PLACES, _of_places(gathering, counts), "集計した日の台帳の数です。"),
        Table("13.2", "12か月以上確かめていない居場所", Unit.PLACES, _of_places(gathering, unchecked)),
    ]


def _of_places(labels: dict[str, str], counts: dict[str, int]) -> tuple[Row, ...]:
    return tuple(Row(label, counts.get(code, 0), fewest=NOT_PERSONAL) for code, label in labels.items())


def _gaps(scope: Scope) -> list[Table]:
    case = (Case.id == Gap.case_id) & (Case.custodian == Gap.custodian)
    # What is walled off is not counted here: by its area it would stand alone.
    noted = (Gap.custodian == scope.town, scope.within(Gap.noted_at), or_(Case.id.is_(None), ~Case.walled))
    written = cast(Gap.topics, Text)
    query = select(Gap.area, written, func.count()).outerjoin(Case, case).where(*noted).group_by(Gap.area, written)
    found = [(area, json.loads(topics), count) for area, topics, count in scope.session.execute(query)]
    areas: Counter[str] = Counter()
    for area, _, count in found:
        areas[area] += count
    topics = of_lists((topics, count) for _, topics, count in found)
    named = sorted(areas.items(), key=lambda one: (not one[0], one[0]))
    rows = tuple(Row(area or NO_AREA, count) for area, count in named)
    return [
        Table("14.1", "狭間の記録（話題別）", Unit.CASES, rows_of({one.value: one.label for one in Topic}, topics)),
        Table("14.2", "狭間の記録（地域別）", Unit.CASES, rows, whole=True),
    ]


def _near(scope: Scope) -> list[Table]:
    missed = near_misses.tally(scope.session, scope.town, first=scope.period.first, last=scope.period.last)
    topics = rows_of({one.value: one.label for one in Topic}, missed.topics)
    note = "チャットで探した場所が、あと一つの条件で合わなかった回数です。"
    return [
        Table("14.3", "惜しかった検索（話題別）", Unit.TIMES, topics, note),
        Table("14.4", "惜しかった検索（理由別）", Unit.TIMES, rows_of(_MISSED, missed.reasons)),
    ]


def _prefecture(scope: Scope) -> list[Table]:
    at_prefecture = and_(Desk.id == Case.desk_id, Municipality.code == Desk.municipality_code)
    query = select(Case.crisis, func.count()).select_from(Case).join(Desk, Desk.id == Case.desk_id)
    query = query.join(Municipality, and_(at_prefecture, Municipality.level == Level.PREFECTURE)).where(scope.opened)
    counts = {crisis or "": count for crisis, count in scope.session.execute(query.group_by(Case.crisis))}
    asked = PrefectureRequest.custodian == scope.town
    questions = scope.tally(PrefectureRequest.answered_at.is_not(None), asked, scope.within(PrefectureRequest.asked_at))
    rows = (Row("県に尋ねた相談", sum(questions.values())), Row("うち、返事があったもの", questions.get(YES, 0)))
    labels = {one.value: one.label for one in Crisis} | {"": "危険の記録がない相談"}
    return [
        Table("15.1", "県の窓口にある相談", Unit.CASES, rows_of(labels, counts), whole=True),
        Table("15.2", "県への問い合わせ", Unit.CASES, rows),
    ]
