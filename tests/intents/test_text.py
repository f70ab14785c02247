"""Whatever is typed becomes one plain, stable form, and no Japanese query disappears."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents import canonical
from intents.text import CAP
from tests.intents.samples import unnamed

ANYTHING = st.text(alphabet=st.characters(), max_size=300)


@given(ANYTHING)
@settings(max_examples=300, deadline=None)
def test_canonical_form_is_stable_and_bounded(raw: str) -> None:
    once = canonical(raw)
    assert canonical(once) == once
    assert len(once) <= CAP


@given(ANYTHING, st.integers(min_value=10, max_value=80))
@settings(max_examples=200, deadline=None)
def test_canonical_form_keeps_a_small_cap(raw: str, cap: int) -> None:
    once = canonical(raw, cap)
    assert len(once) <= cap
    assert canonical(once, cap) == once


@given(st.text(alphabet="あいうえおかきアイウｱｲｳ一二三介護々ーゞ", min_size=1, max_size=40))
@settings(max_examples=200, deadline=None)
def test_japanese_never_becomes_nothing(raw: str) -> None:
    assert canonical(raw)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("介\u200b護", "介護"),
        ("助け\0てください", "助けてください"),
        ("ｼｴﾝｾﾝﾀｰ", "シエンセンター"),
        ("ｶﾞｽ", "ガス"),
        ("テ\u3099ータ", "データ"),
        ("＜script＞", "<script>"),
        ("デ-タ", "データ"),
        ("\ufeffこんにちは", "こんにちは"),
        ("\x1b[31m赤", "[31m赤"),
        ("葛\U000e0100", "葛"),
        ("あ　い", "あ い"),
        ("\u202egnp.exe", "gnp.exe"),
        ("Ａ１", "A1"),
        ("一\r\n二", "一\n二"),
        ("", ""),
        ("\u3000\u3000", ""),
        ("\n", ""),
    ],
    ids=unnamed,
)
def test_odd_spellings_become_plain(raw: str, plain: str) -> None:
    assert canonical(raw) == plain


def test_lone_surrogate_becomes_a_replacement_sign() -> None:
    assert canonical("\ud800あ") == "\ufffdあ"


def test_ligatures_that_grow_stay_within_the_cap() -> None:
    assert len(canonical("\ufdfa" * 4096)) <= CAP


def test_stacked_marks_are_thinned_out() -> None:
    assert len(canonical("a" + "\u0301" * 1000)) <= 4


def test_long_text_keeps_head_and_tail() -> None:
    text = canonical("始まり" + "あ" * 20_000 + "終わり")
    assert text.startswith("始まり")
    assert text.endswith("終わり")


@given(st.text(alphabet="あんゃアンヴヺー々一龥、。「」・?!09AZaz\n", max_size=60))
def test_what_is_plain_already_stays_as_the_long_way_leaves_it(text: str) -> None:
    assert canonical(text) == canonical(text + "\u200b")
