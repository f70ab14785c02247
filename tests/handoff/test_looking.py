"""Who looks at a case and who types, and who is at their desk at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from handoff import attendance, looking
from handoff.cases import Case
from handoff.looking import Looker, Looking
from handoff.presence import person_present
from resources.db import EVERYWHERE
from resources.staff import Role
from tests.desk import Browser, World
from tests.handoff.test_handing_over import actor, taken

Enter = Callable[..., Browser]


def look(world: World, name: str, case: Case, *, typing: bool = False) -> None:
    with world.database.writing(world.town) as session:
        looking.look(session, case, actor=actor(world, name), now=world.clock(), typing=typing)


def seen(world: World, name: str, case: Case) -> list[Looker]:
    with world.database.reading(world.town) as session:
        return looking.lookers(session, case, actor=actor(world, name), now=world.clock())


def test_a_colleague_is_named_while_they_look_and_type(world: World) -> None:
    case = world.read_case(world.open_case("こんにちは"))
    look(world, "sato", case, typing=True)
    look(world, "yamada", case)
    assert seen(world, "yamada", case) == [Looker("佐藤", True)]
    world.offset = timedelta(seconds=3)
    look(world, "sato", case)
    assert seen(world, "yamada", case) == [Looker("佐藤", False)]
    assert looking.told(seen(world, "sato", case)) == "いま見ている人：山田さん"
    world.offset = timedelta(minutes=2)
    assert seen(world, "yamada", case) == []


def test_it_is_written_at_most_every_twenty_seconds_and_swept(world: World) -> None:
    case = world.read_case(world.open_case("こんにちは"))
    for seconds in (0, 5, 12, 20):
        world.offset = timedelta(seconds=seconds)
        look(world, "sato", case)
        with world.database.reading(world.town) as session:
            at = session.scalars(select(Looking.seen_at)).one()
        assert at == world.now + timedelta(seconds=20 if seconds == 20 else 0)
    for hours, left in ((0, 1), (2, 0), (2, 0)):
        looking.sweep(world.database, world.now + timedelta(hours=hours))
        with world.database.reading(EVERYWHERE) as session:
            assert len(session.scalars(select(Looking)).all()) == left


def test_who_may_not_see_the_case_any_more_is_not_named(world: World) -> None:
    case_id = world.open_case("こんにちは")
    look(world, "sato", world.read_case(case_id))
    with world.database.writing(world.town) as session:
        session.get_one(Case, case_id).walled = True
        session.get_one(Case, case_id).desk_id = world.violence_desk_id
    assert seen(world, "tanaka", world.read_case(case_id)) == []


def test_the_page_and_its_script_say_who_looks(small_world: World, enter_small: Enter) -> None:
    small_world.add_person("evil", "<b>悪</b>", [Role.DESK_WORKER], [small_world.desk_id])
    case_id = small_world.open_case("こんにちは")
    path = f"/desk/cases/{case_id}"
    page, other = enter_small("yamada"), enter_small("evil")
    assert "いま見ている人" not in page.get(path).text
    other.get(path)
    other.post(f"{path}/looking", typing="yes")
    assert json.loads(page.get(f"{path}/live").text)["looking"] == "いま見ている人：<b>悪</b>さん（入力中）"
    assert "いま見ている人：&lt;b&gt;悪&lt;/b&gt;さん（入力中）" in page.get(path).text


def test_leaving_the_desk_leaves_all_conversations_and_coming_back_returns_to_them(world: World) -> None:
    first, second, other = taken(world), taken(world), taken(world, "sato")
    for act, here in ((attendance.leave, False), (attendance.come_back, True)):
        with world.database.writing(world.town) as session:
            assert act(session, actor=actor(world, "yamada"), now=world.now) == 2
        with world.database.reading(world.town) as session:
            for case_id, present in ((first, here), (second, here), (other, True)):
                contact = session.get_one(Case, case_id).contact_id
                assert person_present(session, contact, now=world.now).present is present


def test_the_menu_leaves_and_comes_back(small_world: World, enter_small: Enter) -> None:
    taken(small_world)
    page = enter_small("yamada")
    page.post("/desk/leave")
    shown = page.get("/desk").text
    assert "山田（席はずし）" in shown and 'action="/desk/come-back"' in shown
    assert re.search("席をはずしました", page.get("/desk?said=left").text)
    page.post("/desk/come-back")
    assert 'action="/desk/leave"' in page.get("/desk").text
