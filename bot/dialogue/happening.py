"""「今日・今週どこかやってる？」: gathering places that are open and events that take place, the nearest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.dialogue import placing, reading, searching, signing_up
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Teller, Turn
from bot.reply import Bubble, Choice
from resources import events, occasions
from resources.cards import for_answer
from resources.moments import When
from resources.occasions import Occasion
from resources.slots import JAPAN

STEP = "happening"
_AHEAD_DAYS = 28


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Show the next ones."""
    return more(turn, memory) if what == "more" else None


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Leave free words to what they mean."""
    return None


def asked(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Answer a question for whatever is on; None for any other message."""
    if memory.busy or said.alone is None or said.alone.route == "handoff":
        return None
    if occasions.anywhere(said.words, now=turn.now) is None:
        return None
    memory = replace(memory, query=said.words, offset=0, misses=0)
    return show(turn, searching.note(turn, said.words, memory, said.alone))


def again(turn: Turn, memory: Memory) -> Next | None:
    """Answer the question for whatever is on once more, when another place was named; None when something else was asked."""
    return show(turn, memory) if occasions.anywhere(memory.query, now=turn.now) is not None else None


def more(turn: Turn, memory: Memory) -> Next | None:
    """Show the next ones; None when something else was asked."""
    when = occasions.anywhere(memory.query, now=turn.now)
    return show(turn, replace(memory, offset=memory.offset + searching.SHOWN)) if when is not None else None


def show(turn: Turn, memory: Memory) -> Next | None:
    """Return what is on in the days asked for, else what comes next."""
    when = occasions.anywhere(memory.query, now=turn.now)
    assert when is not None
    memory = replace(memory, step="listening", asked="")
    found, first = _on(turn, memory, when), turn.says("happening.nothing")
    if found:
        key = "happening.found" if memory.near is None else "happening.found_near"
        values = {} if memory.near is None else {"area": memory.area or turn.words("place.here")}
        first = turn.says(key, count=len(found), **values)
    else:
        today = turn.now.astimezone(JAPAN).date()
        found = _on(turn, memory, When(tuple(today + timedelta(days=ahead) for ahead in range(_AHEAD_DAYS))), soonest=True)
    page = found[memory.offset : memory.offset + searching.SHOWN]
    if not page:
        key = "happening.no_more" if memory.offset else "happening.nothing_at_all"
        return Next(turn.reply(turn.says(key), choices=(turn.choice("greeting.choice.person", "greeting:person"),)), memory)
    told = [bubble for bubble in (_told(turn, one) for one in page) if bubble is not None]
    cards = Bubble(turn.words("listening.between").join(bubble.words for bubble in told), sum((one.cards for one in told), ()))
    bubbles = (cards,) if memory.offset else (first, cards)
    rest = len(found) > memory.offset + searching.SHOWN
    return Next(turn.reply(*bubbles, turn.says("happening.next"), choices=_choices(turn, rest=rest)), memory)


def _on(turn: Turn, memory: Memory, when: When, *, soonest: bool = False) -> list[Occasion]:
    own = turn.tools.search.own(turn.town.code)
    first, last = min(when.days), max(when.days)
    start, end = _midnight(first), _midnight(last + timedelta(days=1))
    meeting = occasions.gatherings(own, turn.tools.kinds, today=turn.now.astimezone(JAPAN).date())
    on_dates = events.upcoming(turn.session, {turn.town.code}, start=start, end=end + timedelta(hours=6))
    found = [*occasions.of_places(meeting, first - timedelta(days=1), last), *occasions.of_events(on_dates, own)]
    fitting = occasions.fitting(found, when, now=turn.now, near=memory.near)
    if soonest:
        return sorted(fitting, key=lambda one: (not one.certain, one.start))
    return sorted(fitting, key=lambda one: one.event is None) if occasions.of_event(memory.query) else fitting


def _told(turn: Turn, one: Occasion) -> Bubble | None:
    """Return one occasion as a card and in one sentence."""
    if one.event is not None:
        return signing_up.card(turn, one.event, one.record, when=at(turn, one), distance_m=one.distance_m)
    assert one.record is not None
    place = for_answer(one.record, now=turn.now, kinds=turn.tools.kinds, distance_m=one.distance_m)
    if place is None:
        return None
    return placing.bubble(turn, [place], reports=True, when={place.id: at(turn, one)} if one.start > turn.now else {})


def at(teller: Teller, one: Occasion) -> str:
    """Say when something takes place; where only the day is known, the hours have to be asked for."""
    if one.timed:
        return teller.words("happening.at", when=reading.moment(teller, one.start), until=clock(teller, one.end))
    return teller.words("happening.on", when=day(teller, one.start.astimezone(JAPAN).date()))


def clock(teller: Teller, at: datetime) -> str:
    """Say a time of day."""
    local = at.astimezone(JAPAN)
    if local.minute:
        return teller.words("time.clock", hour=local.hour, minute=f"{local.minute:02}")
    return teller.words("time.sharp", hour=local.hour)


def day(teller: Teller, on: date) -> str:
    """Say a day of these weeks with its weekday."""
    weekday = teller.words("time.weekdays").split("/")[on.weekday()]
    return teller.words("happening.any_day", month=on.month, day=on.day, weekday=weekday)


def _choices(turn: Turn, *, rest: bool) -> tuple[Choice, ...]:
    going_on = (turn.choice("happening.choice.more", f"{STEP}:more"),) if rest else ()
    return (
        *going_on,
        turn.choice("listening.choice.near", "place:nearest"),
        turn.choice("greeting.choice.person", "greeting:person"),
        turn.choice("listening.choice.wrong", "listening:wrong"),
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN)


