"""How a case ends: with what each outcome needs, a second person where one must agree, and never past the books."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from handoff import cases, merging, moves
from handoff.cases import Case
from handoff.casework import endings, planning, plans
from handoff.casework.endings import NEEDS, Details, Ending, NotEnoughTold
from handoff.casework.plan_words import PlanResult
from handoff.states import CaseState, NotAllowed, Outcome
from resources.access import Actor, actor_for
from resources.staff import Staff
from tests.desk import Browser, World
from tests.handoff.casework import planned

Enter = Callable[..., Browser]
TOLD = {
    "accepted_by": "社協の高橋さん", "first_contact": "2026-11-30", "to_town": "となり町", "attempts": "11月20日 電話 留守番電話",
    "known_on": "2026-11-20",
}  # fmt: skip


def actor_of(world: World, name: str = "yamada") -> Actor:
    with world.database.reading() as session:
        return actor_for(session, session.get_one(Staff, world.people[name]))


def taken(world: World, **more: object) -> uuid.UUID:
    case_id = world.open_case("こんにちは", **more)  # type: ignore[arg-type]
    with world.database.writing(world.town) as session:
        moves.take(session, session.get_one(Case, case_id), actor=actor_of(world), now=world.now)
    return case_id


def told(world: World) -> dict[str, str]:
    """Everything any outcome needs."""
    return {**TOLD, "same_as": world.read_case(world.open_case("同じ人です")).receipt}


def endings_of(world: World, case_id: uuid.UUID) -> list[Ending]:
    with world.database.reading(world.town) as session:
        return list(session.scalars(select(Ending).where(Ending.case_id == case_id).order_by(Ending.id)))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_each_outcome_ends_a_case_with_what_it_needs_and_never_without(
    small_world: World, enter_small: Enter, outcome: Outcome
) -> None:
    world, browser, second = small_world, enter_small("yamada"), enter_small("sato")
    case_id, form = taken(world), told(world)
    if outcome is Outcome.PLAN_COMPLETED:
        with world.database.writing(world.town) as session:
            planned.decide(session, world, case_id)
            planned.evaluate(session, world, case_id, PlanResult.FINISHED)
    path = f"/desk/cases/{case_id}/ending"
    browser.get(path)
    for missing in NEEDS.get(outcome, ()):
        refused = browser.post(path, outcome=outcome.value, note="消えない経過", **{**form, missing: " "})
        assert refused.status_code == 409 and "相談はまだ終わっていません" in refused.text and "消えない経過" in refused.text
        assert world.read_case(case_id).state == CaseState.TAKEN and endings_of(world, case_id) == []
    answer = browser.post(path, outcome=outcome.value, **form)
    assert answer.status_code == 303
    if outcome.needs_second_person:
        assert world.read_case(case_id).state == CaseState.TAKEN
        assert "11月20日 電話" in second.get(path).text
        assert second.post(path, outcome=outcome.value).status_code == 303
    case = world.read_case(case_id)
    assert (case.state, case.outcome) == (CaseState.CLOSED, outcome)
    (ending,) = endings_of(world, case_id)
    assert ending.outcome == outcome and ending.asked_by == world.people["yamada"] and ending.ended_at is not None
    assert ending.agreed_by == (world.people["sato"] if outcome.needs_second_person else None)
    page = browser.get(path).text
    assert outcome.label in page and all(form[name] in page for name in NEEDS.get(outcome, ()))
    with world.database.reader.connect() as connection:
        assert "社協の高橋" not in repr(connection.exec_driver_sql("SELECT * FROM case_ending").all())


@pytest.mark.parametrize("result", [None, *(one for one in PlanResult if not one.completes)])
def test_a_plan_is_completed_only_when_its_evaluation_says_so(
    small_world: World, enter_small: Enter, result: PlanResult | None
) -> None:
    world, browser = small_world, enter_small("yamada")
    case_id = taken(world)
    path = f"/desk/cases/{case_id}/ending"
    browser.get(path)
    told = "先に「プラン」のページで評価を書き、結果を「終結」にしてください。相談はまだ終わっていません。"
    refused = browser.post(path, outcome="plan_completed", note="消えない経過")
    assert refused.status_code == 409 and told in refused.text and "消えない経過" in refused.text
    with world.database.writing(world.town) as session:
        planned.decide(session, world, case_id)
        if result is not None:
            planned.evaluate(session, world, case_id, result)
    refused = browser.post(path, outcome="plan_completed")
    assert refused.status_code == 409 and told in refused.text
    assert world.read_case(case_id).state == CaseState.TAKEN and endings_of(world, case_id) == []


def test_a_plan_that_was_renewed_is_not_completed(small_world: World) -> None:
    world = small_world
    case_id = taken(world)
    with world.database.rehearsing(frozenset({world.town})) as session:
        planned.decide(session, world, case_id)
        planned.evaluate(session, world, case_id, PlanResult.FINISHED)
        case = session.get_one(Case, case_id)
        assert plans.completed(session, case)
        planning.renew(session, case, 1, actor=actor_of(world), now=world.now)
        assert not plans.completed(session, case)


def test_days_and_other_cases_that_cannot_be_are_refused(small_world: World) -> None:
    world = small_world
    case_id = taken(world)
    own = world.read_case(case_id).receipt
    foreign = world.read_case(world.open_case("よその町", town=world.other_town)).receipt
    walled = world.open_case("カナリア", desk_id=world.violence_desk_id, crisis="dv", walled=True)
    wrong = [
        (Outcome.DECEASED, Details(known_on="2027-01-01")),
        (Outcome.DECEASED, Details(known_on="きのう")),
        (Outcome.ACCEPTED_ELSEWHERE, Details(accepted_by="高橋さん", first_contact="2026-13-01")),
        *((Outcome.DUPLICATE, Details(same_as=same)) for same in (own, foreign, world.read_case(walled).receipt, "無い番号")),
    ]
    with world.database.writing(frozenset({world.town})) as session:
        case = session.get_one(Case, case_id)
        for outcome, details in wrong:
            with pytest.raises(NotEnoughTold):
                moves.close(session, case, outcome, details=details, actor=actor_of(world), now=world.now)
    assert world.read_case(case_id).state == CaseState.TAKEN and endings_of(world, case_id) == []


def test_of_two_who_agree_the_second_is_told_and_the_first_ending_stands(world: World, enter: Enter) -> None:
    case_id = taken(world)
    owner, first, late = enter("yamada"), enter("sato"), enter("suzuki")
    path = f"/desk/cases/{case_id}/ending"
    owner.get(path)
    owner.post(path, outcome="lost_contact", attempts="3回電話した")
    late.get(path)
    first.get(path)
    assert first.post(path, outcome="lost_contact").status_code == 303
    answer = late.post(path, outcome="lost_contact")
    assert answer.status_code == 409 and "いまの状態ではできません" in answer.text
    (ending,) = endings_of(world, case_id)
    assert ending.agreed_by == world.people["sato"]


def test_another_wish_takes_the_place_of_one_nobody_agreed_to(small_world: World, enter_small: Enter) -> None:
    world, browser = small_world, enter_small("yamada")
    case_id = taken(world)
    path = f"/desk/cases/{case_id}/ending"
    browser.get(path)
    browser.post(path, outcome="lost_contact", attempts="3回電話した")
    assert browser.post(path, outcome="informed").status_code == 303
    (ending,) = endings_of(world, case_id)
    assert (ending.outcome, ending.agreed_by, ending.details_sealed) == (Outcome.INFORMED, None, None)


def test_earlier_endings_stay_when_the_person_writes_again(small_world: World, enter_small: Enter) -> None:
    world, browser = small_world, enter_small("yamada")
    case_id = taken(world)
    path = f"/desk/cases/{case_id}/ending"
    browser.get(path)
    browser.post(path, outcome="accepted_elsewhere", **TOLD)
    with world.database.writing(world.town) as session:
        cases.reopen(session, session.get_one(Case, case_id), now=world.now + timedelta(days=3))
    page = browser.get(path).text
    assert "社協の高橋さん" in page and "2026-11-30" in page and "先に「会話」のページで" in page
    browser.post(f"/desk/cases/{case_id}/take")
    browser.post(path, outcome="resident_enough")
    page = browser.get(path).text
    assert page.index("本人が「もう大丈夫」と言った") < page.index("社協の高橋さん")


def test_whoever_is_not_the_owner_cannot_end_it(small_world: World, enter_small: Enter) -> None:
    world, colleague = small_world, enter_small("sato")
    case_id = taken(world)
    path = f"/desk/cases/{case_id}/ending"
    page = colleague.get(path).text
    assert "終わりにできるのは、主担当です" in page and "いまの主担当は山田さん" in page
    assert colleague.post(path, outcome="informed").status_code == 409
    assert world.read_case(case_id).state == CaseState.TAKEN


ACTS = ("take", "return", "close", "agree", "reopen", "hear", "join")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=some.lists(some.tuples(some.sampled_from(ACTS), some.sampled_from(list(Outcome)), some.booleans()), max_size=9))
def test_no_way_closes_a_case_past_the_books(small_world: World, steps: list[tuple[str, Outcome, bool]]) -> None:
    world = small_world
    one, two = world.open_case("ひとつめ"), world.open_case("ふたつめ")
    with world.database.rehearsing(world.town) as session:
        case, other = session.get_one(Case, one), session.get_one(Case, two)
        owner, colleague = actor_of(world), actor_of(world, "sato")
        details, ended = Details(**TOLD, same_as=other.receipt), 0
        for act, outcome, enough in steps:
            was = case.state
            try:
                if act == "take":
                    moves.take(session, case, actor=owner, now=world.now)
                elif act == "return":
                    moves.give_back(session, case, actor=owner, now=world.now)
                elif act in ("close", "agree"):
                    who, tells = (owner, details) if act == "close" else (colleague, Details())
                    moves.close(session, case, outcome, actor=who, now=world.now, details=tells if enough else Details())
                elif act == "reopen":
                    cases.reopen(session, case, now=world.now)
                elif act == "hear":
                    cases.heard(case, now=world.now)
                else:
                    moves.take(session, other, actor=owner, now=world.now)
                    merging.join(session, other, case, actor=owner, now=world.now)
            except NotAllowed:
                pass
            session.flush()
            ended += case.state == CaseState.CLOSED and was != CaseState.CLOSED
            written = endings.of_case(session, case)
            assert len(written) == ended
            if case.state == CaseState.CLOSED:
                assert case.outcome in list(Outcome) and any(line.outcome == case.outcome for line in written)
