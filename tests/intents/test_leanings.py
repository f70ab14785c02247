"""What was learned from labelled messages: the messages are well labelled, and what is heard names its words."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from intents import Crisis, Ear, Reason, Route, Topic
from intents.leanings import ROLES

HERE = Path(__file__).parent
HEARD = sorted((HERE / "heard").glob("*.jsonl"))


def test_every_message_learned_from_is_labelled_in_the_words_of_the_product() -> None:
    seen: Counter[str] = Counter()
    for path in HEARD:
        for line in path.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            seen[one["id"]] += 1
            assert {Topic(code) for code in one["topics"]} or one["route"] != Route.ANSWER, one["id"]
            assert [Crisis(code) for code in one["crises"]] == [code for code in Crisis if code in one["crises"]], one["id"]
            assert bool(one["crises"]) == (one["route"] == Route.URGENT) == (Reason.CRISIS in one["reasons"]), one["id"]
            assert all(Reason(code) for code in one["reasons"]) and one.get("role", "self") in ROLES, one["id"]
    assert seen.most_common(1)[0][1] == 1 and seen.total() > 14_000


def test_messages_nobody_tuned_for_are_heard(ear: Ear) -> None:
    rows = [json.loads(line) for line in (HERE / "unseen" / "third.jsonl").read_text(encoding="utf-8").splitlines()]
    heard = [ear.assess(row["text"]) for row in rows]
    pairs = list(zip(rows, heard, strict=True))
    endangered = [found for row, found in pairs if row["crises"]]
    calm = [found for row, found in pairs if not row["crises"]]
    assert sum(bool(found.crises) for found in endangered) >= 0.95 * len(endangered)
    assert sum(bool(found.crises) for found in calm) <= 0.02 * len(calm)
    assert sum(found.route == row["route"] for row, found in pairs) >= 0.94 * len(rows)


def test_what_no_rule_foresaw_names_the_words_that_led_there(ear: Ear) -> None:
    rows = [json.loads(line) for line in (HERE / "unseen" / "third.jsonl").read_text(encoding="utf-8").splitlines()]
    learned = [evidence for row in rows for evidence in ear.assess(row["text"]).explanation if evidence.rule == "learned"]
    assert learned and all(evidence.words for evidence in learned)
