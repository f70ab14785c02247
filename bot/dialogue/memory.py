"""What the bot remembers from one message to the next, and what it says next."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import timedelta
from typing import Any

from bot import conversations
from bot.dialogue.turn import Turn
from bot.reply import Press, Reply
from intents import Standing

# A conversation that rested this long begins anew; the numbers for a danger are then given again.
RESTED = timedelta(hours=12)
# What may follow from one message is bounded, so that a long story cannot slow an answer.
EARLIER_MESSAGES = 20
EARLIER_SIGNS = 1500
# Nobody is led elsewhere out of these: a question is open that matters more.
_BUSY_STEPS = frozenset({"urgent", "connecting", "worry", "proposing"})
_BUSY_QUESTIONS = frozenset({"consent", "erase"})


@dataclass(frozen=True)
class Memory:
    """Where the conversation stands; kept sealed in the conversation's row."""

    step: str = "greeting"
    asked: str = ""  # the question that is open within the step
    choices: tuple[tuple[str, str], ...] = ()  # label and data of the buttons shown last
    told: tuple[str, ...] = ()  # dangers whose first reply was given
    plan: str = ""  # the first reply that was given
    repeats: int = 0  # how often danger was repeated
    replies: int = 0  # how often the bot only said that it reads
    misses: int = 0  # messages in a row that were not understood
    standing: Standing = field(default_factory=Standing)  # what is true after all messages so far
    offered: tuple[str, ...] = ()  # subjects that were offered to choose from
    topics: tuple[str, ...] = ()  # what places were shown for
    reasons: tuple[str, ...] = ()  # why a person was offered
    query: str = ""  # what was searched for, or what goes to the desk once consent was asked
    understood: str = ""  # what goes with it: household and the words that led to it, as JSON
    proposed: str = ""  # the tier of desk that was proposed
    offset: int = 0
    near: tuple[float, float] | None = None
    area: str = ""  # the name of that place, or of where the resident says to live
    desk: str = ""  # the desk that was named with the question of consent
    last: str = ""  # what was said last where it must not be said twice
    easy_offered: bool = False
    register_chosen: bool = False
    minor: bool = False
    reported: tuple[str, ...] = ()  # the entries something was said of by a press
    proposing: tuple[tuple[str, str], ...] = ()  # what was told so far of a place that is being proposed
    searched: str = ""  # the search whose answer was shown last, as it is noted
    abroad: str = ""  # the language in which the way to the foreign residents' desk was shown

    @property
    def busy(self) -> bool:
        """Whether danger was told, or a question or a form is open that matters more than what somebody may be led to."""
        return bool(self.told) or self.step in _BUSY_STEPS or self.asked in _BUSY_QUESTIONS

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects that stand."""
        return tuple(topic.value for topic in self.standing.topics)


@dataclass(frozen=True)
class Next:
    """What is said, and what is remembered; no reply means that nothing is said."""

    reply: Reply | None
    memory: Memory


def recall(turn: Turn) -> Memory:
    """Return what is remembered; a conversation that rested for long begins anew."""
    conversation = turn.conversation
    if turn.now - conversation.changed_at > RESTED and turn.message is not None:
        conversation.since = turn.now
        return Memory(step="listening" if conversation.greeted_at else "greeting")
    raw = conversations.memory(turn.session, conversation)
    known = {field.name for field in fields(Memory)}
    values: dict[str, Any] = {name: _frozen(value) for name, value in raw.items() if name in known}
    # A conversation that began before this was stored stands where its answers stood.
    stood = raw.get("standing") or {"topics": raw.get("topics"), "reasons": raw.get("reasons"), "crises": raw.get("told")}
    return replace(Memory(**values), step=conversation.step, standing=Standing.read(stood))


def keep(turn: Turn, following: Next) -> None:
    """Store what is remembered together with the buttons that are shown now."""
    memory = following.memory
    if following.reply is not None:
        shown = tuple((choice.label, choice.data) for choice in following.reply.choices if choice.press is Press.CHOOSE)
        memory = replace(memory, choices=shown or memory.choices)
    stored = json.loads(json.dumps(asdict(memory), ensure_ascii=False))
    stored.pop("step")
    conversations.remember(turn.session, turn.conversation, memory.step, stored, now=turn.now)


def forget(turn: Turn) -> Memory:
    """Begin a new matter: evidence from before this moment no longer counts."""
    turn.conversation.since = turn.now
    return Memory(step="listening")


def _frozen(value: Any) -> Any:
    return tuple(_frozen(part) for part in value) if isinstance(value, list) else value
