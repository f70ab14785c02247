"""Why a person takes a matter on, and what helps until one has read it."""

from __future__ import annotations

from bot.dialogue import plans, reading, searching
from bot.dialogue.turn import Turn
from bot.reply import Bubble
from resources.desks import Desk
from resources.places import Municipality

# The line that takes every trouble of living, by day and by night.
_ANY_TROUBLE = "yorisoi"


def why(turn: Turn, reason: str) -> tuple[Bubble, ...]:
    """Say what was understood, and that a person takes it."""
    if reason == "apply_intent":
        return (turn.says("connecting.offer.apply_intent", when=reading.moment(turn, turn.now)),)
    if reason == "wide_area":
        prefecture = turn.session.get(Municipality, turn.town.prefecture_code) if turn.town.prefecture_code else None
        if prefecture is None:
            return (turn.says("connecting.offer.wide_area_alone"),)
        return (turn.says("connecting.offer.wide_area", prefecture=prefecture.name),)
    return (turn.says(f"connecting.offer.{reason}"),)


def tonight(turn: Turn, desk: Desk | None) -> tuple[Bubble, ...]:
    """Where nobody reads before morning, say so, and give a free line that answers now."""
    when = reading.next_reading(turn, desk)
    if desk is None or when is None or reading.is_reading(turn, desk):
        return ()
    line = turn.tools.hotlines.get(_ANY_TROUBLE)
    if not line.is_open(turn.now):
        return ()
    return (turn.says("connecting.tonight", when=when, lines=plans.written(turn, line)),)


def way_to_apply(turn: Turn, key: str = "connecting.apply_way") -> tuple[Bubble, ...]:
    """The office and the way to apply come before everything else; nobody judges here who may receive it."""
    found = searching.cards(turn, turn.tools.texts.say("listening.query.welfare_office"), limit=1, kinds=("welfare_office",))
    where = found or turn.says("connecting.apply_desk", place=reading.town_phone(turn))
    return (turn.says(key), where)
