"""Reads the telephone numbers of a cell, one or several, with their extensions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from resources.drafts import PhoneNumber
from resources.importing.values import plain

_PHONE = re.compile(r"(?:0\d{9,10}|0\d{1,4}-\d{1,4}-\d{3,4}|0\d{1,3}-\d{6,8}|0(?:120|800|570|990)-\d[\d-]{4,7}\d|1\d\d|#\d{4})")
_ONE = re.compile(r"0[1-9]\d{0,3}-\d{1,4}-\d{4}")
_LOCAL = re.compile(r"\d{1,4}-\d{4}|\d{6,8}")
_EXTENSION = re.compile(r"\(?(?:内線?|(?i:ext)\.?)\s*[:.]?\s*(\d[\d-]*)(?:[・~](?:内線)?\d+)*\)?|(?<=\d{4})\s+#(\d{1,3})\b")
_WHOLE = r"0\d{1,4}-\d{1,4}-\d{3,4}"
_LOST_ZERO = "先頭の0が消えていたので補いました。表計算ソフトではこの列を文字列にしてください。"


@dataclass(frozen=True)
class Phones:
    """The numbers of a cell, those said to be fax numbers, and what an editor should know about them."""

    numbers: tuple[PhoneNumber, ...]
    notices: tuple[str, ...] = ()
    mobile: bool = False
    faxes: tuple[str, ...] = ()


def phones(text: str, extension: str = "") -> Phones:
    """Read one or several numbers; what cannot be dialled is left out and said."""
    if not text.strip():
        return Phones(())
    if _ONE.fullmatch(text) and _dialled(text) == (text, ""):
        return _phones([PhoneNumber(text, plain(extension))], [], [])
    # A number in brackets after a number is a second number.
    said = re.sub(rf"\(({_WHOLE})\)", r"/\1", plain(text))
    said = re.sub(r"(?<=\d)\.(?=\d{2,4}\b)", "-", re.sub(r"\.0$", "", said)) if re.match(r"0\d+\.\d+\.\d", said) else said
    said = re.sub(r"(?i)\b(?:tel|電話番号|電話|代表)\s*[:.]?", " ", said)
    said = re.sub(r"(?i)\s*[(/]?(?:fax|ファックス|ファクス)(?:番号)?\)?\s*[:.]?\s*", "/F", said)
    # Two numbers with a blank between are two, and so are those of which the second has only its last four figures.
    said = re.sub(rf"({_WHOLE})\s+(?={_WHOLE})", r"\1/", said)
    said = re.sub(r"(0\d{1,4}-\d{1,4}-)(\d{4})[・,、/](\d{4})(?![\d-])", r"\1\2/\1\3", said)
    found: list[PhoneNumber] = []
    faxes: list[str] = []
    notices: list[str] = []
    for part in re.split(r"[/、,;\n]|・(?=0)|または|又は|及び", said):
        inner = _EXTENSION.search(part)
        words = _EXTENSION.sub("", part)
        number = _number(words)
        if not number:
            continue
        if re.search(r"\d{4}\s*[~・]\s*\d+", words):
            notices.append("続きの番号は読み取れないので、最初の番号だけを取り込みました。番号を1つずつ「、」で区切ってください。")
        number, notice = _dialled(number)
        if notice:
            notices.append(notice)
        if number and words.startswith("F"):
            faxes.append(number)
        elif number:
            own = (inner[1] or inner[2]) if inner else ""
            found.append(PhoneNumber(number, own or (plain(extension) if not found else "")))
    return _phones(found, notices, faxes)


def _phones(found: list[PhoneNumber], notices: list[str], faxes: list[str]) -> Phones:
    mobile = any(re.match(r"0[789]0-?\d{4}-?\d{4}$", phone.number) for phone in found)
    return Phones(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(notices)), mobile, tuple(faxes))


def _number(part: str) -> str:
    # (054)624-3668 and 054(624)3668 are the same number with hyphens.
    joined = re.sub(r"[()]", "-", re.sub(r"\+81[-\s]*(?:\(0\))?[-\s]*", "0", part))
    match = re.search(r"#\d{4}|\d[\d\s-]*\d|\d{3}", re.sub(r"^\s*-+", "", joined))
    return re.sub(r"-+", "-", re.sub(r"\s+", "", match[0])).strip("-") if match else ""


def _dialled(number: str) -> tuple[str, str]:
    digits = number.replace("-", "")
    if set(digits) <= {"0", "9"} and len(digits) >= 6:
        return "", "仮の番号のようです。正しい電話番号を書いてください。"
    if _PHONE.fullmatch(number):
        odd = number.startswith("0") and len(digits) not in (10, 11)
        return number, "番号の桁数を確かめてください。" if odd else ""
    # Fixed lines have nine digits after their zero, mobile and 0800 lines ten.
    if re.fullmatch(r"[1-9]\d{8}|(?:[5789]0|800)\d{7,8}", number) and len(number) in (9, 10):
        return "0" + digits, _LOST_ZERO
    if _LOCAL.fullmatch(number):
        return "", "市外局番がありません。市外局番から書いてください（例: 0XX-XXX-XXXX）。"
    if 9 <= len(digits) <= 11 and digits.startswith("0"):
        return number, "番号の桁数を確かめてください。"
    return "", "電話番号として読めません。市外局番から、数字とハイフンで書いてください。"
