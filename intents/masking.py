"""Takes out of a message what points at a person: names, addresses, telephone numbers, mail addresses, dates, long numbers."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from intents.text import canonical
from intents.words import Words

NAME, ADDRESS, CONTACT, NUMBER = "〔名前〕", "〔住所〕", "〔連絡先〕", "〔数字〕"
MARKS: Final = (NAME, ADDRESS, CONTACT, NUMBER)

_N: Final = "[0-9〇一二三四五六七八九十百]"
_ERA: Final = "(?:明治|大正|昭和|平成|令和)"
_DAY: Final = f"(?:{_ERA}(?:{_N}+|元)年|[0-9]{{4}}年)(?:{_N}+月)?(?:{_N}+日)?|{_N}+年{_N}+月(?:{_N}+日)?|{_N}+月{_N}+日"
_BLOCK: Final = f"{_N}+(?:丁目|番地|番)(?:の?[-ー]?{_N}+(?:番地?|号室?)?)*|[0-9]+(?:[-ー][0-9]+)+(?:号室?)?|[0-9]+(?:の[0-9]+)+"
# In this order: a telephone number is no block of houses.
_PLAIN: Final = (
    (re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@[\w.-]{2,}", re.ASCII), CONTACT),
    (re.compile(r"\+?[0-9]{0,3}[-(. ]?\(?0?[0-9]{1,4}[-). ]{1,2}[0-9]{1,4}[-). ][0-9]{3,4}|[0-9]{9,}"), CONTACT),
    (re.compile(r"(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{4,}", re.ASCII), NUMBER),
    (re.compile(_DAY), NUMBER),
    (re.compile(_BLOCK), ADDRESS),
    (re.compile(f"[0-9][0-9,.]*[0-9]|{_N}{{2,}}"), NUMBER),
)
# 「名前は…です」「…と申します」: whatever stands there is a name, also one no dictionary knows.
_SAID: Final = (
    re.compile(r"(?<=名前は|氏名は|本名は|名前:|氏名:)\s*[^\s、。,!?〔]{1,10}?(?=です|だよ|といい|と言|と申|[\s、。,!?]|$)"),
    re.compile(r"[^\s、。,!?〔〕はがをにで]{1,10}(?=と申し|ともうし|といいます|と言います)"),
)
_RESPECT: Final = frozenset(["さん", "ちゃん", "くん", "君", "様", "さま", "氏", "殿", "たん"])
# What stands before さん and is no name: kin, and words that end like a calling.
_KIN: Final = frozenset(
    [
        "母", "父", "兄", "姉", "弟", "妹", "婆", "爺", "祖母", "祖父", "叔母", "伯母", "叔父", "伯父", "娘", "息子", "嫁", "婿",
        "孫", "奥", "旦那", "主人", "子", "坊", "赤", "皆", "隣", "客", "親", "姑", "舅", "かあ", "とう", "ばあ", "じい", "にい",
        "ねえ", "おば", "おじ", "おく", "むすこ", "むすめ", "まご", "みな", "あか", "いしゃ", "まわり", "よめ", "だんな", "こ",
        "大家", "職人", "郵便", "八百", "警察", "消防", "病院", "役所", "お店", "店",
    ]
)  # fmt: skip
_CALLINGS: Final = tuple("師員士者長家屋人生方手")
_PLACES: Final = frozenset(["都", "道", "府", "県", "市", "区", "町", "村", "郡", "大字", "字"])
_KANA: Final = re.compile("[ぁ-ゖァ-ヺー]+")
_STOPS: Final = frozenset(["助詞", "助動詞", "代名詞", "接続詞", "連体詞"])
_LONGEST_NICKNAME: Final = 3
_TWICE: Final = re.compile("|".join(f"{mark}(?:[ 、]?{mark})+" for mark in MARKS))


class _Piece(NamedTuple):
    surface: str
    kind: list[str]

    @property
    def is_name(self) -> bool:
        return self.kind[1:3] == ["固有名詞", "人名"]

    @property
    def is_place(self) -> bool:
        return self.kind[1:3] == ["固有名詞", "地名"]


def masked(raw: str, words: Words) -> str:
    """The message in its canonical form with marks where something pointed at a person.

    It rather takes out too much: what is left is read by people who keep the directory, never by the desk of the resident.
    """
    text = canonical(raw).replace("\n", " ")
    for pattern, mark in _PLAIN:
        text = pattern.sub(mark, text)
    for pattern in _SAID:
        text = pattern.sub(NAME, text)
    return _TWICE.sub(lambda run: run.group()[: run.group().index("〕") + 1], _without_names(text, words))


def letters(text: str) -> int:
    """How many letters of a masked message are its own."""
    for mark in MARKS:
        text = text.replace(mark, "")
    return sum(sign.isalnum() for sign in text)


def _without_names(text: str, words: Words) -> str:
    told: list[str] = []
    for part in re.split(f"({'|'.join(MARKS)})", text):
        if part == ADDRESS:
            told = ["".join(told)]
            told[0] = _before_address(told[0], words)
        told.append(part if part in MARKS else _named(part, words))
    return "".join(told)


def _named(text: str, words: Words) -> str:
    pieces = _read(text, words)
    marks = [NAME if piece.is_name else "" for piece in pieces]
    for at, piece in enumerate(pieces):
        if piece.surface in _RESPECT and piece.kind[0] in ("接尾辞", "名詞") and at:
            for place in _called(pieces, at):
                marks[place] = NAME
    for first, last in _addresses(pieces):
        marks[first : last + 1] = [ADDRESS] * (last + 1 - first)
    return "".join(mark or piece.surface for mark, piece in zip(marks, pieces, strict=True))


def _read(text: str, words: Words) -> list[_Piece]:
    """The pieces of a text with the blanks between them, which the dictionary leaves out."""
    found: list[_Piece] = []
    position = 0
    for surface, kind in words.pieces(text):
        start = text.find(surface, position)
        if start > position:
            found.append(_Piece(text[position:start], ["空白"]))
        position = start + len(surface)
        found.append(_Piece(surface, kind))
    return [*found, _Piece(text[position:], ["空白"])]


def _called(pieces: list[_Piece], at: int) -> range:
    """The places of the name before さん; none where it is kin or a calling."""
    first = at
    while first and at - first < _LONGEST_NICKNAME and _KANA.fullmatch(pieces[first - 1].surface):
        if pieces[first - 1].kind[0] in _STOPS:
            break
        first -= 1
    if first == at and pieces[at - 1].kind[0] in ("名詞", "接尾辞", "形状詞"):
        first = at - 1
    name = "".join(piece.surface for piece in pieces[first:at]).removeprefix("お")
    calling = name.endswith(_CALLINGS) and pieces[first].kind[1:2] != ["固有名詞"]
    return range(at, at) if name in _KIN or calling else range(first, at)


def _addresses(pieces: list[_Piece]) -> list[tuple[int, int]]:
    """Where at least two names of places stand in a row: 東京都新宿区."""
    found, at = [], 0
    while at < len(pieces):
        last = at
        while last < len(pieces) and (pieces[last].is_place or (last > at and pieces[last].surface in _PLACES)):
            last += 1
        if sum(piece.is_place for piece in pieces[at:last]) > 1:
            found.append((at, last - 1))
        at = max(last, at + 1)
    return found


def _before_address(text: str, words: Words) -> str:
    """The text without the names of places it ends with: what follows is the block of houses."""
    pieces = [piece for piece in _read(text, words) if piece.surface]
    end = len(pieces)
    while end:
        piece = pieces[end - 1]
        belongs = piece.is_place or piece.surface in _PLACES
        before_place = end < len(pieces) and pieces[end].surface in _PLACES and piece.kind[0] == "名詞"
        if not belongs and not before_place:
            break
        end -= 1
    return "".join(piece.surface for piece in pieces[:end])
