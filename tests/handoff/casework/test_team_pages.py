"""The team page as people of several agencies use it: under whose name they speak, who comes too late, who is told."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from handoff import consent, queue
from handoff.cases import Case
from handoff.casework.grounds import LegalGround
from handoff.casework.membership import Member
from handoff.lists import Tab
from handoff.outbox import Outgoing
from handoff.states import Consent, Ground
from handoff.transcript import Author
from resources.sealing import reveal
from tests.desk import Browser, World
from tests.handoff.casework.test_team import ASKED, ask, join, member_of
from tests.handoff.test_handing_over import actor, add_desk, taken

Enter = Callable[..., Browser]


def told(world: World) -> list[str]:
    with world.database.reading(world.town) as session:
        rows = session.scalars(select(Outgoing).where(Outgoing.author == Author.STAFF).order_by(Outgoing.id))
        return [reveal(session, row, "body_sealed") or "" for row in rows]


@pytest.fixture
def small_two(small_world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """Two more desks of the town with one person each."""
    return add_desk(small_world, "障害福祉課", "kato", "加藤"), add_desk(small_world, "子ども家庭課", "mori", "森")


def test_an_agency_answers_under_its_name_and_the_owner_has_a_mark_until_reading(
    small_world: World, enter_small: Enter, small_two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    world = small_world
    case_id = taken(world)
    owner, guest, path = enter_small("yamada"), enter_small("kato"), f"/desk/cases/{case_id}"
    assert guest.get(path).status_code == 404
    owner.get(f"{path}/team")
    fields = {"to": str(small_two[0]), "asked": ASKED, "recipient": "town", "key": "k1"}
    for _ in range(2):
        assert owner.post(f"{path}/team", **fields).headers["location"] == f"{path}/team?said=asked"
    assert guest.post(f"{path}/reply", words="こんにちは", key="a").status_code == 409
    shown = guest.get(f"{path}/team").text
    assert "障害福祉課への参加のお願い" in shown and ASKED in shown
    with world.database.reading(world.town) as session:
        member = session.scalars(select(Member)).one()
    answer = {"person": str(world.people["kato"]), "seen": "1", "joins": "yes", "key": "k2"}
    for _ in range(2):
        assert guest.post(f"{path}/team/{member.id}/name", **answer).headers["location"].endswith("said=joined")
    assert len(told(world)) == 1 and "障害福祉課も加わりました" in told(world)[0]
    owner.get(path)
    assert world.read_case(case_id).present and "障害福祉課（加藤）" in owner.get(path).text
    shown = guest.get(path).text
    assert "障害福祉課として返信します" in shown and "あとで送る" not in shown and "障害福祉課だけに見せる" in shown
    world.hear(case_id, "聞いてもいいですか")
    assert guest.post(f"{path}/reply", words="手帳のことは、こちらで", key="b").status_code == 303
    assert '"sender": "障害福祉課"' in told(world)[-1] and world.read_case(case_id).waiting_since is None
    guest.post(f"{path}/reply", words="加藤です", key="c", **{"as": "person"})
    assert '"sender": "加藤"' in told(world)[-1]
    with world.database.reading(world.town) as session:
        assert queue.rows(session, actor(world, "yamada"), Tab.UNREAD, now=world.now)
    assert "加藤（障害福祉課）" in owner.get(path).text
    with world.database.reading(world.town) as session:
        assert queue.rows(session, actor(world, "yamada"), Tab.UNREAD, now=world.now) == []
    guest.post(f"{path}/note", note="課だけのメモ", lane="own", key="d")
    assert "課だけのメモ" in guest.get(path).text and "課だけのメモ" not in owner.get(path).text
    assert guest.post(f"{path}/later", words="あとで").status_code == 409


def test_of_two_who_leave_to_each_other_exactly_one_goes(
    small_world: World, enter_small: Enter, small_two: tuple[uuid.UUID, uuid.UUID]
) -> None:
    world = small_world
    case_id = taken(world)
    members = [ask(world, case_id, desk) for desk in small_two]
    for member, person in zip(members, ("kato", "mori"), strict=True):
        join(world, case_id, member, person)
    first, second, path = enter_small("kato"), enter_small("mori"), f"/desk/cases/{case_id}"
    first.get(f"{path}/team"), second.get(f"{path}/team")
    gone = first.post(f"{path}/team/{members[0]}/leave", successor=str(members[1]), key="x")
    assert gone.headers["location"] == "/desk?said=left_team"
    late = second.post(f"{path}/team/{members[1]}/leave", successor=str(members[0]), key="y")
    assert late.status_code == 409 and "後を引き継ぐ機関を選んでください" in late.text
    assert first.get(path).status_code == 404 and second.get(path).status_code == 200
    assert "障害福祉課は、この相談での役目を終えました" in told(world)[-1]


@pytest.mark.parametrize("why", ["watched", "law", "third_party"])
def test_the_resident_is_told_only_where_that_harms_nobody(
    small_world: World, enter_small: Enter, small_two: tuple[uuid.UUID, uuid.UUID], why: str
) -> None:
    world = small_world
    case_id = taken(world, watched=why == "watched")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        if why == "third_party":
            case.ground = Ground.THIRD_PARTY
        if why == "law":
            consent.give(session, case, Consent.REFUSED, recipient="town", now=world.now)
    member = ask(world, case_id, small_two[0], ground=LegalGround.ABUSE_REPORT)
    guest, path = enter_small("kato"), f"/desk/cases/{case_id}"
    guest.get(f"{path}/team")
    answer = {"person": str(world.people["kato"]), "seen": "1", "joins": "yes", "key": "k"}
    assert guest.post(f"{path}/team/{member}/name", **answer).status_code == 303
    assert told(world) == [] and member_of(world, member).joined_at is not None


def test_a_neighbour_helps_with_what_the_person_allows_and_nothing_else(small_world: World, enter_small: Enter) -> None:
    world = small_world
    case_id = world.open_case("こんにちは", name="はな")
    owner, path = enter_small("yamada"), f"/desk/cases/{case_id}"
    owner.post(f"{path}/take")
    owner.get(f"{path}/team")
    fields = {"helper": "近所の人", "request": "ごみ出しを手伝う", "helping": "other", "share_name": "yes", "key": "h"}
    refused = owner.post(f"{path}/team/helpers", **fields)
    assert refused.status_code == 409 and "同意が、まだ記録されていません" in refused.text and "ごみ出しを手伝う" in refused.text
    assert owner.post(f"{path}/team/helpers", **fields, helper_means="oral").status_code == 303
    paper = re.search(rf'href="({path}/team/helpers/[\w-]+)"', owner.get(f"{path}/team").text)
    assert paper
    shown = owner.get(paper[1]).text
    assert "はなさん" in shown and "ごみ出しを手伝う" in shown and "こんにちは" not in shown
    with world.database.writing(world.town) as session:
        consent.give(session, session.get_one(Case, case_id), Consent.REFUSED, recipient="other", now=world.now)
    assert "はなさん" not in owner.get(paper[1]).text
    assert enter_small("sato").post(f"{paper[1]}/end", key="e").status_code in (400, 403, 409)
    owner.get(f"{path}/team")
    assert owner.post(f"{paper[1]}/end", key="e").headers["location"].endswith("helper_ended")
    assert owner.get(paper[1]).status_code == 409
