"""What a resident says of a card by one press: right, gone, nobody answers; counted for the editors, without a word."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Final

from bot.dialogue import searching
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from resources import duplicates, entry_reports
from resources.entry_reports import Said as Report
from resources.services import Service

STEP: Final = "report"
_REMEMBERED: Final = 20


def button(service_id: uuid.UUID) -> str:
    """Return the data of the button under the card of an entry."""
    return f"{STEP}:{service_id.hex}"


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Ask what is right or wrong about a place, then thank for the answer."""
    service_id, report = _read(what)
    if service_id is None:
        return None
    if report is None:
        return _ask(turn, memory, service_id)
    kept = _kept(turn, memory, service_id, report)
    if kept is None:
        return None
    key = "card_report.right" if report is Report.RIGHT else "card_report.thanks"
    kept = replace(kept, step="listening", asked="")
    return Next(turn.reply(turn.says(key), choices=searching.next_choices(turn)), kept)


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Leave free words to listening."""
    return None


def quietly(turn: Turn, said: Said, memory: Memory) -> Memory:
    """Count a press while a person is present and the machine says nothing."""
    step, _, what = said.data.partition(":")
    service_id, report = _read(what) if step == STEP else (None, None)
    if service_id is None or report is None:
        return memory
    return _kept(turn, memory, service_id, report) or memory


def _ask(turn: Turn, memory: Memory, service_id: uuid.UUID) -> Next | None:
    entry = turn.session.get(Service, duplicates.standing_for(turn.session, service_id))
    if entry is None or not entry.visible or entry.confidential:
        return None
    choices = [turn.choice(f"card_report.choice.{report}", f"{button(entry.id)}:{report}") for report in Report]
    return Next(turn.reply(turn.says("card_report.ask", name=entry.name), choices=choices), replace(memory, asked=""))


def _kept(turn: Turn, memory: Memory, service_id: uuid.UUID, report: Report) -> Memory | None:
    # Whoever presses twice has said it once.
    if service_id.hex in memory.reported:
        return memory
    if not entry_reports.record(turn.session, service_id, report, now=turn.now):
        return None
    return replace(memory, reported=(*memory.reported, service_id.hex)[-_REMEMBERED:])


def _read(what: str) -> tuple[uuid.UUID | None, Report | None]:
    written, _, said = what.partition(":")
    try:
        return uuid.UUID(hex=written), Report(said) if said else None
    except ValueError:
        return None, None
