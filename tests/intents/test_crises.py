"""Danger is heard in every spelling, from every side; alarming words alone are not danger."""

from __future__ import annotations

import json

import pytest

from intents import Crisis, Desk, Ear, Reason, Route
from tests.intents import samples
from tests.intents.samples import unnamed


def test_every_danger_is_heard(ear: Ear) -> None:
    assert [line for line, _ in samples.cases("crises") if not ear.assess(line).crises] == []


def test_roundabout_danger_is_heard(ear: Ear) -> None:
    heard = [(line, case["includes"], ear.assess(line)) for line, case in samples.cases("roundabout")]
    assert [line for line, _, assessment in heard if not assessment.crises] == []
    other = [line for line, wanted, assessment in heard if wanted not in assessment.crises]
    assert len(other) <= len(heard) * 0.05, other


def test_the_kind_of_danger_is_nearly_always_right(ear: Ear) -> None:
    wrong = []
    for line, case in samples.cases("crises"):
        found = {crisis.value for crisis in ear.assess(line).crises}
        wanted = set(case["crises"])
        if not wanted <= found or found - wanted - set(case.get("crises_may_add", [])):
            wrong.append((line, found))
    assert len(wrong) <= 8, wrong


def test_the_part_of_the_writer_is_nearly_always_right(ear: Ear) -> None:
    told = [(line, case["role"]) for line, case in samples.cases("crises") if "role" in case]
    wrong = [(line, role) for line, role in told if ear.assess(line).crisis_role != role]
    assert len(wrong) <= len(told) // 20, wrong


def test_alarming_words_alone_are_no_danger(ear: Ear) -> None:
    assert [line for line in samples.calm() if ear.assess(line).crises] == []


def test_danger_explains_itself(ear: Ear) -> None:
    for line, _ in samples.cases("crises"):
        assessment = ear.assess(line)
        told = {evidence.code for evidence in assessment.explanation if evidence.kind == "crisis"}
        assert {crisis.value for crisis in assessment.crises} <= told
        assert assessment.route is Route.URGENT
        assert Reason.CRISIS in assessment.reasons
        assert assessment.desk is not None


def test_partner_and_sexual_violence_are_offered_to_the_prefecture(ear: Ear) -> None:
    for line in ("夫に殴られています", "レイプされました"):
        assessment = ear.assess(line)
        assert assessment.desk is Desk.PREFECTURE
        assert Reason.WIDE_AREA in assessment.reasons


@pytest.mark.parametrize(
    "raw",
    [
        "死\u200bに\u200bた\u200bい",
        "死\0にたい",
        "ｼﾆﾀｲ",
        "し に た い",
        "し・に・た・い",
        "氏にたい",
        "タヒにたい",
        "\u202e死にたい",
        "死\ufe0fにたい",
        "死\U000e0100にたい",
        "も う 消 え た い",
        "しに\nたい",
        "死に\u2060たい",
        "S O S 死にたい",
        "シニタイデス",
        "死にたい\ud800",
        "<b>死にたい</b>",
        "😢死にたい😢",
        "#死にたい",
    ],
    ids=unnamed,
)
def test_disguised_wish_to_die_is_heard(ear: Ear, raw: str) -> None:
    assert Crisis.SELF_HARM in ear.assess(raw).crises


@pytest.mark.parametrize(
    "raw",
    [
        "I want to die",
        "my husband hits me",
        "我想自杀",
        "老公打我",
        "죽고 싶어요",
        "남편이 때려요",
        "Tôi muốn chết",
        "Chồng tôi đánh tôi",
        "quero morrer",
        "meu marido me bate",
        "gusto ko nang mamatay",
        "shinitai",
    ],
    ids=unnamed,
)
def test_danger_is_heard_in_other_languages(ear: Ear, raw: str) -> None:
    assert ear.assess(raw).crises


def test_danger_in_the_middle_of_a_very_long_text_is_heard(ear: Ear) -> None:
    assert (
        Crisis.SELF_HARM
        in ear.assess("きょうはいい天気でした。" * 3000 + "もう死にたいです。" + "きのうは雨でした。" * 3000).crises
    )


@pytest.mark.skipif(not samples.EXAMPLES.exists(), reason="the shared examples are not here")
def test_shared_examples_are_understood(ear: Ear) -> None:
    rows = [json.loads(line) for line in samples.EXAMPLES.read_text(encoding="utf-8").splitlines() if line.strip()]
    heard = [(row, ear.assess(row["text"]).as_dict()) for row in rows]
    assert [row["id"] for row, got in heard if got["crisis"] != row["crisis"]] == []
    assert sum(got["route"] == row["route"] for row, got in heard) >= 0.85 * len(rows)
    assert sum(set(got["topics"]) == set(row["topics"]) for row, got in heard) >= 0.8 * len(rows)
