"""Every conversation in tests/conversations happens as it is written down."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.reply import Press, Reply
from bot.texts import Texts
from handoff.accounts import Platform
from intents import Ear
from tests.bot.dialogue.playing import Stage, conversations, moment, staged

WRITTEN = conversations()
KNOWN = {
    "at", "says", "presses", "data", "location", "sends", "opens", "staff", "bot", "contains", "never", "cards", "choices",
    "silent", "crisis", "case", "no_case", "contact", "bubbles",
}  # fmt: skip

# Shorter messages are ordinary words that our own sentences may also contain.
_ECHO = 10


@pytest.mark.parametrize("name", WRITTEN)
def test_conversation(name: str, demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    """The bot says what is written, never what is forbidden, and the case stands as it should."""
    written = WRITTEN[name]
    platform = Platform(written.get("platform", "browser"))
    with staged(demo_town, tmp_path, ear, town=written.get("town", "992011"), platform=platform) as stage:
        for number, step in enumerate(written["turn"], start=1):
            assert set(step) <= KNOWN, set(step) - KNOWN
            _play(stage, step, f"{written['title']} {number}", written)


def _play(stage: Stage, step: dict[str, Any], where: str, written: dict[str, Any]) -> None:
    if "at" in step:
        stage.clock.at = moment(step["at"])
    if "staff" in step:
        stage.staff(step["staff"])
        if not {"says", "presses", "data", "location", "sends", "opens"} & set(step):
            return
    said = stage.arrive(step)
    words = "\n".join(bubble.words for one in said for bubble in one.bubbles)
    where = f"{where}\n{words}"
    assert bool(said) is not step.get("silent", False), where
    for one in said:
        _keeps_the_rules(one, where)
    # What a resident wrote is never said back: the screen it would appear on may not be theirs alone.
    written_by_resident = step.get("says", "")
    assert len(written_by_resident) < _ECHO or written_by_resident not in words, where
    for key in step.get("bot", ()):
        assert _pattern(stage.texts, key).search(words), f"{key} is missing: {where}"
    for part in step.get("contains", ()):
        assert part in words, f"{part} is missing: {where}"
    for part in (*step.get("never", ()), *written.get("never", ())):
        assert part not in words, f"{part} was said: {where}"
    if "cards" in step:
        shown = sum(len(bubble.cards) for one in said for bubble in one.bubbles)
        assert shown == step["cards"] or (step["cards"] == "some" and 1 <= shown <= 3), f"{shown} cards: {where}"
    labels = [choice.label for one in said for choice in one.choices]
    for label in step.get("choices", ()):
        assert label in labels, f"button {label} is missing among {labels}: {where}"
    if "crisis" in step:
        assert any(one.crisis for one in said) is step["crisis"], where
    if "bubbles" in step:
        assert sum(len(one.bubbles) for one in said) <= step["bubbles"], where
    for name, value in step.get("contact", {}).items():
        assert getattr(stage.contact(), name) == value, f"{name}: {where}"
    _case_stands(stage, step, where)


def _case_stands(stage: Stage, step: dict[str, Any], where: str) -> None:
    found = stage.case()
    if step.get("no_case"):
        assert found is None, f"a case was opened: {where}"
    if "case" not in step:
        return
    assert found is not None, f"no case: {where}"
    case, desk, complaint = found
    for name, value in step["case"].items():
        if name == "desk":
            assert desk is not None, f"no desk: {where}"
            assert desk.name == value, f"desk {desk.name}: {where}"
        elif name == "complaint":
            assert value in complaint, where
        elif name == "hidden":
            assert value not in complaint, where
        elif name in ("reasons", "crises", "topics"):
            assert set(value) <= set(getattr(case, name)), f"{name} {getattr(case, name)}: {where}"
        else:
            assert getattr(case, name) == value, f"{name} {getattr(case, name)}: {where}"


def _keeps_the_rules(said: Reply, where: str) -> None:
    assert 1 <= len(said.bubbles) <= 5, where
    assert len(said.choices) <= 13, where
    for bubble in said.bubbles:
        assert bubble.words.strip(), where
        assert "{" not in bubble.words, where
        assert len(bubble.cards) <= 3, where
    for choice in said.choices:
        assert len(choice.label) <= 20, where
        assert len(choice.data.encode()) <= 64 or choice.press is not Press.CHOOSE, where


def _pattern(texts: Texts, key: str) -> re.Pattern[str]:
    """Return a pattern for a sentence in either register, whatever is filled in."""
    wording = texts.wordings[key]
    both = [re.escape(words) for words in (wording.normal, wording.easy)]
    return re.compile("|".join(re.sub(r"\\\{\w+\\\}", ".*?", words) for words in both), re.DOTALL)
