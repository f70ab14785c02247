"""An agency without an account answers by a link that shows what was agreed, works once and says nothing afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from handoff import consent
from handoff.cases import Case
from handoff.casework import referral_answers, tasks
from handoff.casework.referrals import Referral, ReferralState, Share
from handoff.states import CaseState, Consent
from resources.journal import JournalEntry
from tests.desk import Browser, World
from tests.handoff.casework.offers import ASKED, CANARY, FIRST, actor, fields, link_of, offer, read, taken

Enter = Callable[..., Browser]
SECRETS = ("みらい市", "福祉総合相談課", "小鳥", CANARY, ASKED)


def test_the_link_shows_what_was_agreed_and_takes_one_answer(small_world: World, enter_small: Enter) -> None:
    case_id = taken(small_world)
    owner, stranger, path = enter_small("yamada"), enter_small(), f"/desk/cases/{case_id}/referrals"
    owner.get(path)
    owner.post(path, **fields(kind="legal", name="みらい法律事務所", contact="窓口", share_topics="yes"))
    with small_world.database.reading(small_world.town) as session:
        referral = session.scalars(select(Referral)).one()
    link = link_of(owner, path, referral.id)
    assert link.removeprefix("/refer/") not in owner.get(path).text
    for _ in range(2):
        shown = stranger.get(link)
        assert shown.status_code == 200 and ASKED in shown.text and "債務について" in shown.text
        assert "小鳥" not in shown.text and CANARY not in shown.text and str(case_id) not in shown.text
    assert read(small_world, referral.id).state == ReferralState.OFFERED
    assert stranger.post(link, answer="accept", person=" ", first_contact=FIRST.isoformat()).status_code == 409
    done = stranger.post(link, answer="accept", person="法田 守", first_contact=FIRST.isoformat())
    assert done.status_code == 200 and not any(word in done.text for word in SECRETS)
    for again in (stranger.get(link), stranger.post(link, answer="decline", reason="full")):
        assert again.status_code == 410 and not any(word in again.text for word in SECRETS)
    case = small_world.read_case(case_id)
    assert (case.state, case.owner_id) == (CaseState.TAKEN, small_world.people["yamada"])
    seen = owner.get(path).text
    assert "法田 守さん" in seen and "みらい法律事務所の法田 守さんが受け入れました（最初の連絡 2026年11月26日）" in seen
    offered = dict(re.findall(r'name="(outcome|accepted_by|first_contact)" value="([^"]+)"', seen))
    closed = owner.post(f"/desk/cases/{case_id}/close", note="受け入れました", **offered)
    assert closed.headers["location"].endswith("said=closed")


def test_the_first_opening_is_on_record_and_no_other(small_world: World, enter_small: Enter) -> None:
    case_id = taken(small_world)
    referral, owner = offer(small_world, case_id), enter_small("yamada")
    path = f"/desk/cases/{case_id}/referrals"
    owner.get(path)
    link, stranger = link_of(owner, path, referral), enter_small()
    for _ in range(3):
        stranger.get(link)
    with small_world.database.reading() as session:
        read_by = select(JournalEntry).where(JournalEntry.act == "case.request_read", JournalEntry.subject_id == case_id)
        assert [row.staff_id for row in session.scalars(read_by)] == [None]
    assert "に開かれました" in owner.get(path).text


@pytest.mark.parametrize("change", ["time", "withdrawn", "consent", "wall", "new", "cut", "closed"])
def test_a_link_that_may_not_be_used_any_more_says_nothing(small_world: World, enter_small: Enter, change: str) -> None:
    case_id = taken(small_world)
    referral, owner = offer(small_world, case_id, shares=[Share.NAME]), enter_small("yamada")
    path = f"/desk/cases/{case_id}/referrals"
    owner.get(path)
    link, stranger = link_of(owner, path, referral), enter_small()
    assert "小鳥" in stranger.get(link).text
    if change == "time":
        small_world.offset = timedelta(days=14)
    elif change == "withdrawn":
        owner.post(f"{path}/{referral}/withdraw")
    elif change == "new":
        assert link_of(owner, path, referral) != link
    elif change == "cut":
        link = link[:-1]
    elif change == "closed":
        owner.post(f"/desk/cases/{case_id}/close", outcome="resident_enough")
    else:
        with small_world.database.writing(small_world.town) as session:
            case = session.get_one(Case, case_id)
            if change == "consent":
                consent.give(session, case, Consent.REFUSED, recipient="other", now=small_world.now)
            else:
                case.walled = True
    gone = stranger.get(link)
    assert gone.status_code == 410 and not any(word in gone.text for word in SECRETS)
    assert stranger.post(link, answer="accept", person="法田", first_contact=FIRST.isoformat()).status_code == 410
    assert read(small_world, referral).state != ReferralState.ACCEPTED


def test_desks_have_no_link_and_colleagues_make_none(small_world: World, enter_small: Enter) -> None:
    case_id = taken(small_world)
    referral, colleague = offer(small_world, case_id), enter_small("sato")
    path = f"/desk/cases/{case_id}/referrals"
    colleague.get(path)
    assert colleague.post(f"{path}/{referral}/link").status_code == 409
    assert read(small_world, referral).token_hash is None


def test_the_owner_notes_an_answer_that_came_by_telephone(small_world: World, enter_small: Enter) -> None:
    case_id = taken(small_world)
    owner, path = enter_small("yamada"), f"/desk/cases/{case_id}/referrals"
    first = offer(small_world, case_id)
    colleague = enter_small("sato")
    colleague.get(path)
    assert "担当者だけ" in colleague.post(f"{path}/{first}/declined", reason="full").text
    owner.get(path)
    assert "理由を選んで" in owner.post(f"{path}/{first}/declined", reason="other").text
    assert owner.post(f"{path}/{first}/declined", reason="other", why="夏まで休み").status_code == 303
    assert "夏まで休み" in owner.get(path).text
    second = offer(small_world, case_id)
    refused = owner.post(f"{path}/{second}/accepted", person="法田", first_contact="2026-11-01")
    assert refused.status_code == 409 and "きょうから" in refused.text
    assert owner.post(f"{path}/{second}/accepted", person="法田", first_contact=FIRST.isoformat()).status_code == 303
    assert "もう返事がすんで" in owner.post(f"{path}/{second}/declined", reason="full").text
    with small_world.database.reading(small_world.town) as session:
        case = session.get_one(Case, case_id)
        todo = tasks.of_case(session, case, actor=actor(small_world, "yamada"))
        accepted = referral_answers.accepted_outside(session, case)
        assert [one.due_on for one in todo] == [FIRST] and accepted is not None and "法田さん" in accepted.by
