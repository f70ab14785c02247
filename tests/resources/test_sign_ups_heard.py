"""How many people a short answer names, and who only takes a sign-up back."""

from __future__ import annotations

import pytest

from resources import sign_ups


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("2", 2), ("３人", 3), ("三人です", 3), ("ふたり", 2), ("ひとりで行きます", 1), ("12名", 12),
        ("100", 100), ("2人でお願いします", 2),
        ("0", None), ("はい", None), ("お願いします", None), ("一人暮らしです", None), ("2時", None), ("ひとりでさみしい", None),
        ("1000", None),
    ],
)  # fmt: skip
def test_a_short_answer_names_people(words: str, people: int | None) -> None:
    assert sign_ups.people_in(words) == people


@pytest.mark.parametrize(
    ("words", "only"),
    [
        ("申込みをキャンセルします", True),
        ("すみません、さっきの申込みを取り消したいです", True),
        ("催しの申し込みをやめたいのですが", True),
        ("保育園の申込みをキャンセルしたい", False),
        ("給付金の申し込みを取り消せますか", False),
        ("市営住宅の申込みを取り消したい", False),
    ],
)
def test_whoever_names_something_else_takes_no_sign_up_back(words: str, only: bool) -> None:
    assert sign_ups.only_takes_back(words) is only
