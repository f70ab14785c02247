"""A wish to apply for 生活保護 is never missed, and a question about it is no wish."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from intents import Ear, Reason, canonical, welfare

SAID = tomllib.loads((Path(__file__).parent / "data" / "applying.toml").read_text(encoding="utf-8"))


def test_there_are_forty_of_each() -> None:
    assert [len(set(SAID[kind])) for kind in ("wishes", "questions")] == [40, 40]


@pytest.mark.parametrize("number", range(40))
def test_a_wish_is_heard(number: int, ear: Ear) -> None:
    assert Reason.APPLY_INTENT in ear.assess(SAID["wishes"][number]).reasons


@pytest.mark.parametrize("number", range(40))
def test_a_question_is_no_wish(number: int, ear: Ear) -> None:
    assert Reason.APPLY_INTENT not in ear.assess(SAID["questions"][number]).reasons


def test_in_doubt_there_is_a_wish() -> None:
    assert not welfare.wishes_nothing(canonical("生活保護のやり方を教えて"))
    assert not welfare.wishes_nothing(canonical("生活保護の窓口で帰されました。どこに行けば"))
    assert welfare.wishes_nothing(canonical("生活保護の窓口はどこですか"))
