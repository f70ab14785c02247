"""What a resident said in one message: words, a button, a place, and what the ear made of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue.memory import EARLIER_MESSAGES, EARLIER_SIGNS, Memory
from bot.dialogue.turn import Turn
from handoff import transcript
from handoff.transcript import Author, Kind
from intents import Act, Assessment

UNREADABLE = frozenset({Kind.IMAGE, Kind.STICKER, Kind.VOICE, Kind.FILE})


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


def listen(turn: Turn, memory: Memory) -> Said:
    """Hear one message: the words alone, and joined with what came before in this matter."""
    heard = turn.heard
    near = (heard.latitude, heard.longitude) if heard.latitude is not None and heard.longitude is not None else None
    words = heard.words.strip()
    if heard.data or not words:
        return Said(data=heard.data, near=near, unreadable=heard.kind in UNREADABLE)
    ear = turn.tools.ear
    earlier = _earlier(turn)
    act = ear.hear_act(words)
    return Said(
        words=words,
        data=_meant(words, act, memory),
        near=near,
        unreadable=False,
        act=act,
        alone=ear.assess(words),
        joined=ear.assess(words, earlier=earlier),
        together="\n".join((*earlier, words)),
    )


def topics_of(assessment: Assessment | None) -> tuple[str, ...]:
    """Return the codes of the subjects that were heard, the weightiest first."""
    return tuple(score.topic.value for score in assessment.topics) if assessment is not None else ()


def _meant(words: str, act: Act | None, memory: Memory) -> str:
    """Return the button that was meant by its label, its number, or a plain yes or no."""
    for label, data in memory.choices:
        if words == label:
            return data
    if act is None:
        return ""
    if act.kind == "number" and str(act.value).isdigit() and 0 < int(act.value or 0) <= len(memory.choices):
        return memory.choices[int(act.value or 0) - 1][1]
    if act.kind in ("yes", "no", "choice"):
        # The offer of another wording stands beside the answer, it is none.
        return _by_nod(act.kind, [data for _, data in memory.choices if not data.startswith("leaving:easy")])
    return ""


def _by_nod(kind: str, offered: list[str]) -> str:
    """Return what うん, いいえ or それ means under the buttons shown last."""
    word = "no" if kind == "no" else "yes"
    named = next((data for data in offered if data.endswith(f":{word}")), "")
    if named or not offered or len(offered) > 2:
        return named
    # Under two buttons the first one agrees and the last one declines; a single button is to decline or to agree.
    return offered[-1] if word == "no" or len(offered) == 1 else offered[0]


def _earlier(turn: Turn) -> list[str]:
    """Return the resident's own words of this matter, oldest first, bounded."""
    found: list[str] = []
    room = EARLIER_SIGNS
    current = turn.message.id if turn.message is not None else None
    for message in reversed(transcript.recent(turn.session, turn.contact.id, limit=3 * EARLIER_MESSAGES)):
        if message.said_at < turn.conversation.since or room <= 0 or len(found) >= EARLIER_MESSAGES:
            break
        ours = message.author == Author.RESIDENT and message.kind == Kind.TEXT and message.withdrawn_at is None
        if ours and message.id != current:
            words = transcript.words(turn.session, message)[:room]
            if words:
                found.append(words)
                room -= len(words)
    return found[::-1]
