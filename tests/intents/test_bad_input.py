"""Nothing a keyboard, a copied file or an attacker can produce makes the ear fail or think for long."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents import Ear

CATALOGUE = {
    "empty": "",
    "ideographic spaces": "\u3000\u3000",
    "newline": "\n",
    "escape": "\x1b[31m赤",
    "control": "\x7f\x85\x9f",
    "lone low surrogate": "\udc00",
    "pair": "𠮷野家",
    "noncharacters": "\ufffe\uffff",
    "family emoji": "👨‍👩‍👧" * 14_000,
    "flags": "🇯🇵1️⃣👍🏽",
    "variant": "葛\U000e0100城",
    "square": "㍿㌔" * 2000,
    "ligature": "\ufdfa" * 4096,
    "zalgo": "あ" + "\u0301" * 1000,
    "homoglyph": "pаypal",
    "tags": "\U000e0041" * 500,
    "private": "\ue000" * 100,
    "hentaigana": "\U0001b002",
    "mixed": "你好 hello こんにちは xin chào olá",
    "five thousand": "介護" * 2500,
    "digits": "9" * 100_000,
    "kana": "あ" * 100_000,
    "one token": "ア" * 5000,
    "cries": "ああ…!" * 2000,
    "katakana": "ァ" * 100_000,
    "letters": "x" * 100_000,
    "brackets": "[" * 100_000,
    "alarm flood": "死にたい" * 25_000,
    "family flood": "夫が私を殴る。" * 700,
    "many people": "父と母と兄と姉と弟と妹と夫と妻と" * 300,
    "ages": "5歳" * 2000,
    "spaced": "し " * 20_000,
    "numbered family": "".join(f"{n}番目の父と母と兄と姉が妹を" for n in range(300)),
    "numbered care": "".join(f"介護{n}" for n in range(900)),
}


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_odd_text_is_answered_within_a_second(ear: Ear, name: str) -> None:
    started = time.thread_time()
    ear.assess(CATALOGUE[name])
    ear.hear_act(CATALOGUE[name])
    assert time.thread_time() - started < 1.0


@given(st.text(alphabet=st.characters(), max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_text_is_assessed(text: str) -> None:
    shared_ear().assess(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "死",
                "に",
                "たい",
                "夫",
                "が",
                "私",
                "を",
                "殴",
                "られ",
                "る",
                "ない",
                "子ども",
                "母",
                "介護",
                "75歳",
                "の",
                "は",
                "、",
                "。",
                "?",
                "消え",
                "薬",
                "飲む",
                "家賃",
                "払え",
                "と",
                "言う",
                "です",
                "か",
                "今",
            ]
        ),
        max_size=25,
    ).map("".join)
)
@settings(max_examples=150, deadline=None)
def test_any_scramble_of_alarming_words_is_assessed(text: str) -> None:
    heard = shared_ear().assess(text)
    assert (heard.route == "urgent") == bool(heard.crises)


_EARS: list[Ear] = []


def shared_ear() -> Ear:
    """One ear for all examples, built at first use."""
    if not _EARS:
        _EARS.append(Ear.standard())
    return _EARS[0]


def test_several_threads_hear_the_same(ear: Ear) -> None:
    texts = ["夫が毎晩お酒を飲んで私を蹴ります", "父の介護のことで相談できる窓口はありますか", "もう生きていたくない"]
    expected = [ear.assess(text).as_dict() for text in texts]
    wrong: list[str] = []

    def listen() -> None:
        for _ in range(30):
            wrong.extend(text for text, before in zip(texts, expected, strict=True) if ear.assess(text).as_dict() != before)

    threads = [threading.Thread(target=listen) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
