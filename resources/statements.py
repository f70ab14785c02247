"""Which tables a statement touches: through their classes, where criteria reach them, or past them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table, TextClause
from sqlalchemy.sql.visitors import HasTraverseInternals

_KNOWN: Final = 2000
_known: dict[Any, Touched] = {}


@dataclass(frozen=True)
class Touched:
    """What was found in a statement: tables named through classes, tables named directly, and SQL written by hand."""

    mapped: frozenset[str]
    bare: frozenset[str]
    written: str


def touched(statement: Any) -> Touched:
    """Return what a statement touches; one of a shape seen before costs next to nothing."""
    shape = statement._generate_cache_key()
    if shape is None:
        return _look(statement)
    found = _known.get(shape.key)
    if found is None:
        if len(_known) >= _KNOWN:
            _known.clear()
        found = _known[shape.key] = _look(statement)
    return found


def _look(statement: Any) -> Touched:
    mapped: set[str] = set()
    bare: set[str] = set()
    written: list[str] = []
    waiting: list[Any] = [statement]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        entity = getattr(part, "_annotations", {}).get("parententity")
        if entity is not None:
            mapped.update(table.name for table in entity.mapper.tables)
        elif isinstance(part, Table):
            bare.add(part.name)
        elif isinstance(part, TextClause) or getattr(part, "is_literal", False):
            written.append(str(part))
        else:
            waiting.extend(HasTraverseInternals.get_children(part))
            # A select of columns knows its tables by the columns alone.
            waiting.extend([part.table] if getattr(part, "table", None) is not None else [])
    # A class brings its own table along bare; criteria reach it all the same.
    return Touched(frozenset(mapped), frozenset(bare - mapped), " ".join(written))
