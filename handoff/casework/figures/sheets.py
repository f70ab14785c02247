"""What the desk confirmed on the sheets, opened for counting alone: a code each, and no word of anybody."""

from __future__ import annotations

import json
from collections import Counter
from typing import Final

from sqlalchemy import select

from handoff.cases import Case
from handoff.casework import forms
from handoff.casework.figures.scope import Scope
from handoff.casework.figures.table import Row, Table, Unit, rows_of
from handoff.casework.sheet import SheetField
from resources.sealing import Place, sealer

MAIN, ISSUES, ROUTE = "main_worry", "issues", "route"
_NOTE: Final = "相談票で確かめた内容です。会話から読み取っただけのものは数えません。"
_SEVERAL: Final = "一つの相談に、いくつも付くことがあります。"


def tables(scope: Scope) -> list[Table]:
    """Return what weighs most, the issues of the persons, and the ways by which they came."""
    counts = _counted(scope)
    return [
        Table("2.2", "いちばん困っていること（◎）", Unit.CASES, _rows(MAIN, counts[MAIN]), _NOTE, whole=True),
        Table("3.1", "課題と特性", Unit.CASES, _rows(ISSUES, counts[ISSUES]), _NOTE + _SEVERAL),
        Table("4.1", "相談経路", Unit.CASES, _rows(ROUTE, counts[ROUTE]), _NOTE, whole=True),
    ]


def _counted(scope: Scope) -> dict[str, Counter[str]]:
    query = (
        select(SheetField.code, SheetField.case_id, SheetField.id, SheetField.value_sealed)
        .join(Case, (Case.id == SheetField.case_id) & (Case.custodian == SheetField.custodian))
        .where(scope.opened, SheetField.code.in_((MAIN, ISSUES, ROUTE)))
        .order_by(SheetField.case_id)
    )
    rows = scope.session.execute(query).all()
    table, column = SheetField.__tablename__, SheetField.value_sealed.key
    letters = [(Place(scope.town, case_id, table, column, row_id), sealed) for _, case_id, row_id, sealed in rows]
    counts: dict[str, Counter[str]] = {code: Counter() for code in (MAIN, ISSUES, ROUTE)}
    for (code, *_), words in zip(rows, sealer(scope.session).open_all(letters), strict=True):
        value = json.loads(words or "[]")
        counts[code].update(value if isinstance(value, list) else [value])
    return counts


def _rows(code: str, counts: Counter[str]) -> tuple[Row, ...]:
    return rows_of({option.code: option.label for option in forms.fields()[code].options}, counts)
