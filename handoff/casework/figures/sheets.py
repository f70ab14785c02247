"""What the desk confirmed on the sheets: options only, and no word of anybody."""

from __future__ import annotations

import json
from collections import Counter
from typing import Final

from sqlalchemy import func, select

from handoff.cases import Case
from handoff.casework import forms
from handoff.casework.figures.scope import Scope
from handoff.casework.figures.table import Row, Table, Unit, rows_of
from handoff.casework.sheet import COUNTED, SheetField
from resources.sealing import sealer
from resources.sealing_keys import in_hex

_MAIN, _ROUTE = COUNTED
_ISSUES: Final = "issues"
_CONFIRMED: Final = "相談票で確かめた内容です。会話から読み取っただけのものは数えません。"
_SEVERAL: Final = "一つの相談に、いくつも付くことがあります。"


def tables(scope: Scope) -> list[Table]:
    """Return what weighs most, the issues of the persons, and the ways by which they came."""
    counts = _in_clear(scope)
    for code, found in _opened(scope).items():
        counts[code].update(found)
    return [
        Table("2.2", "いちばん困っていること（◎）", Unit.CASES, _rows(_MAIN, counts[_MAIN]), _CONFIRMED, whole=True),
        Table("3.1", "課題と特性", Unit.CASES, _rows(_ISSUES, counts[_ISSUES]), _CONFIRMED + _SEVERAL),
        Table("4.1", "相談経路", Unit.CASES, _rows(_ROUTE, counts[_ROUTE]), _CONFIRMED, whole=True),
    ]


def _in_clear(scope: Scope) -> dict[str, Counter[str]]:
    case = (Case.id == SheetField.case_id) & (Case.custodian == SheetField.custodian)
    query = select(SheetField.code, SheetField.counted, func.count()).join(Case, case)
    query = query.where(scope.opened, SheetField.counted.is_not(None)).group_by(SheetField.code, SheetField.counted)
    counts: dict[str, Counter[str]] = {code: Counter() for code in (*COUNTED, _ISSUES)}
    for code, option, count in scope.session.execute(query):
        counts[code][str(option)] += count
    return counts


def _opened(scope: Scope) -> dict[str, Counter[str]]:
    """Count what only stands under lock: the issues of a person, and sheets from before the others stood in clear."""
    case = (Case.id == SheetField.case_id) & (Case.custodian == SheetField.custodian)
    query = select(SheetField.code, in_hex(SheetField.case_id), in_hex(SheetField.id), SheetField.value_sealed).join(Case, case)
    query = query.where(scope.opened, SheetField.code.in_((*COUNTED, _ISSUES)), SheetField.counted.is_(None))
    query = query.order_by(SheetField.case_id)  # so that each part needs keys that lie side by side
    table, column = SheetField.__tablename__, SheetField.value_sealed.key
    written: Counter[tuple[str, str | None]] = Counter()
    for rows in scope.streamed(query).partitions():
        opened = sealer(scope.session).open_column(scope.town, table, column, [row[1:] for row in rows])
        written.update(zip((row[0] for row in rows), opened, strict=True))
    counts: dict[str, Counter[str]] = {code: Counter() for code in (*COUNTED, _ISSUES)}
    for (code, words), count in written.items():
        value = json.loads(words or "[]")
        for option in value if isinstance(value, list) else [value]:
            counts[code][option] += count
    return counts


def _rows(code: str, counts: Counter[str]) -> tuple[Row, ...]:
    return rows_of({option.code: option.label for option in forms.fields()[code].options}, counts)
