"""Saving what an editor wrote: made once, never over somebody else's words, and taken back field by field."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from resources import change_sets, directory
from resources.access import GRANTS, Actor, Permission
from resources.change_sets import Revision
from resources.directory import EditedMeanwhile
from resources.drafts import Difference, Draft, differences, from_json
from resources.editing import kept, three_ways, typed
from resources.editing.form import label_of
from resources.editing.three_ways import Fork, fingerprint
from resources.editing.typed import Trouble
from resources.kinds import Kinds
from resources.records import Record
from resources.services import Status

_BY = 120


class Refused(ValueError):
    """受け取れませんでした。何も変えていません。"""


class Unreadable(Refused):
    """読み取れないところがあります。直してから、もう一度保存してください。まだ保存していません。"""

    def __init__(self, troubles: tuple[Trouble, ...]) -> None:
        super().__init__(Unreadable.__doc__)
        self.troubles = troubles


class Forked(Refused):
    """ほかの人が先に保存しました。どちらを残すか選んでください。あなたの入力は下書きに残っています。まだ保存していません。"""


class CannotUndo(Refused):
    """この変更は取り消せません。まだ何も変えていません。"""

    def __init__(self, why: str) -> None:
        super().__init__(f"{CannotUndo.__doc__}{why}")


@dataclass(frozen=True)
class Conflict:
    """An entry that somebody else saved while a person typed: before, mine and theirs."""

    record: Record
    forks: tuple[Fork, ...]
    by: str
    at: datetime


def towns_of(actor: Actor) -> frozenset[str]:
    """Return the towns whose directory a person keeps."""
    return actor.towns_as(*GRANTS[Permission.EDIT_DIRECTORY])


def entry(session: Session, service_id: uuid.UUID, *, actor: Actor, to_change: bool = False) -> Record:
    """Return an entry of a town the person keeps; nobody else changes it until this transaction ends when it is to be changed.

    Raises directory.NoSuchEntry, for the entry of another town too.
    """
    if to_change:
        directory.hold(session, service_id)
    record = directory.get(session, service_id)
    if record.municipality_code not in towns_of(actor):
        raise directory.NoSuchEntry(directory.NoSuchEntry.__doc__)
    return record


def make(
    session: Session, key: uuid.UUID, cells: Mapping[str, str], *, town: str, kinds: Kinds, actor: Actor, now: datetime
) -> uuid.UUID:
    """Make a new entry of what was typed under a key, once; raises Unreadable."""
    if town not in towns_of(actor):
        raise Refused("町を選び直してください。まだ保存していません。")
    read = typed.read(cells, Draft(""), kinds=kinds)
    row = kept.keep_new(session, key, cells, town=town, actor=actor, now=now)
    if row is None:
        raise Refused("この入力画面は使えません。新しい画面を開いてください。まだ保存していません。")
    if row.service_id is not None:
        return row.service_id
    if read.troubles:
        raise Unreadable(read.troubles)
    row.service_id = directory.add(session, read.draft, municipality=town, by=actor.name[:_BY], now=now)
    kept.let_go(row)
    return row.service_id


def save(
    session: Session,
    service_id: uuid.UUID,
    cells: Mapping[str, str],
    *,
    seen: str,
    kinds: Kinds,
    actor: Actor,
    now: datetime,
    known: str = "",
    screen: str = "",
) -> None:
    """Save what was typed over an entry as it was seen; raises Unreadable, and Forked when somebody else was first.

    `known` is the fingerprint of the draft that the `screen` knows of; what was typed on another one stays.
    """
    record = entry(session, service_id, actor=actor, to_change=True)
    before = as_seen(session, record, seen)
    if before is None:
        raise Refused("この画面は古くなりました。入力を控えて、開き直してください。まだ保存していません。")
    read = typed.read(cells, before, kinds=kinds)
    if read.troubles:
        raise Unreadable(read.troubles)
    if fingerprint(record.draft) != seen and read.draft not in (before, record.draft):
        raise Forked(Forked.__doc__)
    _write(session, record, read.draft if read.draft != before else record.draft, actor=actor, now=now)
    row = kept.of_entry(session, service_id, actor=actor, to_change=True)
    if not kept.is_elsewhere(row, known, screen):
        kept.let_go(row)


def conflict(
    session: Session, record: Record, cells: Mapping[str, str], *, seen: str, kinds: Kinds
) -> Conflict | None:
    """Return what two editors made of an entry; None when nobody else changed it."""
    before = as_seen(session, record, seen)
    if before is None or fingerprint(record.draft) == seen:
        return None
    mine = typed.read(cells, before, kinds=kinds).draft
    last = next(iter(change_sets.history(session, record.id)), None)
    by, at = (last.by, last.at) if last is not None else ("", record.last_modified)
    return Conflict(record, three_ways.forks(before, mine, record.draft), by, at)


def settle(
    session: Session,
    service_id: uuid.UUID,
    *,
    theirs: str,
    choices: Mapping[str, str],
    kinds: Kinds,
    actor: Actor,
    now: datetime,
) -> None:
    """Join what a person kept with what another saved; `theirs` is the fingerprint they looked at, `choices` mine or theirs."""
    record = entry(session, service_id, actor=actor, to_change=True)
    row = kept.of_entry(session, service_id, actor=actor, to_change=True)
    before = as_seen(session, record, row.seen) if row is not None else None
    if row is None or not row.cells or before is None:
        raise Refused("下書きは、もう残っていません。何も変えていません。")
    if fingerprint(record.draft) != theirs:
        raise Forked("そのあいだに、また保存されました。もう一度、どちらを残すか選んでください。まだ保存していません。")
    mine = typed.read(row.cells, before, kinds=kinds).draft
    both = [fork.field for fork in three_ways.forks(before, mine, record.draft) if fork.both]
    if open_ := [label_of(field) for field in both if choices.get(field) not in ("mine", "theirs")]:
        raise Refused(f"「{'」「'.join(dict.fromkeys(open_))}」は、どちらを残すか選んでください。まだ保存していません。")
    own = {field for field in both if choices[field] == "mine"}
    _write(session, record, three_ways.joined(before, mine, record.draft, keep_mine=own), actor=actor, now=now)
    kept.let_go(row)


def as_seen(session: Session, record: Record, seen: str) -> Draft | None:
    """Return the entry as it was when it was looked at; None when nobody knows any more what that was."""
    if fingerprint(record.draft) == seen:
        return record.draft
    for revision in change_sets.history(session, record.id):
        for said in (revision.after, revision.before):
            if said is not None and fingerprint(draft := from_json(said)) == seen:
                return draft
    return None


def retire(session: Session, service_id: uuid.UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Say that a service exists no more, and why."""
    entry(session, service_id, actor=actor, to_change=True)
    if not reason.strip():
        raise Refused("やめた理由を書いてください。まだ何も変えていません。")
    directory.retire(session, service_id, reason=reason.strip()[:400], by=actor.name[:_BY], now=now)


def rest(
    session: Session, service_id: uuid.UUID, *, until: date | None, reason: str, actor: Actor, now: datetime, today: date
) -> None:
    """Say that a service is closed for a while, and until when if that is known."""
    entry(session, service_id, actor=actor, to_change=True)
    if until is not None and until <= today:
        raise Refused("再開する日は、明日より後にしてください。まだ何も変えていません。")
    directory.rest(session, service_id, reopens_on=until, reason=reason.strip()[:400], by=actor.name[:_BY], now=now)


def reopen(session: Session, service_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """Say that a service can be used again."""
    record = entry(session, service_id, actor=actor, to_change=True)
    back = replace(record.draft, status=Status.ACTIVE, status_reason="", reopens_on=None)
    directory.edit(session, service_id, back, by=actor.name[:_BY], now=now)


def assure(
    session: Session, service_id: uuid.UUID, *, how: str, on: date | None, seen: str, actor: Actor, now: datetime, today: date
) -> None:
    """Record that somebody asked the provider and the entry, as it was seen, is true."""
    record = entry(session, service_id, actor=actor, to_change=True)
    if on is None or on > today:
        raise Refused("確かめた日を、今日までの日付で書いてください。まだ何も変えていません。")
    if not how.strip():
        raise Refused("どうやって確かめたかを書いてください。まだ何も変えていません。")
    if fingerprint(record.draft) != seen:
        raise Refused(str(EditedMeanwhile.__doc__))
    by = actor.name[:_BY]
    directory.assure(session, service_id, assurer=by, how=how.strip()[:200], on=on, by=by, now=now)


def undo(session: Session, service_id: uuid.UUID, revision_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """Take back one change, and nothing that was written since; raises CannotUndo where its fields were changed again."""
    record = entry(session, service_id, actor=actor, to_change=True)
    revision = session.get(Revision, revision_id)
    if revision is None or revision.service_id != service_id:
        raise directory.NoSuchEntry(directory.NoSuchEntry.__doc__)
    if revision.before is None or revision.after is None:
        raise CannotUndo("項目がなくなったときは「なくなった」を使ってください。")
    fields = changed(revision)
    if again := [each.field for each in fields if getattr(record.draft, each.field) not in (each.after, each.before)]:
        named = "」「".join(dict.fromkeys(map(label_of, again)))
        raise CannotUndo(f"「{named}」が、その後にまた変わっています。新しい変更から順に取り消すか、入力し直してください。")
    back = replace(record.draft, **{each.field: each.before for each in fields})
    directory.edit(session, service_id, back, by=actor.name[:_BY], now=now, act="undone")


def _write(session: Session, record: Record, draft: Draft, *, actor: Actor, now: datetime) -> None:
    directory.edit(session, record.id, draft, by=actor.name[:_BY], now=now)


def changed(revision: Revision) -> tuple[Difference, ...]:
    """Return what one change said of each field, before and after."""
    return differences(from_json(revision.before or {"name": ""}), from_json(revision.after or {"name": ""}))
