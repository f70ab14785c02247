"""The link of an alert, the card on a case, the emergency sheet and the table of who acts, as people meet them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.alerting import make
from bot.settings import Settings
from handoff import alarms, alert_contacts
from handoff.cases import Case
from handoff.contacts import Contact
from handoff.duty import Duty, Watch
from intents.codes import Crisis
from resources.alerts import Endpoint, Recording
from resources.db import EVERYWHERE, Database
from resources.journal import JournalEntry
from resources.sealing import seal
from resources.staff import Role
from tests.alarms import NIGHT, Post, acknowledge, appoint, danger, events
from tests.desk import Browser, World, found_world

WAYS = [
    Endpoint("toban-mail", "mailto://secret@example.jp", "当直の携帯"), Endpoint("kacho-sms", "json://127.0.0.1/k", "課長の電話"),
    Endpoint("tonari-mail", "json://127.0.0.1/t", "となり町の当直", frozenset({"990027"})),
]  # fmt: skip
Enter = Callable[..., Browser]


@pytest.fixture
def alerter() -> Recording:
    """The operator's ways."""
    return Recording(WAYS)


@pytest.fixture
def small_world(sqlite_database: Database, now, alerter: Recording) -> World:
    """みらい市 at night, with ways to alert its staff."""
    world = found_world(sqlite_database, now)
    world.offset = NIGHT
    world.alerting = make(Settings(_env_file=None), alerter)
    return world


def acts(world: World) -> list[str]:
    with world.database.reading() as session:
        return list(session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)))


def duties(world: World) -> dict[tuple[str, str], Duty]:
    with world.database.reading() as session:
        return {(row.crisis, row.watch): row for row in session.scalars(select(Duty))}


def alerted(world: World, *roles: str) -> tuple[uuid.UUID, Post]:
    appoint(world, *roles)
    case_id, post = danger(world), Post(world)
    for minutes in range(0, 5 * len(roles), 5):
        post.climb(minutes)
    world.offset = NIGHT + timedelta(minutes=5 * len(roles) - 4)
    return case_id, post


def test_looking_at_a_link_changes_nothing_and_shows_a_town_and_a_time_only(small_world: World, enter_small: Enter) -> None:
    case_id, post = alerted(small_world, "toban")
    stranger = enter_small()
    for _ in range(2):
        page = stranger.get(f"/ack/{post.link()}")
        assert page.status_code == 200 and "みらい市" in page.text and "22:05" in page.text and "いまから対応します" in page.text
    assert "消えてしまいたい" not in page.text and "R-" not in page.text and "自殺" not in page.text
    assert stranger.client.head(f"/ack/{post.link()}").status_code in (200, 405)
    assert "alert_acknowledged" not in events(small_world, case_id)


def test_the_first_press_counts_and_the_second_person_reads_who_was_first(small_world: World, enter_small: Enter) -> None:
    case_id, post = alerted(small_world, "toban", "kacho")
    first, second = enter_small(), enter_small()
    second.get(f"/ack/{post.link(1)}")
    first.get(f"/ack/{post.link(0)}")
    done = first.post(f"/ack/{post.link(0)}")
    assert done.status_code == 200 and "応答を受け付けました" in done.text and "/desk?tab=urgent" in done.text
    late = second.post(f"/ack/{post.link(1)}")
    assert late.status_code == 409 and "先にtobanが応答しています" in late.text
    assert "先にtobanが応答しています" in first.get(f"/ack/{post.link(0)}").text
    assert events(small_world, case_id).count("alert_acknowledged") == 1


def test_a_link_that_is_too_old_or_cut_says_what_to_do(small_world: World, enter_small: Enter) -> None:
    _, post = alerted(small_world, "toban")
    stranger = enter_small()
    stranger.get(f"/ack/{post.link()}")
    for path in (f"/ack/{post.link()[:-3]}", "/ack/x"):
        for answer in (stranger.get(path), stranger.post(path)):
            assert answer.status_code == 410 and "サインインして「緊急」の一覧で" in answer.text
    small_world.offset = NIGHT + timedelta(hours=25)
    assert stranger.get(f"/ack/{post.link()}").status_code == 410


def test_the_desk_sees_where_alerting_stands_and_can_answer_itself(small_world: World, enter_small: Enter) -> None:
    case_id, post = alerted(small_world, "toban", "kacho")
    yamada, sato = enter_small("yamada"), enter_small("sato")
    assert "連絡中" in yamada.get("/desk").text
    before = yamada.get("/desk/live").json()["version"]
    page = yamada.get(f"/desk/cases/{case_id}").text
    assert "緊急の連絡" in page and "toban" in page and "時間内に応答がありませんでした" in page
    sato.get(f"/desk/cases/{case_id}")
    assert yamada.post(f"/desk/cases/{case_id}/acknowledge").status_code == 303
    late = sato.post(f"/desk/cases/{case_id}/acknowledge")
    assert late.status_code == 409 and "先に山田さんが応答しています" in late.text
    assert "応答あり" in yamada.get("/desk").text and yamada.get("/desk/live").json()["version"] != before
    assert "先に窓口の職員が応答しています" in enter_small().get(f"/ack/{post.link()}").text


def test_the_queue_shows_that_nobody_answers(small_world: World, enter_small: Enter) -> None:
    case_id, post = alerted(small_world, "toban")
    post.climb(5)
    yamada = enter_small("yamada")
    assert "だれも応答していません" in yamada.get("/desk").text
    assert "全員に知らせましたが、だれも応答していません" in yamada.get(f"/desk/cases/{case_id}").text
    acknowledge(small_world, post, minutes=6)
    assert "だれも応答していません" not in yamada.get("/desk").text


def test_the_sheet_holds_what_the_police_need_and_every_opening_is_on_record(small_world: World, enter_small: Enter) -> None:
    case_id, _ = alerted(small_world, "toban")
    with small_world.database.writing(small_world.town) as session:
        contact = session.scalars(select(Contact)).one()
        seal(session, contact, "phone_sealed", "090-0000-0000")
    yamada = enter_small("yamada")
    for _ in range(2):
        page = yamada.get(f"/desk/cases/{case_id}/emergency")
    receipt = small_world.read_case(case_id).receipt
    for part in ("もう消えてしまいたい", "090-0000-0000", "LINE", "toban", receipt, "警察が行います"):
        assert part in page.text, part
    assert re.search(r"U[0-9a-f]{32}", page.text)
    assert acts(small_world).count("case.emergency_sheet") == 2
    assert f"/desk/cases/{case_id}/emergency" in yamada.get(f"/desk/cases/{case_id}").text
    calm = small_world.open_case("こんにちは")
    assert f"/desk/cases/{calm}/emergency" not in yamada.get(f"/desk/cases/{calm}").text
    assert enter_small("tonari").get(f"/desk/cases/{case_id}/emergency").status_code == 404


def test_contacts_are_made_of_the_operators_ways_only(small_world: World, enter_small: Enter, alerter: Recording) -> None:
    suzuki = enter_small("suzuki")
    page = suzuki.get("/settings/duty").text
    assert "当直の携帯" in page and "となり町の当直" not in page and "secret" not in page
    for fields, said in (
        ({"name": "当直"}, "一つ以上選んでください"),
        ({"name": "", "way.toban-mail": "yes"}, "40文字まで"),
        ({"name": "当直", "way.tonari-mail": "yes", "way.json://evil": "yes"}, "一つ以上選んでください"),
    ):
        refused = suzuki.post("/settings/duty/contacts", **fields)
        assert refused.status_code == 409 and said in refused.text
        assert f'value="{fields["name"]}"' in refused.text
    assert suzuki.post("/settings/duty/contacts", **{"name": "当直", "way.toban-mail": "yes"}).status_code == 303
    assert "もうあります" in suzuki.post("/settings/duty/contacts", **{"name": "当直", "way.kacho-sms": "yes"}).text
    with small_world.database.reading() as session:
        (contact,) = alert_contacts.of_town(session, small_world.town)
    sent = suzuki.post(f"/settings/duty/contacts/{contact.id}/trial")
    assert "試験の知らせを送りました" in sent.text
    ((names, letter),) = alerter.sent
    assert names == ("toban-mail",) and "これは試験です" in letter.title and "当直" in letter.body
    assert "30秒以内に" in suzuki.post(f"/settings/duty/contacts/{contact.id}/trial").text and len(alerter.sent) == 1
    alerter.broken = {"toban-mail"}
    small_world.offset += timedelta(minutes=1)
    assert "送れませんでした" in suzuki.post(f"/settings/duty/contacts/{contact.id}/trial").text
    assert [act for act in acts(small_world) if act.startswith("alert_")] == [
        "alert_contact.added", "alert_contact.trial", "alert_contact.trial",
    ]  # fmt: skip
    world = small_world
    world.add_person("chief", "隣の課長", [Role.SUPERVISOR], [], world.other_town)
    chief = enter_small("chief")
    chief.get("/settings/duty")
    assert chief.post(f"/settings/duty/contacts/{contact.id}/trial").status_code == 404
    assert chief.get(f"/settings/duty?town={world.town}").status_code == 404


def test_the_table_is_decided_cell_by_cell_and_the_rest_in_one_go(small_world: World, enter_small: Enter) -> None:
    suzuki, other = enter_small("suzuki"), enter_small("suzuki")
    for name, way in (("当直", "way.toban-mail"), ("課長", "way.kacho-sms")):
        suzuki.get("/settings/duty")
        suzuki.post("/settings/duty/contacts", **{"name": name, way: "yes"})
    with small_world.database.reading() as session:
        ids = {one.name: str(one.id) for one in alert_contacts.of_town(session, small_world.town)}
    page = suzuki.get("/settings/duty").text
    stale = other.get("/settings/duty").text
    assert "16 か所" in page
    cell = "self_harm.outside"
    answer = suzuki.post("/settings/duty", seen=_seen(page), **{f"{cell}.contact": ids["当直"], f"{cell}.deputy": ids["課長"]})
    assert answer.status_code == 303 and "表を決めました" in suzuki.get(answer.headers["location"]).text
    row = duties(small_world)["self_harm", "outside"]
    assert (row.role, row.deputy, str(row.contact_id), row.head_id) == ("当直", "課長", ids["当直"], None)
    lost = other.post("/settings/duty", seen=_seen(stale), **{"dv.outside.contact": ids["課長"]})
    assert lost.status_code == 409 and "ほかの人が表を変えました" in lost.text
    chosen = lost.text.split('name="dv.outside.contact"')[1].split("</select>")[0]
    assert f'<option value="{ids["課長"]}" selected>' in chosen
    assert len(duties(small_world)) == 1
    for fields, said in (
        ({"dv.outside.contact": ids["当直"], "dv.outside.head": ids["当直"]}, "2回選ばれています"),
        ({"dv.outside.contact": "nobody", "dv.outside.deputy": ids["当直"]}, "どちらかにしてください"),
        ({"dv.outside.contact": str(uuid.uuid4())}, "この町にはありません"),
    ):
        assert said in suzuki.post("/settings/duty", seen=_seen(suzuki.get("/settings/duty").text), **fields).text
    assert suzuki.post("/settings/duty/rest", watch="outside", contact="nobody").status_code == 303
    assert suzuki.post("/settings/duty/rest", watch="reading_hours", contact=ids["当直"]).status_code == 303
    table = duties(small_world)
    assert set(table) == {(crisis, watch) for crisis in Crisis for watch in Watch}
    assert all(row.decided_at for row in table.values()) and table["self_harm", "outside"].role == "当直"
    assert table["dv", "outside"].contact_id is None and table["dv", "outside"].role == ""
    assert acts(small_world).count("duty.decided") == 16
    suzuki.post(f"/settings/duty/contacts/{ids['当直']}", **{"name": "夜間当番", "way.toban-mail": "yes"})
    assert duties(small_world)["self_harm", "outside"].role == "夜間当番"


def test_a_role_that_was_only_written_down_stays_until_somebody_chooses(small_world: World, enter_small: Enter) -> None:
    with small_world.database.writing() as session:
        session.add(Duty(
            municipality_code=small_world.town, crisis="dv", watch=Watch.OUTSIDE, role="夜間相談員", way="県の電話",
            decided_at=small_world.now,
        ))  # fmt: skip
    suzuki = enter_small("suzuki")
    page = suzuki.get("/settings/duty").text
    assert "夜間相談員（知らせは届きません）" in page
    assert suzuki.post("/settings/duty", seen=_seen(page), **{"dv.outside.contact": "keep"}).status_code == 303
    assert duties(small_world)["dv", "outside"].way == "県の電話"


def test_a_danger_told_to_the_desk_begins_an_alarm_by_itself(small_world: World) -> None:
    from handoff import intake
    from handoff.cases import point_of
    from handoff.intake import Matter
    from handoff.states import Ground

    appoint(small_world, "toban")
    case_id = small_world.open_case("もう消えてしまいたい", ago=-NIGHT)
    with small_world.database.writing(EVERYWHERE) as session:
        point = point_of(session, session.get_one(Case, case_id))
        matter = Matter("urgent", "self_harm", ("self_harm",), ("crisis",))
        intake.receive(session, point, matter, ground=Ground.LIFE_BODY, now=small_world.clock())
        intake.receive(session, point, matter, ground=Ground.LIFE_BODY, now=small_world.clock())
        assert len(alarms.of_cases(session, [case_id])) == 1


def _seen(page: str) -> str:
    return re.search(r'name="seen" value="([^"]+)"', page)[1]
