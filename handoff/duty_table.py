"""The town's table of who acts in which danger, by day and by night: read as a whole, decided cell by cell."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import alert_contacts
from handoff.alert_contacts import AlertContact
from handoff.duty import Duty, Watch
from intents.codes import Crisis
from resources import journal
from resources.access import Actor
from resources.db import new_id
from resources.places import Municipality

NOBODY: Final = "nobody"
# A role that was written down without a contact: it stays as it is until somebody chooses.
KEEP: Final = "keep"
SLOTS: Final = ("contact", "deputy", "head")


class NotDecided(ValueError):
    """表は変わっていません。"""


class TableMoved(NotDecided):
    """あなたが開いたあとで、ほかの人が表を変えました。下は、いまの表にあなたの選択を重ねたものです。確かめて、もう一度決めてください。まだ何も変わっていません。"""


class SameTwice(NotDecided):
    """同じ連絡先が、一つの欄に2回選ばれています。5分後に知らせるのは、別の人にしてください。表は変わっていません。"""


class NobodyFirst(NotDecided):
    """「だれもいない」を選んだ欄に、代わりの人が選ばれています。どちらかにしてください。表は変わっていません。"""


class ContactGone(NotDecided):
    """選ばれた連絡先は、この町にはありません。表は変わっていません。"""


@dataclass(frozen=True)
class Cell:
    """One decision as the form shows it: who is alerted, in order; empty means undecided, or no further person."""

    crisis: Crisis
    watch: Watch
    contact: str
    deputy: str
    head: str
    written: str  # a role written down without a contact

    @property
    def name(self) -> str:
        """The beginning of the names of its fields."""
        return f"{self.crisis.value}.{self.watch.value}"

    @property
    def decided(self) -> bool:
        """Whether the town has decided."""
        return bool(self.contact)


def cells(session: Session, municipality: str) -> list[Cell]:
    """Return the whole table, undecided cells too."""
    rows = _rows(session, municipality)
    return [_cell(rows.get((crisis.value, watch.value)), crisis, watch) for crisis in Crisis for watch in Watch]


def mark(session: Session, municipality: str) -> str:
    """Return a fingerprint of the table: a form that was made from another one is refused."""
    seen = [(cell.name, cell.contact, cell.deputy, cell.head) for cell in cells(session, municipality)]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def decide(
    session: Session, municipality: str, form: Mapping[str, str], *, seen: str, actor: Actor, now: datetime
) -> int:
    """Write down what was chosen and return how many cells changed; raises NotDecided, and then nothing is changed."""
    _hold(session, municipality)
    if seen != mark(session, municipality):
        raise TableMoved(TableMoved.__doc__)
    wanted = [(cell, _chosen(cell, form)) for cell in cells(session, municipality)]
    return _write(session, municipality, [(cell, choice) for cell, choice in wanted if choice], actor=actor, now=now)


def decide_rest(
    session: Session, municipality: str, watch: Watch, form: Mapping[str, str], *, actor: Actor, now: datetime
) -> int:
    """Decide in one go all cells of one half that nobody has decided yet; returns how many there were."""
    _hold(session, municipality)
    choice = (form.get("contact", ""), form.get("deputy", ""), form.get("head", ""))
    if not choice[0]:
        raise NotDecided("はじめに知らせる人を選んでください。" + str(NotDecided.__doc__))
    open_ = [cell for cell in cells(session, municipality) if cell.watch is watch and not cell.decided]
    return _write(session, municipality, [(cell, choice) for cell in open_], actor=actor, now=now)


def rename(session: Session, contact: AlertContact) -> None:
    """Let the table say what a contact is called now."""
    for key, words in ((Duty.contact_id, Duty.role), (Duty.deputy_id, Duty.deputy)):
        session.execute(update(Duty).where(key == contact.id).values({words: contact.name}))


def _hold(session: Session, municipality: str) -> None:
    # Two people who decide at once come one after the other; the second sees that the table moved.
    session.get_one(Municipality, municipality, with_for_update=True)


def _rows(session: Session, municipality: str) -> dict[tuple[str, str], Duty]:
    found = session.scalars(select(Duty).where(Duty.municipality_code == municipality))
    return {(row.crisis, row.watch): row for row in found}


def _cell(row: Duty | None, crisis: Crisis, watch: Watch) -> Cell:
    if row is None:
        return Cell(crisis, watch, "", "", "", "")
    if row.contact_id is None and row.deputy_id is None and row.head_id is None:
        return Cell(crisis, watch, KEEP if row.role else NOBODY, "", "", row.role)
    return Cell(crisis, watch, str(row.contact_id or ""), str(row.deputy_id or ""), str(row.head_id or ""), "")


def _chosen(cell: Cell, form: Mapping[str, str]) -> tuple[str, str, str] | None:
    """Return what the form says of a cell; None where it leaves it as it is."""
    now = (cell.contact, cell.deputy, cell.head)
    first, deputy, head = (form.get(f"{cell.name}.{slot}", known) for slot, known in zip(SLOTS, now, strict=True))
    return None if (first, deputy, head) == now or not first else (first, deputy, head)


def _write(
    session: Session, municipality: str, wanted: list[tuple[Cell, tuple[str, str, str]]], *, actor: Actor, now: datetime
) -> int:
    known = {str(one.id): one for one in alert_contacts.of_town(session, municipality)}
    rows = _rows(session, municipality)
    checked = [(cell, _checked(choice, known)) for cell, choice in wanted]
    for cell, people in checked:
        row = rows.get((cell.crisis.value, cell.watch.value))
        if row is None:
            row = Duty(id=new_id(), municipality_code=municipality, crisis=cell.crisis.value, watch=cell.watch)
            session.add(row)
        _fill(row, people, now)
        journal.record(
            session, "duty.decided", municipality=municipality, subject_kind="duty", subject_id=row.id,
            staff_id=actor.staff_id, now=now, detail=cell.name,
        )  # fmt: skip
    session.flush()
    return len(checked)


def _checked(choice: tuple[str, str, str], known: Mapping[str, AlertContact]) -> list[AlertContact | None]:
    first, later = choice[0], [one for one in choice[1:] if one]
    if first in (NOBODY, KEEP):
        if later:
            raise NobodyFirst(NobodyFirst.__doc__)
        return [None, None, None]
    named = [one for one in choice if one]
    if len(set(named)) < len(named):
        raise SameTwice(SameTwice.__doc__)
    if not set(named) <= set(known):
        raise ContactGone(ContactGone.__doc__)
    return [known.get(one) for one in choice]


def _fill(row: Duty, people: list[AlertContact | None], now: datetime) -> None:
    ids: list[uuid.UUID | None] = [one.id if one else None for one in people]
    first, deputy, _ = people
    if first is None or first.name != row.role:
        row.way = ""
    row.role, row.deputy = first.name if first else "", deputy.name if deputy else ""
    row.contact_id, row.deputy_id, row.head_id = ids
    row.decided_at = now
