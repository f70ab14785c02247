"""A town is set up from its own pages: refused in words, written down, and never over somebody else's change."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import select

from handoff.accounts import Account
from handoff.cases import Case
from handoff.deadlines import targets_of
from handoff.routing import RoutingRule
from handoff.states import CaseState
from intents import Ear
from resources.areas import Area
from resources.db import new_id
from resources.desks import Desk, DeskClosure
from resources.journal import JournalEntry
from resources.places import Municipality
from resources.staff import Role
from tests.desk import Browser, World

Enter = Callable[..., Browser]
SECRET = "カナリア".encode().hex() * 2


@pytest.fixture
def chief(small_world: World, enter_small: Enter) -> Browser:
    """The supervisor of みらい市, who may set it up."""
    browser = enter_small("suzuki")
    browser.get("/settings")
    return browser


@pytest.fixture
def admin(small_world: World, enter_small: Enter) -> Browser:
    """An administrator, who may also put channels in."""
    small_world.add_person("admin", "管理", [Role.ADMINISTRATOR], [])
    browser = enter_small("admin")
    browser.get("/settings")
    return browser


def acts(world: World) -> list[tuple[str, str]]:
    with world.database.reading() as session:
        query = select(JournalEntry.act, JournalEntry.detail).where(JournalEntry.act.like("settings.%"))
        return [(act, detail) for act, detail in session.execute(query.order_by(JournalEntry.id))]


def table(world: World) -> list[tuple[int, str | None, uuid.UUID]]:
    with world.database.reading() as session:
        rules = session.scalars(select(RoutingRule).order_by(RoutingRule.position))
        return [(rule.position, rule.topic, rule.desk_id) for rule in rules]


def rule_ids(world: World) -> list[uuid.UUID]:
    with world.database.reading() as session:
        return list(session.scalars(select(RoutingRule.id).order_by(RoutingRule.position)))


def shown(page: httpx.Response) -> str:
    return re.sub(r"<[^>]*>|\s+", "", page.text)


def test_lines_are_added_moved_changed_and_deleted(small_world: World, chief: Browser) -> None:
    desk = str(small_world.desk_id)
    assert chief.post("/settings/routing", desk=desk, seen="0").status_code == 303
    assert chief.post("/settings/routing", desk=desk, topic="housing", seen="1").status_code == 303
    assert [row[1] for row in table(small_world)] == ["housing", None]
    first, last = rule_ids(small_world)
    chief.post(f"/settings/routing/{first}/down", seen="2")
    assert [row[1] for row in table(small_world)] == [None, "housing"]
    page = chief.get("/settings/routing")
    assert "1行目（すべて）が先に合うため、この行はふだん使われません" in shown(page)
    chief.post(f"/settings/routing/{first}/up", seen="3")
    chief.post(f"/settings/routing/{first}", seen="4", desk=desk, topic="debt", hours="open")
    assert table(small_world)[0] == (1, "debt", small_world.desk_id)
    chief.post(f"/settings/routing/{last}/delete", seen="5")
    assert table(small_world) == [(1, "debt", small_world.desk_id)]
    assert "「すべて」の行がありません" in shown(chief.get("/settings/routing"))
    assert [act.rsplit(".")[-1] for act, _ in acts(small_world)] == ["add", "add", "down", "up", "change", "delete"]


def test_whoever_saw_an_older_table_is_told_what_changed_and_changes_nothing(
    small_world: World, chief: Browser, admin: Browser
) -> None:
    desk = str(small_world.desk_id)
    chief.post("/settings/routing", desk=desk, seen="0")
    (rule,) = rule_ids(small_world)
    admin.post(f"/settings/routing/{rule}", desk=desk, topic="debt", seen="1")
    late = chief.post(f"/settings/routing/{rule}", desk=desk, topic="housing", seen="1")
    assert late.status_code == 409
    assert "管理さんが1行目を変えました" in shown(late) and 'value="housing" selected' in late.text
    assert chief.post(f"/settings/routing/{rule}/delete", seen="1").status_code == 409
    assert table(small_world) == [(1, "debt", small_world.desk_id)]
    again = chief.post(f"/settings/routing/{rule}", desk=desk, topic="housing", seen="2")
    assert again.status_code == 303 and table(small_world)[0][1] == "housing"


def test_a_line_without_a_desk_or_with_a_foreign_one_is_refused(small_world: World, chief: Browser) -> None:
    with small_world.database.reading() as session:
        foreign = session.scalars(select(Desk.id).where(Desk.municipality_code == small_world.other_town)).one()
    for wrong in ("", str(foreign), str(uuid.uuid4()), "x"):
        refused = chief.post("/settings/routing", desk=wrong, topic="housing", seen="0")
        assert refused.status_code == 409 and "どの窓口に送るかを選んでください" in refused.text
        assert 'value="housing" selected' in refused.text
    assert chief.post("/settings/routing", desk=str(small_world.desk_id), topic="nonsense", seen="0").status_code == 409
    assert table(small_world) == []


def test_a_message_is_tried_and_kept_nowhere(
    small_world: World, chief: Browser, ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    small_world.hears = lambda session, town, words: ear.assess(words)
    with small_world.database.writing() as session:
        session.add(Area(municipality_code=small_world.town, name="港町", school_district="みなと小", postcode="999-9013"))
        session.add(RoutingRule(municipality_code=small_world.town, position=1, area="みなと小", desk_id=small_world.desk_id))
    page = chief.post("/settings/routing/try", message="家賃が払えない。カナリアです", place="9999013", at="2026-11-24T20:00")
    assert page.status_code == 200
    assert "福祉総合相談課に届きます" in shown(page) and "港町" in shown(page) and "山田" in shown(page)
    assert "時間外です。2026年11月25日（水）8:30" in shown(page).replace("08:30", "8:30")
    danger = chief.post("/settings/routing/try", message="もう死にたい", crisis="dv")
    assert "自殺・自傷" in shown(danger) and "女性・若者相談室に届きます" in shown(danger)
    assert "合うが飛ばす" not in shown(danger) and "場所が「みなと小」ではないか" in shown(danger)
    assert "カナリア" not in caplog.text
    dump = "\n".join(small_world.database.writer.raw_connection().driver_connection.iterdump())
    assert "カナリア" not in dump
    assert chief.post("/settings/routing/try", at="いつか").status_code == 409


def test_a_desk_is_set_up_with_hours_people_can_read(small_world: World, chief: Browser) -> None:
    fields = {"name": "生活支援課", "hours": "ずっと", "capacity": "20", "closed_at_year_end": "yes"}
    refused = chief.post("/settings/desks", **fields)
    assert refused.status_code == 409 and "読み取れませんでした" in refused.text and 'value="生活支援課"' in refused.text
    fields["hours"] = "月〜金 8:30-12:00、13:00〜17:15 祝休"
    looked = chief.post("/settings/desks", only="check", **fields)
    assert looked.status_code == 200 and "月〜金 8:30〜12:00・13:00〜17:15、祝日は休み" in looked.text
    made = chief.post("/settings/desks", **fields)
    assert made.status_code == 303
    page = chief.get(made.headers["location"])
    assert "職員がいません" in page.text and "8:30〜12:00、13:00〜17:15" in page.text
    assert chief.post("/settings/desks", **fields).status_code == 409  # the same name
    with small_world.database.reading() as session:
        desk = session.scalars(select(Desk).where(Desk.name == "生活支援課")).one()
    assert (desk.capacity, desk.closed_at_year_end, desk.for_violence, desk.active) == (20, True, False, True)
    assert acts(small_world)[-1][0] == "settings.desk.add"
    path = f"/settings/desks/{desk.id}"
    seen = re.search('name="seen" value="([^"]*)"', page.text)[1]
    late = chief.post(path, **fields, active="yes", seen=seen, answer_today="すぐ")
    assert late.status_code == 409 and "返事までの目安は" in late.text
    assert chief.post(path, **fields, active="yes", seen=seen, answer_today="30").status_code == 303
    with small_world.database.reading() as session:
        assert targets_of(session.get_one(Desk, desk.id)) == (10, 30, 240, 480)
    assert 'aria-describedby="answer-help" value="30"' in chief.get(path).text


def test_a_desk_that_is_needed_cannot_rest(small_world: World, chief: Browser) -> None:
    path = f"/settings/desks/{small_world.desk_id}"
    small_world.open_case("カナリアのことば")
    resting = {"name": "福祉総合相談課", "hours": "月 8:30-12:00", "seen": _seen(chief, path)}
    refused = chief.post(path, **resting)
    assert refused.status_code == 409 and "まだ終わっていない相談があります" in refused.text
    assert "カナリア" not in refused.text
    with small_world.database.writing(small_world.town) as session:
        session.scalars(select(Case)).one().state = CaseState.CLOSED
        session.get_one(Desk, small_world.violence_desk_id).active = False
    assert "職員のいる窓口は、ここだけです" in chief.post(path, **resting).text
    with small_world.database.writing() as session:
        session.get_one(Desk, small_world.violence_desk_id).active = True
    assert chief.post(path, **resting).status_code == 303
    with small_world.database.reading() as session:
        assert not session.get_one(Desk, small_world.desk_id).active


def test_a_walled_case_keeps_its_desk_made_for_violence(small_world: World, chief: Browser) -> None:
    small_world.open_case("カナリア", desk_id=small_world.violence_desk_id, crisis="dv", walled=True)
    path = f"/settings/desks/{small_world.violence_desk_id}"
    refused = chief.post(path, name="女性・若者相談室", active="yes", seen=_seen(chief, path))
    assert refused.status_code == 409 and "専用窓口の印を外せません" in refused.text


def test_two_people_at_one_desk_do_not_overwrite_each_other(small_world: World, chief: Browser, admin: Browser) -> None:
    path = f"/settings/desks/{small_world.desk_id}"
    fields = {"name": "福祉総合相談課", "active": "yes", "hours": "月 8:30-12:00", "seen": _seen(chief, path)}
    assert admin.post(path, **{**fields, "capacity": "5"}).status_code == 303
    late = chief.post(path, **{**fields, "capacity": "9"})
    assert late.status_code == 409 and "ほかの人がここを変えました" in late.text and 'value="9"' in late.text
    assert "いまの定員：5" in late.text


def test_somebody_is_away_for_some_days(small_world: World, chief: Browser) -> None:
    path, yamada = f"/settings/desks/{small_world.desk_id}", str(small_world.people["yamada"])
    assert chief.post(f"{path}/absences", staff=yamada, starts="2026-11-25", ends="2026-11-24").status_code == 409
    assert chief.post(f"{path}/absences", staff=yamada, starts="2026-11-24", ends="2026-11-30").status_code == 303
    page = chief.get(path)
    assert "不在（11月30日まで）" in shown(page)
    absence = re.search(r'name="absence" value="([^"]+)"', page.text)
    assert absence and chief.post(f"{path}/absences/delete", absence=absence[1]).status_code == 303
    assert "不在（11月30日まで）" not in shown(chief.get(path))


def test_a_day_of_rest_is_added_once_and_taken_out(small_world: World, chief: Browser) -> None:
    fields = {"starts": "2026-12-24", "ends": "", "reason": "庁舎の工事", "desk": str(small_world.desk_id)}
    assert chief.post("/settings/closures", **{**fields, "starts": "あした"}).status_code == 409
    assert chief.post("/settings/closures", **{**fields, "ends": "2026-12-01"}).status_code == 409
    assert chief.post("/settings/closures", **fields).status_code == 303
    assert chief.post("/settings/closures", **fields).status_code == 409
    page = chief.get("/settings/closures")
    assert "2026年12月24日福祉総合相談課庁舎の工事" in shown(page) and "元日" in page.text
    with small_world.database.reading() as session:
        closure = session.scalars(select(DeskClosure)).one()
    assert chief.post(f"/settings/closures/{closure.id}/delete").status_code == 303
    assert [act for act, _ in acts(small_world)] == ["settings.closure.add", "settings.closure.delete"]


def test_the_town_decides_where_consultations_are_held(small_world: World, chief: Browser) -> None:
    with small_world.database.writing() as session:
        session.get_one(Municipality, small_world.town).relay = None
    page = chief.get("/settings/town")
    assert "まだ選ばれていません" in page.text and " checked" not in page.text
    seen = _seen(chief, "/settings/town")
    assert "どこで受けるかを選んでください" in chief.post("/settings/town", seen=seen).text
    answer = chief.post("/settings/town", seen=seen, relay="in_channel", phone="099-000-1234", served_by=small_world.other_town)
    assert answer.status_code == 303
    assert "served_by=990027" in acts(small_world)[-2][1] + acts(small_world)[-1][1]
    assert "099" not in str(acts(small_world))
    assert chief.post("/settings/town", seen=seen, relay="safe_page").status_code == 409


def test_secrets_go_in_and_never_come_out(small_world: World, admin: Browser) -> None:
    fields = {"platform": "line", "name": "mirai-line", "secret": SECRET, "token": SECRET}
    short = admin.post("/settings/channels", **{**fields, "destination": "U1"})
    assert short.status_code == 409 and SECRET not in short.text and 'value="mirai-line"' in short.text
    assert admin.post("/settings/channels", **fields).status_code == 303
    page = admin.get("/settings/channels")
    assert "https://uketome.example.jp/webhooks/line/mirai-line" in page.text and SECRET not in page.text
    assert "もう使われています" in admin.post("/settings/channels", **fields).text
    weak = admin.post("/settings/channels", **{**fields, "platform": "telegram", "name": "t", "secret": "short"})
    assert "32文字以上" in weak.text
    with small_world.database.reading(small_world.town) as session:
        account = session.scalars(select(Account).where(Account.name == "mirai-line")).one()
    admin.csrf, kept = "old", admin.csrf
    stale = admin.post(f"/settings/channels/{account.id}/secrets", secret=SECRET, token=SECRET)
    assert stale.status_code == 403 and SECRET not in stale.text
    admin.csrf = kept
    assert admin.post(f"/settings/channels/{account.id}/secrets", secret=SECRET, token=SECRET).status_code == 303
    assert admin.post(f"/settings/channels/{account.id}/switch", on="no").status_code == 303
    assert "止めています" in admin.get("/settings/channels").text
    assert SECRET not in str(acts(small_world))


def test_an_account_of_another_town_is_taken_and_not_to_be_seen(small_world: World, admin: Browser) -> None:
    small_world.add_person("far", "遠い", [Role.ADMINISTRATOR], [], small_world.other_town)
    with small_world.database.writing(small_world.other_town) as session:
        session.add(Account(id=new_id(), custodian=small_world.other_town, name="theirs", platform="line"))
    taken = admin.post("/settings/channels", platform="line", name="theirs", secret=SECRET, token=SECRET)
    assert taken.status_code == 409 and "もう使われています" in taken.text
    assert "theirs" not in admin.get("/settings/channels").text


def test_what_is_missing_is_named_with_the_way_there(small_world: World, chief: Browser) -> None:
    small_world.lacks = [
        ("relay", "相談をどこで受けるかが選ばれていません。"), ("no_channel", "つながっていません。"), ("plain_http", "https")
    ]  # fmt: skip
    page = chief.get("/settings")
    assert 'href="/settings/town?town=990019">直す' in page.text
    assert "設置全体で足りないこと（1件" in page.text
    # A supervisor does not put channels in, and is not led there.
    assert "/settings/channels" not in page.text
    small_world.lacks = []
    assert "見つかりませんでした" in chief.get("/settings").text


def _seen(browser: Browser, path: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', browser.get(path).text)
    assert found
    return found[1]
