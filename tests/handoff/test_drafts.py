"""What is half written stays: on another browser, after losing the case, and never after it was sent."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable

import httpx
from sqlalchemy import select, text

from handoff import drafts, moves
from handoff.cases import Case
from handoff.drafts import Draft, Writing
from tests.desk import Browser, World
from tests.handoff.test_handing_over import actor, give, taken

Enter = Callable[..., Browser]
WORDS = "書きかけのことば"


def keep(world: World, case_id: uuid.UUID, words: str, key: str, seen: int = 0, name: str = "yamada") -> int:
    with world.database.writing(world.town) as session:
        row = drafts.keep(
            session, session.get_one(Case, case_id), Writing.REPLY, words, key=key, seen=seen, actor=actor(world, name),
            now=world.now,
        )  # fmt: skip
        return row.version if row else 0


def kept(world: World, case_id: uuid.UUID) -> tuple[str, str] | None:
    with world.database.reading(world.town) as session:
        row = drafts.of(session, session.get_one(Case, case_id), Writing.REPLY, actor=actor(world, "yamada"))
        return (drafts.words(session, row), drafts.other(session, row)) if row else None


def save(browser: Browser, path: str, **fields: str) -> httpx.Response:
    head = {"accept": "application/json", "sec-fetch-site": "same-origin"}
    return browser.client.post(path, data={"csrf": browser.csrf, **fields}, headers=head)


def test_the_newest_of_two_tabs_wins_and_the_other_is_offered(world: World) -> None:
    case_id = taken(world)
    first = keep(world, case_id, "一つ目の画面", "a")
    keep(world, case_id, "一つ目の画面の続き", "a", first)
    keep(world, case_id, "二つ目の画面", "b", 0)
    keep(world, case_id, "二つ目の画面の続き", "b", 3)
    assert kept(world, case_id) == ("二つ目の画面の続き", "一つ目の画面の続き")
    with world.database.writing(world.town) as session:
        drafts.swap(session, session.get_one(Case, case_id), Writing.REPLY, actor=actor(world, "yamada"), now=world.now)
    assert kept(world, case_id) == ("一つ目の画面の続き", "二つ目の画面の続き")


def test_a_tab_that_went_on_from_the_kept_words_is_no_conflict(world: World) -> None:
    case_id = taken(world)
    version = keep(world, case_id, "はじめ", "a")
    keep(world, case_id, "はじめから続けた", "b", version)
    assert kept(world, case_id) == ("はじめから続けた", "")
    keep(world, case_id, "", "b", version + 1)
    assert kept(world, case_id) is None


def test_words_of_a_draft_are_sealed(small_world: World) -> None:
    case_id = taken(small_world)
    keep(small_world, case_id, WORDS, "a")
    with small_world.database.reader.connect() as connection:
        raw = connection.execute(text("SELECT words_sealed FROM draft")).scalar_one()
    assert WORDS.encode() not in raw


def test_a_draft_is_there_on_another_browser_and_gone_once_sent_even_if_it_comes_late(
    small_world: World, enter_small: Enter
) -> None:
    case_id = taken(small_world)
    path = f"/desk/cases/{case_id}"
    page, other = enter_small("yamada"), enter_small("yamada")
    key = re.search(r'name="key" value="(\w+)"', page.get(path).text.partition('id="composer"')[2])
    assert key is not None
    answer = save(page, f"{path}/draft", words=WORDS, key=key[1], draft="0")
    assert answer.status_code == 200 and json.loads(answer.text) == {"version": 1, "at": "10:05", "other": False}
    assert f">{WORDS}</textarea>" in other.get(path).text
    assert WORDS not in enter_small("sato").get(path).text
    page.post(f"{path}/reply", words=WORDS, key=key[1])
    assert kept(small_world, case_id) is None
    save(page, f"{path}/draft", words=WORDS, key=key[1], draft="1")
    assert kept(small_world, case_id) is None


def test_the_button_keeps_a_draft_without_a_script(small_world: World, enter_small: Enter) -> None:
    case_id = taken(small_world)
    path = f"/desk/cases/{case_id}"
    page = enter_small("yamada")
    page.get(path)
    assert page.post(f"{path}/draft", words=WORDS, key="k", draft="0").headers["location"] == f"{path}?said=kept"
    assert f">{WORDS}</textarea>" in page.get(path).text
    page.post(f"{path}/draft", note="メモの途中", key="nk", draft="0")
    shown = page.get(path).text
    assert f">{WORDS}</textarea>" in shown and ">メモの途中</textarea>" in shown
    page.post(f"{path}/note", note="メモの途中", key="nk")
    assert len(re.findall("メモの途中", page.get(path).text)) == 1


def test_after_losing_the_case_the_draft_is_shown_and_given_to_the_team(small_world: World, enter_small: Enter) -> None:
    case_id = taken(small_world)
    path = f"/desk/cases/{case_id}"
    keep(small_world, case_id, WORDS, "a")
    give(small_world, case_id, "yamada", small_world.desk_id, "sato")
    page = enter_small("yamada")
    assert "送られなかった下書き" in page.get(path).text
    assert page.post(f"{path}/draft/give", kind="reply").status_code == 303
    assert WORDS in enter_small("sato").get(path).text
    assert page.post(f"{path}/draft/give", kind="reply").status_code == 409
    with small_world.database.reading(small_world.town) as session:
        assert session.scalars(select(Draft)).first() is None


def test_a_draft_of_another_town_cannot_be_kept(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    browser = enter_small("tonari")
    assert save(browser, f"/desk/cases/{case_id}/draft", words=WORDS, key="k").status_code == 404
    with small_world.database.writing(small_world.town) as session:
        case = session.get_one(Case, case_id)
        assert moves.take(session, case, actor=actor(small_world, "yamada"), now=small_world.now) is case
        assert session.scalars(select(Draft)).first() is None
