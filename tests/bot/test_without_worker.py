"""A server without a worker beside it: nobody tells its search of changes, and it finds them all the same."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot import main
from bot.settings import Settings
from bot.store import upgrade
from resources import directory
from resources.drafts import Draft
from tests.conftest import TOWN, found_town


def test_an_edit_is_found_at_once_where_no_worker_watches(tmp_path: Path, now: datetime) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/a.db", keys_url=f"sqlite:///{tmp_path}/keys.db", key_file=tmp_path / "a.key"
    )
    store, _, _ = upgrade(settings)
    found_town(store.database)
    search = main.build(store, watched=False).tools().search
    for name in ("ひだまりサロン", "あおばサロン"):
        with store.database.writing() as session:
            directory.add(session, Draft(name, kind="salon"), municipality=TOWN, by="編集", now=now)
        assert name in {one.name for one in search.find("サロン", municipality=TOWN, now=now)}
    store.close()
