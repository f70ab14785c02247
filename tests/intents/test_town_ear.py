"""A town's own words add what they mean there, to that town only, and never weaken what the shared ear hears."""

from __future__ import annotations

import time

import pytest

from intents import Ear, Route, Topic, TownEar, TownWord

OWN = (TownWord("ぽかぽか広場", ("gathering",), "salon"), TownWord("かんがるー便", ("childcare", "community")))


@pytest.fixture(scope="module")
def town_ear(ear: Ear) -> TownEar:
    return TownEar(ear, OWN)


def test_an_own_word_brings_subject_kind_and_an_answer(ear: Ear, town_ear: TownEar) -> None:
    heard = town_ear.assess("ぽかぽか広場はどこですか")
    assert heard.topics[0].topic is Topic.GATHERING and heard.kinds[0] == "salon" and heard.route is Route.ANSWER
    assert ("gathering", "ぽかぽか広場", "town") in {(one.code, one.words, one.rule) for one in heard.explanation}
    assert "salon" not in ear.assess("ぽかぽか広場はどこですか").kinds


def test_an_own_word_is_heard_alone_in_kana_and_in_an_earlier_message(town_ear: TownEar) -> None:
    assert Topic.CHILDCARE in {score.topic for score in town_ear.assess("かんがるー便").topics}
    assert town_ear.assess("ポカポカひろば").kinds
    joined = town_ear.assess("いつやっていますか", earlier=["ぽかぽか広場に行ってみたい"])
    assert Topic.GATHERING in {score.topic for score in joined.topics}


def test_what_is_set_aside_is_not_meant(town_ear: TownEar) -> None:
    assert "salon" not in town_ear.assess("ぽかぽか広場じゃなくて、別のところがいいです").kinds


@pytest.mark.parametrize("word", ["死にたい", "夫に殴られる", "助けて"])
def test_no_own_word_hides_a_danger_or_a_reason(ear: Ear, word: str) -> None:
    hostile = TownEar(ear, (TownWord(word, ("gathering",), "salon"), TownWord("食べるものがない", ("gathering",))))
    for text in (word, f"{word}。ぽかぽか広場", f"もう{word}です", "今日食べるものがない"):
        plain, heard = ear.assess(text), hostile.assess(text)
        assert (heard.crises, heard.reasons, heard.desk) == (plain.crises, plain.reasons, plain.desk)
        assert {score.topic for score in plain.topics} <= {score.topic for score in heard.topics}
        assert heard.route is plain.route or plain.route in (Route.CLARIFY, Route.SOCIAL)


def test_greetings_and_thanks_stay_what_they_are(town_ear: TownEar) -> None:
    assert town_ear.assess("ありがとうございました").route is Route.SOCIAL


def test_the_ears_of_a_hundred_towns_are_made_in_a_moment(ear: Ear) -> None:
    began = time.process_time()
    for _ in range(100):
        TownEar(ear, OWN)
    assert time.process_time() - began < 2
