"""A consent that is taken back: offers and requests end by themselves, who joined leaves or stays on a ground of the law."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from handoff.cases import Case
from handoff.casework import consents, joining, referral_links, referrals, tasks, team, without_consent
from handoff.casework.consents import Answer
from handoff.casework.grounds import LegalGround, MayNotBeTold
from handoff.casework.joining import Invitation
from handoff.casework.membership import Member
from handoff.casework.referral_links import LinkUseless
from handoff.casework.referrals import Referral, ReferralState
from handoff.casework.tasks import Task
from handoff.states import CaseState, NotAllowed
from tests.desk import Browser, World
from tests.handoff.casework.offers import offer
from tests.handoff.casework.test_team import ask, join, member_of, sees
from tests.handoff.test_handing_over import actor, add_desk, taken

Enter = Callable[..., Browser]
GONE = "同意が取り下げられました"


def answer(world: World, case_id: uuid.UUID, state: str, recipient: str = "town", by: str = "yamada") -> Referral | None:
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        last = next(one.last for one in consents.standings(session, case) if one.recipient == recipient)
        told = Answer(recipient, state, ["complaint"] if state == "given" else [], "oral", "")
        return consents.answer(
            session, case, told, seen=str(last.row.id) if last else "", key=uuid.uuid4().hex, actor=actor(world, by),
            now=world.now,
        )  # fmt: skip


def notices(world: World, case_id: uuid.UUID) -> list[str]:
    with world.database.reading(world.town) as session:
        query = select(Task).where(Task.case_id == case_id, Task.made_by.is_(None), Task.done_at.is_(None))
        return [tasks.words(session, task) for task in session.scalars(query)]


@pytest.fixture
def desk(small_world: World) -> uuid.UUID:
    """Another desk of the town with one person."""
    return add_desk(small_world, "障害福祉課", "kato", "加藤")


def test_an_open_offer_is_taken_back_at_once_and_its_link_opens_nothing(small_world: World, enter_small: Enter) -> None:
    world, browser = small_world, enter_small("yamada")
    case_id = taken(world)
    referral = offer(world, case_id, None, kind="school", name="第一小学校")
    with world.database.writing(world.town) as session:
        secret = referral_links.make(
            session, session.get_one(Case, case_id), referral, actor=actor(world, "yamada"), now=world.now
        )
        assert referral_links.open_link(session, secret, now=world.now)
    path = f"/desk/cases/{case_id}/sheet"
    shown = browser.get(f"{path}?consent=school").text
    mark = shown.partition('name="seen" value="')[2].partition('"')[0]
    assert browser.post(f"{path}/consents/withdraw", recipient="school", seen=mark).status_code == 303
    with world.database.reading(world.town) as session:
        ended = session.get_one(Referral, referral)
        assert (ended.state, ended.token_hash) == (ReferralState.WITHDRAWN, None)
        with pytest.raises(LinkUseless):
            referral_links.open_link(session, secret, now=world.now)
    assert world.read_case(case_id).state == CaseState.TAKEN and len(notices(world, case_id)) == 1
    assert browser.get(f"/refer/{secret}").status_code == 410


def test_an_offer_that_rests_on_a_ground_or_on_another_answer_stays(small_world: World, desk: uuid.UUID) -> None:
    world = small_world
    case_id = taken(world)
    first = offer(world, case_id, desk)
    assert answer(world, case_id, "refused", "school") is None
    ended = answer(world, case_id, "refused", "town")
    assert ended is not None and ended.id == first and ended.state == ReferralState.WITHDRAWN
    second = offer(world, case_id, desk, means="", ground=LegalGround.LIFE_BODY, ground_words="食事がない")
    assert answer(world, case_id, "unconfirmed", "town") is None
    with world.database.reading(world.town) as session:
        case = session.get_one(Case, case_id)
        assert referrals.tellable(session, session.get_one(Referral, second), case)


def test_a_request_nobody_answered_ends_and_the_agency_sees_the_case_no_longer(small_world: World, desk: uuid.UUID) -> None:
    world = small_world
    case_id = taken(world)
    member = ask(world, case_id, desk, means="oral")
    assert sees(world, case_id, "kato") == ["kato"]
    answer(world, case_id, "refused")
    assert member_of(world, member).left_at == world.now and sees(world, case_id, "kato") == []
    with pytest.raises(team.NoLongerOnTeam):
        join(world, case_id, member, "kato")


def test_who_joined_is_shown_so_and_leaves_without_a_successor(
    small_world: World, desk: uuid.UUID, enter_small: Enter
) -> None:
    world, owner, other = small_world, enter_small("yamada"), enter_small("kato")
    case_id = taken(world)
    member = ask(world, case_id, desk, means="oral")
    join(world, case_id, member, "kato")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        day, kato = date(2026, 12, 1), actor(world, "kato")
        task = team.promise(session, case, member, "書類を出す", due_on=day, actor=kato, now=world.now)
    path = f"/desk/cases/{case_id}/team"
    assert GONE not in owner.get(path).text
    assert owner.post(f"{path}/{member}/part").status_code == 409 and member_of(world, member).left_at is None
    answer(world, case_id, "refused", by="sato")
    assert len(notices(world, case_id)) == 1 and member_of(world, member).news_at == world.now
    answer(world, case_id, "unconfirmed", by="sato")
    assert len(notices(world, case_id)) == 1
    for browser in (owner, other):
        assert GONE in browser.get(path).text
    assert "法令上の根拠を記録する" in owner.get(path).text
    assert other.post(f"{path}/{member}/part", key="k").headers["location"] == "/desk?said=left_team"
    assert sees(world, case_id, "kato") == [] and notices(world, case_id) == []
    with world.database.reading(world.town) as session:
        left = session.get_one(Task, task.id)
        assert (left.staff_id, left.desk_id, left.done_at) == (world.people["yamada"], None, None)
    late = owner.post(f"{path}/{member}/part", key="k2")
    assert late.status_code == 409 and "先にほかの人が動かしました" in late.text


def test_a_ground_of_the_law_lets_an_agency_stay_and_only_the_owner_names_one(
    small_world: World, desk: uuid.UUID, enter_small: Enter
) -> None:
    world, owner, other = small_world, enter_small("yamada"), enter_small("kato")
    case_id = taken(world)
    member = ask(world, case_id, desk, means="oral")
    join(world, case_id, member, "kato")
    answer(world, case_id, "refused")
    path = f"/desk/cases/{case_id}/team"
    for browser in (owner, other):
        browser.get(path)
    assert other.post(f"{path}/{member}/stay", stays="life_body").status_code == 409
    assert owner.post(f"{path}/{member}/stay", stays="なんとなく").status_code == 409
    assert member_of(world, member).ground is None
    assert owner.post(f"{path}/{member}/stay", stays="life_body").status_code == 303
    assert member_of(world, member).ground == LegalGround.LIFE_BODY and notices(world, case_id) == []
    shown = owner.get(path).text
    assert GONE not in shown and "根拠：生命・身体・財産を守るため" in shown
    assert sees(world, case_id, "kato") == ["kato"]


def test_who_agrees_again_ends_the_notice(small_world: World, desk: uuid.UUID) -> None:
    world = small_world
    case_id = taken(world)
    join(world, case_id, ask(world, case_id, desk, means="oral"), "kato")
    answer(world, case_id, "refused")
    assert len(notices(world, case_id)) == 1
    answer(world, case_id, "given")
    assert notices(world, case_id) == []


def test_who_took_back_what_sections_may_hear_is_not_asked_to_the_desk_instead(small_world: World, desk: uuid.UUID) -> None:
    world = small_world
    case_id = taken(world)
    answer(world, case_id, "given", "desk")
    answer(world, case_id, "given")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        (last,) = (one.last for one in consents.standings(session, case) if one.recipient == "town" and one.last)
        consents.withdraw(session, case, "town", seen=str(last.row.id), actor=actor(world, "yamada"), now=world.now)
    with pytest.raises(MayNotBeTold):
        ask(world, case_id, desk)


def test_consent_to_the_desk_holds_for_sections_of_the_town_until_it_is_taken_back(small_world: World, desk: uuid.UUID) -> None:
    world = small_world
    case_id = taken(world)
    answer(world, case_id, "given", "desk")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        member = joining.invite(session, case, Invitation(desk, "手続き", "town"), actor=actor(world, "yamada"), now=world.now)
    answer(world, case_id, "refused", "desk")
    assert member_of(world, member.id).left_at is not None
    with world.database.writing(world.town) as session, pytest.raises(NotAllowed):
        without_consent.stay(
            session, session.get_one(Case, case_id), member.id, "life_body", actor=actor(world, "yamada"), now=world.now
        )
    with world.database.reading(world.town) as session:
        assert session.get_one(Member, member.id).ground is None
