"""The directory as files: everything for the town itself, and the open part for anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session
from starlette.responses import Response

from resources import exporting, journal, standard_layouts, tables
from resources.places import Municipality
from resources.web import conditional, kept_bytes
from resources.web.console import NoSuchPage, Visit
from resources.web.directory import truth
from resources.web.directory.open_town import town_of
from resources.web.download import download
from resources.web.kept_bytes import Busy, KeptBytes

_ROOM: Final = 96 * 1024 * 1024  # the files of a dozen large towns
_JSON: Final = "application/json; charset=utf-8"
_UNKNOWN = "書き出す形を選び直してください。まだ何も書き出していません。"


@dataclass(frozen=True)
class File:
    """One form in which the directory leaves: the end of its name, what it is, and who writes it."""

    name: str
    label: str
    help: str
    kind: str
    write: Callable[[Session, str], bytes]


def _list(layout: standard_layouts.Layout) -> File:
    def write(session: Session, town: str) -> bytes:
        return standard_layouts.to_csv(session, town, layout)

    words = "CSV（UTF-8 BOM付き・CRLF）"
    return File(f"{layout.file}.csv", layout.label, words, tables.CSV, write)


def _whole(write: Callable[..., bytes]) -> Callable[[Session, str], bytes]:
    return lambda session, town: write(session, town, whole=True)


_EXCHANGE = ("CSV（交換様式）", "Excelブック（交換様式）", "HSDS 3（JSON）")
_HELP = ("Excelで開けます。直して、そのまま取り込めます。", "すべてのセルが文字列です。式として動くことはありません。",)
# For the town itself.
WHOLE: Final = (
    File("directory.csv", _EXCHANGE[0], _HELP[0], tables.CSV, _whole(exporting.to_csv)),
    File("directory.xlsx", _EXCHANGE[1], _HELP[1], tables.XLSX, _whole(exporting.to_xlsx)),
    File("directory.json", _EXCHANGE[2], "ほかのシステムへ移すとき。非公開の項目は入りません", _JSON, _whole(exporting.to_hsds)),
)
# For anybody.
OPEN: Final = (
    *(_list(layout) for layout in standard_layouts.LAYOUTS.values()),
    File("resources.csv", _EXCHANGE[0], _HELP[0], tables.CSV, exporting.to_csv),
    File("resources.xlsx", _EXCHANGE[1], _HELP[1], tables.XLSX, exporting.to_xlsx),
    File("hsds.json", _EXCHANGE[2], "国際的な標準（Open Referral HSDS 3）の形です。", _JSON, exporting.to_hsds),
)


def export(visit: Visit, *, trouble: str = "") -> Response:
    """List the files of a town."""
    towns = truth.towns_of(visit)
    town = truth.town_of(visit, towns)
    found = exporting.entries(visit.session, town, whole=True)
    return visit.page(
        "together_export.html", status=409 if trouble else 200, trouble=trouble, towns=towns, town=town, whole=WHOLE, open=OPEN,
        total=len(found), public=sum(exporting.is_open(record.draft) for record in found),
    )  # fmt: skip


def take(visit: Visit) -> Response:
    """Hand out everything a town has, and write down who took it."""
    database, now = visit.console.database, visit.now
    wanted = next((file for file in WHOLE if file.name == visit.form.get("file")), None)
    with database.reading() as session:
        inside = visit.within(session)
        town = truth.town_of(inside, truth.towns_of(inside))
        if wanted is None:
            return export(inside, trouble=_UNKNOWN)
        content = wanted.write(session, town)
        name = session.get_one(Municipality, town).name
    with database.writing() as session:
        journal.record(
            session, "directory.exported", municipality=town, subject_kind="directory", staff_id=visit.actor.staff_id, now=now,
            detail=wanted.name,
        )  # fmt: skip
    return download(content, wanted.kind, f"{town}_{wanted.name}", f"{name}_台帳（控え）.{wanted.name.rpartition('.')[2]}")


class OpenFiles:
    """Hands out the open part of directories to anybody; a file is written once for each version of a directory."""

    def __init__(self) -> None:
        self._kept = KeptBytes(room=_ROOM)

    def open_file(self, visit: Visit) -> Response:
        """Answer with a file, or say that the one they have is still true."""
        said = visit.request.path_params
        wanted = next((file for file in OPEN if file.name == said["file"]), None)
        with visit.console.database.reading() as session:
            town = town_of(session, str(said["code"]))
            if wanted is None:
                raise NoSuchPage(NoSuchPage.__doc__)
            tag = f'W/"{town.code}-{town.directory_version}-{wanted.name}"'
            headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if conditional.holds(visit.request, tag):
            return Response(status_code=304, headers=headers)

        def write() -> bytes:
            with visit.console.database.reading() as session:
                return wanted.write(session, town.code)

        try:
            content = self._kept.get((town.code, wanted.name), tag, write)
        except Busy:
            return kept_bytes.wait()
        answer = download(content, wanted.kind, f"{town.code}_{wanted.name}")
        answer.headers.update(headers)
        return answer
