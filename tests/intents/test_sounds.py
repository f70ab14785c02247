"""Latin letters are read as Japanese only when they are Japanese, and different spellings of one sound are one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents import Crisis, Ear, Topic
from intents.language import Languages
from intents.sounds import from_latin, sounded


@pytest.mark.parametrize(
    ("latin", "kana"),
    [
        ("kodomo shokudou", "こども しょくどう"),
        ("gakkou ni ikenai", "がっこう に いけない"),
        ("shinbun", "しんぶん"),
        ("shimbun", "しんぶん"),
        ("matcha", "まっちゃ"),
        ("kin'en", "きんえん"),
        ("Ōsaka", "おさか"),
        ("hello", ""),
        ("I need help", ""),
        ("", ""),
        ("k", ""),
    ],
)
def test_latin_letters_become_kana(latin: str, kana: str) -> None:
    assert from_latin(latin) == kana


@pytest.mark.parametrize(
    "text", ["take me home", "no name", "I am nai", "tulong po", "quero trabalho", "obrigado", "make money", "job"]
)
def test_another_language_is_not_read_as_japanese(text: str) -> None:
    assert Languages().in_kana(text) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ショートステイ", "しょうとすてい"),
        ("つづく", "つずく"),
        ("デイサービス", "でいさあびす"),
        ("こども しょくどう", "こどもしょくどう"),
    ],
)
def test_spellings_of_one_sound_are_one(one: str, other: str) -> None:
    assert sounded(one) == sounded(other) != ""


def test_romaji_is_understood_like_kana(ear: Ear) -> None:
    assert ear.assess("otto ni nagurareru").crises == (Crisis.DV,)
    assert ear.assess("shinitai").crises == (Crisis.SELF_HARM,)
    assert [score.topic for score in ear.assess("shigoto wo sagashiteimasu").topics] == [Topic.JOB_SEARCH]


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    assert not from_latin(text) or not text.isspace()
    assert len(sounded(text)) <= len(text)
