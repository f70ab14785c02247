"""What is costly to make and the same for every test, made once a process."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Dialect, Engine, create_engine
from sqlalchemy.util import LRUCache

import resources.db
from bot.texts import Texts
from resources.kinds import Kinds
from resources.web import kit, look

# As many statements as the whole product has, with their variants.
_STATEMENTS = 2000


class Engines:
    """Makes engines that share, for one kind of database, what was found out about it and the SQL compiled for it."""

    def __init__(self) -> None:
        self._known: dict[str, Dialect] = {}
        self._compiled = LRUCache[Any, Any](_STATEMENTS)

    def make(self, url: URL, **settings: Any) -> Engine:
        """Make an engine as SQLAlchemy does."""
        made = create_engine(url, **settings)
        if known := self._known.get(made.dialect.name):
            made.dialect = known
            made.update_execution_options(compiled_cache=self._compiled)
        return made

    def meet(self, url: str) -> None:
        """Find out about a kind of database, once."""
        engine = create_engine(url)
        if engine.dialect.name not in self._known:
            engine.connect().close()
            self._known[engine.dialect.name] = engine.dialect
        engine.dispose()


ENGINES = Engines()


def _without_waiting(prepare: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Do not wait for the disk: no test in this process outlives a power cut."""

    def prepared(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    return prepared


@contextmanager
def made_once() -> Iterator[None]:
    """Make engines' SQL, templates, sentences and what is needed for TLS once for all tests in this process."""
    ENGINES.meet("sqlite://")
    templates = cache(lambda folders: look.environment_for(folders))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources.db, "create_engine", ENGINES.make)
        patch.setattr(resources.db, "_prepare_sqlite", _without_waiting(resources.db._prepare_sqlite))
        patch.setattr(kit, "environment_for", lambda folders: templates(tuple[Path, ...](folders)))
        patch.setattr(Texts, "load", cache(Texts.load))
        patch.setattr(Kinds, "load", cache(Kinds.load))
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield
