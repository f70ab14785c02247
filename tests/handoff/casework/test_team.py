"""Several agencies on one case: who sees it when, who may speak, and how an agency comes and goes."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select

from handoff import cases, consent, notes, queue
from handoff.cases import Case
from handoff.casework import board, joining, leaving, tasks, team
from handoff.casework.grounds import LegalGround, MayNotBeTold
from handoff.casework.joining import Invitation
from handoff.casework.membership import Member
from handoff.deadlines import book
from handoff.lists import Tab
from handoff.states import Consent
from resources.db import new_id
from resources.desks import Desk
from resources.places import Level, Municipality
from resources.staff import DeskMembership, Role
from tests.desk import HOURS, World
from tests.handoff.test_handing_over import actor, add_desk, give, taken

ASKED = "手帳の手続きを一緒に考える"


def ask(world: World, case_id: uuid.UUID, desk: uuid.UUID, by: str = "yamada", **more: object) -> uuid.UUID:
    invitation = replace(Invitation(desk, ASKED, "town"), **more)  # type: ignore[arg-type]
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        return joining.invite(session, case, invitation, actor=actor(world, by), now=world.now).id


def join(world: World, case_id: uuid.UUID, member: uuid.UUID, person: str, by: str = "") -> None:
    with world.database.writing(world.town) as session:
        case, seen = session.get_one(Case, case_id), session.get_one(Member, member).version
        joining.name(
            session, case, member, world.people[person], seen=seen, actor=actor(world, by or person), now=world.now
        )  # fmt: skip


def leave(world: World, case_id: uuid.UUID, member: uuid.UUID, to: uuid.UUID | None, by: str) -> None:
    with world.database.writing(world.town) as session:
        leaving.leave(session, session.get_one(Case, case_id), member, to, actor=actor(world, by), now=world.now)


def sees(world: World, case_id: uuid.UUID, *people: str) -> list[str]:
    with world.database.reading(frozenset({world.town, world.other_town})) as session:
        return [one for one in people if cases.find(session, actor(world, one), case_id) is not None]


def member_of(world: World, member: uuid.UUID) -> Member:
    with world.database.reading(world.town) as session:
        return session.get_one(Member, member)


@pytest.fixture
def two(world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """Two more desks of the town with one person each."""
    return add_desk(world, "障害福祉課", "kato", "加藤"), add_desk(world, "子ども家庭課", "mori", "森")


@pytest.fixture
def small_two(small_world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """The same for the small world."""
    return add_desk(small_world, "障害福祉課", "kato", "加藤"), add_desk(small_world, "子ども家庭課", "mori", "森")


def test_an_agency_sees_the_case_from_the_request_until_it_leaves(world: World, two: tuple[uuid.UUID, uuid.UUID]) -> None:
    case_id = taken(world)
    everybody = ("yamada", "kato", "mori", "tanaka", "tonari")
    assert sees(world, case_id, *everybody) == ["yamada"]
    first, second = ask(world, case_id, two[0]), ask(world, case_id, two[1])
    assert sees(world, case_id, *everybody) == ["yamada", "kato", "mori"]
    join(world, case_id, first, "kato")
    join(world, case_id, second, "mori")
    with world.database.reading(world.town) as session:
        known = book(session, actor(world, "kato"), now=world.now)
        assert [row.case.id for row in queue.rows(session, actor(world, "kato"), Tab.DESKS, now=world.now, known=known)]
        assert queue.rows(session, actor(world, "tanaka"), Tab.DESKS, now=world.now) == []
    leave(world, case_id, first, second, "kato")
    assert sees(world, case_id, *everybody) == ["yamada", "mori"]
    assert world.read_case(case_id).owner_id == world.people["yamada"]


def test_a_request_is_taken_back_or_refused_with_a_reason_and_the_agency_sees_nothing_more(
    small_world: World, small_two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    world, two = small_world, small_two
    case_id = taken(world)
    first, second = ask(world, case_id, two[0]), ask(world, case_id, two[1])
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        with pytest.raises(joining.WhyNeeded):
            joining.call_off(session, case, first, " ", actor=actor(world, "kato"), now=world.now)
        joining.call_off(session, case, first, "手帳をお持ちでない", actor=actor(world, "kato"), now=world.now)
        joining.call_off(session, case, second, "", actor=actor(world, "yamada"), now=world.now)
        assert [one.words for one in notes.of_case(session, case, actor=actor(world, "yamada")).lines] == ["手帳をお持ちでない"]
    assert sees(world, case_id, "kato", "mori") == []
    assert ask(world, case_id, two[0])


def test_without_consent_or_ground_nobody_is_asked(small_world: World, small_two: tuple[uuid.UUID, uuid.UUID]) -> None:
    world, two = small_world, small_two
    case_id = taken(world)
    with world.database.writing(world.town) as session:
        consent.give(session, session.get_one(Case, case_id), Consent.REFUSED, recipient="town", now=world.now)
    with pytest.raises(MayNotBeTold):
        ask(world, case_id, two[0])
    with pytest.raises(MayNotBeTold):
        ask(world, case_id, two[0], recipient="council")
    with pytest.raises(joining.WrongRecipient):
        ask(world, case_id, two[0], recipient="prefecture", ground=LegalGround.LIFE_BODY)
    assert sees(world, case_id, "kato") == []
    by_law = ask(world, case_id, two[0], ground=LegalGround.SUPPORT_MEETING)
    agreed = ask(world, case_id, two[1], recipient="council", means="oral")
    assert (member_of(world, by_law).ground, member_of(world, agreed).ground) == ("support_meeting", None)
    with world.database.writing(world.town) as session:
        consent.give(session, session.get_one(Case, case_id), Consent.REFUSED, recipient="council", now=world.now)
    with pytest.raises(joining.ConsentGone):
        join(world, case_id, agreed, "mori")
    with world.database.reading(world.town) as session:
        shown = board.gather(session, session.get_one(Case, case_id), actor=actor(world, "yamada"))
        assert [place.allowed for place in shown.places] == [True, False]


def test_only_those_who_may_ask_and_only_agencies_that_can(small_world: World, small_two: tuple[uuid.UUID, uuid.UUID]) -> None:
    world, two = small_world, small_two
    case_id, empty = taken(world), add_desk(world, "だれもいない課")
    with world.database.reading() as session:
        elsewhere = session.scalars(select(Desk.id).where(Desk.municipality_code == world.other_town)).one()
    for desk in (empty, elsewhere, new_id()):
        with pytest.raises(joining.CannotJoin):
            ask(world, case_id, desk)
    with pytest.raises(joining.AlreadyThere):
        ask(world, case_id, world.desk_id)
    with pytest.raises(team.NotOfTheTeam):
        ask(world, case_id, two[0], by="sato")
    with pytest.raises(team.NothingToDo):
        ask(world, case_id, two[0], words=" ")
    first = ask(world, case_id, two[0])
    with pytest.raises(joining.AlreadyThere):
        ask(world, case_id, two[0])
    with pytest.raises(team.NotOfTheTeam):
        ask(world, case_id, two[1], by="kato")
    join(world, case_id, first, "kato")
    assert ask(world, case_id, two[1], by="kato")


def test_the_prefecture_and_the_neighbour_that_serves_the_town_may_come(small_world: World) -> None:
    world = small_world
    with world.database.writing() as session:
        session.add(Municipality(code="990001", name="みらい県", level=Level.PREFECTURE, made_at=world.now))
        session.flush()
        town = session.get_one(Municipality, world.town)
        town.prefecture_code, town.served_by_code = "990001", world.other_town
        wide = Desk(id=new_id(), municipality_code="990001", name="県の相談室", hours=HOURS)
        session.add(wide)
        near = session.scalars(select(Desk.id).where(Desk.municipality_code == world.other_town)).one()
    world.add_person("ken", "県の人", [Role.PREFECTURE], [wide.id], "990001")
    case_id = taken(world)
    assert sees(world, case_id, "ken", "tonari") == []
    with pytest.raises(joining.WrongRecipient):
        ask(world, case_id, wide.id)
    ask(world, case_id, wide.id, recipient="prefecture", means="written")
    ask(world, case_id, near, recipient="other", means="written")
    with world.database.reading(actor(world, "ken").custodians) as session:
        assert cases.find(session, actor(world, "ken"), case_id) is not None
    assert sees(world, case_id, "tonari") == ["tonari"]


def test_a_walled_case_is_shown_to_one_named_person_and_only_when_confirmed(
    world: World, two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    world.add_person("kimura", "木村", [Role.DESK_WORKER], [two[0]])
    case_id = taken(world, "tanaka", desk_id=world.violence_desk_id, crisis="dv", walled=True)
    receipt = world.read_case(case_id).receipt
    fields = {"by": "tanaka", "means": "oral"}
    for wrong in ({}, {"confirmed": receipt}, {"staff_id": world.people["kato"]}):
        with pytest.raises(joining.NeedsConfirmation):
            ask(world, case_id, two[0], **fields, **wrong)  # type: ignore[arg-type]
    member = ask(world, case_id, two[0], **fields, staff_id=world.people["kato"], confirmed=receipt)  # type: ignore[arg-type]
    assert sees(world, case_id, "tanaka", "kato", "kimura", "suzuki", "yamada") == ["tanaka", "kato"]
    with pytest.raises(joining.AskTheOwner):
        join(world, case_id, member, "kimura", by="kato")
    join(world, case_id, member, "kato")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        with pytest.raises(joining.NeedsConfirmation):
            joining.let_in(session, case, member, world.people["kimura"], "x", actor=actor(world, "tanaka"), now=world.now)
        joining.let_in(session, case, member, world.people["kimura"], receipt, actor=actor(world, "tanaka"), now=world.now)
    assert sees(world, case_id, "kato", "kimura") == ["kimura"]
    with world.database.writing() as session:
        seat = select(DeskMembership).where(DeskMembership.staff_id == world.people["kimura"])
        session.scalars(seat).one().desk_id = world.desk_id
    assert sees(world, case_id, "kimura") == []


def test_who_joined_before_a_case_was_walled_off_sees_it_again_only_when_let_in(
    small_world: World, small_two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    world, two = small_world, small_two
    case_id = taken(world)
    join(world, case_id, member := ask(world, case_id, two[0]), "kato")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        case.walled, case.desk_id = True, world.violence_desk_id
    assert sees(world, case_id, "yamada", "kato", "tanaka") == ["yamada", "tanaka"]
    with world.database.writing(world.town) as session:
        joining.let_in(
            session, session.get_one(Case, case_id), member, world.people["kato"], world.read_case(case_id).receipt,
            actor=actor(world, "yamada"), now=world.now,
        )  # fmt: skip
    assert sees(world, case_id, "kato") == ["kato"]


def test_leaving_needs_a_successor_or_nothing_left_to_do_and_the_owners_word(
    world: World, two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    case_id = taken(world)
    first, second = ask(world, case_id, two[0]), ask(world, case_id, two[1])
    join(world, case_id, first, "kato")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        task = team.promise(session, case, first, "書類を出す", due_on=None, actor=actor(world, "kato"), now=world.now)
    for successor in (None, first, second, new_id()):
        with pytest.raises(leaving.SuccessorNeeded):
            leave(world, case_id, first, successor, "kato")
    with world.database.writing(world.town) as session, pytest.raises(leaving.TasksLeft):
        leaving.ask(session, session.get_one(Case, case_id), first, actor=actor(world, "kato"), now=world.now)
    with pytest.raises(team.NotOfTheTeam):
        leave(world, case_id, first, second, "mori")
    join(world, case_id, second, "mori")
    leave(world, case_id, first, second, "kato")
    with world.database.writing(world.town) as session:
        case, moved = session.get_one(Case, case_id), session.get_one(tasks.Task, task.id)
        assert (moved.desk_id, moved.origin_id) == (two[1], second)
        tasks.finish(session, case, task.id, actor=actor(world, "mori"), now=world.now)
        with pytest.raises(leaving.NobodyAsked):
            leaving.agree(session, case, second, actor=actor(world, "yamada"), now=world.now)
        leaving.ask(session, case, second, actor=actor(world, "mori"), now=world.now)
        leaving.agree(session, case, second, actor=actor(world, "yamada"), now=world.now)
    assert sees(world, case_id, "mori", "kato") == []
    assert member_of(world, first).successor == second


def test_the_owner_does_not_leave_without_handing_over(small_world: World, small_two: tuple[uuid.UUID, uuid.UUID]) -> None:
    world, two = small_world, small_two
    case_id = taken(world)
    first, second = ask(world, case_id, two[0]), ask(world, case_id, two[1])
    join(world, case_id, first, "kato")
    join(world, case_id, second, "mori")
    with world.database.writing(world.town) as session:
        session.get_one(Case, case_id).owner_id = world.people["kato"]
    with pytest.raises(leaving.OwnerStays):
        leave(world, case_id, first, second, "kato")
    give(world, case_id, "kato", world.desk_id, "sato")
    leave(world, case_id, first, second, "kato")
    assert world.read_case(case_id).owner_id == world.people["sato"]


def test_an_agency_that_leads_by_now_stands_no_longer_beside(small_world: World, small_two: tuple[uuid.UUID, uuid.UUID]) -> None:
    world, two = small_world, small_two
    case_id = taken(world)
    join(world, case_id, ask(world, case_id, two[0]), "kato")
    give(world, case_id, "yamada", two[0], "kato")
    with world.database.reading(world.town) as session:
        assert team.of_case(session, session.get_one(Case, case_id)) == []
    assert sees(world, case_id, "kato", "yamada") == ["kato"]


def test_a_role_changed_meanwhile_is_not_written_over(small_world: World, small_two: tuple[uuid.UUID, uuid.UUID]) -> None:
    world, two = small_world, small_two
    case_id = taken(world)
    first = ask(world, case_id, two[0])
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        team.divide(session, case, first, "訪問する", seen=1, actor=actor(world, "kato"), now=world.now)
        with pytest.raises(team.ChangedMeanwhile):
            team.divide(session, case, first, "電話する", seen=1, actor=actor(world, "yamada"), now=world.now)
        assert [one.words for one in team.of_case(session, case, words=True)] == ["訪問する"]
