"""A case is offered, stays with its owner until a named person accepts, and everybody is told what is theirs to know."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from handoff import cases, consent
from handoff.cases import Case
from handoff.casework import referral_answers, referring, tasks
from handoff.casework.grounds import LegalGround, MayNotBeTold
from handoff.casework.referrals import NoLongerOpen, Referral, ReferralState, Share
from handoff.states import CaseState, Consent, NotAllowed
from handoff.transcript import Message
from resources.sealing import reveal
from tests.desk import Browser, World
from tests.handoff.casework.offers import (
    ANSWER_BY,
    ASKED,
    CANARY,
    FIRST,
    actor,
    add_desk,
    answer,
    fields,
    offer,
    read,
    taken,
)

Enter = Callable[..., Browser]


def told(world: World) -> str:
    """Everything the resident was told, in one string."""
    with world.database.reading(world.town) as session:
        rows = session.scalars(select(Message).where(Message.author != "resident").order_by(Message.id))
        return "\n".join(reveal(session, row, "words_sealed") or "" for row in rows)


def test_from_the_offer_to_the_new_owner(small_world: World, enter_small: Enter) -> None:
    desk = add_desk(small_world, "生活支援課", "kato")
    case_id = taken(small_world)
    owner, other, path = enter_small("yamada"), enter_small("kato"), f"/desk/cases/{case_id}/referrals"
    assert "生活支援課" in owner.get(path).text
    posted = owner.post(path, **fields(desk=str(desk), share_name="yes", key="k1"))
    assert posted.headers["location"] == f"{path}?said=offered"
    assert owner.post(path, **fields(desk=str(desk), key="k1")).status_code == 303
    case = small_world.read_case(case_id)
    assert (case.state, case.owner_id) == (CaseState.REFERRED, small_world.people["yamada"])
    assert "生活支援課に、一緒に力になってもらえるか" in told(small_world)
    assert other.get(f"/desk/cases/{case_id}").status_code == 404
    listed = other.get("/desk/referrals").text
    one = listed.partition('href="/desk/referrals/')[2].partition('"')[0]
    assert "福祉総合相談課" in listed and ASKED not in listed and "小鳥" not in listed
    shown = other.get(f"/desk/referrals/{one}").text
    assert ASKED in shown and "小鳥" in shown and CANARY not in shown
    accepted = other.post(f"/desk/referrals/{one}/accept", first_contact=FIRST.isoformat())
    assert accepted.headers["location"] == f"/desk/cases/{case_id}?said=taken"
    assert CANARY in other.get(f"/desk/cases/{case_id}").text
    case = small_world.read_case(case_id)
    assert (case.state, case.owner_id, case.desk_id) == (CaseState.TAKEN, small_world.people["kato"], desk)
    assert "11月26日に最初の連絡をする予定" in told(small_world)
    assert owner.get(path).status_code == 404
    assert "生活支援課のkatoさんが引き受けました" in owner.get("/desk/referrals").text


def test_who_does_not_sit_there_finds_no_offer(small_world: World, enter_small: Enter) -> None:
    referral = offer(small_world, taken(small_world), add_desk(small_world, "生活支援課", "kato"))
    for name in ("sato", "tonari", "tanaka", "suzuki"):
        browser = enter_small(name)
        assert "返事を待っている依頼はありません" in browser.get("/desk/referrals").text
        assert browser.get(f"/desk/referrals/{referral}").status_code == 404
        gone = browser.post(f"/desk/referrals/{referral}/accept", first_contact=FIRST.isoformat())
        assert gone.headers["location"].endswith("said=gone")
    assert read(small_world, referral).state == ReferralState.OFFERED


def test_without_consent_or_ground_nothing_is_told_and_what_was_typed_stays(small_world: World, enter_small: Enter) -> None:
    desk, case_id = add_desk(small_world, "生活支援課", "kato"), taken(small_world)
    owner, path = enter_small("yamada"), f"/desk/cases/{case_id}/referrals"
    owner.get(path)
    refused = owner.post(path, **fields(desk=str(desk), means=""))
    assert refused.status_code == 409 and "法令上の根拠も記録されていません" in refused.text and ASKED in refused.text
    assert "理由を書いてください" in owner.post(path, **fields(desk=str(desk), means="", ground="life_body")).text
    assert small_world.read_case(case_id).state == CaseState.TAKEN and told(small_world) == ""
    offer(small_world, case_id, desk, means="", ground=LegalGround.LIFE_BODY, ground_words="食べていない")
    assert "食べていない" in owner.get(path).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": " "}, {"answer_by": None}, {"answer_by": FIRST.replace(month=12, day=20)}, {"desk_id": uuid.UUID(int=0)},
        {"kind": "nothing"}, {"name": " "},
    ],
)  # fmt: skip
def test_an_offer_that_lacks_something_changes_nothing(small_world: World, wrong: dict[str, object]) -> None:
    case_id = taken(small_world)
    with pytest.raises(NotAllowed):
        offer(small_world, case_id, **wrong)
    with small_world.database.reading(small_world.town) as session:
        assert session.scalars(select(Referral)).all() == []
        assert session.scalars(select(consent.ConsentRecord).where(consent.ConsentRecord.recipient != "desk")).all() == []
    assert small_world.read_case(case_id).state == CaseState.TAKEN


def test_only_the_owner_offers_and_one_at_a_time(small_world: World) -> None:
    desk, case_id = add_desk(small_world, "生活支援課", "kato"), taken(small_world)
    with pytest.raises(NotAllowed, match="担当者だけ"):
        offer(small_world, case_id, desk, by="sato")
    offer(small_world, case_id, desk)
    with pytest.raises(NotAllowed, match="返事待ち"):
        offer(small_world, case_id)


def test_what_is_not_told_any_more_is_gone_at_once(small_world: World, enter_small: Enter) -> None:
    desk, case_id = add_desk(small_world, "生活支援課", "kato"), taken(small_world)
    referral, other = offer(small_world, case_id, desk, shares=[Share.NAME]), enter_small("kato")
    assert "小鳥" in other.get(f"/desk/referrals/{referral}").text
    for change in ("consent", "wall"):
        with small_world.database.writing(small_world.town) as session:
            case = session.get_one(Case, case_id)
            if change == "consent":
                consent.give(session, case, Consent.REFUSED, recipient="town", now=small_world.now)
            else:
                consent.give(session, case, Consent.GIVEN, recipient="town", now=small_world.now)
                case.walled = True
        assert other.get(f"/desk/referrals/{referral}").status_code == 404
        assert "依頼はありません" in other.get("/desk/referrals").text


def test_a_case_of_violence_goes_to_other_desks_with_recorded_consent_only_and_stays_walled(small_world: World) -> None:
    desk = add_desk(small_world, "生活支援課", "kato")
    case_id = taken(small_world, "tanaka", desk_id=small_world.violence_desk_id, crisis="dv", walled=True)
    with pytest.raises(NotAllowed, match="専用窓口のほか"):
        offer(small_world, case_id, desk, by="tanaka", means="", ground=LegalGround.LIFE_BODY, ground_words="危険")
    referral = offer(small_world, case_id, desk, by="tanaka")
    answer(small_world, referral, "kato")
    case = small_world.read_case(case_id)
    assert (case.owner_id, case.desk_id) == (small_world.people["kato"], small_world.violence_desk_id)
    with small_world.database.reading(small_world.town) as session:
        assert referring.news(session, session.get_one(Case, case_id), session.get_one(Referral, referral)) is None


def test_who_worries_about_others_does_not_hear_what_came_of_it(small_world: World) -> None:
    case_id = taken(small_world, reasons=["third_party"])
    with small_world.database.writing(small_world.town) as session:
        referral_id = offer_in(session, small_world, case_id)
        case, made = session.get_one(Case, case_id), session.get_one(Referral, referral_id)
        assert referring.news(session, case, made) is None


def offer_in(session, world: World, case_id: uuid.UUID) -> uuid.UUID:
    """Offer a case inside a transaction."""
    asking = referring.Asking(ASKED, ANSWER_BY, kind="legal", name="みらい法律事務所", means="oral")
    return referring.offer(session, session.get_one(Case, case_id), asking, actor=actor(world, "yamada"), now=world.now).id


def test_a_withdrawn_offer_brings_the_case_back(small_world: World, enter_small: Enter) -> None:
    desk, case_id = add_desk(small_world, "生活支援課", "kato"), taken(small_world)
    referral, owner = offer(small_world, case_id, desk), enter_small("yamada")
    path = f"/desk/cases/{case_id}/referrals"
    owner.get(path)
    assert owner.post(f"{path}/{referral}/withdraw").headers["location"].endswith("said=withdrawn")
    assert small_world.read_case(case_id).state == CaseState.TAKEN
    assert "取り下げられています" in owner.post(f"{path}/{referral}/withdraw").text
    assert "いったん取りやめました" in told(small_world)


def test_who_oversees_the_town_takes_an_offer_back_for_an_owner_who_is_away(small_world: World) -> None:
    case_id = taken(small_world)
    referral = offer(small_world, case_id)
    for name, may in (("sato", False), ("suzuki", True)):
        with small_world.database.writing(small_world.town) as session:
            case = session.get_one(Case, case_id)
            if may:
                referring.withdraw(session, case, referral, actor=actor(small_world, name), now=small_world.now)
            else:
                with pytest.raises(NotAllowed, match="担当者だけ"):
                    referring.withdraw(session, case, referral, actor=actor(small_world, name), now=small_world.now)
    assert small_world.read_case(case_id).owner_id == small_world.people["yamada"]


def test_an_offer_left_over_from_before_the_case_ended_does_not_come_to_life_again(small_world: World) -> None:
    desk, case_id = add_desk(small_world, "生活支援課", "kato"), taken(small_world)
    old = offer(small_world, case_id, desk)
    with small_world.database.writing(small_world.town) as session:
        session.get_one(Case, case_id).state = CaseState.TAKEN
    offer(small_world, case_id)
    assert read(small_world, old).state == ReferralState.WITHDRAWN


@pytest.mark.timeout(120)
@pytest.mark.parametrize("rivals", [("accept", "withdraw"), ("accept", "accept"), ("accept", "decline")])
def test_of_two_who_answer_at_once_exactly_one_wins(world: World, rivals: tuple[str, str]) -> None:
    desk, case_id = add_desk(world, "生活支援課", "kato", "ito"), taken(world)
    referral = offer(world, case_id, desk)
    results: list[str] = []
    barrier = threading.Barrier(2)

    def work(what: str, name: str) -> None:
        who = actor(world, name)
        barrier.wait()
        try:
            with world.database.writing(who.custodians) as session:
                if what == "withdraw":
                    case = cases.find(session, who, case_id, to_change=True)
                    if case is None:
                        raise NoLongerOpen(NoLongerOpen.__doc__)
                    referring.withdraw(session, case, referral, actor=who, now=world.now)
                else:
                    found = referral_answers.find(session, who, referral, to_change=True)
                    if found is None:
                        raise NoLongerOpen(NoLongerOpen.__doc__)
                    if what == "accept":
                        referral_answers.accept(session, *found, FIRST, actor=who, now=world.now)
                    else:
                        referral_answers.decline(session, *found, "full", "", actor=who, now=world.now)
            results.append(name)
        except NotAllowed:
            results.append("")

    names = ("kato", "yamada" if rivals[1] == "withdraw" else "ito")
    threads = [threading.Thread(target=work, args=pair) for pair in zip(rivals, names, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [name for name in results if name]
    assert len(results) == 2 and len(won) == 1
    case, standing = world.read_case(case_id), read(world, referral)
    assert case.state == CaseState.TAKEN and case.owner_id is not None
    accepted = standing.state == ReferralState.ACCEPTED
    assert (case.owner_id == world.people["yamada"]) == (not accepted)
    assert not accepted or standing.answered_by == case.owner_id == world.people[won[0]]


def test_the_first_contact_is_something_to_do(small_world: World) -> None:
    case_id = taken(small_world)
    answer(small_world, offer(small_world, case_id, add_desk(small_world, "生活支援課", "kato")), "kato")
    who = actor(small_world, "kato")
    with small_world.database.reading(small_world.town) as session:
        todo = tasks.of_case(session, session.get_one(Case, case_id), actor=who)
        assert [(one.staff_id, one.due_on) for one in todo] == [(who.staff_id, FIRST)]


def test_consent_for_another_recipient_is_not_enough(small_world: World) -> None:
    case_id = taken(small_world)
    with small_world.database.writing(small_world.town) as session:
        consent.give(session, session.get_one(Case, case_id), Consent.GIVEN, recipient="town", now=small_world.now)
    with pytest.raises(MayNotBeTold):
        offer(small_world, case_id, means="")
    offer(small_world, case_id, means="", kind="welfare_office", name="福祉事務所")
