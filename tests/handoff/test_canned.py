"""Prepared replies: who keeps them, how their fields are filled, and that no blank is sent."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from handoff import canned, fields
from handoff.canned import CannedReply, Draft
from handoff.fields import EXAMPLE, Field, UnknownField
from handoff.outbox import Outgoing
from handoff.transcript import Author
from intents.words import Words
from resources.desks import Desk
from resources.journal import JournalEntry
from tests.desk import Browser, World
from tests.handoff.test_desk_work import key_of

Enter = Callable[..., Browser]
GREETING = "{呼び名}さん、{窓口}の{担当}です。受付番号は{受付番号}です。"


def put(world: World, title: str, words: str, desk_id: object = None) -> CannedReply:
    with world.database.writing() as session:
        canned.furnish(session, world.town, [Draft(title, words, desk_id)], now=world.now)  # type: ignore[arg-type]
    with world.database.reading() as session:
        return session.scalars(select(CannedReply).where(CannedReply.title == title)).one()


def sent(world: World) -> list[Outgoing]:
    with world.database.reading(world.town) as session:
        return list(session.scalars(select(Outgoing).where(Outgoing.author == Author.STAFF).order_by(Outgoing.id)))


def typed(page: str) -> str:
    return re.search(r'<textarea id="words"[^>]*>([^<]*)</textarea>', page)[1]  # type: ignore[index]


def test_fields_are_filled_from_the_case_and_appended_to_what_was_typed(small_world: World, enter_small: Enter) -> None:
    world = small_world
    case_id, browser = world.open_case("こんにちは", name="はな"), enter_small("yamada")
    one, path = put(world, "あいさつ", GREETING), f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    page = browser.post(f"{path}/canned", canned=str(one.id), words="先に書いたことば")
    assert page.status_code == 200
    receipt = world.read_case(case_id).receipt
    assert typed(page.text) == f"先に書いたことば\nはなさん、福祉総合相談課の山田です。受付番号は{receipt}です。"
    assert sent(world) == []
    assert browser.post(f"{path}/reply", key=key_of(page.text), words=typed(page.text)).status_code == 303


def test_a_blank_stays_visible_and_is_not_sent(small_world: World, enter_small: Enter) -> None:
    world = small_world
    case_id, browser = world.open_case("こんにちは"), enter_small("yamada")
    one, path = put(world, "あいさつ", GREETING), f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    page = browser.post(f"{path}/canned", canned=str(one.id), words="")
    assert typed(page.text).startswith("〔呼び名〕さん、") and "〔呼び名〕）。ことばを入れるか" in page.text
    refused = browser.post(f"{path}/reply", key=key_of(page.text), words=typed(page.text))
    assert refused.status_code == 409 and "空欄が残っています" in refused.text and sent(world) == []
    assert typed(refused.text).startswith("〔呼び名〕さん、")


@pytest.mark.parametrize("words", ["{名前}さん", "{呼び名", "呼び名}", "{{呼び名}}", "{0}", "{呼び名.__class__}", "{ 呼び名 }"])
def test_an_unknown_field_is_refused(words: str) -> None:
    with pytest.raises(UnknownField):
        fields.check(words)


def test_what_a_resident_is_called_is_never_read_as_a_field(small_world: World, enter_small: Enter) -> None:
    world = small_world
    case_id, browser = world.open_case("こんにちは", name="{担当}{{7*7}}"), enter_small("yamada")
    one, path = put(world, "あいさつ", "{呼び名}さん"), f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    page = browser.post(f"{path}/canned", canned=str(one.id), words="")
    assert typed(page.text) == "{担当}{{7*7}}さん"


def test_a_desk_sees_its_own_and_the_towns_but_no_other_desks(small_world: World, enter_small: Enter) -> None:
    world = small_world
    for title, desk in (("みんな", None), ("うち", world.desk_id), ("よそ", world.violence_desk_id)):
        put(world, title, "ことば", desk)
    case_id, browser = world.open_case("こんにちは"), enter_small("yamada")
    browser.post(f"/desk/cases/{case_id}/take")
    shown = browser.get(f"/desk/cases/{case_id}").text
    assert ">みんな<" in shown and ">うち<" in shown and ">よそ<" not in shown


def test_the_page_adds_changes_orders_and_switches_off(small_world: World, enter_small: Enter) -> None:
    world, browser = small_world, enter_small("suzuki")
    browser.get("/settings/canned")
    assert browser.post("/settings/canned", title="一", words="{呼び名}さん").status_code == 303
    assert browser.post("/settings/canned", title="二", words="こんにちは", desk=str(world.desk_id)).status_code == 303
    refused = browser.post("/settings/canned", title="三", words="{誰}さん")
    assert refused.status_code == 409 and "使えない差し込み" in refused.text and "{誰}さん" in refused.text
    preview = browser.post("/settings/canned", title="四", words="{呼び名}さん、{担当}です", act="preview")
    assert "はなさん、山田です" in preview.text
    with world.database.reading() as session:
        first, second = canned.listed(session, world.town)
    browser.post(f"/settings/canned/{second.id}/move", way="up")
    browser.post(f"/settings/canned/{first.id}/switch", on="no", version="1")
    with world.database.reading() as session:
        assert [row.title for row in canned.listed(session, world.town)] == ["二", "一"]
        assert [row.title for row in canned.for_desk(session, world.town, world.desk_id)] == ["二"]
        acts = list(session.scalars(select(JournalEntry.act).where(JournalEntry.act.like("canned.%")).order_by(JournalEntry.id)))
    assert acts == ["canned.add", "canned.add", "canned.move", "canned.off"]


def test_a_stale_edit_is_refused_and_both_versions_are_shown(small_world: World, enter_small: Enter) -> None:
    world, browser = small_world, enter_small("suzuki")
    one = put(world, "あいさつ", "もとのことば")
    browser.get(f"/settings/canned/{one.id}")
    form = {"title": "あいさつ", "version": "1"}
    assert browser.post(f"/settings/canned/{one.id}", words="先のことば", **form).status_code == 303
    browser.get(f"/settings/canned/{one.id}")
    late = browser.post(f"/settings/canned/{one.id}", words="後のことば", **form)
    assert late.status_code == 409 and "先にほかの人が" in late.text
    assert "先のことば" in late.text and "後のことば" in late.text
    with world.database.reading() as session:
        assert session.get_one(CannedReply, one.id).words == "先のことば"


def test_another_towns_replies_do_not_exist(small_world: World, enter_small: Enter) -> None:
    world, browser = small_world, enter_small("suzuki")
    with world.database.writing() as session:
        canned.furnish(session, world.other_town, [Draft("となり", "ことば")], now=world.now)
    with world.database.reading() as session:
        other = session.scalars(select(CannedReply)).one()
    assert browser.get(f"/settings/canned/{other.id}").status_code == 404
    assert browser.get(f"/settings/canned?town={world.other_town}").status_code == 404
    assert "となり" not in browser.get("/settings/canned").text


def test_the_offered_replies_are_good_and_taken_over_once(small_world: World, enter_small: Enter) -> None:
    from handoff import plain

    world, browser, cut = small_world, enter_small("suzuki"), Words().cut
    assert len(canned.ready_made()) >= 12
    for draft in canned.ready_made():
        fields.check(draft.words)
        heavy = {plain.Rule.PROMISE, plain.Rule.BLAME, plain.Rule.LONG, plain.Rule.PLAIN_END, plain.Rule.CROWDED}
        found = [advice for advice in plain.check(fields.fill(draft.words, EXAMPLE).words, cut=cut) if advice.rule in heavy]
        assert not found, draft.title
    assert "見本が12本" in browser.get("/settings/canned").text
    browser.post("/settings/canned/offer")
    browser.post("/settings/canned/offer")
    with world.database.reading() as session:
        assert len(canned.listed(session, world.town)) == len(canned.ready_made())


def test_the_reply_goes_under_the_name_that_was_chosen(small_world: World, enter_small: Enter) -> None:
    world = small_world
    with world.database.writing() as session:
        session.get_one(Desk, world.desk_id).name = "みらい市 福祉総合相談課 くらしの相談係（本庁）"
    browser = enter_small("suzuki")
    browser.get("/settings/canned")
    assert browser.post("/settings/canned/speaks", desk=str(world.desk_id), speaks_as="desk").status_code == 303
    case_id, browser = world.open_case("こんにちは"), enter_small("yamada")
    path = f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    page = browser.get(path)
    assert "みらい市 福祉総合相談課 くらしの相談係の名前で届きます" in page.text
    browser.post(f"{path}/reply", key="a", words="一")
    browser.post(f"{path}/reply", key="b", words="二", **{"as": "person"})
    with world.database.reading(world.town) as session:
        from handoff import outbox

        bodies = [outbox.body(session, row) for row in sent(world)]
    assert '"sender": "みらい市 福祉総合相談課 くらしの相談係"' in bodies[0] and '"sender": "山田"' in bodies[1]


def test_every_field_has_an_example() -> None:
    assert set(EXAMPLE) == set(Field)
