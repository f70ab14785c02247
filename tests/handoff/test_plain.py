"""The advice on what staff write: what it finds, what it leaves alone, and that it never forbids."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from handoff import plain
from handoff.plain import Rule
from intents.words import Words
from tests.desk import Browser, World

LABELLED = tomllib.loads((Path(__file__).parent / "plain_replies.toml").read_text(encoding="utf-8"))["reply"]


@pytest.fixture(scope="module")
def words() -> Words:
    """The real tokeniser."""
    return Words()


def rules(text: str, words: Words) -> set[str]:
    return {advice.rule.value for advice in plain.check(text, cut=words.cut)}


@pytest.mark.parametrize("reply", LABELLED, ids=range(len(LABELLED)))
def test_each_labelled_reply_gets_exactly_its_advice(reply: dict[str, object], words: Words) -> None:
    assert rules(str(reply["words"]), words) == set(reply["rules"])  # type: ignore[call-overload]


def test_the_list_is_long_and_easier_than_what_it_replaces() -> None:
    listed = plain.vocabulary()
    assert len(listed) >= 150
    for hard, (_, easy) in listed.items():
        assert easy and easy != hard, hard


def test_a_word_inside_another_word_is_left_alone(words: Words) -> None:
    assert rules("不可欠です。", words) == set()


def test_a_word_that_is_explained_already_is_left_alone(words: Words) -> None:
    assert rules("もうしこみ（申請）をします。", words) == set()


def test_dates_and_times_are_proposed_in_words(words: Words) -> None:
    said = {advice.words: advice.say for advice in plain.check("12/3の17:30です。令和8年です。2026/1/5です。", cut=words.cut)}
    assert said == {"12/3": "12月3日", "17:30": "午後5時30分", "令和8年": "2026年（令和8年）", "2026/1/5": "2026年1月5日"}


def test_where_it_stands_is_told_with_what_is_around(words: Words) -> None:
    (advice,) = plain.check("紙を提出してください。", cut=words.cut)
    assert (advice.before, advice.words, advice.after) == ("紙を", "提出", "してください。")


def test_the_page_advises_keeps_the_words_and_sends_nothing(small_world: World, enter_small: Callable[..., Browser]) -> None:
    browser, case_id = enter_small("yamada"), small_world.open_case("こんにちは")
    path = f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    page = browser.post(f"{path}/plain", words="至急、申請してください。<b>")
    assert page.status_code == 200 and "<mark>至急</mark>" in page.text and "もうしこみ（申請）" in page.text
    assert "至急、申請してください。&lt;b&gt;</textarea>" in page.text
    live = browser.post("/desk/plain", words="至急、申請してください。").json()
    assert [one["words"] for one in live["advice"]] == ["至急", "申請"]
    assert browser.post("/desk/plain", words="").json() == {"advice": []}
    assert Rule.HARD.label == live["advice"][0]["label"]
