"""The pages of the directory, and who may open them: one function a subject."""

from __future__ import annotations

from resources.access import Permission
from resources.web.console import Page
from resources.web.directory import importing, importing_file


def directory_pages() -> list[Page]:
    """Return the pages of the directory console and of the open directory."""
    return [*_editor(), *_importing(), *_truth(), *_open(), *_gatherings(), *_asked()]


def _editor() -> list[Page]:
    return []


def _importing() -> list[Page]:
    edit, file = Permission.EDIT_DIRECTORY, "/directory/import/{job_id}"
    return [
        Page("/directory/import", importing.import_start, edit, entry="台帳の取り込み", beside=True),
        Page("/directory/import", importing.bring, edit, "POST", upload=True, own_sessions=True),
        Page(file, importing_file.import_file, edit),
        Page(f"{file}/live", importing_file.import_live, edit, live=True),
        Page(f"{file}/columns", importing_file.columns, edit, "POST"),
        Page(f"{file}/apply", importing_file.apply, edit, "POST"),
        Page(f"{file}/undo", importing_file.undo, edit, "POST"),
        Page(f"{file}/again", importing_file.again, edit, "POST"),
        Page(f"{file}/discard", importing_file.discard, edit, "POST"),
    ]


def _truth() -> list[Page]:
    return []


def _open() -> list[Page]:
    return []


def _gatherings() -> list[Page]:
    return []


def _asked() -> list[Page]:
    return []
