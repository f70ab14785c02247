"""The wish to apply for 生活保護, kept word for word with the time it was written."""

from __future__ import annotations

from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from handoff import cases
from handoff.casework import welfare
from intents import Reason


def keep_wish(turn: Turn, said: Said) -> None:
    """Keep the message that said it; a wish told in pieces is kept with the words it was put together from."""
    case = cases.open_of(turn.session, turn.contact.id)
    if turn.message is None or case is None or Reason.APPLY_INTENT not in case.reasons:
        return
    if said.alone is not None and Reason.APPLY_INTENT in said.alone.reasons:
        welfare.written(turn.session, case, turn.message, said.words, now=turn.now)
    elif said.together and not welfare.known(turn.session, case):
        welfare.written(turn.session, case, turn.message, said.together, now=turn.now)
