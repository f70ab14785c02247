"""The pages of the desk, and who may open them."""

from __future__ import annotations

from handoff.web import acts, aside, case, desk, files
from resources.access import Permission
from resources.web.console import Page

_CASE = "/desk/cases/{case_id}"
_ASIDE = "/desk/unreadable/{event_id}"
_FILE = f"{_CASE}/files/{{file_id}}"
_MAY = Permission.CONSULT


def desk_pages() -> list[Page]:
    """Return the pages of the desk console."""
    return [*_lists(), *_case(), *_acts(), *_unreadable(), *_files()]


def _lists() -> list[Page]:
    return [
        Page("/desk", desk.desk, _MAY, entry="相談窓口"),
        Page("/desk/live", desk.desk_live, _MAY, live=True),
        Page("/desk/search", desk.search, _MAY, "POST"),
    ]


def _case() -> list[Page]:
    return [
        Page(_CASE, case.case, _MAY),
        Page(f"{_CASE}/live", case.live, _MAY, live=True),
        Page(f"{_CASE}/lines", case.lines, _MAY),
    ]


def _acts() -> list[Page]:
    return [
        Page(f"{_CASE}/take", acts.take, _MAY, "POST"),
        Page(f"{_CASE}/reply", acts.reply, _MAY, "POST"),
        Page(f"{_CASE}/note", acts.note, _MAY, "POST"),
        Page(f"{_CASE}/away", acts.away, _MAY, "POST"),
        Page(f"{_CASE}/back", acts.back, _MAY, "POST"),
        Page(f"{_CASE}/return", acts.give_back, _MAY, "POST"),
        Page(f"{_CASE}/close", acts.close, _MAY, "POST"),
        Page(f"{_CASE}/present", acts.present, _MAY, "POST", live=True),
    ]


def _unreadable() -> list[Page]:
    return [
        Page(_ASIDE, aside.aside, _MAY),
        Page(f"{_ASIDE}/retry", aside.retry, _MAY, "POST"),
        Page(f"{_ASIDE}/settle", aside.settle, _MAY, "POST"),
    ]


def _files() -> list[Page]:
    return [
        Page(_FILE, files.file, _MAY),
        Page(f"{_FILE}/thumb", files.thumb, _MAY),
        Page(f"{_FILE}/content", files.content, _MAY),
        Page(f"{_FILE}/download", files.download, _MAY),
        Page(f"{_FILE}/state", files.state, _MAY, live=True),
    ]
