"""A town's own geography from a spreadsheet: 町字 with 小学校区, 日常生活圏域, postcode and middle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from resources import change_sets
from resources.areas import Area
from resources.importing import values
from resources.importing.columns import normalised
from resources.importing.reading import read
from resources.importing.sheets import CannotRead
from resources.places import Municipality, NotACode, checked_code

# Our own headings first, then those of the address base registry.
_HEADINGS = {
    "code": ("市区町村コード", "全国地方公共団体コード", "lg_code"),
    "town_id": ("町字ID", "machiaza_id"),
    "name": ("町名", "町字名", "大字・町名", "oaza_cho"),
    "kana": ("町名_カナ", "町名カナ", "大字・町名_カナ", "oaza_cho_kana"),
    "school_district": ("小学校区",),
    "catchment": ("日常生活圏域",),
    "postcode": ("郵便番号", "post_code"),
    "latitude": ("緯度", "rep_lat"),
    "longitude": ("経度", "rep_lon"),
}
_WORDS = ("town_id", "name", "kana", "school_district", "catchment")
_NO_HEADINGS = "見出しの行に「市区町村コード」と「町名」がありません。"


@dataclass(frozen=True)
class Taken:
    """How many 町字 were written, and how many rows name no registered town or cannot be read."""

    written: int
    skipped: int


def take(session: Session, data: bytes) -> Taken:
    """Add or renew the areas a file tells of, and leave all others as they are; raises CannotRead."""
    known = {(area.municipality_code, area.name): area for area in session.scalars(select(Area))}
    towns = set(session.scalars(select(Municipality.code)))
    changed: set[str] = set()
    written = skipped = 0
    for said in _rows(data):
        code = _code(said["code"])
        try:
            told = _told(said)
        except values.NotReadable:
            told = {}
        if code not in towns or not told.get("name"):
            skipped += 1
            continue
        area = known.setdefault((code, said["name"]), Area(municipality_code=code, name=said["name"]))
        for field, value in told.items():
            setattr(area, field, value)
        session.add(area)
        changed.add(code)
        written += 1
    session.flush()
    for code in sorted(changed):
        change_sets.bump(session, code)
    return Taken(written, skipped)


def _rows(data: bytes) -> Iterator[dict[str, str]]:
    rows = read(data)[0].rows
    plain = {normalised(heading): field for field, headings in _HEADINGS.items() for heading in headings}
    for at, row in enumerate(rows):
        fields = [plain.get(normalised(cell), "") for cell in row]
        if {"code", "name"} <= set(fields):
            for cells in rows[at + 1 :]:
                said = {field: values.clean(cell) for field, cell in zip(fields, cells, strict=False) if field}
                if any(said.values()):
                    yield {"code": "", "name": "", **said}
            return
    raise CannotRead(_NO_HEADINGS)


def _told(said: dict[str, str]) -> dict[str, object]:
    told: dict[str, object] = {field: said[field] for field in _WORDS if said.get(field)}
    if said.get("postcode"):
        told["postcode"] = values.postcode(said["postcode"])
    if said.get("latitude") and said.get("longitude"):
        told["latitude"], told["longitude"], _ = values.coordinates(said["latitude"], said["longitude"])
    return told


def _code(code: str) -> str:
    try:
        return checked_code(code)
    except NotACode:
        return ""
