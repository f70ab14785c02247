"""What happens next, why, and which subjects: for whole messages and over a conversation."""

from __future__ import annotations

import tomllib

import pytest

from intents import Ear
from tests.intents import samples
from tests.intents.samples import unnamed


def test_route_and_reasons_are_right(ear: Ear) -> None:
    wrong = []
    total = 0
    for line, case in samples.cases("routes"):
        total += 1
        heard = ear.assess(line)
        reasons = {reason.value for reason in heard.reasons}
        if (
            heard.route != case["route"]
            or not set(case.get("reasons", [])) <= reasons
            or heard.desk != case.get("desk", heard.desk)
        ):
            wrong.append((line, heard.route.value, reasons))
    assert len(wrong) <= total * 0.03, wrong


def test_topics_are_right(ear: Ear) -> None:
    right = spurious = missed = 0
    for line, case in samples.cases("routes"):
        if "topics" not in case:
            continue
        wanted = set(case["topics"])
        found = {score.topic.value for score in ear.assess(line).topics} - (set(case.get("topics_may_add", [])) - wanted)
        right += len(found & wanted)
        spurious += len(found - wanted)
        missed += len(wanted - found)
    assert 2 * right / (2 * right + spurious + missed) >= 0.95


def test_earlier_messages_count(ear: Ear) -> None:
    for case in tomllib.loads((samples.DATA / "conversations.toml").read_text(encoding="utf-8"))["case"]:
        *earlier, last = case["said"]
        heard = ear.assess(last, earlier=earlier)
        if "crisis" in case:
            # Heard now, or from fewer of the pieces already.
            assert case["crisis"] in {*heard.crises[:1], *heard.crises_before[:1]}, case
        if "route" in case:
            assert heard.route == case["route"], case
        if "topic" in case:
            assert case["topic"] in {score.topic.value for score in heard.topics}, case
        if "before" in case:
            assert case["before"] in {crisis.value for crisis in heard.crises_before}, case


def test_household_shows_ages_and_problems(ear: Ear) -> None:
    household = {member.relation: member for member in ear.assess("80歳の母が認知症で、ひきこもりの弟と同居しています").household}
    assert household["母"].age == 80
    assert "認知症" in household["母"].problems
    assert household["弟"].living_together is True
    assert "ひきこもり・不登校" in household["弟"].problems


def test_young_writer_and_third_person_are_noticed(ear: Ear) -> None:
    assert ear.assess("中学生です。学校のことで悩んでいます").minor
    assert ear.assess("近所のお年寄りが心配です").third_person
    assert not ear.assess("保育園の申し込み").minor


def test_only_a_child_who_writes_counts_as_a_minor(ear: Ear) -> None:
    for text in (
        "小学5年です。死にたい",
        "お父さんにたたかれる",
        "おにいちゃんが へやにきて さわる",
        "いもうとが ぱぱに たたかれる",
    ):
        assert ear.assess(text).minor
    for text in (
        "子どもを叩いてしまいます",
        "近所の子が殴られている",
        "中学生の息子が壁を蹴って私にも手を出します",
        "民生委員です。母親と中学生の世帯が心配です",
        "70歳です。じいさんに毎日どなられて、たたかれます",
    ):
        assert not ear.assess(text).minor


def test_a_story_of_a_grown_child_at_home_told_in_pieces_is_complex(ear: Ear) -> None:
    heard = ear.assess("わたしは82です", earlier=["相談したいことがある", "息子のことです", "もう30年家にいます"])
    assert "complex" in [reason.value for reason in heard.reasons]


@pytest.mark.parametrize("text", ["zxcv", "qwerty", "asdf", "wwww", "ADHD"], ids=unnamed)
def test_letters_without_words_are_no_foreign_language(ear: Ear, text: str) -> None:
    assert ear.assess(text).language == "ja"


def test_kana_writing_and_languages_are_noticed(ear: Ear) -> None:
    assert ear.assess("ほいくえんに いれたいです").hiragana_only
    for text, language in (
        ("こんにちは", "ja"),
        ("Where is the hospital?", "en"),
        ("你好,请问医院在哪里", "zh-Hans"),
        ("안녕하세요", "ko"),
        ("Tôi cần giúp đỡ", "vi"),
        ("Preciso de ajuda, não tenho dinheiro", "pt"),
        ("Kailangan ko po ng tulong", "tl"),
        ("Здравствуйте", "ru"),
        ("我沒有錢付房租", "zh-Hant"),
        ("Hola, necesito ayuda", "es"),
        ("Saya butuh pekerjaan", "id"),
        ("สวัสดีค่ะ", "th"),
        ("नमस्ते", "ne"),
        ("မင်္ဂလာပါ", "my"),
        ("Доброго дня, шукаю роботу і житло", "uk"),
        ("أحتاج مساعدة", "ar"),
        ("سلام کمک می‌خواهم", "fa"),
        ("Γεια σας", "other"),
        ("ok", "en"),
        ("thanks", "en"),
        ("shigoto ga nai", "ja"),
        ("sugoi na", "ja"),
        ("wala po akong pera", "tl"),
        ("不登校", "ja"),
        ("在宅介護", "ja"),
        ("不安", "ja"),
    ):
        assert ear.assess(text).language == language
