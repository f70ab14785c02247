"""Ending a case from the desk: what is still planned is settled, and the account of it stands among the notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from handoff import later, moves, notes
from handoff.cases import Case
from handoff.casework.endings import Details
from handoff.conversation import mention
from handoff.states import NotAllowed, Outcome
from resources.access import Actor


class NoOutcome(NotAllowed):
    """終わり方を選んでください。相談はまだ終わっていません。"""


class Came(StrEnum):
    """What came of the wish to end a case, as the page says it."""

    CLOSED = "closed"
    ASKED = "asked"  # a second person has to agree


def end(session: Session, case: Case, form: Mapping[str, str], *, actor: Actor, now: datetime) -> Came:
    """End a case the way a form tells, or ask a second person; raises what is in the way before anything changes."""
    chosen, planned, words = form.get("outcome", ""), form.get("planned", ""), form.get("note", "").strip()
    if chosen not in list(Outcome):
        raise NoOutcome(NoOutcome.__doc__)
    later.ask_at_close(session, case, planned)
    came = Came.CLOSED
    try:
        moves.close(session, case, Outcome(chosen), actor=actor, now=now, details=Details.read(form))
        later.settle_at_close(session, case, planned, actor=actor, now=now)
        mention(session, case, f"{actor.name}さんが相談を終了しました", now=now)
    except moves.SecondPersonNeeded:
        came = Came.ASKED
    if words:
        notes.write(session, case, words[:4000], actor=actor, now=now)
    return came
