"""Twice declined goes to the co-ordinator, three times or never answered to the prefecture, which hears no name."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import consent, moves
from handoff.cases import Case
from handoff.casework import due_referrals, referral_answers, referral_tasks, referring, tasks
from handoff.casework.prefecture_requests import PrefectureRequest
from handoff.casework.referrals import Referral, ReferralState
from handoff.states import CaseState, Consent, NotAllowed
from resources.db import EVERYWHERE
from resources.staff import Role
from tests.desk import Browser, World
from tests.handoff.casework.offers import (
    CANARY,
    PREFECTURE,
    actor,
    add_desk,
    add_prefecture,
    offer,
    read,
    taken,
)

Enter = Callable[..., Browser]
HOME = json.dumps({"household": [{"relation": "娘", "age": 34, "words": CANARY}, {"relation": "母", "age": 78}]})


def decline(world: World, case_id: uuid.UUID, *reasons: str) -> None:
    """Let agencies outside decline one after the other."""
    who = actor(world, "yamada")
    for reason in reasons:
        referral = offer(world, case_id)
        with world.database.writing(world.town) as session:
            case, made = session.get_one(Case, case_id), session.get_one(Referral, referral)
            referral_answers.decline(session, made, case, reason, CANARY, actor=who, now=world.clock())


def work(world: World, case_id: uuid.UUID) -> list[tuple[uuid.UUID | None, str]]:
    """What is still to be done, and by whom."""
    with world.database.reading(world.town) as session:
        query = select(tasks.Task).where(tasks.Task.case_id == case_id, tasks.Task.done_at.is_(None))
        return [(one.staff_id or one.desk_id, tasks.words(session, one)) for one in session.scalars(query)]


def sweep(world: World, days: float) -> list[str]:
    """Let the timed work run after some days; returns what residents were told."""
    said: list[str] = []

    def tells(session: Session, case: Case, key: str, values: Mapping[str, str], now: datetime) -> None:
        said.append(key)

    world.offset = timedelta(days=days)
    due_referrals.due(world.database, world.clock(), tells=tells)
    return said


def test_the_second_no_goes_to_the_coordinator_and_the_third_to_the_prefecture(
    small_world: World, enter_small: Enter
) -> None:
    small_world.add_person("kyodo", "協働 花子", [Role.COORDINATOR], [])
    add_prefecture(small_world)
    case_id = taken(small_world, understood=HOME)
    coordinator, ken = enter_small("kyodo"), enter_small("ken")
    decline(small_world, case_id, "full")
    assert "くり返し引き受けられなかった相談はありません" in coordinator.get("/desk/bounced").text
    decline(small_world, case_id, "age")
    case = small_world.read_case(case_id)
    assert "bounced" in case.reasons and case.owner_id == small_world.people["yamada"]
    assert (small_world.people["kyodo"], referral_tasks.CO_ORDINATE) in work(small_world, case_id)
    assert case.receipt in coordinator.get("/desk/bounced").text
    assert case.receipt not in enter_small("tonari").get("/desk/bounced").text
    assert "市町村からの相談はありません" in ken.get("/desk/asked").text
    decline(small_world, case_id, "area", "unreachable")
    with small_world.database.reading(EVERYWHERE) as session:
        request = session.scalars(select(PrefectureRequest)).one()
    assert request.tried == [["legal", one] for one in ("full", "age", "area", "unreachable")]
    assert request.ages == ["30代", "75歳以上"] and request.prefecture_code == PREFECTURE


@pytest.mark.parametrize("person", ["ken", "kencho"])
def test_the_prefecture_hears_no_name_and_its_advice_comes_back(
    small_world: World, enter_small: Enter, person: str
) -> None:
    add_prefecture(small_world)
    case_id = taken(small_world, understood=HOME)
    decline(small_world, case_id, "full", "age", "area")
    prefecture, owner = enter_small(person), enter_small("yamada")
    listed = prefecture.get("/desk/asked").text
    one = "/desk/asked/" + listed.partition('href="/desk/asked/')[2].partition('"')[0]
    shown = prefecture.get(one).text
    receipt = small_world.read_case(case_id).receipt
    for secret in (CANARY, "小鳥", receipt, str(case_id), "みらい法律事務所", "娘", "34歳", "78歳"):
        assert secret not in listed + shown, secret
    assert "債務について" in shown and "30代、75歳以上" in shown and "対象の年齢ではない" in shown
    assert prefecture.post(one, words=" ").status_code == 409
    assert prefecture.post(one, words="法テラスの巡回相談が使えます").headers["location"].endswith("said=answered")
    late = prefecture.post(one, words="二つめの助言")
    assert late.status_code == 409 and "先にほかの人が答えて" in late.text
    assert "巡回相談が使えます" in owner.get(f"/desk/cases/{case_id}").text
    assert "巡回相談が使えます" in owner.get(f"/desk/cases/{case_id}/referrals").text
    assert (small_world.people["yamada"], referral_tasks.ADVICE) in work(small_world, case_id)


def test_with_consent_the_prefecture_hears_who_it_is_until_that_is_taken_back(
    small_world: World, enter_small: Enter
) -> None:
    add_prefecture(small_world)
    case_id, prefecture = taken(small_world), enter_small("ken")
    decline(small_world, case_id, "full", "age", "area")
    one = "/desk/asked/" + prefecture.get("/desk/asked").text.partition('href="/desk/asked/')[2].partition('"')[0]
    for state in (Consent.GIVEN, Consent.REFUSED):
        with small_world.database.writing(small_world.town) as session:
            case = session.get_one(Case, case_id)
            consent.give(session, case, state, recipient="prefecture", now=small_world.now)
        shown = prefecture.get(one).text
        assert ("小鳥" in shown and CANARY in shown) == (state is Consent.GIVEN)


def test_only_the_prefecture_reads_what_it_is_asked(small_world: World, enter_small: Enter) -> None:
    add_prefecture(small_world)
    decline(small_world, taken(small_world), "full", "age", "area")
    with small_world.database.reading(EVERYWHERE) as session:
        request = session.scalars(select(PrefectureRequest)).one()
    for name in ("yamada", "suzuki", "tonari"):
        browser = enter_small(name)
        assert browser.get("/desk/asked").status_code == 404
        assert browser.get(f"/desk/asked/{request.id}").status_code == 404
        assert browser.post(f"/desk/asked/{request.id}", words="x").status_code == 404


def test_what_was_told_of_violence_is_read_at_the_prefectures_own_desk_for_it_only(
    small_world: World, enter_small: Enter
) -> None:
    add_prefecture(small_world)
    add_desk(small_world, "県女性相談", "josei", violence=True, town=PREFECTURE)
    case_id = taken(small_world, "tanaka", desk_id=small_world.violence_desk_id, crisis="dv", walled=True)
    with small_world.database.writing(small_world.town) as session:
        case = session.get_one(Case, case_id)
        for reason in ("full", "full", "full"):
            asking = referring.Asking("x", small_world.now.date() + timedelta(days=3), kind="women", name="y", means="oral")
            made = referring.offer(session, case, asking, actor=actor(small_world, "tanaka"), now=small_world.now)
            referral_answers.decline(session, made, case, reason, "", actor=None, now=small_world.now)
    assert "市町村からの相談はありません" in enter_small("ken").get("/desk/asked").text
    assert "返事待ち" in enter_small("josei").get("/desk/asked").text
    assert small_world.read_case(case_id).receipt not in enter_small("suzuki").get("/desk/bounced").text
    assert (small_world.violence_desk_id, referral_tasks.CO_ORDINATE) in work(small_world, case_id)


def test_reminders_come_once_and_an_offer_without_an_answer_ends(small_world: World) -> None:
    add_prefecture(small_world)
    desk = add_desk(small_world, "生活支援課", "kato")
    case_id = taken(small_world)
    referral = offer(small_world, case_id, desk)  # on Tuesday 24 November, to be answered by Tuesday 1 December
    assert sweep(small_world, 5) == [] and work(small_world, case_id) == []
    for _ in range(2):
        sweep(small_world, 6)
        assert work(small_world, case_id) == [(desk, referral_tasks.ANSWER)]
    for _ in range(2):
        sweep(small_world, 8)
        assert (small_world.people["yamada"], referral_tasks.LATE) in work(small_world, case_id)
        assert len(work(small_world, case_id)) == 2
    assert read(small_world, referral).state == ReferralState.OFFERED
    assert sweep(small_world, 14) == ["referral.expired"] and sweep(small_world, 15) == []
    case = small_world.read_case(case_id)
    assert (case.state, case.owner_id) == (CaseState.TAKEN, small_world.people["yamada"])
    assert work(small_world, case_id) == [(small_world.people["yamada"], referral_tasks.UNANSWERED.format(days=14))]
    with small_world.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(PrefectureRequest)).one().tried == [["", "no_answer"]]


def test_what_may_not_be_told_any_more_is_taken_back_by_itself(small_world: World) -> None:
    case_id = taken(small_world)
    referral = offer(small_world, case_id)
    with small_world.database.writing(small_world.town) as session:
        consent.give(session, session.get_one(Case, case_id), Consent.REFUSED, recipient="other", now=small_world.now)
    sweep(small_world, 0)
    assert read(small_world, referral).state == ReferralState.WITHDRAWN
    assert work(small_world, case_id) == [(small_world.people["yamada"], referral_tasks.UNTELLABLE)]
    assert small_world.read_case(case_id).state == CaseState.TAKEN


def test_when_violence_is_told_meanwhile_the_case_waits_at_the_desk_made_for_it(small_world: World) -> None:
    case_id = taken(small_world)
    referral = offer(small_world, case_id, add_desk(small_world, "生活支援課", "kato"))
    with small_world.database.writing(small_world.town) as session:
        case = session.get_one(Case, case_id)
        case.walled, case.desk_id, case.present = True, small_world.violence_desk_id, False
    sweep(small_world, 0)
    case = small_world.read_case(case_id)
    assert read(small_world, referral).state == ReferralState.WITHDRAWN
    assert (case.state, case.owner_id, case.desk_id) == (CaseState.WAITING, None, small_world.violence_desk_id)


def test_an_offer_of_a_case_that_ended_is_let_go(small_world: World) -> None:
    case_id = taken(small_world)
    referral = offer(small_world, case_id)
    with small_world.database.writing(small_world.town) as session:
        moves.close(
            session, session.get_one(Case, case_id), moves.Outcome.RESIDENT_ENOUGH, actor=actor(small_world, "yamada"),
            now=small_world.now,
        )  # fmt: skip
    sweep(small_world, 0)
    assert read(small_world, referral).state == ReferralState.WITHDRAWN
    assert small_world.read_case(case_id).state == CaseState.CLOSED


def test_a_town_without_a_prefecture_here_is_told_so(small_world: World, enter_small: Enter) -> None:
    case_id, owner = taken(small_world), enter_small("yamada")
    path = f"/desk/cases/{case_id}/referrals"
    owner.get(path)
    assert "引き受けられないと答えたあと" in owner.post(f"{path}/prefecture").text
    decline(small_world, case_id, "full")
    assert "ここに登録されていません" in owner.post(f"{path}/prefecture").text
    add_prefecture(small_world)
    assert owner.post(f"{path}/prefecture").headers["location"].endswith("said=asked")


ACTS = st.sampled_from(["offer", "outside", "accept", "decline", "withdraw", "wait"])
MOVES = st.lists(st.tuples(ACTS, st.sampled_from(["yamada", "kato"])), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOVES)
def test_whatever_happens_a_case_has_an_owner_and_at_most_one_offer(small_world: World, steps: list[tuple[str, str]]) -> None:
    world = small_world
    if "kato" not in world.people:
        world.people["desk"] = add_desk(world, "生活支援課", "kato")
        world.people["home"] = world.desk_id
    world.offset = timedelta()
    case_id = taken(world)
    for what, name in steps:
        with suppress(NotAllowed):
            _step(world, case_id, what, name)
        case = world.read_case(case_id)
        with world.database.reading(world.town) as session:
            waiting = select(Referral).where(Referral.case_id == case_id, Referral.state == ReferralState.OFFERED)
            count = len(session.scalars(waiting).all())
        assert case.owner_id in (world.people["yamada"], world.people["kato"])
        assert (case.state, count) in ((CaseState.TAKEN, 0), (CaseState.REFERRED, 1))


def _step(world: World, case_id: uuid.UUID, what: str, name: str) -> None:
    who = actor(world, name)
    if what in ("offer", "outside"):
        away = world.people["home" if name == "kato" else "desk"]
        offer(world, case_id, away if what == "offer" else None, by=name)
        return
    if what == "wait":
        sweep(world, world.offset / timedelta(days=1) + 3)
        return
    with world.database.writing(world.town) as session:
        case = session.scalars(select(Case).where(Case.id == case_id)).one()
        query = select(Referral).where(Referral.case_id == case_id).order_by(Referral.id.desc()).limit(1)
        referral = session.scalars(query).first()
        if referral is None:
            return
        if what == "withdraw":
            referring.withdraw(session, case, referral.id, actor=who, now=world.clock())
        elif what == "decline":
            referral_answers.decline(session, referral, case, "full", "", actor=who, now=world.clock())
        elif referral.desk_id in who.desks:
            referral_answers.accept(session, referral, case, world.clock().date(), actor=who, now=world.clock())
