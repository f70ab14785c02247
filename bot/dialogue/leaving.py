"""What can be said at every step: stop, begin anew, erase, show what is held, change the language, how to be reached."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import connecting, greeting, happening, holding, listening, place, searching, signing_up
from bot.dialogue import memory as memories
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from bot.reply import Bubble
from handoff import cases, disclosure, intake, proposers, taking_back, transcript
from handoff.accounts import Platform

_OURS = (Platform.BROWSER, Platform.TERMINAL)
# While these questions are open a 町名 is part of the story, no wish to see places.
_STORY = frozenset(
    {
        "story", "consent", "contact", "phone", "name", "number", "who_not", "danger", "safe", "call", "screen", "desk",
        "sort", "held", "place", "whom", "reach",
    }
)  # fmt: skip
_SHOWN = 30
_LONGEST = 3000


def asked(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Follow an act that is understood at every step; None when the words are something else."""
    kind = said.act.kind if said.act is not None else ""
    follow = {
        "stop": _stop,
        "restart": _restart,
        "menu": _menu,
        "erase": _ask_erase,
        "disclose": _disclose,
        "easy_japanese": _easy,
        "plain_japanese": _plain,
        "do_not_call": _no_calls,
        "do_not_tell_family": _no_family,
        "status": connecting.status,
        "more": _more,
        "nearest": place.begin,
    }.get(kind)
    if follow is not None:
        return follow(turn, memory)
    if kind == "wrong":
        return listening.pressed(turn, memory, "wrong")
    if kind == "place" and memory.asked not in _STORY:
        return place.named(turn, said.words, memory)
    return None


def quietly(turn: Turn, said: Said) -> None:
    """Carry out at once what needs no words while a person is in the conversation."""
    kind = said.act.kind if said.act is not None else ""
    if kind == "stop":
        turn.contact.pushes_stopped_at = turn.now
    elif kind == "do_not_call":
        turn.contact.call_allowed = False
    elif kind == "do_not_tell_family":
        turn.contact.family_may_know = False


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Take a button of these acts."""
    if what == "easy":
        return _easy(turn, memory)
    if what == "plain":
        return _plain(turn, memory)
    if what == "restart":
        return _restart(turn, memory)
    if memory.asked == "erase" and what == "erase":
        return _erase(turn)
    if memory.asked == "erase" and what == "keep":
        return Next(turn.reply(turn.says("leaving.erase_stopped")), replace(memory, step="listening", asked=""))
    return None


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Other words than the answer mean: do not erase; they are heard as what they are."""
    return None


def _stop(turn: Turn, memory: Memory) -> Next:
    turn.contact.pushes_stopped_at = turn.now
    # On a screen that somebody watches nothing is named.
    emergency = () if turn.contact.device_watched else (turn.says("leaving.emergency"),)
    return Next(turn.reply(turn.says("leaving.stopped"), *emergency), replace(memory, step="listening", asked=""))


def _restart(turn: Turn, memory: Memory) -> Next:
    reply = turn.reply(turn.says("leaving.restarted"), choices=greeting.choices(turn))
    return Next(reply, memories.forget(turn))


def _menu(turn: Turn, memory: Memory) -> Next:
    reply = turn.reply(turn.says("greeting.ask"), choices=greeting.choices(turn))
    return Next(reply, replace(memory, step="listening", asked=""))


def _ask_erase(turn: Turn, memory: Memory) -> Next:
    choices = (turn.choice("leaving.choice.erase", "leaving:erase"), turn.choice("leaving.choice.keep", "leaving:keep"))
    kept = taking_back.is_kept(turn.session, turn.contact.id)
    reply = turn.reply(turn.says("leaving.erase_ask_kept" if kept else "leaving.erase_ask"), choices=choices)
    return Next(reply, replace(memory, step="leaving", asked="erase"))


def _erase(turn: Turn) -> Next:
    messages = disclosure.own_messages(turn.session, turn.contact.id)
    erased = [taking_back.withdraw(turn.session, message, now=turn.now) for message in messages]
    case = cases.latest_of(turn.session, turn.contact.id)
    if case is not None:
        cases.record(turn.session, case, "taken_back", now=turn.now, detail={"count": len(messages)})
    said = turn.says("leaving.erased", count=len(erased)) if all(erased) else turn.says("leaving.erase_kept")
    proposers.take_back(turn.session, turn.contact.id)
    given_up = signing_up.withdraw_all(turn.session, turn.contact.id, town=turn.town.code, now=turn.now)
    told = (turn.says("leaving.erased_sign_ups", count=given_up),) if given_up else ()
    # What the dialogue remembers holds words too.
    return Next(turn.reply(said, *told), memories.forget(turn))


def _disclose(turn: Turn, memory: Memory) -> Next:
    """Show the resident's own messages and consents; on another company's channel only how many there are."""
    messages = disclosure.own_messages(turn.session, turn.contact.id)
    case = cases.latest_of(turn.session, turn.contact.id)
    receipt = case.receipt if case else turn.words("leaving.no_receipt")
    bubbles = [turn.says("leaving.disclosed", count=len(messages), receipt=receipt)]
    if turn.account.platform in _OURS:
        own = [transcript.words(turn.session, message) for message in messages[-_SHOWN:]]
        bubbles.append(turn.says("leaving.disclosed_words", words="\n".join(words for words in own if words)[-_LONGEST:]))
    else:
        bubbles.append(turn.says("leaving.disclosed_elsewhere"))
    lines = [
        turn.words("leaving.consent_line", state=turn.words(f"leaving.consent.{answer.value}"))
        for answer in disclosure.own_consents(turn.session, turn.contact.id)
    ]
    if lines:
        bubbles.append(Bubble("\n".join(lines)))
    return Next(turn.reply(*bubbles, confidential=True), replace(memory, step="listening", asked=""))


def _easy(turn: Turn, memory: Memory) -> Next:
    turn.conversation.register = "easy"
    memory = replace(memory, easy_offered=True, register_chosen=True)
    if memory.step == "urgent" and memory.plan:
        return holding.hold(turn, (turn.says("leaving.easy_on"),), memory)
    plain = turn.choice("greeting.choice.plain", "leaving:plain")
    reply = turn.reply(turn.says("leaving.easy_on"), choices=(*greeting.choices(turn), plain))
    return Next(reply, memory)


def _plain(turn: Turn, memory: Memory) -> Next:
    turn.conversation.register = "normal"
    memory = replace(memory, easy_offered=True, register_chosen=True)
    if memory.step == "urgent" and memory.plan:
        return holding.hold(turn, (turn.says("leaving.plain_on"),), memory)
    return Next(turn.reply(turn.says("leaving.plain_on"), choices=greeting.choices(turn)), memory)


def _no_calls(turn: Turn, memory: Memory) -> Next:
    turn.contact.call_allowed = False
    return Next(turn.reply(turn.says("leaving.no_calls")), memory)


def _no_family(turn: Turn, memory: Memory) -> Next:
    turn.contact.family_may_know = False
    intake.add_wish(turn.session, turn.contact, turn.heard.words)
    asked = "" if memory.asked == "who_not" else memory.asked
    return Next(turn.reply(turn.says("leaving.no_family")), replace(memory, asked=asked))


def _more(turn: Turn, memory: Memory) -> Next | None:
    return (happening.more(turn, memory) or searching.more(turn, memory)) if memory.query else None
