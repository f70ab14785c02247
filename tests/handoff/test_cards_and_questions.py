"""Places sent as cards and questions with buttons, from the composer: what may go, what never does, and what stays typed."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from handoff import outbox
from handoff.outbox import Outgoing
from handoff.transcript import Author, Kind, Message
from resources import directory
from resources.drafts import Draft, PhoneNumber
from resources.hours import parse_hours
from resources.services import Status
from tests.desk import Browser, World

Enter = Callable[..., Browser]
SALON = Draft(
    "ひだまりサロン", kind="salon", assured_date=date(2026, 11, 1), address="みらい市本町8-3",
    phones=(PhoneNumber("099-000-2101"),), slots=parse_hours("0Tu 10:00-12:00"),
)  # fmt: skip
SHELTER = Draft("ひみつのサロン", kind="salon", confidential=True, address="ひみつの住所1-1", assured_date=date(2026, 11, 1))


@pytest.fixture
def path(small_world: World, enter_small: Enter) -> str:
    """A case that yamada has taken."""
    case_id = small_world.open_case("話せる所がほしい", name="はな")
    enter_small("yamada").post(f"/desk/cases/{case_id}/take")
    return f"/desk/cases/{case_id}"


@pytest.fixture
def yamada(path: str, enter_small: Enter) -> Browser:
    """The owner's browser."""
    browser = enter_small("yamada")
    browser.get(path)
    return browser


def put(world: World, draft: Draft) -> str:
    with world.database.writing() as session:
        return str(directory.add(session, draft, municipality=world.town, by="編集", now=world.now))


def sent(world: World) -> list[tuple[Outgoing, dict[str, object]]]:
    with world.database.reading(world.town) as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.author == Author.STAFF).order_by(Outgoing.id))
        return [(row, json.loads(outbox.body(session, row))) for row in rows]


def test_a_place_is_found_and_sent_as_a_card(small_world: World, yamada: Browser, path: str) -> None:
    world = small_world
    salon = put(world, SALON)
    found = yamada.post(f"{path}/places", sought_place="サロン", words="こんな場所があります。")
    assert f'name="place_{salon}"' in found.text and "いま開いています" in found.text
    assert "こんな場所があります。</textarea>" in found.text
    form = {"key": "k", "words": "こんな場所があります。", f"place_{salon}": "yes"}
    assert yamada.post(f"{path}/cards", **form).headers["location"].endswith("said=cards")
    yamada.post(f"{path}/cards", **form)
    ((row, body),) = sent(world)
    assert row.confidential and body["sender"] == "山田"
    text, cards = body["bubbles"]  # type: ignore[misc]
    assert text["words"] == "こんな場所があります。" and cards["cards"][0]["title"] == "ひだまりサロン"
    with world.database.reading(world.town) as session:
        assert session.scalars(select(Message.kind).where(Message.outgoing_id == row.id).order_by(Message.id)).all() == [
            Kind.TEXT, Kind.CARD,
        ]  # fmt: skip
    assert "ひだまりサロン" in yamada.get(path).text


def test_a_card_alone_may_go_where_only_the_directory_may_be_said(small_world: World, yamada: Browser, path: str) -> None:
    salon = put(small_world, SALON)
    yamada.post(f"{path}/cards", **{f"place_{salon}": "yes"})
    assert [row.confidential for row, _ in sent(small_world)] == [False]


def test_a_hidden_house_is_named_as_never_to_be_sent_and_is_not(small_world: World, yamada: Browser, path: str) -> None:
    world = small_world
    shelter, salon = put(world, SHELTER), put(world, SALON)
    found = yamada.post(f"{path}/places", sought_place="サロン").text
    assert "送れません" in found and "ひみつのサロン" in found and "ひみつの住所" not in found
    assert f'name="place_{shelter}"' not in found
    refused = yamada.post(f"{path}/cards", **{f"place_{shelter}": "yes", f"place_{salon}": "yes"}, sought_place="サロン")
    assert refused.status_code == 409 and "本人へ送れないもの" in refused.text and sent(world) == []


def test_a_house_hidden_after_the_search_is_not_sent(small_world: World, yamada: Browser, path: str) -> None:
    world = small_world
    salon = put(world, SALON)
    yamada.post(f"{path}/places", sought_place="サロン")
    with world.database.writing() as session:
        directory.edit(session, uuid.UUID(salon), replace(SALON, confidential=True), by="編集", now=world.now)
    assert yamada.post(f"{path}/cards", **{f"place_{salon}": "yes"}).status_code == 409 and sent(world) == []


def test_another_towns_place_and_too_many_are_refused(small_world: World, yamada: Browser, path: str) -> None:
    world = small_world
    with world.database.writing() as session:
        far = str(directory.add(session, SALON, municipality=world.other_town, by="編集", now=world.now))
    own = [put(world, replace(SALON, name=f"{number}のサロン")) for number in range(4)]
    assert yamada.post(f"{path}/cards", **{f"place_{far}": "yes"}).status_code == 409
    four = yamada.post(f"{path}/cards", **{f"place_{one}": "yes" for one in own})
    assert four.status_code == 409 and "1つから3つ" in four.text
    assert yamada.post(f"{path}/cards").status_code == 409 and sent(world) == []


def test_what_is_not_certain_about_a_place_is_said(small_world: World, yamada: Browser, path: str) -> None:
    put(small_world, replace(SALON, name="休みのサロン", status=Status.TEMPORARILY_CLOSED))
    put(small_world, replace(SALON, name="古いサロン", assured_date=date(2020, 1, 1)))
    found = yamada.post(f"{path}/places", sought_place="サロン").text
    assert "休止中です" in found and "最後の確認から日がたっています" in found


def test_a_question_goes_with_its_buttons_once(small_world: World, yamada: Browser, path: str) -> None:
    form = {"key": "k", "words": "電話してもいいですか。", "choice1": "はい", "choice2": " いいえ ", "choice3": ""}
    assert yamada.post(f"{path}/ask", **form).headers["location"].endswith("said=asked_resident")
    yamada.post(f"{path}/ask", **form)
    ((_, body),) = sent(small_world)
    assert [choice["label"] for choice in body["choices"]] == ["はい", "いいえ"]  # type: ignore[union-attr,attr-defined]
    assert "［はい］［いいえ］" in yamada.get(path).text


@pytest.mark.parametrize(
    ("choices", "why"),
    [
        (("はい",), "2つから4つ"),
        ((), "2つから4つ"),
        (("はい", "はい"), "同じ選択肢"),
        (("はい", "あ" * 21), "20文字まで"),
        (("はい", "🙂" * 16), "20文字まで"),
    ],
)
def test_choices_that_do_not_fit_are_refused_and_stay(
    small_world: World, yamada: Browser, path: str, choices: tuple[str, ...], why: str
) -> None:
    fields = {f"choice{at}": words for at, words in enumerate(choices, start=1)}
    refused = yamada.post(f"{path}/ask", words="いいですか。", **fields)
    assert refused.status_code == 409 and why in refused.text and sent(small_world) == []
    assert "いいですか。</textarea>" in refused.text
    kept = re.findall(r'name="choice\d" [^>]*value="([^"]*)"', refused.text)
    assert [words for words in kept if words] == [words for words in choices if words]
