"""What a resident said in one message: words, a button, a place, and what the ear made of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from bot.dialogue.memory import EARLIER_MESSAGES, EARLIER_SIGNS, Memory
from bot.dialogue.turn import Turn
from handoff import transcript
from handoff.transcript import Author, Kind
from intents import Act, Assessment, Reason, Standing, hear
from resources import sign_ups

UNREADABLE = frozenset({Kind.IMAGE, Kind.STICKER, Kind.VOICE, Kind.FILE})
# Questions with a few answers, under which a part of one button's words is that button.
_CHOOSING = frozenset({"subject", "desk", "screen", "consent", "contact", "kind", "way", "erase"})
# A single button under a question is mostly the way not to answer it.
_DECLINES = (":skip", ":back", ":keep", ":enough")
# What is offered beside an answer is no answer to its question.
BESIDE = ("leaving:easy", "proposing:begin", "proposing:on")
# Here a yes or a no is an answer of its own, whatever buttons stand below.
_OWN_NODS = frozenset({"proposing"})
_SIGN_UP = re.compile(r"(event:[0-9a-f]+):([0-9]+|no)")
_NEVER_BY_NOD = (":lines", ":status", ":places", ":here", ":call")


@dataclass(frozen=True)
class Said:
    """One message as the dialogue sees it; assessments are there whenever there are words."""

    words: str = ""
    data: str = ""  # the button that was meant, pressed or spoken
    near: tuple[float, float] | None = None
    unreadable: bool = False
    act: Act | None = None
    alone: Assessment | None = None  # this message by itself
    joined: Assessment | None = None  # this message with what was said before
    together: str = ""  # the joined words
    about: str = ""  # those of them that belong to the subject
    meant: str = ""  # the words of this message that count
    standing: Standing = field(default_factory=Standing)  # what is true after it
    unsaid: tuple[str, ...] = ()  # dangers it takes back
    begins: bool = False  # something else begins with it
    corrects: bool = False  # it puts right who is meant

    @property
    def topics(self) -> tuple[str, ...]:
        """The subjects that stand."""
        return tuple(topic.value for topic in self.standing.topics)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why a person is needed, beside danger."""
        return tuple(reason.value for reason in self.standing.reasons if reason is not Reason.CRISIS)


def listen(turn: Turn, memory: Memory) -> Said:
    """Hear one message: the words alone, and joined with what came before in this matter."""
    heard = turn.heard
    near = (heard.latitude, heard.longitude) if heard.latitude is not None and heard.longitude is not None else None
    words = heard.words.strip()
    if heard.data or not words:
        return Said(data=heard.data, near=near, unreadable=heard.kind in UNREADABLE)
    ear = turn.tools.search.ears.of(turn.session, turn.town.code)
    earlier = earlier_words(turn)
    # A button under a worker's question answers that question: here it is words like any others, and agrees to nothing.
    to_person = heard.kind == Kind.CHOICE
    act = None if to_person else ear.hear_act(words)
    told = hear(ear, memory.standing, words, earlier)
    story = earlier if told.standing.messages is None else earlier[len(earlier) - min(len(earlier), told.standing.messages - 1) :]
    unsaid = tuple(code.value for code in told.standing.withdrawn if code in memory.standing.crises)
    return Said(
        words=words,
        data="" if to_person else _in_danger(turn, words, act, memory) or _meant(words, act, memory),
        near=near,
        # The name of a file says nothing to answer, but danger is heard in it, too.
        unreadable=bool(heard.file_name) and heard.words == heard.file_name,
        act=act,
        alone=told.alone,
        joined=told.joined,
        together="\n".join((*earlier, words)),
        about="\n".join((*story, told.words)),
        meant=told.words,
        standing=told.standing,
        begins=told.standing.messages == 1 and bool(memory.standing.topics) and not unsaid,
        corrects=told.standing.persons not in ((), memory.standing.persons),
        unsaid=unsaid,
    )


def topics_of(assessment: Assessment | None) -> tuple[str, ...]:
    """Return the codes of the subjects that were heard, the weightiest first."""
    return tuple(score.topic.value for score in assessment.topics) if assessment is not None else ()


def codes(assessment: Assessment) -> tuple[str, ...]:
    """Return why one message calls for a person, as codes."""
    return tuple(reason.value for reason in assessment.reasons)


def understood(assessment: Assessment) -> str:
    """Return the household and the words that led to what was heard, as they go to the desk."""
    told = {"explanation": [[e.kind, e.code, e.words, e.rule] for e in assessment.explanation],
            "household": [member.as_dict() for member in assessment.household]}  # fmt: skip
    return json.dumps(told, ensure_ascii=False)


def earlier_words(turn: Turn) -> list[str]:
    """Return the resident's own words of this matter before this message, oldest first, bounded."""
    found: list[str] = []
    room = EARLIER_SIGNS
    current = turn.message.id if turn.message is not None else None
    for message in reversed(transcript.recent(turn.session, turn.contact.id, limit=3 * EARLIER_MESSAGES)):
        if message.made_at < turn.conversation.since or room <= 0 or len(found) >= EARLIER_MESSAGES:
            break
        ours = message.author == Author.RESIDENT and message.kind == Kind.TEXT and message.withdrawn_at is None
        if ours and message.id != current:
            words = transcript.words(turn.session, message)[:room]
            if words:
                found.append(words)
                room -= len(words)
    return found[::-1]


def _in_danger(turn: Turn, words: str, act: Act | None, memory: Memory) -> str:
    """Return what a short answer means under a question of danger, where 大丈夫 is no yes and 無理 is no no."""
    if act is None or memory.step != "urgent" or act.kind not in ("yes", "no"):
        return ""
    if memory.asked == "danger" and act.kind == "yes" and turn.holds("urgent.heard_fine", words):
        return "urgent:no"
    if memory.asked in ("danger", "safe") and turn.holds("urgent.heard_despair", words):
        return "urgent:unclear"
    return "urgent:later" if memory.asked == "screen" and act.kind == "no" else ""


def _meant(words: str, act: Act | None, memory: Memory) -> str:
    """Return the button that was meant by its label, its number, or a plain yes or no."""
    for label, data in memory.choices:
        if words == label:
            return data
    signing = _signing_up(words, act, [data for _, data in memory.choices])
    if signing is not None:
        return signing
    if act is None:
        named = [data for label, data in memory.choices if words in label]
        return named[0] if len(named) == 1 and memory.asked in _CHOOSING else ""
    if act.kind == "number" and str(act.value).isdigit() and 0 < int(act.value or 0) <= len(memory.choices):
        return memory.choices[int(act.value or 0) - 1][1]
    if act.kind in ("yes", "no", "choice") and memory.step not in _OWN_NODS:
        return _by_nod(act.kind, [data for _, data in memory.choices if not data.startswith(BESIDE)], memory.asked)
    return ""


def _signing_up(words: str, act: Act | None, offered: list[str]) -> str | None:
    """Return what is meant under the buttons of a sign-up, None elsewhere; a nod or a place in the row takes nothing back."""
    shown = [button for button in map(_SIGN_UP.fullmatch, offered) if button is not None]
    if not shown:
        return None
    date, ways = shown[0][1], {button[2] for button in shown}
    asks = bool(ways - {"0", "no"})
    people = sign_ups.people_in(words)
    if people is not None and asks:
        return f"{date}:{people}"
    if act is None:
        return None
    if act.kind == "no" and "no" in ways:
        return f"{date}:no"
    # A nod is no number: how many come is asked once more, or said once more.
    return date if act.kind in ("yes", "choice", "number") else ""


def _by_nod(kind: str, offered: list[str], asked: str) -> str:
    """Return what うん, いいえ or それ means under the buttons shown last."""
    word = "no" if kind == "no" else "yes"
    named = next((data for data in offered if data.endswith(f":{word}")), "")
    if named or not offered or len(offered) > 2:
        return named
    first, last = offered[0], offered[-1]
    if len(offered) == 1:
        agrees = (word == "no") == first.endswith(_DECLINES) or first.endswith(":enough")
        return first if agrees and not first.endswith(_NEVER_BY_NOD) else ""
    # Under two buttons the first one agrees; the last one declines where something was asked.
    if word == "yes":
        return "" if first.endswith(_NEVER_BY_NOD) else first
    return last if asked or last.endswith((":again", ":wrong")) else ""
