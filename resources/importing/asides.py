"""Tells rows that are no entries: totals, notes below a table, titles of sections, headings that come again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from resources.importing.columns import normalised

_TOTAL = re.compile(r"(?:合\s*計|小\s*計|総\s*計|累\s*計|計|総\s*数|件\s*数)(?:[\s:()]*[\d,.]+\s*[件箇か所施設人名ヶ)]*)?")
_NOTE = re.compile(
    r"[※*]|\(?注\s*\d*\s*[):.、\s]|出典|凡例|\(?(?:注意|備考|資料|作成|更新|掲載|問い?合わ?せ先?)[:\s]"
)
_TITLE = re.compile(r"[【■◆▼▽□◇《〈<]")
_NOTHING = re.compile(r"[\W_]+")


def _all_among(cells: Sequence[str], *tables: Collection[str]) -> bool:
    return any(all(normalised(cell) in words for cell in cells) for words in tables)


def why_no_entry(name: str, cells: Sequence[str], headings: Collection[str], known: Collection[str]) -> str:
    """Say why a row is not about a place or service; empty when it may be one."""
    filled = list(dict.fromkeys(said for cell in cells if (said := unicodedata.normalize("NFKC", cell).strip())))
    if len(filled) > 1 and _all_among(filled, headings, known):
        return "見出しと同じ言葉の行なので、取り込みませんでした。"
    first = name or (filled[0] if filled else "")
    if _TOTAL.fullmatch(unicodedata.normalize("NFKC", first)):
        return "合計の行のようなので、取り込みませんでした。施設の名前なら、名称を書き直してください。"
    alone = len(filled) <= 1 or (len(filled) == 2 and len(filled[0]) <= 4)
    if alone and (_NOTE.match(filled[-1]) or _NOTE.match(filled[0]) or _TITLE.match(filled[0])):
        return "注や小見出しの行のようなので、取り込みませんでした。施設の行なら、住所か電話番号も書いてください。"
    if not name:
        return "名称がありません。名称を書いてください。この行は取り込みませんでした。"
    if _NOTHING.fullmatch(name):
        return "名称が記号だけです。名称を書いてください。この行は取り込みませんでした。"
    return ""
