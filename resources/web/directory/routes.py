"""The pages of the directory, and who may open them: one function a subject."""

from __future__ import annotations

from resources.access import Permission
from resources.web.console import Page
from resources.web.directory import editor, editor_acts, editor_entry, editor_try

_EDIT = Permission.EDIT_DIRECTORY
_ENTRY = "/directory/{service_id}"


def directory_pages() -> list[Page]:
    """Return the pages of the directory console and of the open directory."""
    # The pages of one entry come last: what has a name of its own under /directory is no entry.
    return [*_editor(), *_importing(), *_truth(), *_open(), *_gatherings(), *_asked(), *_entry()]


def _editor() -> list[Page]:
    return [
        Page("/directory", editor.editor, _EDIT, entry="資源台帳"),
        Page("/directory/bulk", editor.change_many, _EDIT, "POST"),
        Page("/directory/new", editor_entry.editor_new, _EDIT),
        Page("/directory/new", editor_entry.make, _EDIT, "POST"),
        Page("/directory/new/keep", editor_entry.keep_new, _EDIT, "POST", live=True),
        Page("/directory/new/look", editor_entry.look_new, _EDIT, "POST"),
        Page("/directory/new/let-go", editor_entry.let_new_go, _EDIT, "POST"),
    ]


def _entry() -> list[Page]:
    return [
        Page(_ENTRY, editor_entry.editor_entry, _EDIT),
        Page(_ENTRY, editor_entry.save, _EDIT, "POST"),
        Page(f"{_ENTRY}/keep", editor_entry.keep, _EDIT, "POST", live=True),
        Page(f"{_ENTRY}/look", editor_entry.look, _EDIT, "POST"),
        Page(f"{_ENTRY}/let-go", editor_entry.let_go, _EDIT, "POST"),
        Page(f"{_ENTRY}/conflict", editor_entry.editor_conflict, _EDIT),
        Page(f"{_ENTRY}/conflict", editor_entry.settle, _EDIT, "POST"),
        Page(f"{_ENTRY}/retire", editor_acts.retire, _EDIT, "POST"),
        Page(f"{_ENTRY}/rest", editor_acts.rest, _EDIT, "POST"),
        Page(f"{_ENTRY}/reopen", editor_acts.reopen, _EDIT, "POST"),
        Page(f"{_ENTRY}/assure", editor_acts.assure, _EDIT, "POST"),
        Page(f"{_ENTRY}/history", editor_acts.editor_history, _EDIT),
        Page(f"{_ENTRY}/history/{{revision_id}}/undo", editor_acts.undo, _EDIT, "POST"),
        Page(f"{_ENTRY}/try", editor_try.editor_try, _EDIT),
        Page(f"{_ENTRY}/try", editor_try.attempt, _EDIT, "POST"),
    ]


def _importing() -> list[Page]:
    return []


def _truth() -> list[Page]:
    return []


def _open() -> list[Page]:
    return []


def _gatherings() -> list[Page]:
    return []


def _asked() -> list[Page]:
    return []
