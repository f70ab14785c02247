"""What the queue asks the database: the same few statements for fifty cases and for five thousand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import event

from tests.crowd import gather
from tests.desk import Browser, World

Enter = Callable[..., Browser]


def statements(world: World, browser: Browser, path: str) -> list[str]:
    """Return the questions (SELECT) one page asks for itself; those of being signed in are told apart by their tables."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(" ".join(statement.split()))

    event.listen(world.database.reader, "before_cursor_execute", note)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(world.database.reader, "before_cursor_execute", note)
    return [line for line in asked if line.startswith("SELECT") and not _is_signing_in(line)]


def _is_signing_in(statement: str) -> bool:
    tables = set(re.findall(r"(?:FROM|JOIN) (\w+)", statement))
    own = {"staff_session", "staff_role", "desk_membership"}
    return "consultation_case" not in tables and (bool(tables & own) or tables == {"municipality"})


@pytest.mark.parametrize("tab", ["handover", "waiting", "overdue", "worries", "desks"])
def test_a_page_of_the_queue_asks_as_little_of_thousands_as_of_fifty(tab: str, small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    gather(small_world, 50)
    few = statements(small_world, browser, f"/desk?tab={tab}")
    assert len(few) <= 6, few
    if tab == "waiting":
        gather(small_world, 5000)
        many = statements(small_world, browser, f"/desk?tab={tab}")
        assert Counter(map(_shape, many)) == Counter(map(_shape, few)) and len(many) <= 6


def test_the_live_answer_asks_no_more(small_world: World, enter_small: Enter) -> None:
    gather(small_world, 50)
    assert len(statements(small_world, enter_small("yamada"), "/desk/live?tab=waiting")) <= 4


def _shape(statement: str) -> str:
    return str(re.findall(r"(?:FROM|JOIN) (\w+)", statement))
