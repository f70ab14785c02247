"""What editors make of a proposal: opened as a new entry, added as it is, declined; the first of two editors decides."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from resources import directory
from resources.access import Actor
from resources.db import new_id
from resources.drafts import Draft
from resources.editing import kept, saving, typed
from resources.editing.kept import KeptSheet
from resources.kinds import Kinds
from resources.proposals import Proposal, State, Why
from resources.proposed_entries import draft_of
from resources.slots import JAPAN
from resources.staff import Staff

# What stands for a proposal whose words were about one person: its proposer reads that they were deleted.
_ERASED = "（消しました）"
_OPEN = (State.WAITING, State.WRITING)


class DecidedMeanwhile(RuntimeError):
    """ほかの人が先に決めました。いまの操作では何も変わっていません。"""

    def __init__(self, who: str, state: State) -> None:
        done = {State.ACCEPTED: "台帳に載せました", State.DECLINED: "見送りました", State.WRITING: "書きはじめています"}
        told = done.get(state, "待ちに戻しました")
        super().__init__(f"{who or 'ほかの人'}さんが先に{told}。いまの操作では何も変わっていません。")


class WhyNeeded(ValueError):
    """見送る理由を選んでください。まだ見送っていません。"""


def write(session: Session, proposal_id: uuid.UUID, *, kinds: Kinds, actor: Actor, now: datetime) -> uuid.UUID:
    """Open a proposal as a new entry of the directory and return the key of that form; raises DecidedMeanwhile."""
    proposal = _held(session, proposal_id, actor=actor)
    if proposal.state == State.WRITING and proposal.sheet_id is not None:
        return proposal.sheet_id
    key = new_id()
    draft = draft_of(proposal, kinds=kinds, today=now.astimezone(JAPAN).date())
    kept.keep_new(session, key, typed.write(draft), town=proposal.municipality_code, actor=actor, now=now)
    _decide(proposal, State.WRITING, actor=actor, now=now)
    proposal.sheet_id = key
    session.flush()
    return key


def add(session: Session, proposal_id: uuid.UUID, *, kinds: Kinds, actor: Actor, now: datetime) -> uuid.UUID:
    """Put a proposal into the directory as it is and return the entry; raises DecidedMeanwhile, saving.Unreadable."""
    proposal = _held(session, proposal_id, actor=actor)
    cells = typed.write(draft_of(proposal, kinds=kinds, today=now.astimezone(JAPAN).date()))
    if troubles := typed.read(cells, Draft(""), kinds=kinds).troubles:
        raise saving.Unreadable(troubles)
    town = proposal.municipality_code
    proposal.service_id = saving.make(session, new_id(), cells, town=town, kinds=kinds, actor=actor, now=now)
    _decide(proposal, State.ACCEPTED, actor=actor, now=now)
    session.flush()
    return proposal.service_id


def decline(session: Session, proposal_id: uuid.UUID, why: str, *, actor: Actor, now: datetime) -> None:
    """Decline a proposal for a reason of the list; raises WhyNeeded, DecidedMeanwhile."""
    proposal = _held(session, proposal_id, actor=actor)
    if why not in list(Why):
        raise WhyNeeded(WhyNeeded.__doc__)
    proposal.why = Why(why)
    _forget_sheet(session, proposal)
    if proposal.why == Why.PERSONAL:
        proposal.name, proposal.dates = _ERASED, []
        proposal.held = proposal.place = proposal.whom = proposal.about = proposal.reach = ""
    _decide(proposal, State.DECLINED, actor=actor, now=now)
    session.flush()


def give_back(session: Session, proposal_id: uuid.UUID, *, actor: Actor) -> None:
    """Let a proposal somebody began to write wait again; whoever keeps the town's directory may. Raises DecidedMeanwhile."""
    proposal = _held(session, proposal_id, actor=actor, anybodys=True)
    if proposal.state == State.WRITING:
        _forget_sheet(session, proposal)
        proposal.state, proposal.decided_by, proposal.decided_at, proposal.sheet_id = State.WAITING, None, None, None
        session.flush()


def take_back(session: Session, proposal_id: uuid.UUID) -> None:
    """Delete a proposal its proposer takes back, with the form an editor has it open as, as long as no editor has decided."""
    proposal = session.scalars(_to_change(proposal_id)).first()
    if proposal is None:
        return
    if proposal.state == State.WRITING and proposal.decided_at is not None:
        settle(session, proposal, now=proposal.decided_at)
    if proposal.state in _OPEN:
        _forget_sheet(session, proposal)
        session.delete(proposal)
    session.flush()


def settle(session: Session, proposal: Proposal, *, now: datetime) -> None:
    """See what became of a proposal that was open as a new entry: made, thrown away, or still being written."""
    if proposal.state != State.WRITING:
        return
    sheet = _sheet(session, proposal)
    if sheet is not None and sheet.service_id is not None:
        proposal.service_id, proposal.state, proposal.decided_at = sheet.service_id, State.ACCEPTED, now
    elif sheet is None or not sheet.cells:
        _forget_sheet(session, proposal)
        proposal.state, proposal.decided_by, proposal.decided_at, proposal.sheet_id = State.WAITING, None, None, None
    session.flush()


def who(session: Session, proposal: Proposal) -> str:
    """Return the name of the editor who decided or writes, empty while nobody does."""
    person = session.get(Staff, proposal.decided_by) if proposal.decided_by else None
    return person.display_name if person is not None else ""


def of_towns(session: Session, proposal_id: uuid.UUID, towns: frozenset[str]) -> Proposal:
    """Return a proposal of some towns; raises directory.NoSuchEntry."""
    found = session.get(Proposal, proposal_id)
    if found is None or found.municipality_code not in towns:
        raise directory.NoSuchEntry(directory.NoSuchEntry.__doc__)
    return found


def _held(session: Session, proposal_id: uuid.UUID, *, actor: Actor, anybodys: bool = False) -> Proposal:
    proposal = session.scalars(_to_change(proposal_id)).first()
    if proposal is None or proposal.municipality_code not in saving.towns_of(actor):
        raise directory.NoSuchEntry(directory.NoSuchEntry.__doc__)
    if proposal.state == State.WRITING and proposal.decided_at is not None:
        settle(session, proposal, now=proposal.decided_at)
    others = proposal.state == State.WRITING and proposal.decided_by != actor.staff_id
    if proposal.state not in _OPEN or (others and not anybodys):
        raise DecidedMeanwhile(who(session, proposal), State(proposal.state))
    return proposal


def _to_change(proposal_id: uuid.UUID) -> Select[Proposal]:
    query = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    return query.execution_options(populate_existing=True)


def _decide(proposal: Proposal, state: State, *, actor: Actor, now: datetime) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor.staff_id, now


def _forget_sheet(session: Session, proposal: Proposal) -> None:
    """Throw away the form of a new entry that will not be made, also where it is still open on a screen."""
    sheet = _sheet(session, proposal)
    if sheet is not None and sheet.service_id is None:
        kept.end(sheet)


def _sheet(session: Session, proposal: Proposal) -> KeptSheet | None:
    """Return the form of a new entry as it stands now; whoever makes the entry in this moment is waited for."""
    if proposal.sheet_id is None:
        return None
    return session.get(KeptSheet, proposal.sheet_id, populate_existing=True, with_for_update=True)
