"""A case goes to a colleague or another desk: who may give it, who may receive it, and who comes too late."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from handoff import cases, handing_over, moves, notes
from handoff.cases import Case, CaseEvent
from handoff.handing_over import CannotReceive, MovedOn, OwnerIsThere, ReasonNeeded
from handoff.moves import NotYours
from handoff.outbox import Outgoing
from handoff.presence import person_present
from handoff.states import CaseState
from resources.access import Actor, actor_for
from resources.db import new_id
from resources.desks import Desk
from resources.journal import JournalEntry
from resources.staff import Role, Staff
from tests.desk import HANDED_OVER, HOURS, Browser, World

Enter = Callable[..., Browser]


def actor(world: World, name: str) -> Actor:
    with world.database.reading() as session:
        return actor_for(session, session.get_one(Staff, world.people[name]))


def add_desk(world: World, name: str, person: str = "", shown: str = "") -> uuid.UUID:
    desk = Desk(id=new_id(), municipality_code=world.town, name=name, hours=HOURS)
    with world.database.writing() as session:
        session.add(desk)
    if person:
        world.add_person(person, shown, [Role.DESK_WORKER], [desk.id])
    return desk.id


def taken(world: World, name: str = "yamada", **more: object) -> uuid.UUID:
    case_id = world.open_case("こんにちは", **more)  # type: ignore[arg-type]
    with world.database.writing(world.town) as session:
        moves.take(session, session.get_one(Case, case_id), actor=actor(world, name), now=world.now)
    return case_id


def give(
    world: World, case_id: uuid.UUID, giver: str, desk: uuid.UUID, to: str = "", reason: str = "交代のため",
    seen: int | None = None,
) -> None:
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        handing_over.hand_over(
            session, case, reason, desk_id=desk, to=world.people[to] if to else None,
            seen=case.version if seen is None else seen, actor=actor(world, giver), now=world.now,
        )  # fmt: skip


def test_a_colleague_receives_the_case_its_reason_and_the_conversation(world: World) -> None:
    case_id = taken(world)
    give(world, case_id, "yamada", world.desk_id, "sato", "来週から休みに入るため")
    with world.database.reading(world.town) as session:
        case = session.get_one(Case, case_id)
        assert (case.state, case.owner_id, case.handed_by) == ("taken", world.people["sato"], world.people["yamada"])
        here = person_present(session, case.contact_id, now=world.now)
        assert (here.owner_name, here.present) == ("佐藤", True)
        assert [one.words for one in notes.of_case(session, case, actor=actor(world, "sato")).lines] == ["来週から休みに入るため"]
        events = session.scalars(select(CaseEvent.move).where(CaseEvent.case_id == case_id)).all()
        assert events[-2:] == ["hand_over", "note"]
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "case.hand_over")).one()
        assert (entry.subject_id, entry.staff_id) == (case_id, world.people["yamada"])


def test_another_desk_receives_it_waiting_and_the_giver_does_not_see_it_any_more(world: World) -> None:
    case_id, desk = taken(world), add_desk(world, "障害福祉課", "kato", "加藤")
    give(world, case_id, "yamada", desk)
    with world.database.reading(world.town) as session:
        case = session.get_one(Case, case_id)
        assert (case.state, case.owner_id, case.desk_id, case.present) == ("waiting", None, desk, False)
        assert case.waiting_since is not None
        assert cases.find(session, actor(world, "yamada"), case_id) is None
        assert cases.find(session, actor(world, "kato"), case_id) is not None


def test_a_walled_case_goes_to_desks_made_for_violence_only(world: World) -> None:
    case_id = taken(world, "tanaka", desk_id=world.violence_desk_id, crisis="dv", walled=True)
    second = Desk(id=new_id(), municipality_code=world.town, name="配暴センター", hours=HOURS, for_violence=True)
    with world.database.writing() as session:
        session.add(second)
    world.add_person("ito", "伊藤", [Role.DESK_WORKER], [second.id])
    for desk, to in ((world.desk_id, "yamada"), (world.desk_id, "")):
        with pytest.raises(CannotReceive):
            give(world, case_id, "tanaka", desk, to)
    with world.database.reading(world.town) as session:
        offered = handing_over.receivers(session, session.get_one(Case, case_id))
        assert [one.desk.name for one in offered] == ["配暴センター"]
    give(world, case_id, "tanaka", second.id, "ito")
    assert world.read_case(case_id).owner_id == world.people["ito"]


def test_no_desk_without_active_staff_and_no_stranger_receives(world: World) -> None:
    empty = add_desk(world, "だれもいない課")
    gone = add_desk(world, "退職者の課", "gone", "前任")
    with world.database.writing() as session:
        session.get_one(Staff, world.people["gone"]).active = False
        other = session.scalars(select(Desk.id).where(Desk.municipality_code == world.other_town)).one()
    case_id = taken(world)
    with world.database.reading(world.town) as session:
        offered = handing_over.receivers(session, session.get_one(Case, case_id))
        assert {one.desk.id for one in offered} == {world.desk_id, world.violence_desk_id}
        assert world.people["yamada"] not in {person.id for one in offered for person in one.people}
    for desk, to in ((empty, ""), (gone, "gone"), (other, "tonari"), (other, ""), (world.desk_id, "tanaka"), (world.desk_id, "")):
        with pytest.raises(CannotReceive):
            give(world, case_id, "yamada", desk, to)
    with pytest.raises(ReasonNeeded):
        give(world, case_id, "yamada", world.desk_id, "sato", "  ")
    assert world.read_case(case_id).owner_id == world.people["yamada"]


def test_only_the_owner_or_who_oversees_an_absent_owner_hands_over(world: World) -> None:
    case_id = taken(world)
    with pytest.raises(NotYours):
        give(world, case_id, "sato", world.desk_id, "sato")
    with pytest.raises(OwnerIsThere):
        give(world, case_id, "suzuki", world.desk_id, "sato")
    with world.database.writing(world.town) as session:
        session.get_one(Case, case_id).present = False
    give(world, case_id, "suzuki", world.desk_id, "sato")
    assert world.read_case(case_id).owner_id == world.people["sato"]


def test_of_two_who_hand_over_the_same_case_exactly_one_does(world: World) -> None:
    case_id, third = taken(world), add_desk(world, "障害福祉課", "kato", "加藤")
    seen, barrier, refused = world.read_case(case_id).version, threading.Barrier(2), []

    def race(desk: uuid.UUID, to: str) -> None:
        barrier.wait()
        try:
            give(world, case_id, "yamada", desk, to, seen=seen)
        except MovedOn:
            refused.append(to)

    threads = [threading.Thread(target=race, args=one) for one in ((world.desk_id, "sato"), (third, "kato"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert world.read_case(case_id).owner_id == world.people["kato" if refused == ["sato"] else "sato"]


def test_the_receiver_sees_the_mark_until_the_case_was_opened(small_world: World, enter_small: Enter) -> None:
    world, case_id = small_world, taken(small_world)
    give(world, case_id, "yamada", world.desk_id, "sato")
    giver, receiver = enter_small("yamada"), enter_small("sato")
    giver.get(f"/desk/cases/{case_id}")
    assert "引き継ぎ：山田さんから" in receiver.get("/desk?tab=mine").text
    receiver.get(f"/desk/cases/{case_id}")
    assert "引き継ぎ：山田さんから" not in receiver.get("/desk?tab=mine").text


def test_the_page_hands_over_tells_the_resident_once_and_refuses_who_is_late(small_world: World, enter_small: Enter) -> None:
    world, case_id = small_world, taken(small_world)
    page, late = enter_small("yamada"), enter_small("yamada")
    shown, old = page.get(f"/desk/cases/{case_id}/hand-over").text, late.get(f"/desk/cases/{case_id}/hand-over").text
    seen = re.search(r'name="seen" value="(\d+)"', shown)
    assert seen and seen[0] in old
    fields = {"seen": seen[1], "to": f"{world.desk_id}.{world.people['sato']}", "reason": "休みに入るため"}
    assert page.post(f"/desk/cases/{case_id}/hand-over", **fields).headers["location"].endswith("said=handed")
    answer = late.post(f"/desk/cases/{case_id}/hand-over", **fields | {"reason": "書いた理由"})
    assert answer.status_code == 409
    assert "10:05に山田さんが先に動かしました（引き継いだ）" in answer.text and "書いた理由" in answer.text
    assert CaseState(world.read_case(case_id).state) is CaseState.TAKEN
    with world.database.reading(world.town) as session:
        assert len(session.scalars(select(Outgoing)).all()) == 1
    assert HANDED_OVER in page.get(f"/desk/cases/{case_id}").text
    refused = page.post(f"/desk/cases/{case_id}/hand-over", seen="3", to=str(world.violence_desk_id), reason="x")
    assert refused.status_code == 409
