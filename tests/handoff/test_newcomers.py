"""Somebody telephones or comes by: a case in seconds, never a second one for somebody we know, and no channel to break."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import func, select

from handoff import cases, contacts, conversation, finding, newcomers, spoken
from handoff.cases import Case, NoChannel
from handoff.newcomers import Told
from handoff.spoken import Manner, Means
from handoff.states import Ground
from handoff.transcript import Author
from intents.codes import Crisis, Topic
from resources.db import new_id
from tests.desk import Browser, World
from tests.handoff.test_handing_over import actor

Enter = Callable[..., Browser]
WORDS = "家賃が払えなくて、来週出ていけと言われた"


def write_down(world: World, told: Told, name: str = "yamada", key: uuid.UUID | None = None) -> uuid.UUID:
    with world.database.writing(world.town) as session:
        return newcomers.open_new(session, told, key=key or new_id(), actor=actor(world, name), now=world.now).id


def count(world: World) -> int:
    with world.database.reading(world.town) as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def form(browser: Browser, **fields: str) -> httpx.Response:
    key = re.search(r'name="key" value="(\w+)"', browser.get("/desk/new").text)
    assert key is not None
    return browser.post("/desk/new", **{"key": key[1], "means": "call", "mine": "yes", "words": WORDS, **fields})


def test_who_telephones_has_a_case_with_a_receipt_and_the_owner_who_wrote_it_down(world: World) -> None:
    told = Told(Means.CALL, WORDS, name="はな", phone="０９０ー0000-0001", topics=[Topic.RENT_LOAN], next_step="明日かけ直す")
    case_id = write_down(world, told)
    with world.database.reading(world.town) as session:
        case = session.get_one(Case, case_id)
        assert (case.point_id, case.owner_id, case.desk_id) == (None, world.people["yamada"], world.desk_id)
        assert case.receipt.startswith("R-26-1124-") and case.waiting_since is None
        assert (case.topics, cases.complaint(session, case)) == (["rent_loan"], WORDS)
        line = conversation.lines(session, case)[0]
        assert (line.kind, line.words, line.side) == ("電話（本人から）", WORDS, Author.RESIDENT)
        found = finding.of_person(session, actor(world, "yamada"), "", "09000000001", now=world.now)
        assert [row.case.id for row in found] == [case_id]
        with pytest.raises(NoChannel):
            cases.point_of(session, case)


def test_the_same_form_twice_is_the_same_case(world: World) -> None:
    key = new_id()
    assert write_down(world, Told(Means.CAME, WORDS), key=key) == write_down(world, Told(Means.CAME, WORDS), key=key)
    assert count(world) == 1


def test_danger_is_a_case_of_its_ground_and_violence_is_walled(world: World) -> None:
    hurt = write_down(world, Told(Means.CALL, WORDS, crisis=Crisis.SELF_HARM))
    assert world.read_case(hurt).ground == Ground.LIFE_BODY and world.read_case(hurt).need == cases.DANGER
    walled = world.read_case(write_down(world, Told(Means.CALL, WORDS, crisis=Crisis.DV, mine=False)))
    assert walled.walled and walled.desk_id == world.violence_desk_id
    with world.database.reading(world.town) as session:
        assert cases.find(session, actor(world, "yamada"), walled.id) is None


def test_who_is_not_taken_waits(world: World) -> None:
    case = world.read_case(write_down(world, Told(Means.CAME, WORDS, mine=False)))
    assert (case.state, case.owner_id, case.waiting_since is not None) == ("waiting", None, True)


def test_a_call_that_was_not_answered_does_not_stop_the_clock(world: World) -> None:
    case_id = world.open_case("こんにちは")
    for manner, waits in ((Manner.MISSED, True), (Manner.OUT, False)):
        with world.database.writing(world.town) as session:
            case = session.get_one(Case, case_id)
            words = "" if manner is Manner.MISSED else "明日来てくださる"
            spoken.note_down(session, case, words, means=Means.CALL, manner=manner, actor=actor(world, "yamada"), now=world.now)
        assert (world.read_case(case_id).waiting_since is not None) is waits
    who = actor(world, "yamada")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        with pytest.raises(spoken.NothingSaid):
            spoken.note_down(session, case, " ", means=Means.WENT, manner=Manner.OUT, actor=who, now=world.now)


def test_a_case_without_a_channel_works_on_every_page(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    where = form(browser, name="はな", phone="09000000001", next="明日かけ直す").headers["location"]
    path = where.partition("?")[0]
    shown = browser.get(where).text
    assert "電話・来所（チャットなし）" in shown and "明日かけ直す" in shown and 'id="composer"' not in shown
    assert "本人のことば" not in shown and "09000000001" in shown
    assert browser.post(f"{path}/reply", words="こんにちは", key="k").status_code == 409
    spoke = {"means": "went", "manner": "out", "told": "お宅でお話しした", "key": "s1"}
    for _ in range(2):
        assert browser.post(f"{path}/spoken", **spoke).status_code == 303
    assert browser.get(path).text.count("お宅でお話しした") == 1
    for act in ("away", "back", "return", "take"):
        assert browser.post(f"{path}/{act}").status_code == 303, act
    assert browser.post(f"{path}/close", outcome="informed", note="").status_code == 303
    for more in ("/live", "/lines", "/same"):
        assert browser.get(f"{path}{more}").status_code == 200


def test_somebody_we_know_is_offered_before_a_second_case_is_made(small_world: World, enter_small: Enter) -> None:
    known = small_world.open_case("前に書いた", name="はな")
    with small_world.database.writing(small_world.town) as session:
        case = session.get_one(Case, known)
        contacts.keep_phone(session, session.get_one(contacts.Contact, case.contact_id), "090-0000-0001")
    browser = enter_small("yamada")
    for fields in ({"name": "はな"}, {"phone": "09000000001"}):
        offered = form(browser, **fields)
        assert offered.status_code == 200 and "まだ記録していません" in offered.text and str(known) in offered.text
        assert WORDS in offered.text and count(small_world) == 1
    added = form(browser, name="はな", into=str(known))
    assert added.headers["location"] == f"/desk/cases/{known}?said=spoken"
    assert WORDS in browser.get(f"/desk/cases/{known}").text
    assert small_world.read_case(known).owner_id == small_world.people["yamada"]
    assert form(browser, name="はな", into="new").headers["location"].endswith("said=written_down")
    assert count(small_world) == 2


def test_another_desks_case_is_neither_offered_nor_added_to(small_world: World, enter_small: Enter) -> None:
    hidden = small_world.open_case("カナリア", name="はな", desk_id=small_world.violence_desk_id, crisis="dv", walled=True)
    browser = enter_small("yamada")
    assert form(browser, name="はな").status_code == 303
    assert form(browser, name="べつ", into=str(hidden)).status_code == 404


def test_an_empty_form_is_refused_and_what_was_typed_stays(small_world: World, enter_small: Enter) -> None:
    refused = form(enter_small("yamada"), words=" ", name="はな", topic_debt="yes", next="明日")
    assert refused.status_code == 409 and count(small_world) == 0
    for kept in ('value="はな"', 'name="topic_debt" value="yes" checked', 'value="明日"'):
        assert kept in refused.text
