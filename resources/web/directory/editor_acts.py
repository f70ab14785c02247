"""What is done to an entry beside writing: it ends, rests, is checked; and its history, from which changes are taken back."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from resources import change_sets
from resources.directory import NoSuchEntry
from resources.editing import form, saving, typed, wording
from resources.editing.saving import Refused
from resources.editing.three_ways import fingerprint
from resources.records import Record
from resources.web.console import NoSuchPage, View, Visit
from resources.web.directory.editor_entry import Sheet, shown
from resources.web.directory.editor_frame import day_of, entry_of, said, show, today

_SAID = {"undone": "変更を取り消しました。"}


def retire(visit: Visit) -> Response | View:
    """Say that a service exists no more."""
    reason = visit.form.get("reason", "")

    def act(record: Record) -> None:
        saving.retire(visit.session, record.id, reason=reason, actor=visit.actor, now=visit.now)

    return _act(visit, "retired", act)


def rest(visit: Visit) -> Response | View:
    """Say that a service is closed for a while."""
    until, written = day_of(visit.form.get("until", "")), visit.form.get("until", "").strip()

    def act(record: Record) -> None:
        if written and until is None:
            raise Refused("再開する日は、2026-12-25 のように書いてください。まだ何も変えていません。")
        saving.rest(
            visit.session, record.id, until=until, reason=visit.form.get("reason", ""), actor=visit.actor, now=visit.now,
            today=today(visit),
        )  # fmt: skip

    return _act(visit, "rested", act)


def reopen(visit: Visit) -> Response | View:
    """Say that a service can be used again."""
    return _act(visit, "reopened", lambda one: saving.reopen(visit.session, one.id, actor=visit.actor, now=visit.now))


def assure(visit: Visit) -> Response | View:
    """Record that the entry was checked with the provider."""
    seen, how = visit.form.get("seen", ""), visit.form.get("how", "")

    def act(record: Record) -> None:
        saving.assure(
            visit.session, record.id, how=how, on=day_of(visit.form.get("on", "")), seen=seen, actor=visit.actor, now=visit.now,
            today=today(visit),
        )  # fmt: skip

    return _act(visit, "assured", act)


def editor_history(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show every change of an entry with before and after, the newest first."""
    record = entry_of(visit)
    revisions = change_sets.history(visit.session, record.id)
    return show(
        visit, "editor_history.html", status=status, record=record, trouble=trouble, said=said(visit, _SAID),
        changes=[(revision, saving.changed(revision)) for revision in revisions], acts=wording.ACTS, label_of=form.label_of,
    )  # fmt: skip


def undo(visit: Visit) -> Response | View:
    """Take back one change."""
    record = entry_of(visit, to_change=True)
    try:
        saving.undo(visit.session, record.id, visit.id("revision_id"), actor=visit.actor, now=visit.now)
    except NoSuchEntry:
        raise NoSuchPage(NoSuchPage.__doc__) from None
    except Refused as refused:
        trouble = str(refused)
        return lambda later: editor_history(later, trouble=trouble, status=409)
    return visit.go(f"/directory/{record.id}/history?said=undone")


def _act(visit: Visit, done: str, act: Callable[[Record], None]) -> Response | View:
    record = entry_of(visit, to_change=True)
    try:
        act(record)
    except Refused as refused:
        trouble = str(refused)

        def again(later: Visit) -> Response:
            fresh = entry_of(later)
            return shown(later, fresh, Sheet(typed.write(fresh.draft), fingerprint(fresh.draft), trouble), status=409)

        return again
    return visit.go(f"/directory/{record.id}?said={done}")
