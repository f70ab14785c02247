"""What free words mean while somebody is asked about a place they propose: an answer, a way out, or something else."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from bot.dialogue.said import Said
from bot.dialogue.turn import Turn

# Who needs a person now says so whatever was asked.
_CALLS: Final = frozenset(
    {"immediate_need", "person_requested", "apply_intent", "bounced", "gap", "wide_area", "complex", "third_party"}
)
# Who may come is told in words that elsewhere are a story: 家族の介護をしている方.
_WORDS_OF_OTHERS: Final = frozenset({"complex", "third_party", "gap", "wide_area"})
# Said to whoever asks, and no answer to what they ask.
_TO_US: Final = frozenset({"greeting", "thanks", "who_are_you", "scolding"})


class Reading(StrEnum):
    """What a message is to the open question."""

    ANSWER = "answer"
    SKIP = "skip"
    STOP = "stop"
    YES = "yes"
    NO = "no"
    ELSE = "else"


def read(turn: Turn, said: Said, asked: str) -> Reading:
    """Say what a message is to the question that is open."""
    assert said.alone is not None
    kind = said.act.kind if said.act is not None else ""
    if turn.is_just("proposing.heard_stop", said.words):
        return Reading.STOP
    if turn.is_just("proposing.heard_skip", said.words):
        return Reading.SKIP
    if kind in ("yes", "no"):
        return Reading(kind)
    return Reading.ELSE if _means_more(turn, said, asked) else Reading.ANSWER


def _means_more(turn: Turn, said: Said, asked: str) -> bool:
    """Whether somebody asks, greets or tells of trouble of their own instead of answering."""
    assert said.alone is not None
    reasons = {reason.value for reason in said.alone.reasons} & _CALLS
    if asked == "whom":
        reasons -= _WORDS_OF_OTHERS
    troubled = asked != "whom" and turn.holds("proposing.heard_trouble", said.words)
    social = said.alone.social_kind in _TO_US and asked != "name"
    return bool(reasons) or troubled or social or turn.holds("proposing.heard_question", said.words)
