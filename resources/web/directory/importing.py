"""Bringing a file into the directory: choosing it, and the files that were brought before."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from resources.access import GRANTS, Permission
from resources.importing import kept
from resources.importing.jobs import JobState
from resources.places import Municipality
from resources.web.console import Visit
from resources.web.uploads import LARGEST

LABELS: Final = {
    JobState.ARRIVING: "受け取っています", JobState.WAITING: "順番を待っています", JobState.CHECKING: "確かめています",
    JobState.READY: "確認を待っています", JobState.TO_APPLY: "取り込みを待っています", JobState.APPLYING: "取り込んでいます",
    JobState.APPLIED: "取り込みました", JobState.TO_UNDO: "取り消しを待っています", JobState.UNDOING: "取り消しています",
    JobState.UNDONE: "取り消しました", JobState.FAILED: "取り込めません", JobState.DISCARDED: "やめました",
}  # fmt: skip
_SAID = {"discarded": "取り込みをやめました。台帳は変わっていません。"}
_MEGABYTES = LARGEST // 1024 // 1024
_NO_FILE = "ファイルを選んでください。"
_EMPTY = "ファイルの中身がありません。別のファイルを選んでください。"
_NO_TOWN = "自治体を選んでください。"


def towns_of(visit: Visit) -> frozenset[str]:
    """Return the towns whose directory the person may change."""
    return visit.actor.towns_as(*GRANTS[Permission.EDIT_DIRECTORY])


def import_start(visit: Visit) -> Response:
    """Ask for a file, and list those that were brought before."""
    return _start(visit)


def _start(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    mine = towns_of(visit)
    towns = [town for code in sorted(mine) if (town := visit.session.get(Municipality, code)) is not None]
    return visit.page(
        "importing_start.html", status=status, trouble=trouble, towns=towns, names={town.code: town.name for town in towns},
        jobs=list(kept.newest(visit.session, mine)), labels=LABELS, typed=visit.form, largest=_MEGABYTES,
        said=_SAID.get(visit.request.query_params.get("said", ""), ""),
    )  # fmt: skip


def bring(visit: Visit) -> Response:
    """Keep the file and lead to the page on which it is checked."""
    database, upload = visit.console.database, visit.upload
    trouble = ""
    if visit.form.get("town", "") not in towns_of(visit):
        trouble = _NO_TOWN
    elif upload is None:
        trouble = _NO_FILE
    elif upload.too_large:
        trouble = f"ファイルが大きすぎます（{_MEGABYTES}MBまで）。必要な列とシートだけにするか、分けて取り込んでください。"
    elif not upload.content.strip(b"\0 \r\n\t"):
        trouble = _EMPTY
    if trouble or upload is None:
        with database.reading() as session:
            return _start(visit.within(session), trouble=trouble, status=409)
    job_id = kept.bring(
        database, upload.content, upload.name, municipality=visit.form["town"], by=visit.actor.name, now=visit.now
    )
    return visit.go(f"/directory/import/{job_id}")
