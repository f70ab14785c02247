"""The open part of a directory as the lists that towns publish: 自治体標準オープンデータセット, 推奨データセット."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from resources import exporting, tables
from resources.drafts import Draft
from resources.hours import describe
from resources.hours_text import format_clock
from resources.kinds import Kinds
from resources.places import Municipality
from resources.records import Record
from resources.services import Status
from resources.slots import WEEKDAYS, Holidays

_CHILDCARE = frozenset({"nursery", "after_school_care", "childcare_support_base", "childrens_hall", "childcare_salon"})
_CARE = frozenset({"day_service", "home_help", "nursing_home", "care_manager_office"})
_PROGRAMME = re.compile("制度|給付|助成|手当|補助|貸付|減免")
_WEEKLY = re.compile(f"(?:0(?:{'|'.join(WEEKDAYS)}))+")
_KANJI = dict(zip(WEEKDAYS, "月火水木金土日", strict=True))
_LONGEST_SUMMARY = 200


@dataclass(frozen=True)
class Hours:
    """Hours in the four columns of a list; what does not fit into days and two times is said in words."""

    days: str
    opens: str
    closes: str
    note: str


@dataclass(frozen=True)
class Sheet:
    """One entry and the town whose list it stands in."""

    record: Record
    town: Municipality
    prefecture: str
    kinds: Kinds

    @property
    def draft(self) -> Draft:
        """What the entry says."""
        return self.record.draft

    @property
    def kind(self) -> str:
        """The kind in the words of its source, else in ours."""
        known = self.kinds.by_code.get(self.draft.kind)
        return self.draft.kind_label or (known.label if known else "")

    @property
    def hours(self) -> Hours:
        """When it is open."""
        return _hours(self.draft)

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Prefecture, town, 町字 and the rest of the address, where the address says them one after another."""
        address = self.draft.address
        left = address.removeprefix(self.prefecture)
        if not self.prefecture or left == address or not left.startswith(self.town.name):
            return "", "", "", ""
        left = left.removeprefix(self.town.name)
        quarter = self.draft.town if self.draft.town and left.startswith(self.draft.town) else ""
        return self.prefecture, self.town.name, quarter, left.removeprefix(quarter)


Column = tuple[str, Callable[[Sheet], str]]


@dataclass(frozen=True)
class Layout:
    """A list that towns publish: how its file is called, what stands in it, and its columns in their order."""

    code: str
    label: str
    file: str
    holds: Callable[[Draft], bool]
    columns: tuple[Column, ...]


def to_csv(session: Session, municipality: str, layout: Layout) -> bytes:
    """Return a list as CSV in UTF-8 with BOM and CRLF; hidden entries and private fields are in none of them."""
    town = session.get_one(Municipality, municipality)
    above = session.get(Municipality, town.prefecture_code) if town.prefecture_code else None
    kinds = Kinds.load()
    said = [
        Sheet(exporting.for_anyone(record), town, above.name if above else "", kinds)
        for record in exporting.entries(session, municipality)
        if layout.holds(record.draft)
    ]
    rows = ([write(sheet) for _, write in layout.columns] for sheet in said)
    return tables.to_csv([[heading for heading, _ in layout.columns], *rows])


def _is_programme(draft: Draft) -> bool:
    """Say whether something without a place is a benefit or scheme, and not a telephone that is answered at certain hours."""
    named = draft.kind == "national_support" or bool(_PROGRAMME.search(draft.kind_label + draft.name))
    return named or not (draft.kind or draft.slots)


def _listed(draft: Draft) -> bool:
    return draft.status in (Status.ACTIVE, Status.TEMPORARILY_CLOSED)


def _hours(draft: Draft) -> Hours:
    notes = []
    times = {(slot.opens, slot.closes) for slot in draft.slots}
    plain = all(_WEEKLY.fullmatch(slot.pattern) and not (slot.valid_from or slot.valid_to) for slot in draft.slots)
    days = opens = closes = ""
    if draft.slots and plain and len(times) == 1:
        first, last = times.pop()
        days = "".join(kanji for day, kanji in _KANJI.items() if any(day in slot.pattern for slot in draft.slots))
        opens, closes = ("" if time is None else format_clock(time) for time in (first, last))
        if all(slot.holidays is Holidays.CLOSED for slot in draft.slots):
            notes.append("祝日は休み")
        elif all(slot.holidays is Holidays.OPEN for slot in draft.slots):
            notes.append("祝日も開いています")
    elif draft.slots:
        notes.append(describe(draft.slots))
    if draft.closed_at_year_end:
        notes.append("年末年始は休み")
    notes += [f"{rest.starts}から{rest.ends}まで{rest.reason or '休み'}" for rest in draft.closures if rest.opens is None]
    if draft.hours_note:
        notes.append(draft.hours_note)
    return Hours(days, opens, closes, "。".join(notes))


def _remarks(sheet: Sheet) -> str:
    """Return in one cell what the layout has no column for and residents ask about."""
    draft = sheet.draft
    resting = draft.status is Status.TEMPORARILY_CLOSED
    until = f"（再開予定 {draft.reopens_on}）" if draft.reopens_on else ""
    told = (
        ("", f"休止中{until}" if resting else ""), ("", draft.alert), ("", draft.description),
        ("対象：", draft.eligibility_description), ("費用：", draft.fees_description), ("予約：", draft.application_process),
    )  # fmt: skip
    return "／".join(f"{label}{words}" for label, words in told if words)


def _ages(sheet: Sheet) -> str:
    low, high = sheet.draft.minimum_age, sheet.draft.maximum_age
    if low is None:
        return "" if high is None else f"{high:g}歳まで"
    return f"{low:g}歳以上" if high is None else f"{low:g}歳から{high:g}歳まで"


def _of(field: str) -> Callable[[Sheet], str]:
    return lambda sheet: str(getattr(sheet.draft, field))


def _all(field: str, between: str = ";") -> Callable[[Sheet], str]:
    return lambda sheet: between.join(getattr(sheet.draft, field))


def _first(field: str) -> Callable[[Sheet], str]:
    return lambda sheet: next(iter(getattr(sheet.draft, field)), "")


def _number(field: str) -> Callable[[Sheet], str]:
    return lambda sheet: "" if getattr(sheet.draft, field) is None else repr(getattr(sheet.draft, field))


def _empty(*headings: str) -> tuple[Column, ...]:
    """Return columns about which the directory knows nothing."""
    return tuple((heading, lambda sheet: "") for heading in headings)


def _summary(sheet: Sheet) -> str:
    words = sheet.draft.description
    return words if len(words) <= _LONGEST_SUMMARY else words.split("\n")[0][:_LONGEST_SUMMARY]


def _contact(sheet: Sheet) -> str:
    return " / ".join((*(phone.number for phone in sheet.draft.phones), *sheet.draft.emails))


_ID: Column = ("ID", lambda sheet: str(sheet.record.id))
_PHONE: tuple[Column, ...] = (
    ("電話番号", lambda sheet: exporting.phones(sheet.draft)), ("内線番号", lambda sheet: exporting.extension(sheet.draft)),
)  # fmt: skip
_FAX: Column = ("FAX番号", _all("faxes", " / "))
_POSITION: tuple[Column, ...] = (("緯度", _number("latitude")), ("経度", _number("longitude")))
_CONTACT: tuple[Column, ...] = (
    ("連絡先メールアドレス", _all("emails")), ("連絡先FormURL", _first("forms")),
    ("連絡先備考（その他、SNSなど）", lambda sheet: " / ".join(f"LINE {one}" for one in sheet.draft.lines)),
)  # fmt: skip
_OWNER: tuple[Column, ...] = (
    ("郵便番号", lambda sheet: sheet.draft.postcode.replace("-", "")), ("法人番号", _of("tax_id")),
    ("団体名", _of("organization")),
)  # fmt: skip
_TIME: tuple[Column, ...] = (
    ("利用可能曜日", lambda sheet: sheet.hours.days), ("開始時間", lambda sheet: sheet.hours.opens),
    ("終了時間", lambda sheet: sheet.hours.closes), ("利用可能日時特記事項", lambda sheet: sheet.hours.note),
)  # fmt: skip
_END: tuple[Column, ...] = (("URL", _of("url")), *_empty("画像", "画像_ライセンス"), ("備考", _remarks))
# The columns with which every list of the 自治体標準オープンデータセット begins.
_HEAD: tuple[Column, ...] = (
    ("全国地方公共団体コード", lambda sheet: sheet.town.code), _ID, ("地方公共団体名", lambda sheet: sheet.town.name),
    ("名称", _of("name")), ("名称_カナ", _of("name_kana")), *_empty("名称_英字"),
    ("所在地_全国地方公共団体コード", lambda sheet: sheet.town.code if sheet.parts[1] else ""), *_empty("町字ID"),
    ("所在地_連結表記", _of("address")),
    ("所在地_都道府県", lambda sheet: sheet.parts[0]), ("所在地_市区町村", lambda sheet: sheet.parts[1]),
    ("所在地_町字", lambda sheet: sheet.parts[2]), ("所在地_番地以下", lambda sheet: sheet.parts[3]),
    ("建物名等(方書)", _of("building")), *_POSITION, *_empty("高度の種別", "高度の値"),
)  # fmt: skip
_KIND: Column = ("種別", lambda sheet: sheet.kind)

_FACILITIES = Layout(
    "facilities", "公共施設一覧（居場所・窓口などの場所）", "public_facility",
    lambda draft: _listed(draft) and draft.has_place and draft.kind not in _CHILDCARE | _CARE,
    (*_HEAD, _KIND, *_PHONE, *_CONTACT, *_OWNER, *_TIME, *_END),
)  # fmt: skip
_CHILDCARE_LIST = Layout(
    "childcare", "子育て施設一覧", "preschool",
    lambda draft: _listed(draft) and draft.has_place and draft.kind in _CHILDCARE,
    (
        *_HEAD, _KIND, ("アクセス方法", _of("transportation")), ("駐車場情報", _of("parking")), *_PHONE, _FAX, *_CONTACT,
        *_OWNER, *_empty("認可(許可)等年月日", "収容定員"), ("受入年齢", _ages), *_TIME,
        *_empty(
            "一時預かりの有無(有/無)", "子供預かり料金種別", "子供預かり料金", "子供預かり料金備考", "子供預かり開所時間",
            "子供預かり閉所時間", "病児保育の有無", "授乳室", "おむつ替えコーナー", "飲食可否",
            "ベビーカー貸出", "ベビーカー利用",
        ),
        *_END,
    ),
)  # fmt: skip
_CARE_LIST = Layout(
    "care", "介護サービス事業所一覧（推奨データセット）", "care_service",
    lambda draft: _listed(draft) and draft.has_place and draft.kind in _CARE,
    (
        ("都道府県コード又は市区町村コード", lambda sheet: sheet.town.code), ("NO", _ID[1]),
        ("都道府県名", lambda sheet: sheet.prefecture), ("市区町村名", lambda sheet: sheet.town.name),
        ("介護サービス事業所名称", _of("name")), ("介護サービス事業所名称_カナ", _of("name_kana")),
        ("実施サービス", lambda sheet: sheet.kind), ("住所", _of("address")), ("方書", _of("building")), *_POSITION,
        *_PHONE, _FAX, ("法人番号", _of("tax_id")), ("法人の名称", _of("organization")), *_empty("事業所番号"),
        ("利用可能曜日", lambda sheet: sheet.hours.days),
        ("利用可能曜日特記事項", lambda sheet: _time_in_words(sheet.hours)), *_empty("定員"), ("URL", _of("url")),
        ("備考", _remarks),
    ),
)  # fmt: skip
_SUPPORT = Layout(
    "support", "支援制度（給付金）情報", "support_programme",
    lambda draft: _listed(draft) and not draft.has_place and _is_programme(draft),
    (
        ("制度番号", _ID[1]), ("全国地方公共団体コード", lambda sheet: sheet.town.code), ("法人番号", _of("tax_id")),
        *_empty("元制度番号", "制度変更区分"), ("タイトル（制度名）", _of("name")), ("サブタイトル（通称）", _of("plain_name")),
        ("対象者", _of("eligibility_description")), ("用途・対象物", _of("fees_description")), ("対象地域", _of("residency")),
        ("対象地域群", _all("areas")), ("概要", _summary), ("内容", _of("description")),
        ("利用・申請方法", _of("application_process")), *_empty("受付開始日", "受付終了日"),
        ("受付備考", lambda sheet: _time_in_words(sheet.hours)), *_empty("根拠法令"), ("詳細参照先", _of("url")),
        ("実施組織・支援機関", _of("organization")), ("お問い合わせ先", _contact), ("電子申請URL", _first("forms")),
        *_empty("標準産業分類", "（個人対象）ライフステージ分類", "（個人対象）行政サービス分類"),
        ("（個人対象）お困りごと分類", _all("topics")), *_empty("災害名", "キーワード", "制度集", "公開日", "公開終了日"),
    ),
)  # fmt: skip
LAYOUTS = {layout.code: layout for layout in (_FACILITIES, _CHILDCARE_LIST, _CARE_LIST, _SUPPORT)}


def _time_in_words(hours: Hours) -> str:
    times = f"{hours.opens}〜{hours.closes}" if hours.opens else ""
    return "。".join(part for part in (times, hours.note) if part)
