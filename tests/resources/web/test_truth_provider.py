"""A provider confirms or corrects its own entry by a one-time link, and an editor reads what is otherwise."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from time import process_time

import pytest
from sqlalchemy import select

from resources import directory
from resources.provider_links import ProviderLink
from resources.services import Status
from tests.desk import Browser, World
from tests.resources.web.test_truth_pages import SALON, add, entry, fields, read, sheet

__all__ = ["entry"]
Enter = Callable[..., Browser]


@pytest.fixture
def link(world: World, enter: Enter, entry: uuid.UUID) -> str:
    """The path of a link an editor has made."""
    editor = enter("editor")
    editor.get(sheet(entry))
    found = re.search(r"https://uketome.example.jp(/provider/[\w-]+)", editor.post(f"{sheet(entry)}/link").text)
    assert found is not None
    return found[1]


def test_looking_changes_nothing_and_a_confirmation_counts_once(
    world: World, enter: Enter, entry: uuid.UUID, link: str
) -> None:
    provider = enter()
    for _ in range(3):
        assert provider.get(link).status_code == 200
    assert read(world, entry).draft == SALON
    page = provider.get(link).text
    assert "確認を受け取りました" in provider.post(link, **fields(page)).text
    kept = read(world, entry).draft
    assert kept.assured_date == date(2026, 11, 24) and "運営者" in kept.assurer
    assert provider.get(link).status_code == 410 and provider.post(link, **fields(page)).status_code == 410


def test_corrections_wait_for_an_editor(world: World, enter: Enter, entry: uuid.UUID, link: str) -> None:
    provider, editor = enter(), enter("editor")
    page = provider.get(link).text
    sent = fields(page) | {"said.phone": "099-000-3333", "said.fee": "300円"}
    assert "職員が見てから" in provider.post(link, **sent).text
    assert read(world, entry).draft == SALON
    assert "運営者の返事" in editor.get("/directory/verification").text
    page = editor.get(sheet(entry)).text
    which = re.search(r'name="link" value="([^"]+)"', page)
    assert which is not None and "099-000-3333" in page
    seen = fields(page)["seen"]
    taken = {"link": which[1], "seen": seen, "take.phone": "on"}
    assert editor.post(f"{sheet(entry)}/answer", **taken).status_code == 303
    kept = read(world, entry).draft
    assert (kept.phones[0].number, kept.fees_description, kept.assured_date) == ("099-000-3333", "100円", None)
    assert editor.post(f"{sheet(entry)}/answer", **taken).status_code == 409


def test_what_was_left_alone_is_nobodys_word(world: World, enter: Enter, entry: uuid.UUID, link: str) -> None:
    provider = enter()
    page = provider.get(link).text
    with world.database.writing() as session:
        now = world.now + timedelta(minutes=1)
        directory.edit(session, entry, replace(SALON, fees_description="無料"), by="編集", now=now)
    refused = provider.post(link, **fields(page))
    assert refused.status_code == 409 and "無料" in refused.text
    assert "職員が見てから" in provider.post(link, **fields(page) | {"said.whom": "60歳から"}).text
    with world.database.reading() as session:
        assert session.scalars(select(ProviderLink.proposed)).all() == [{"whom": "60歳から"}]


def test_an_unreadable_number_comes_back_with_everything_typed(enter: Enter, link: str) -> None:
    provider = enter()
    page = provider.get(link).text
    refused = provider.post(link, **fields(page) | {"said.phone": "なし?", "said.fee": "ただ"})
    assert refused.status_code == 422 and "ただ" in refused.text and "なし?" in refused.text


def test_an_answer_of_any_length_is_refused_without_much_work(enter: Enter, link: str) -> None:
    provider = enter()
    sent = fields(provider.get(link).text) | {"said.fee": "<!--" * 12_000, "said.whom": "<script " * 10_000}
    before = process_time()
    assert provider.post(link, **sent).status_code == 422
    assert process_time() - before < 1


def test_gone_is_taken_by_an_editor_only(world: World, enter: Enter, entry: uuid.UUID, link: str) -> None:
    provider, editor = enter(), enter("editor")
    provider.post(link, **fields(provider.get(link).text), gone="on")
    assert read(world, entry).draft.status is Status.ACTIVE
    page = editor.get(sheet(entry)).text
    which = re.search(r'name="link" value="([^"]+)"', page)
    assert which is not None
    editor.post(f"{sheet(entry)}/answer", **{"link": which[1], "seen": fields(page)["seen"], "take.gone": "on"})
    assert read(world, entry).draft.status is Status.DEFUNCT


def test_links_end_and_none_is_made_for_a_hidden_house(world: World, enter: Enter, entry: uuid.UUID, link: str) -> None:
    world.offset = timedelta(days=31)
    assert enter().get(link).status_code == 410
    assert enter().get("/provider/nothing").status_code == 410
    world.offset = timedelta()
    hidden = add(world, replace(SALON, confidential=True))
    assert enter("editor").post(f"{sheet(hidden)}/link").status_code == 409


def test_the_secret_is_kept_as_a_hash_only(world: World, link: str) -> None:
    with world.database.reading() as session:
        kept = session.scalars(select(ProviderLink.token_hash)).one()
    assert len(kept) == 32 and link.rpartition("/")[2].encode() not in kept
