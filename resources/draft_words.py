"""What stands on the sheet of an entry, as words that two people can lay side by side."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from resources.drafts import Draft, PhoneNumber
from resources.hours import describe
from resources.kinds import Kinds
from resources.services import Status
from resources.slots import Closure

NOTHING: Final = "（書かれていません）"
LABELS: Final[dict[str, str]] = {
    "name": "名前", "kind": "種別", "kind_label": "種別の言葉", "name_kana": "読み", "plain_name": "やさしい名前",
    "description": "説明", "eligibility_description": "だれが使えるか", "minimum_age": "年齢", "residency": "住まいの条件",
    "family_only": "家族だけの相談", "anonymous_ok": "匿名", "application_process": "予約", "fees_description": "費用",
    "documents": "持ち物", "postcode": "郵便番号", "address": "住所", "town": "町名", "building": "建物",
    "latitude": "位置", "areas": "対象の地域", "phones": "電話", "faxes": "FAX", "emails": "メール", "forms": "フォーム",
    "lines": "LINE", "voiceless": "声を使わない連絡", "slots": "曜日と時間", "transportation": "行き方", "pick_up": "送迎",
    "parking": "駐車場", "accessibility": "バリアフリー", "stairs": "階段",
    "noise": "音・にぎやかさ", "alone_ok": "ひとりで", "companion": "はじめての人", "men_welcome": "男性",
    "children_welcome": "子ども", "home_visits": "訪問", "wait_time": "空き・待ち", "capacity": "定員",
    "allergies": "アレルギー",
    "languages": "言語", "topics": "分野",
    "helpers_wanted": "担い手の募集", "food_wanted": "食べ物の募集", "room_wanted": "場所の募集",
    "organization": "運営", "tax_id": "法人番号", "url": "ウェブサイト", "status": "状態",
    "alert": "お知らせ", "confidential": "所在を伏せる", "assured_date": "最終確認", "note": "備考（職員だけ）",
}  # fmt: skip
_STATUS: Final = {
    Status.ACTIVE: "利用できます",
    Status.INACTIVE: "休止中",
    Status.DEFUNCT: "終わりました",
    Status.TEMPORARILY_CLOSED: "しばらく休み",
}


def label(field: str) -> str:
    """Return the name of a field as editors read it."""
    return LABELS.get(field, field)


def said(draft: Draft, field: str, kinds: Kinds) -> str:
    """Return what an entry says in a field, with what belongs to it, as words."""
    match field:
        case "kind":
            known = kinds.by_code.get(draft.kind)
            return known.label if known else draft.kind or NOTHING
        case "slots":
            hours = describe(draft.slots, year_end_closed=draft.closed_at_year_end)
            return _lines(hours, draft.hours_note, *map(_closure, draft.closures))
        case "status":
            until = f"{_day(draft.reopens_on)}に再開" if draft.reopens_on else ""
            return _lines(_STATUS[draft.status], draft.status_reason, until)
        case "assured_date":
            day = _day(draft.assured_date) if draft.assured_date else ""
            return _lines(" ".join(part for part in (day, draft.assurer, draft.assured_how) if part))
        case "latitude":
            return f"{draft.latitude}、{draft.longitude}" if draft.latitude is not None else NOTHING
        case "minimum_age":
            ages = (_age(draft.minimum_age), _age(draft.maximum_age))
            return _lines("〜".join(ages) if any(ages) else "")
        case _:
            return _plain(getattr(draft, field))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, tuple):
        return "、".join(map(_part, value)) or NOTHING
    return str(value) if value not in (None, "") else NOTHING


def _part(value: Any) -> str:
    if isinstance(value, PhoneNumber):
        return f"{value.number}（内線{value.extension}）" if value.extension else value.number
    return str(value)


def _closure(rest: Closure) -> str:
    return " ".join(part for part in (f"{_day(rest.starts)}〜{_day(rest.ends)}", rest.reason) if part)


def _age(age: float | None) -> str:
    return "" if age is None else f"{age:g}歳"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part) or NOTHING
