"""Looks places up for many sentences, one JSON line in, one JSON line out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from intents.jsonl import identity
from resources.search import Search

_LONGEST_LINE = 2_000_000
_LONGEST_TEXT = 5_000


def search_lines(lines: Iterable[str], search: Search, municipality: str, limit: int, now: datetime) -> Iterator[str]:
    """Yield {"id", "results"} for every {"id", "text"}; a line that cannot be read becomes an object with "error"."""
    for line in lines:
        if line.strip():
            said = _answer(line, search, municipality, limit, now)
            yield json.dumps(said, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _answer(line: str, search: Search, municipality: str, limit: int, now: datetime) -> dict[str, Any]:
    if len(line) > _LONGEST_LINE:
        return {"id": None, "error": "行が長すぎます（200万文字まで）。"}
    try:
        asked = json.loads(line, parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        return {"id": None, "error": "JSONとして読めない行です。"}
    if not isinstance(asked, dict):
        return {"id": None, "error": '{"id": …, "text": …} の形の行にしてください。'}
    id_, text = identity(asked.get("id")), asked.get("text")
    if not isinstance(text, str):
        return {"id": id_, "error": "text（文字列）がありません。"}
    found = search.find(text[:_LONGEST_TEXT], municipality=municipality, limit=limit, now=now) if text.strip() else []
    results = [{"id": str(place.id), "name": place.name, "score": place.score} for place in found]
    return {"id": id_, "results": results}
