"""Free words: understood in one sentence, answered with at most three places, or taken on by a person."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import abroad, asking, connecting, greeting, opening, place, searching, urgent, worry
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said, codes, topics_of
from bot.dialogue.turn import Turn
from bot.reply import Bubble
from handoff import cases
from intents import Assessment, Route, Topic, TopicScore, canonical, torn

_FIELDS = ("money", "work", "child", "care", "feelings")
_SOCIAL = {"greeting": "greeting", "thanks": "thanks", "who_are_you": "who", "scolding": "scolded"}
# A cry for help is short; a long message that holds the word is heard as what it tells.
_SHORT = 16


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Follow a button under an answer."""
    if what == "more" and memory.query:
        return searching.more(turn, memory)
    if what == "wrong":
        misses = memory.misses + 1
        if misses > 1:
            return asking.back(turn, Said(), replace(_fresh(memory), misses=misses - 1))
        return Next(turn.reply(turn.says("listening.wrong"), choices=asking.fields(turn)), replace(_fresh(memory), misses=misses))
    if what == "again":
        return Next(turn.reply(turn.says("greeting.consult")), _fresh(memory))
    if what == "confirmed" and memory.query:
        return searching.places(turn, memory.query, replace(memory, misses=0))
    if what.startswith("subject."):
        return _chosen(turn, memory, what.removeprefix("subject."))
    if what in ("body", "afraid"):
        return urgent.begin_emergency(turn, memory, turn.words(f"listening.choice.{what}"))
    if what in _FIELDS:
        return searching.places(turn, turn.tools.texts.say(f"listening.query.{what}"), replace(memory, misses=0))
    return None


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Nothing waits for an answer here: free words are heard below."""
    return None


def heard(turn: Turn, said: Said, memory: Memory) -> Next:
    """Answer free words by what they call for, in the light of what was said before."""
    alone, joined = said.alone, said.joined
    assert alone is not None
    assert joined is not None
    # After danger the story so far is with the desk; only what this very message asks for is new.
    wanted = _new_reasons(codes(alone), memory) or (() if memory.plan else _new_reasons(said.reasons, memory))
    if "third_party" in wanted and "third_party" not in codes(alone) and cases.open_of(turn.session, turn.contact.id) is not None:
        # Whose own matter is at a desk does not turn into an observer by a later word.
        wanted = tuple(reason for reason in wanted if reason != "third_party")
    if "third_party" in wanted:
        return worry.begin(turn, said, memory)
    if wanted:
        return connecting.offer(turn, said, joined, replace(memory, misses=0))
    if alone.route == "handoff":
        return connecting.added(turn, said, memory)
    narrowed = place.alone(turn, said, memory)
    if narrowed is not None and cases.open_of(turn.session, turn.contact.id) is None:
        return narrowed
    # Three words that only nearly fit a subject are asked about, not answered with whatever holds the same letters.
    asks = turn.holds("urgent.heard_asking", said.words)
    told = set(said.topics) & set(memory.topics)
    definite = asks or turn.tools.ear.social.concrete(canonical(said.words))
    unsure = torn(alone) and not (definite or told or memory.misses)
    if alone.route == "answer" and not unsure:
        if memory.query and not asks and searching.cards(turn, said.meant, assessment=alone) is None:
            # More of a story that was answered before; no place is asked for.
            return asking.back(turn, said, memory)
        return _answer(turn, said.meant, topics_of(alone), alone, memory)
    if alone.route == "social":
        return _social(turn, alone, memory)
    if alone.route == "clarify" and _cries(turn, said.words):
        return asking.cry_for_help(turn, memory)
    if asks and searching.cards(turn, said.words, assessment=alone) is not None:
        return searching.places(turn, said.words, replace(memory, misses=0, offset=0), assessment=alone)
    if cases.open_of(turn.session, turn.contact.id) is not None:
        return connecting.added(turn, said, memory)
    if not unsure and joined.route == "answer" and set(said.topics) - set(memory.topics):
        return _answer(turn, said.about, said.topics, joined, memory)
    named = place.named(turn, said.words, memory) if len(said.words) <= _SHORT else None
    return named or asking.back(turn, said, memory)


def _answer(turn: Turn, words: str, topics: tuple[str, ...], assessment: Assessment, memory: Memory) -> Next:
    before: tuple[Bubble, ...] = ()
    if topics and topics != ("other",):
        before = (turn.says("listening.understood", topics=asking.topic_words(turn, topics)),)
    if turn.holds("applying.heard_name", words):
        before = opening.way_to_apply(turn)
    memory = replace(memory, misses=0, topics=tuple(dict.fromkeys((*memory.topics, *topics))), offset=0)
    words = abroad.query(turn, words, topics)
    return searching.places(turn, words, memory, before=before, assessment=assessment)


def _social(turn: Turn, alone: Assessment, memory: Memory) -> Next:
    key = f"social.{_SOCIAL.get(alone.social_kind or '', 'small_talk')}"
    if key == "social.greeting" and turn.conversation.greeted_at is None:
        return greeting.meet(turn, memory)
    if key == "social.scolded" and memory.last == "scolded":
        return asking.back(turn, Said(), replace(memory, misses=2, last=""))
    memory = replace(memory, last="scolded" if key == "social.scolded" else "")
    return Next(turn.reply(turn.says(key), choices=greeting.choices(turn)), replace(memory, step="listening", asked=""))


def _chosen(turn: Turn, memory: Memory, code: str) -> Next | None:
    """Show places for what was first written, about the subject that was pointed at."""
    if code not in list(Topic):
        return None
    topic = Topic(code)
    words = "\n".join(filter(None, (memory.query, turn.tools.texts.say(f"topic.{code}"))))
    heard = turn.tools.ear.assess(words)
    others = tuple(score for score in heard.topics if score.topic is not topic)
    heard = replace(heard, route=Route.ANSWER, topics=(TopicScore(topic, 1.0), *others))
    return _answer(turn, words, (code,), heard, replace(memory, standing=memory.standing.chosen(topic)))


def _new_reasons(reasons: tuple[str, ...], memory: Memory) -> tuple[str, ...]:
    """Return why a person is needed now, beyond what was offered already; danger has its own way."""
    known = {*memory.reasons, "crisis"}
    if memory.told:
        known.add("wide_area")
    return tuple(reason for reason in reasons if reason not in known)


def _cries(turn: Turn, words: str) -> bool:
    cries = turn.tools.texts.say("listening.query.cries").split()
    plain = canonical(words).lower()
    return len(plain) <= _SHORT and any(cry in plain for cry in cries)


def _fresh(memory: Memory) -> Memory:
    return replace(memory, step="listening", asked="", query="", offset=0)
