"""Asking back: one question with choices, then another wording, then a person."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.dialogue import noting, reading, searching
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import BESIDE, Said
from bot.dialogue.turn import Told, Turn
from bot.reply import Choice
from intents import separating, torn
from resources.unmatched import Why

_FIELDS = ("money", "work", "child", "care", "feelings")
_MOST_TOPICS = 3
_ROOM = 5
# Shorter words tell nothing about how somebody likes to read.
_TELLING = 9
# Kana and kanji, without the wide Latin letters of a keyboard left in the wrong mode.
_FIRST_SIGN, _LAST_SIGN = 0x3041, 0x9FFF
_FEWEST_SIGNS = 3
_GO_ON = ("first", "second", "third")


def fields(turn: Turn) -> tuple[Choice, ...]:
    """Return the fields of life a resident may point at, and a person."""
    pointing = tuple(turn.choice(f"listening.choice.{field}", f"listening:{field}") for field in _FIELDS)
    return (*pointing, turn.choice("greeting.choice.person", "greeting:person"))


def back(turn: Turn, said: Said, memory: Memory) -> Next:
    """Ask once what it is about, once for other words, and then offer a person; who tells a story is let go on."""
    heard = said.topics
    if said.corrects or (said.begins and not heard):
        taken = turn.says("listening.corrected" if said.corrects else "listening.new_subject")
        return Next(turn.reply(taken, choices=person(turn)), replace(memory, step="listening", asked="", misses=0))
    about_it = bool(set(heard) & set(memory.topics)) and _in_words(said.words)
    if about_it and memory.query and memory.last != "ask_there" and turn.holds("listening.heard_question", said.words):
        choices = (*person(turn), turn.choice("listening.choice.more", "listening:more"))
        following = replace(memory, step="listening", asked="", last="ask_there")
        return Next(turn.reply(turn.says("listening.ask_there"), choices=choices), following)
    question = which(turn, said, memory)
    alone = said.alone
    telling = question is None and alone is not None and (alone.household or (alone.topics and not torn(alone)))
    if (telling or about_it) and memory.replies < len(_GO_ON):
        going = turn.says(f"listening.go_on.{_GO_ON[memory.replies]}")
        following = replace(memory, step="listening", asked="", replies=memory.replies + 1)
        return Next(turn.reply(going, choices=person(turn)), following)
    noting.missed(turn, memory, Why.UNHEARD, said.alone, said.joined)
    misses = memory.misses + 1
    memory = replace(memory, step="listening", asked="", misses=misses)
    if misses == 1 and heard and heard[0] != "other" and heard[0] not in memory.topics:
        yes_no = (
            turn.choice("listening.choice.yes", "listening:confirmed"),
            turn.choice("listening.choice.wrong", "listening:wrong"),
        )
        memory = replace(memory, query=said.about, asked="confirm")
        return Next(turn.reply(turn.says("listening.confirm", topics=topic_words(turn, heard)), choices=yes_no), memory)
    if misses == 1:
        return question or Next(turn.reply(turn.says("listening.clarify"), choices=fields(turn)), memory)
    if misses == 2:
        return Next(turn.reply(turn.says("listening.differently"), choices=fields(turn)), memory)
    choices = (
        turn.choice("greeting.choice.person", "greeting:person"),
        turn.choice("listening.choice.again", "listening:again"),
    )
    offered = turn.says("listening.offer_person")
    if misses % 2 == 0:
        offered = turn.says("listening.still_here", place=reading.town_phone(turn))
    return Next(turn.reply(offered, choices=choices), replace(memory, asked="person"))


def which(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Ask the one question whose choices separate best what comes into question; None when nothing leans, or it was asked."""
    if said.joined is None or memory.misses:
        return None
    topics = separating(said.joined.candidates, partial(searching.behind, turn))
    if not topics or {topic.value for topic in topics} <= set(memory.offered):
        return None
    choices = [turn.choice(f"topic.choice.{topic.value}", f"listening:subject.{topic.value}") for topic in topics]
    offered = tuple(dict.fromkeys((*memory.offered, *(topic.value for topic in topics))))
    memory = replace(memory, step="listening", asked="subject", query=said.about, offered=offered, misses=1)
    return Next(turn.reply(turn.says("listening.which_subject"), choices=(*choices, *person(turn))), memory)


def nodded(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Answer a yes, a number or それ that fits no button: which one was meant, by its number."""
    if said.act is None or said.act.kind not in ("yes", "no", "choice", "number"):
        return None
    offered = [(label, data) for label, data in memory.choices if not data.startswith(BESIDE)]
    answered = len(offered) < 3 or said.act.kind == "no" or any(data == "listening:more" for _, data in offered)
    kind = "nodded" if answered else "which"
    if memory.last == kind:
        return None
    memory = replace(memory, last=kind)
    if answered:
        return Next(turn.reply(turn.says("listening.nodded"), choices=person(turn)), memory)
    numbered = "\n".join(f"{place} {label}" for place, (label, _) in enumerate(offered, start=1))
    choices = [Choice(label, data) for label, data in offered]
    return Next(turn.reply(turn.says("listening.which", words=numbered), choices=choices), memory)


def _in_words(words: str) -> bool:
    """Whether somebody wrote words, and did not only lean on the keys."""
    return len({sign for sign in words if _FIRST_SIGN <= ord(sign) <= _LAST_SIGN and sign.isalpha()}) >= _FEWEST_SIGNS


def person(turn: Turn) -> tuple[Choice, ...]:
    """Return the one button that is always there: a person."""
    return (turn.choice("greeting.choice.person", "greeting:person"),)


def cry_for_help(turn: Turn, memory: Memory) -> Next:
    """Answer a bare cry for help: the emergency numbers at once, and one question."""
    choices = (
        turn.choice("listening.choice.body", "listening:body"),
        turn.choice("listening.choice.afraid", "listening:afraid"),
        turn.choice("listening.choice.money", "listening:money"),
        turn.choice("greeting.choice.person", "greeting:person"),
    )
    reply = turn.reply(turn.says("listening.help"), turn.says("listening.help_ask"), choices=choices)
    return Next(reply, replace(memory, step="listening", asked="help"))


def with_easy_offer(turn: Turn, said: Said, following: Next) -> Next:
    """Offer やさしい日本語 once to somebody who writes like a learner or a child."""
    reply, memory = following.reply, following.memory
    if reply is None or said.alone is None or memory.easy_offered or turn.conversation.register == "easy":
        return following
    chosen = bool(said.data) or said.act is not None or bool(memory.told)
    if chosen or said.alone.route == "social" or not said.alone.hiragana_only or len(said.words) < _TELLING:
        return following
    if len(reply.bubbles) >= _ROOM or reply.crisis:
        return following
    offered = replace(
        reply,
        bubbles=(*reply.bubbles, turn.says("leaving.easy_offer")),
        choices=(*reply.choices, turn.choice("greeting.choice.easy", "leaving:easy")),
    )
    return Next(offered, replace(memory, easy_offered=True))


def topic_words(turn: Turn, topics: tuple[str, ...]) -> str:
    """Return up to three subjects as they are said in a sentence."""
    named = [turn.words(f"topic.{topic}") for topic in topics[:_MOST_TOPICS]]
    abroad = (turn.abroad("topic.comma") or "").join(turn.abroad(f"topic.{topic}") or "" for topic in topics[:_MOST_TOPICS])
    if len(named) < 2:
        return Told("".join(named), abroad)
    return Told(turn.words("topic.comma").join(named[:-1]) + turn.words("topic.and") + named[-1], abroad)
