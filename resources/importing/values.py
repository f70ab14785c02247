"""Reads single cells: coordinates, postcodes, dates of any era, codes of towns, yes and no, HTML."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import date, timedelta

from resources.places import check_digit

_BLOCK_END = re.compile(r"(?i)<br\s*/?>|</(?:p|div|li|tr|h\d|dd|dt|table)>")
# What nobody sees with all that is in it, and how it ends.
_HIDDEN = tuple(
    (re.compile(f"(?is){begins}.*?{ends}"), re.compile(f"(?i){ends}"))
    for begins, ends in ((r"<script\b", r"</script\s*>"), (r"<style\b", r"</style\s*>"), ("<!--", "-->"))
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\u200b]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Most cells hold none of these: what is read ten thousand times a file is looked over once.
_NEEDS_CLEANING = re.compile("[\x00-\x1f<&\x7f-\x9f\u200b\u2028\ufeff\ufffe\uffff\ud800-\udfff]")
_DASHES = re.compile("[‐‑‒–—―−ーｰ－─]")
_YES = {"可", "○", "◯", "〇", "◎", "1", "有", "有り", "あり", "true", "y", "yes", "はい", "対応", "可能"}
_NO = {"不可", "×", "✕", "x", "0", "無", "無し", "なし", "false", "n", "no", "いいえ", "非対応", "-"}
_ERAS = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
_ERA_LETTERS = {"m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"}
_ERA_LAST = {"明治": 45, "大正": 15, "昭和": 64, "平成": 31, "令和": 99}
_NO_POSITION = "緯度・経度を読み取れません。35.6812、139.7671のような数字で書いてください。"
_NO_DAY = "日付を読み取れません。2026-04-01のように書いてください。"
_LONGEST_DAY = 200  # with all that may stand behind a date
_KANJI_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
_ERA_DAY = re.compile(r"(?i)(明治|大正|昭和|平成|令和|[mtshr明大昭平令])(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_EXCEL_EPOCH = date(1899, 12, 30)
# In the order of their codes 01 to 47.
PREFECTURES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県",
    "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県",
    "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府",
    "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県",
    "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県",
    "鹿児島県", "沖縄県",
)  # fmt: skip


class NotReadable(ValueError):
    """この値は読み取れません。"""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


def clean(cell: str) -> str:
    """Return a cell as words: no HTML, no control characters, no blanks around."""
    if not _NEEDS_CLEANING.search(cell):
        return cell.strip()
    if "<" in cell or "&" in cell:
        cell = _TAG.sub("", _BLOCK_END.sub("\n", _seen(cell)))
        cell = html.unescape(cell)
    return tidy(cell)


def _seen(cell: str) -> str:
    """Return a cell without what is hidden in it; behind the last end nothing is looked for, however often it begins there."""
    for hidden, ends in _HIDDEN:
        last = max((found.end() for found in ends.finditer(cell)), default=0)
        cell = hidden.sub("", cell[:last]) + cell[last:]
    return cell


def tidy(cell: str) -> str:
    """Return words as they are, without control characters, blanks around them and more than one empty line."""
    text = _SURROGATE.sub("\ufffd", cell).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _CONTROL.sub("", text)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip(" \t　") for line in text.split("\n"))).strip()


def plain(text: str) -> str:
    """Return a cell for reading figures and codes: half width, one kind of dash."""
    if text.isascii():
        return text.strip()
    return _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip()


def flag(text: str) -> bool | None:
    """Read yes or no; None when empty; raises NotReadable."""
    word = unicodedata.normalize("NFKC", text).strip().lower()
    if not word:
        return None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise NotReadable("「可」か「不可」で書いてください。分からないときは空けてください。")


def coordinates(latitude: str, longitude: str, position: str = "") -> tuple[float | None, float | None, str]:
    """Read a position; returns latitude, longitude and a notice when something was mended or left out."""
    lat, lng = (re.sub(r"^(?:-|なし|無し|不明)$", "", plain(cell)) for cell in (latitude, longitude))
    both = plain(position) or (lat if "," in lat and not lng else "")
    if both:
        # POINT(139.7 35.4), (35.4, 139.7) and 35.4 139.7 hold two figures.
        figures = re.findall(r"\d+(?:\.\d+)?", both)
        if len(figures) != 2:
            return None, None, _NO_POSITION
        lat, lng = figures
    if not lat and not lng:
        return None, None, ""
    try:
        north, east = _degrees(lat), _degrees(lng)
    except ValueError:
        return None, None, _NO_POSITION
    if north == 0 and east == 0:
        return None, None, "緯度・経度が0になっています。空けるか、正しい値を書いてください。"
    if _in_japan(north, east):
        return north, east, ""
    if _in_japan(east, north):
        return east, north, "緯度と経度が逆だったので入れ替えました。"
    return None, None, "緯度・経度が日本の中にありません。値を確かめてください。"


def _degrees(text: str) -> float:
    """Read 35.4, 北緯35.4, 35度24分30秒, 35°24'30\" and 35.24.30; raises ValueError."""
    said = re.sub(r"\s|^(?:北緯|東経|[NE])|[NE]$", "", text)
    match = re.fullmatch(r"(\d+)[度°.:](\d+)(?:[分'′:.](\d+(?:\.\d+)?)?(?:秒|\"|″|'')?)", said)
    if match and int(match[2]) < 60 and float(match[3] or 0) < 60:
        return round(int(match[1]) + int(match[2]) / 60 + float(match[3] or 0) / 3600, 6)
    return float(re.sub("[度°]$", "", said))


def _in_japan(north: float, east: float) -> bool:
    return 20 <= north <= 46 and 122 <= east <= 154


def day(text: str, *, year: int | None = None) -> date | None:
    """Read a date: ISO, slashes, 年月日, eras (令和元年, R7.4.1), Excel serial numbers; raises NotReadable."""
    if len(text) > _LONGEST_DAY:
        raise NotReadable(_NO_DAY)
    said = re.sub(r"\(.\)|\(.曜日?\)", "", plain(text))
    said = re.sub(r"(?<=\d)(?:T|\s+)\d{1,2}:\d\d.*$|\s", "", said)
    said = re.sub(r"(?:現在|時点|更新|確認|以降|から)$", "", _kanji_numbers(said))
    if not said:
        return None
    try:
        if re.fullmatch(r"\d{5}(?:\.\d+)?", said) and 20_000 <= float(said) <= 80_000:
            return _EXCEL_EPOCH + timedelta(days=int(float(said)))
        if match := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", said):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", said):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _ERA_DAY.fullmatch(said):
            era = _ERA_LETTERS.get(match[1].lower()) or next(name for name in _ERAS if name.startswith(match[1]))
            count = 1 if match[2] == "元" else int(match[2])
            if 1 <= count <= _ERA_LAST[era]:
                return date(_ERAS[era] + count - 1, int(match[3]), int(match[4]))
        if year and (match := re.fullmatch(r"(\d{1,2})[/月](\d{1,2})日?", said)):
            return date(year, int(match[1]), int(match[2]))
    except ValueError:
        pass
    raise NotReadable(_NO_DAY)


def _kanji_numbers(text: str) -> str:
    """Turn 七年四月二十一日 into 7年4月21日."""

    def whole(match: re.Match[str]) -> str:
        tens, ones = match[1].translate(_KANJI_DIGITS), match[2].translate(_KANJI_DIGITS)
        return str(int(tens or 1) * 10 + int(ones or 0))

    text = re.sub("([一二三四五六七八九]?)十([一二三四五六七八九]?)", whole, text)
    return re.sub("[〇一二三四五六七八九]+(?=[年月日])", lambda match: match[0].translate(_KANJI_DIGITS), text)


def postcode(text: str) -> str:
    """Read 〒123-4567 and 1234567; raises NotReadable."""
    said = re.sub(r"[〒\s]", "", plain(text)).removesuffix(".0")
    if not said or said == "-":
        return ""
    match = re.fullmatch(r"(\d{3})-?(\d{4})", said.zfill(7) if re.fullmatch(r"\d{6}", said) else said)
    if match is None:
        raise NotReadable("郵便番号は123-4567のように、7桁の数字で書いてください。")
    return f"{match[1]}-{match[2]}"


def age(text: str) -> float | None:
    """Read an age in years; months count as parts of a year; raises NotReadable."""
    said = plain(text)
    if not said:
        return None
    match = re.search(r"(\d+(?:\.\d+)?)\s*(?:歳|才)?(?:\s*(\d+)\s*(?:か月|ヶ月|カ月))?", said)
    if match is None:
        raise NotReadable("年齢は数字で書いてください（例: 65）。")
    if re.match(r"\s*(?:か月|ヶ月|カ月)", said[match.end(1) :]):
        return round(float(match[1]) / 12, 2)
    if re.match(r"\s*(?:日|週)", said[match.end(1) :]):
        return 0.0
    return float(match[1]) + (round(int(match[2]) / 12, 2) if match[2] else 0.0)


def ages(text: str) -> tuple[float | None, float | None]:
    """Read 4歳から, 0～5歳, 65歳以上, 18歳まで when a cell says nothing but that."""
    said = plain(text).replace("満", "").replace("～", "~").replace("〜", "~")
    if match := re.fullmatch(r"(\d+)歳?(?:~|-|から)(\d+)歳?(?:まで|児)?", said):
        return float(match[1]), float(match[2])
    if match := re.fullmatch(r"(\d+)歳児?(?:から|以上|~)", said):
        return float(match[1]), None
    if match := re.fullmatch(r"(?:~)?(\d+)歳児?(?:まで|以下)", said):
        return None, float(match[1])
    return None, None


def town_code(text: str, *, prefecture: str = "", home: str = "") -> str:
    """Read a municipality code of 6, 5, 2 digits or with its first zero lost; raises NotReadable."""
    said = re.sub(r"\.0$", "", plain(text))
    if not re.fullmatch(r"\d{1,6}", said):
        raise NotReadable("全国地方公共団体コードは6桁の数字で書いてください。")
    named = f"{PREFECTURES.index(prefecture) + 1:02}" if prefecture in PREFECTURES else ""
    fitting = [code for code in _whole_codes(said) if not named or code.startswith(named)]
    if not fitting:
        raise NotReadable("全国地方公共団体コードの検査数字が合いません。6桁のコードを確かめてください。")
    return next((code for code in fitting if code == home or code[:2] == home[:2]), fitting[0])


def _whole_codes(said: str) -> list[str]:
    codes = []
    if len(said) <= 2:
        five = said.zfill(2) + "000"
        codes.append(five + check_digit(five))
    if len(said) == 6 and check_digit(said[:5]) == said[5]:
        codes.append(said)
    if len(said) == 5:
        # 11011 is either five digits without the sixth, or six digits that lost their first zero.
        lost = "0" + said
        if check_digit(lost[:5]) == lost[5]:
            codes.append(lost)
        codes.append(said + check_digit(said))
    if len(said) == 4:
        five = "0" + said
        codes.append(five + check_digit(five))
    return [code for code in codes if 1 <= int(code[:2]) <= 47 or code[:2] == "99"]
