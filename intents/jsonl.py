"""Reads messages as JSON Lines and writes what the ear heard in each, line for line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator

from intents.ear import Ear

_LONGEST_LINE = 2_000_000


def understand_lines(lines: Iterable[str], ear: Ear) -> Iterator[str]:
    """One JSON object for each non-empty line; a line that cannot be read becomes an object with "error" in Japanese."""
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(line, ear), ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _answer(line: str, ear: Ear) -> dict[str, object]:
    if len(line) > _LONGEST_LINE:
        return {"id": None, "error": "行が長すぎます（200万文字まで）。"}
    try:
        message = json.loads(line, parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        return {"id": None, "error": "JSONとして読めない行です。"}
    if not isinstance(message, dict):
        return {"id": None, "error": '{"id": …, "text": …} の形の行にしてください。'}
    name, text = identity(message.get("id")), message.get("text")
    if not isinstance(text, str):
        return {"id": name, "error": "text（文字列）がありません。"}
    return {"id": name, **ear.assess(text).as_dict()}


def identity(value: object) -> str | int | float | None:
    """Return what a line is called: words or a number as they were written, anything else is None."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, str | int) else None
