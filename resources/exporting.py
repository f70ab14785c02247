"""Takes the directory out again: for Excel, for other towns, for whoever reads HSDS; what is the town's own stays there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from openpyxl import Workbook
from sqlalchemy.orm import Session

from resources import directory, hsds, tables
from resources.drafts import PRIVATE, Draft
from resources.hours import Closure, Holidays
from resources.hours_text import format_clock, format_days
from resources.importing.values import tidy
from resources.kinds import Kinds
from resources.open_directory import IN_USE
from resources.places import Municipality
from resources.records import Record
from resources.services import Status

_HOLIDAYS = {Holidays.CLOSED: "休み", Holidays.OPEN: "開く", Holidays.UNKNOWN: "不明"}


def to_csv(session: Session, municipality: str, *, whole: bool = False) -> bytes:
    """Return the exchange layout as CSV that Excel opens; `whole` is for the town itself and leaves nothing out."""
    return tables.to_csv(_rows(session, municipality, whole))


def to_xlsx(session: Session, municipality: str, *, whole: bool = False) -> bytes:
    """Return the exchange layout as a workbook in which every cell is text; `whole` as above."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("台帳")
    sheet.freeze_panes = "D2"
    for row in _rows(session, municipality, whole):
        # Reading takes one quote from before a formula, whether a CSV or a workbook brought it.
        sheet.append([tables.words_cell(sheet, tables.safe(value) if value.startswith("'") else value) for value in row])
    return tables.to_bytes(book)


def to_hsds(session: Session, municipality: str, *, whole: bool = False, kinds: Kinds | None = None) -> bytes:
    """Return a town's services as HSDS 3 JSON; confidential entries never leave this way, private fields only when `whole`."""
    town = session.get_one(Municipality, municipality)
    above = session.get(Municipality, town.prefecture_code) if town.prefecture_code else None
    known = kinds or Kinds.load()
    contents = [
        hsds.as_object(record if whole else for_anyone(record), known, city=town.name, prefecture=above.name if above else "")
        for record in entries(session, municipality, whole=whole)
        if not record.draft.confidential
    ]
    page = {
        "total_items": len(contents),
        "total_pages": 1,
        "page_number": 1,
        "size": len(contents),
        "first_page": True,
        "last_page": True,
        "empty": not contents,
        "contents": contents,
    }
    return json.dumps(page, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def entries(session: Session, municipality: str, *, whole: bool = False) -> list[Record]:
    """Return what leaves of a town's directory, in the order in which it was made, as reading it again would give it."""
    found = sorted(directory.whole(session, municipality), key=lambda record: record.id)
    return [replace(record, draft=_tidied(record.draft)) for record in found if whole or is_open(record.draft)]


def is_open(draft: Draft) -> bool:
    """Say whether an entry may be known to anybody: neither a hidden house nor one that is there no more or not published."""
    return not draft.confidential and draft.status in IN_USE


def for_anyone(record: Record) -> Record:
    """Return an entry without the fields that only the town's own people read."""
    blank: dict[str, Any] = dict.fromkeys(PRIVATE, "")
    return replace(record, draft=replace(record.draft, **blank))


def cells(record: Record) -> list[str]:
    """Return an entry as one row of the exchange layout."""
    return [str(record.id), *(write(record.draft) for _, write in _COLUMNS)]


def _tidied(draft: Draft) -> Draft:
    """Return an entry without control characters and blanks around its words, and with its name and address in one line."""
    said: dict[str, Any] = {}
    for name, value in vars(draft).items():
        if isinstance(value, str) and not isinstance(value, Status):
            said[name] = tidy(value).replace("\n", " ") if name in ("name", "address") else tidy(value)
        elif isinstance(value, tuple):
            said[name] = tuple(tidy(one) if isinstance(one, str) else one for one in value)
    return replace(draft, **said)


def _rows(session: Session, municipality: str, whole: bool) -> list[list[str]]:
    kept = [at for at, heading in enumerate(HEADINGS) if whole or heading not in _PRIVATE_HEADINGS]
    table = [list(HEADINGS), *(cells(record) for record in entries(session, municipality, whole=whole))]
    return [[row[at] for at in kept] for row in table]


def _text(field: str) -> Callable[[Draft], str]:
    return lambda draft: getattr(draft, field)


def _flag(field: str) -> Callable[[Draft], str]:
    return lambda draft: {True: "可", False: "不可", None: ""}[getattr(draft, field)]


def _number(field: str) -> Callable[[Draft], str]:
    def write(draft: Draft) -> str:
        value = getattr(draft, field)
        return "" if value is None else repr(value).removesuffix(".0")

    return write


def _day(field: str) -> Callable[[Draft], str]:
    return lambda draft: getattr(draft, field).isoformat() if getattr(draft, field) else ""


def _list(field: str) -> Callable[[Draft], str]:
    # A semicolon inside one value would become two values when the file is read again.
    return lambda draft: ";".join(value.replace(";", "、").replace("\n", " ") for value in getattr(draft, field))


def _kind(draft: Draft) -> str:
    # A label without a kind keeps its semicolon: alone it would be read as the kind it sounds like.
    return f"{draft.kind};{draft.kind_label}" if draft.kind_label else draft.kind


def phones(draft: Draft) -> str:
    """Return all numbers of an entry in one cell; the extension of the first has a column of its own."""
    said = [phone.number for phone in draft.phones[:1]]
    for phone in draft.phones[1:]:
        said.append(phone.number + (f"(内線{phone.extension})" if phone.extension else ""))
    return " / ".join(said)


def extension(draft: Draft) -> str:
    """Return the extension of the first number."""
    return draft.phones[0].extension if draft.phones else ""


def _days(draft: Draft) -> str:
    return ";".join(format_days(slot) for slot in draft.slots)


def _times(which: str) -> Callable[[Draft], str]:
    def write(draft: Draft) -> str:
        times = [getattr(slot, which) for slot in draft.slots]
        return "" if all(time is None for time in times) else ";".join("" if t is None else format_clock(t) for t in times)

    return write


def _holidays(draft: Draft) -> str:
    said = [_HOLIDAYS[slot.holidays] for slot in draft.slots]
    return said[0] if len(set(said)) == 1 else ";".join(said)


def _closures(draft: Draft) -> str:
    said = [_closure(rest) for rest in draft.closures]
    rests_on_holidays = bool(draft.slots) and all(slot.holidays is Holidays.CLOSED for slot in draft.slots)
    if draft.closed_at_year_end:
        said.append("年末年始")
    elif rests_on_holidays:
        said.append("年末年始は開く")
    return ";".join(said)


def _closure(rest: Closure) -> str:
    said = f"{rest.starts}/{rest.ends}"
    if rest.opens is not None and rest.closes is not None:
        said += f" {format_clock(rest.opens)}-{format_clock(rest.closes)}"
    return said + (f" {rest.reason.replace(';', '、')}" if rest.reason else "")


_COLUMNS: tuple[tuple[str, Callable[[Draft], str]], ...] = (
    ("種別", _kind), ("名称", _text("name")), ("名称_カナ", _text("name_kana")), ("やさしい名称", _text("plain_name")),
    ("説明", _text("description")), ("対象", _text("eligibility_description")),
    ("対象年齢_下限", _number("minimum_age")), ("対象年齢_上限", _number("maximum_age")), ("居住要件", _text("residency")),
    ("家族のみ可", _flag("family_only")), ("匿名可", _flag("anonymous_ok")), ("予約", _text("application_process")),
    ("費用", _text("fees_description")), ("持ち物", _list("documents")), ("郵便番号", _text("postcode")),
    ("所在地_連結表記", _text("address")), ("町名", _text("town")), ("建物名等(方書)", _text("building")),
    ("緯度", _number("latitude")), ("経度", _number("longitude")), ("担当区域", _list("areas")), ("電話番号", phones),
    ("内線番号", extension), ("FAX番号", lambda draft: " / ".join(draft.faxes)), ("メールアドレス", _list("emails")),
    ("連絡先FormURL", _list("forms")), ("LINE", _list("lines")), ("声を使わない連絡", _text("voiceless")),
    ("開催", _days), ("開始時間", _times("opens")), ("終了時間", _times("closes")),
    ("利用可能日時特記事項", _text("hours_note")), ("祝日", _holidays), ("休止期間", _closures),
    ("アクセス方法", _text("transportation")), ("送迎", _text("pick_up")), ("駐車場情報", _text("parking")),
    ("バリアフリー情報", _text("accessibility")), ("階段", _text("stairs")), ("音・にぎやかさ", _text("noise")),
    ("一人で参加可", _flag("alone_ok")), ("初めての人", _text("companion")),
    ("男性歓迎", _flag("men_welcome")), ("子ども連れ可", _flag("children_welcome")), ("訪問可", _flag("home_visits")),
    ("待機", _text("wait_time")), ("定員", _text("capacity")), ("アレルギー", _text("allergies")),
    ("言語", _list("languages")), ("話題", _list("topics")),
    ("担い手募集", _text("helpers_wanted")), ("食べ物募集", _text("food_wanted")), ("場所募集", _text("room_wanted")),
    ("主催", _text("organization")), ("法人番号", _text("tax_id")),
    ("URL", _text("url")), ("状態", lambda draft: str(draft.status)), ("再開予定日", _day("reopens_on")),
    ("非公開", lambda draft: "1" if draft.confidential else ""), ("最終確認日", _day("assured_date")),
    ("確認者", _text("assurer")), ("確認方法", _text("assured_how")), ("備考", _text("note")),
    ("お知らせ", _text("alert")), ("状態の理由", _text("status_reason")),
)  # fmt: skip
HEADINGS = ("ID", *(heading for heading, _ in _COLUMNS))
_PRIVATE_HEADINGS = frozenset({"確認者", "確認方法", "状態の理由", "備考"})
