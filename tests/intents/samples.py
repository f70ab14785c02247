"""The sentences these tests speak, read from tests/intents/data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
EXAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "examples" / "messages.jsonl"


def cases(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line of a data file with the expectations of its case."""
    for case in tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))["case"]:
        for line in case["texts"].strip().splitlines():
            yield line, case


def calm() -> list[str]:
    """Messages that only sound alarming."""
    return str(tomllib.loads((DATA / "calm.toml").read_text(encoding="utf-8"))["texts"]).strip().splitlines()


def unnamed(_: object) -> str:
    """The name of a parametrised case: what residents write never becomes the name of a test."""
    return "line"
