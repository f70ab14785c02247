"""A new entry of the directory finds the open gaps it fits; the desk sends it, dismisses it, or opens a closed case again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from handoff import moves
from handoff.cases import Case
from handoff.casework import gap_matches
from handoff.casework.endings import Details
from handoff.casework.figures import period, report
from handoff.casework.gap_matches import GapMatch, MatchState
from handoff.casework.gaps import Gap, GapState, Why
from handoff.casework.tasks import Origin, Task
from handoff.outbox import Outgoing
from handoff.states import CaseState, Outcome
from handoff.transcript import Author
from resources import directory
from resources.drafts import Draft
from resources.kinds import Kinds
from resources.services import Status
from tests.desk import Browser, World
from tests.handoff.casework.test_endings import actor_of, taken
from tests.handoff.casework.test_gaps import note, put

Enter = Callable[..., Browser]
LATER = timedelta(days=7)
FITTING = Draft("よるの居場所", kind="salon", topics=("gathering",), address="桜町1-1", assured_date=date(2026, 11, 1))


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    """The real kinds of places."""
    return Kinds.load()


def due(world: World, kinds: Kinds) -> int:
    return gap_matches.due(world.database, world.now + LATER, kinds=kinds)


def matches(world: World) -> list[GapMatch]:
    with world.database.reading(world.town) as session:
        return list(session.scalars(select(GapMatch).order_by(GapMatch.id)))


def tasks(world: World) -> list[Task]:
    with world.database.reading(world.town) as session:
        return list(session.scalars(select(Task).where(Task.origin == Origin.GAP).order_by(Task.id)))


def end(world: World, case_id: uuid.UUID, outcome: Outcome = Outcome.RESIDENT_ENOUGH) -> None:
    with world.database.writing(world.town) as session:
        case, details = session.get_one(Case, case_id), Details(known_on="2026-11-20")
        moves.close(session, case, outcome, actor=actor_of(world), now=world.now, details=details)


def test_a_new_entry_proposes_itself_once_and_becomes_a_task(world: World, kinds: Kinds) -> None:
    case_id = taken(world)
    note(world, case_id, "gathering")
    assert due(world, kinds) == 0
    place = put(world, FITTING, now=world.now + LATER)
    assert due(world, kinds) == 1 and due(world, kinds) == 0
    (match,), (task,) = matches(world), tasks(world)
    assert (match.service_id, match.state, match.case_id) == (place, MatchState.PROPOSED, case_id)
    assert (task.staff_id, task.origin_id, task.due_on) == (world.people["yamada"], match.id, date(2026, 12, 4))
    with world.database.writing() as session:
        directory.edit(session, place, replace(FITTING, note="変えた"), by="編集", now=world.now + LATER)
    assert due(world, kinds) == 0


@pytest.mark.parametrize(
    "draft",
    [
        Draft("ほかの話題", topics=("debt",)),
        replace(FITTING, minimum_age=65),
        replace(FITTING, maximum_age=17),
        replace(FITTING, wait_time="満員"),
        replace(FITTING, status=Status.TEMPORARILY_CLOSED),
        replace(FITTING, areas=("東部",)),
    ],
)
def test_what_is_for_others_or_full_or_rests_is_not_proposed(small_world: World, kinds: Kinds, draft: Draft) -> None:
    note(small_world, taken(small_world), "gathering", area="西部圏域", age_band="40-64")
    put(small_world, draft, now=small_world.now + LATER)
    assert due(small_world, kinds) == 0 and tasks(small_world) == []


def test_a_place_that_nearly_fitted_proposes_itself_when_it_changed(small_world: World, kinds: Kinds) -> None:
    world = small_world
    full, far = put(world, replace(FITTING, wait_time="満員")), put(world, replace(FITTING, name="とおい居場所"))
    gap = note(world, taken(world), "gathering", "withdrawal", near={full: Why.FULL, far: Why.DISTANCE})
    assert due(world, kinds) == 0
    with world.database.writing() as session:
        directory.edit(session, full, replace(FITTING, wait_time="空きあり"), by="編集", now=world.now + LATER)
    assert due(world, kinds) == 1
    (match,) = matches(world)
    assert (match.gap_id, match.service_id, match.score) == (gap, full, 0.95)


@pytest.mark.parametrize("outcome", [Outcome.DECEASED, None])
def test_closed_gaps_and_people_who_died_are_left_in_peace(small_world: World, kinds: Kinds, outcome: Outcome | None) -> None:
    world = small_world
    case_id = taken(world)
    gap = note(world, case_id, "gathering")
    if outcome:
        end(world, case_id, outcome)
    else:
        with world.database.writing(world.town) as session:
            session.get_one(Gap, gap).state = GapState.CLOSED
    put(world, FITTING, now=world.now + LATER)
    assert due(world, kinds) == 0


def test_the_place_is_sent_as_a_card_or_dismissed_with_a_reason(small_world: World, kinds: Kinds, enter_small: Enter) -> None:
    world, owner, colleague = small_world, enter_small("yamada"), enter_small("sato")
    case_id = taken(world)
    note(world, case_id, "gathering")
    put(world, FITTING, now=world.now + LATER)
    put(world, replace(FITTING, name="とおい居場所"), now=world.now + LATER)
    assert due(world, kinds) == 2
    sent, left = matches(world)
    path = f"/desk/cases/{case_id}"
    assert "よるの居場所" in owner.get(f"{path}/ending").text
    colleague.get(f"{path}/ending")
    refused = colleague.post(f"{path}/matches/{sent.id}/send", key="a")
    assert refused.status_code == 409 and "受けている担当者だけ" in refused.text
    assert owner.post(f"{path}/matches/{sent.id}/send", key="b", words="新しい場所です").status_code == 303
    late = owner.post(f"{path}/matches/{sent.id}/send", key="c")
    assert late.status_code == 409 and "先にほかの人が決めました" in late.text
    assert owner.post(f"{path}/matches/{left.id}/dismiss", reason="").status_code == 409
    assert owner.post(f"{path}/matches/{left.id}/dismiss", reason="distance").status_code == 303
    assert [match.state for match in matches(world)] == [MatchState.SENT, MatchState.DISMISSED]
    assert all(task.done_at is not None for task in tasks(world))
    page = owner.get(f"{path}/ending").text
    assert "見送った" in page and "合う場所を案内" in page
    with world.database.reading(world.town) as session:
        cards = session.scalars(select(Outgoing).where(Outgoing.author == Author.STAFF)).all()
        counted = report.gather(session, world.town, period.fiscal_year(2026), now=world.now)
    assert len(cards) == 1
    figures = {table.code: [row.value for row in table.rows] for table in counted.tables}
    assert (figures["12.3"], figures["12.4"], figures["12.5"]) == ([2, 1, 1], [1], [0])


def test_a_hidden_house_is_named_to_the_desk_and_never_sent(small_world: World, kinds: Kinds, enter_small: Enter) -> None:
    world, owner = small_world, enter_small("yamada")
    case_id = taken(world)
    note(world, case_id, "gathering")
    put(world, replace(FITTING, name="ひみつの家", address="ひみつの住所1-1", confidential=True), now=world.now + LATER)
    assert due(world, kinds) == 1
    (match,) = matches(world)
    page = owner.get(f"/desk/cases/{case_id}/ending").text
    assert "ひみつの家" in page and "ひみつの住所" not in page and "この場所を案内する" not in page
    refused = owner.post(f"/desk/cases/{case_id}/matches/{match.id}/send", key="a")
    assert refused.status_code == 409 and "本人へ送れない" in refused.text
    assert matches(world)[0].state == MatchState.PROPOSED
    with world.database.reading(world.town) as session:
        assert session.scalars(select(Outgoing)).all() == []


def test_a_closed_case_is_opened_again_by_the_desk_only_and_by_one_of_two(world: World, kinds: Kinds, enter: Enter) -> None:
    first, late = enter("sato"), enter("suzuki")
    case_id = taken(world)
    note(world, case_id, "gathering")
    end(world, case_id)
    put(world, FITTING, now=world.now + LATER)
    assert due(world, kinds) == 1
    (match,), (task,) = matches(world), tasks(world)
    assert world.read_case(case_id).state == CaseState.CLOSED and (task.staff_id, task.desk_id) == (None, world.desk_id)
    path = f"/desk/cases/{case_id}/ending"
    assert "もう一度連絡する" in first.get(path).text
    late.get(path)
    again = f"/desk/cases/{case_id}/matches/{match.id}/again"
    assert first.post(again).headers["location"].endswith("said=again")
    answer = late.post(again)
    assert answer.status_code == 409 and "先にほかの担当者が受けました" in answer.text
    case = world.read_case(case_id)
    assert (case.state, case.owner_id, case.waiting_since) == (CaseState.TAKEN, world.people["sato"], None)
    history = first.get(f"/desk/cases/{case_id}/history").text
    assert "窓口からもう一度連絡すると決めた" in history and "再開した" in history
    assert first.post(f"/desk/cases/{case_id}/matches/{match.id}/send", key="k").status_code == 303
