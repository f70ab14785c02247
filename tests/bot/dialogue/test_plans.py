"""The table of first replies: every situation has its words, and its contacts are free, open and at most two."""

from __future__ import annotations

import pytest

from bot.dialogue import plans
from bot.texts import Texts
from intents import Crisis

TEXTS = Texts.load()
ROLES = ("self", "victim", "doer", "someone_else", "neighbour", None)


@pytest.mark.parametrize("crisis", [crisis.value for crisis in Crisis])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("minor", [False, True])
def test_every_danger_has_a_plan_with_its_words(crisis: str, role: str | None, minor: bool) -> None:
    plan = plans.choose(crisis, role, minor=minor)
    assert TEXTS.has(f"urgent.{plan.name}.first")
    assert plan.asks == "screen" or TEXTS.has(f"urgent.{plan.name}.ask")
    for outcome in ("danger", "safe"):
        answers = ("yes", "no")
        keys = [f"urgent.{plan.name}.{outcome}", f"urgent.violence_self.{outcome}"]
        assert any(TEXTS.has(key) for key in (*keys, *(f"urgent.{plan.name}.{answer}" for answer in answers)))


def test_partner_violence_gives_no_number_before_the_screen_is_safe() -> None:
    assert plans.choose("dv", "victim", minor=False).lines == ""
    assert plans.choose("dv", "victim", minor=False).asks == "screen"


def test_a_child_who_was_touched_gets_a_childs_words() -> None:
    plan = plans.choose("sexual_violence", "victim", minor=False, crises=("sexual_violence", "child_abuse"))
    assert plan.name == "child_victim"
    assert plan.lines == "sexual_violence"


def test_a_plan_is_found_again_by_its_name() -> None:
    for plan in plans.PLANS.values():
        assert plans.by_name(plan.name).name == plan.name
