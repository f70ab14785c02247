"""A file of messages is answered line for line; a bad line costs only itself."""

from __future__ import annotations

import json

from intents import Ear
from intents.jsonl import understand_lines


def test_each_line_is_answered_in_order(ear: Ear) -> None:
    lines = ['{"id": 1, "text": "こんにちは"}', "", '{"id": "b", "text": "死にたい", "extra": []}']
    answers = [json.loads(line) for line in understand_lines(lines, ear)]
    assert [answer["id"] for answer in answers] == [1, "b"]
    assert answers[0]["route"] == "social"
    assert answers[1]["crisis"] == "self_harm"
    assert set(answers[1]) == {"id", "topics", "crisis", "crises", "route", "desk", "reasons", "household", "explanation"}


def test_bad_lines_become_errors_and_the_others_go_on(ear: Ear) -> None:
    lines = [
        "{",
        "[]",
        "3",
        '{"id": "x"}',
        '{"id": "y", "text": 5}',
        "[" * 100_000,
        '{"id": 1' + "0" * 5000 + ', "text": "a"}',
        '{"id": NaN, "text": "介護"}',
        '{"id": [], "text": "\\ud800"}',
        '{"id": 1.5, "text": "介護"}',
        '{"id": 1e999, "text": "介護"}',
        '{"id": "z", "text": "介護の相談をしたいです"}',
    ]
    answers = [json.loads(line) for line in understand_lines(lines, ear)]
    assert len(answers) == len(lines)
    assert all("error" in answer for answer in answers[:7])
    assert [answer["id"] for answer in answers[-3:]] == [1.5, None, "z"]
    assert answers[3]["id"] == "x"
    assert answers[-1]["topics"] == ["long_term_care"]
