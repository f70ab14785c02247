"""Reads entries from HSDS 3 JSON."""

from __future__ import annotations

from collections.abc import Iterator

from resources.importing.rows import Row
from resources.kinds import Kinds


def read_hsds(data: bytes, kinds: Kinds) -> Iterator[Row]:
    """Yield the services of a file."""
    yield from ()
