"""Meetings: who may convene, what consent and law allow, and that nobody but the members reads anything."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import handing_over, notes
from handoff.cases import Case, CaseEvent
from handoff.casework import disclosures, lanes, meetings, minutes, seats, sitting, tasks
from handoff.casework.disclosures import What
from handoff.casework.meeting_kinds import kinds
from handoff.casework.minutes import EntryKind
from handoff.casework.seats import Seat
from handoff.states import Consent
from resources.db import EVERYWHERE
from tests.desk import Browser, World
from tests.handoff.casework.meeting_world import allow, furnish, person, plan, seated

SECRET = "カナリア会議のひみつ"


@pytest.fixture
def case_id(small_world: World) -> uuid.UUID:
    """A case that yamada owns."""
    return furnish(small_world)


@pytest.fixture
def session(small_world: World, case_id: uuid.UUID) -> Iterator[Session]:
    """One transaction that is rolled back."""
    with small_world.database.rehearsing(EVERYWHERE) as session:
        yield session


def test_every_kind_says_its_law_and_who_convenes() -> None:
    assert {code for code, kind in kinds().items() if not kind.needs_consent} == {"support", "needy_support", "women", "children"}
    assert all(kind.law and kind.secrecy and kind.convened_by for kind in kinds().values())


@pytest.mark.parametrize(
    ("by", "kind", "may"),
    [
        ("kyodo", "support", True), ("suzuki", "support", True), ("yamada", "support", False), ("ken", "support", False),
        ("kyodo", "layered", True), ("suzuki", "layered", False), ("yamada", "layered", False),
        ("yamada", "needy_coordination", True), ("yamada", "children", True),
    ],
)  # fmt: skip
def test_who_may_convene(session: Session, small_world: World, case_id: uuid.UUID, by: str, kind: str, may: bool) -> None:
    case = session.get_one(Case, case_id)
    if may:
        assert plan(session, small_world, case, kind, by=by).state == "planned"
        return
    with pytest.raises(meetings.MayNotConvene, match="何も作っていません"):
        plan(session, small_world, case, kind, by=by)


def test_neither_owner_nor_supervisor_finds_anything_of_a_meeting_they_are_not_in(
    session: Session, small_world: World, case_id: uuid.UUID
) -> None:
    case = session.get_one(Case, case_id)
    happened = session.scalar(select(func.count()).select_from(CaseEvent))
    meeting = plan(session, small_world, case, "support", ["ken", "shogai"])
    mine = seated(session, small_world, meeting, "kyodo")
    convener = person(session, small_world, "kyodo")
    minutes.write(session, mine, EntryKind.AGENDA, SECRET, actor=convener, now=small_world.now)
    meetings.hold(session, mine, {mine.me.id}, sworn=True, actor=convener, now=small_world.now)
    task = minutes.decide(session, mine, SECRET, actor=convener, now=small_world.now)
    notes.write(session, case, SECRET, actor=convener, now=small_world.now, lane=meeting.lane)
    tasks.finish(session, case, task.id, actor=convener, now=small_world.now)
    assert [one.words for one in notes.of_case(session, case, actor=convener).lines] == [SECRET]
    for name in ("yamada", "suzuki"):
        outsider = person(session, small_world, name)
        assert meetings.find(session, outsider, meeting.id) is None and meetings.of_actor(session, outsider) == []
        assert tasks.of_case(session, case, actor=outsider) == [] and notes.of_case(session, case, actor=outsider).lines == []
        with pytest.raises(tasks.NoSuchTask):
            tasks.finish(session, case, task.id, actor=outsider, now=small_world.now)
    # Not even the history of the case has grown.
    assert session.scalar(select(func.count()).select_from(CaseEvent)) == happened


def test_a_member_of_another_tier_reads_after_the_promise_and_not_after_leaving(
    session: Session, small_world: World, case_id: uuid.UUID
) -> None:
    case, world = session.get_one(Case, case_id), small_world
    meeting, ken = plan(session, world, case, "support", ["ken"]), person(session, world, "ken")
    mine, kyodo = seated(session, world, meeting, "kyodo"), person(session, world, "kyodo")
    minutes.write(session, mine, EntryKind.MINUTE, SECRET, actor=kyodo, now=world.now)
    theirs = seated(session, world, meeting, "ken", sworn=False)
    before = sitting.gather(session, theirs, actor=ken, now=world.now)
    assert before.minutes == [] and before.name == "" and before.members == []
    with pytest.raises(meetings.SecrecyFirst):
        minutes.write(session, theirs, EntryKind.MINUTE, "はい", actor=ken, now=world.now)
    after = sitting.gather(session, seated(session, world, meeting, "ken"), actor=ken, now=world.now)
    assert [line.words for line in after.minutes] == [SECRET] and after.name == "はな" and not after.reaches_case
    with pytest.raises(seats.ConvenerStays):
        seats.remove(session, meeting.id, mine.me.id, actor=kyodo, now=world.now)
    seats.remove(session, meeting.id, theirs.me.id, actor=kyodo, now=world.now)
    session.flush()
    assert meetings.find(session, ken, meeting.id) is None


def test_without_consent_nobody_is_asked_to_a_meeting_that_needs_it_and_after_withdrawal_nothing_more_is_told(
    session: Session, small_world: World, case_id: uuid.UUID
) -> None:
    case, world = session.get_one(Case, case_id), small_world
    with pytest.raises(seats.ConsentMissing, match="同意の記録がない相手：庁内、都道府県"):
        plan(session, world, case, "layered", ["shogai", "ken", "yamada"])
    assert session.scalar(select(func.count()).select_from(meetings.Meeting)) == 0
    allow(session, world, case, "town")
    meeting, kyodo = plan(session, world, case, "layered", ["shogai", "yamada"]), person(session, world, "kyodo")
    mine = seated(session, world, meeting, "kyodo")
    outside = Seat(outside="社協 田中", recipient="council")
    with pytest.raises(seats.ConsentMissing):
        seats.ask(session, case, meeting.sort, meeting.id, outside, actor=kyodo, now=world.now)
    minutes.write(session, mine, EntryKind.MINUTE, SECRET, actor=kyodo, now=world.now)
    allow(session, world, case, "town", state=Consent.REFUSED)
    for act in (
        lambda: minutes.write(session, mine, EntryKind.MINUTE, "つづき", actor=kyodo, now=world.now),
        lambda: meetings.hold(session, mine, {mine.me.id}, sworn=True, actor=kyodo, now=world.now),
        lambda: meetings.require_basis(session, mine),
    ):
        with pytest.raises(seats.ConsentMissing):
            act()
    shown = sitting.gather(session, seated(session, world, meeting, "shogai"), actor=kyodo, now=world.now)
    assert [line.words for line in shown.minutes] == [SECRET] and shown.lacking == [("town", "庁内")]


def test_a_decision_leaves_the_meeting_only_where_consent_allows_it(
    session: Session, small_world: World, case_id: uuid.UUID
) -> None:
    case, world, kyodo = session.get_one(Case, case_id), small_world, person(session, small_world, "kyodo")
    yamada = person(session, world, "yamada")
    for kind in ("support", "layered"):
        mine = seated(session, world, plan(session, world, case, kind), "kyodo")
        with pytest.raises(minutes.NotHeldYet):
            minutes.decide(session, mine, "訪ねる", actor=kyodo, now=world.now)
        meetings.hold(session, mine, {mine.me.id}, sworn=True, actor=kyodo, now=world.now)
        with pytest.raises(meetings.NoLongerPlanned):
            meetings.cancel(session, mine, actor=kyodo, now=world.now)
        if kind == "support":
            with pytest.raises(minutes.NeverReleased):
                minutes.decide(session, mine, SECRET, released=True, actor=kyodo, now=world.now)
        else:
            minutes.decide(session, mine, "訪ねる", released=True, actor=kyodo, now=world.now)
            told = disclosures.of_lane(session, case, mine.meeting.lane, now=world.now)
            assert [one.basis for one in told] == ["本人の同意"]
    assert [tasks.words(session, one) for one in tasks.of_case(session, case, actor=yamada)] == ["訪ねる"]


def test_the_agenda_is_made_of_open_tasks_and_never_of_another_meetings(
    session: Session, small_world: World, case_id: uuid.UUID
) -> None:
    case, world = session.get_one(Case, case_id), small_world
    yamada = person(session, world, "yamada")
    first = seated(session, world, plan(session, world, case, "women", by="yamada"), "yamada")
    second = seated(session, world, plan(session, world, case, "children", ["ken"], by="yamada"), "yamada")
    told = {lanes.SHARED: "共有", str(world.desk_id): "所属だけ", first.meeting.lane: SECRET, "other": "よそ"}
    for lane, words in told.items():
        tasks.add(session, case, words, now=world.now, by=yamada.staff_id, lane=lane)
    offered = minutes.proposals(session, second, actor=yamada)
    assert [tasks.words(session, one) for one in offered] == ["共有", "所属だけ"]
    everything = {one.id for one in tasks.of_case(session, case, actor=yamada)}
    minutes.take_up(session, second, everything, actor=yamada, now=world.now)
    shown = sitting.gather(session, seated(session, world, second.meeting, "ken"), actor=yamada, now=world.now)
    assert [line.words for line in shown.agenda] == ["共有", "所属だけ"]
    assert [line.audience for line in shown.told] == [["山田", "県 次郎"]] * 2
    assert minutes.proposals(session, second, actor=yamada) == []


def test_a_convener_who_sees_the_case_no_longer_is_offered_nothing_more_of_it(
    session: Session, small_world: World, case_id: uuid.UUID
) -> None:
    case, world = session.get_one(Case, case_id), small_world
    yamada, shogai = person(session, world, "yamada"), person(session, world, "shogai")
    mine = seated(session, world, plan(session, world, case, "needy_coordination", by="yamada"), "yamada")
    own = tasks.add(session, case, "会議で話す", now=world.now, by=yamada.staff_id, lane=mine.meeting.lane)
    handing_over.hand_over(
        session, case, "担当の地区のため", desk_id=min(shogai.desks), to=shogai.staff_id, seen=case.version, actor=yamada,
        now=world.now,
    )  # fmt: skip
    later = tasks.add(session, case, SECRET, now=world.now, by=shogai.staff_id)
    assert [one.id for one in minutes.proposals(session, mine, actor=yamada)] == [own.id]
    with_both = seated(session, world, plan(session, world, case, "needy_coordination", by="shogai"), "shogai")
    assert [one.id for one in minutes.proposals(session, with_both, actor=shogai)] == [later.id]


def test_what_was_told_is_hidden_when_its_time_is_over(session: Session, small_world: World, case_id: uuid.UUID) -> None:
    case, world, kyodo = session.get_one(Case, case_id), small_world, person(session, small_world, "kyodo")
    ends = world.now.date() + timedelta(days=3)
    for what, until in (((), ends), ([What.HEALTH], world.now.date() - timedelta(days=1))):
        with pytest.raises(disclosures.NothingTold):
            disclosures.log(
                session, case, "meeting:x", what, SECRET, ground=None, audience=[], actor=kyodo, now=world.now, expires_on=until
            )
    disclosures.log(
        session, case, "meeting:x", [What.HEALTH], SECRET, ground=kinds()["support"].ground, audience=[], actor=kyodo,
        now=world.now, expires_on=ends,
    )  # fmt: skip
    lines = [disclosures.of_lane(session, case, "meeting:x", now=world.now + timedelta(days=days))[0] for days in (3, 4)]
    assert [(line.words, line.expired) for line in lines] == [(SECRET, False), ("", True)]
    assert lines[0].basis == "支援会議（社会福祉法106条の6）" and lines[0].what == ["健康・障害"]


def test_a_walled_case_is_shown_to_nobody_more(session: Session, small_world: World, case_id: uuid.UUID) -> None:
    case, world = session.get_one(Case, case_id), small_world
    meeting = plan(session, world, case, "support", ["ken"])
    case.walled, case.desk_id, case.owner_id = True, world.violence_desk_id, None
    session.flush()
    assert all(meetings.find(session, person(session, world, name), meeting.id) is None for name in ("ken", "kyodo"))
    assert [one.display_name for one in seats.candidates(session, case)] == ["田中"]
    with pytest.raises(seats.NeverShownToMore):
        plan(session, world, case, "women", ["sato"], by="tanaka")
    outside = Seat(outside="女性相談支援センター", recipient="prefecture")
    assert plan(session, world, case, "women", [outside], by="tanaka").state == "planned"


def test_pages_of_a_meeting_exist_for_its_members_only(
    small_world: World, enter_small: Callable[..., Browser], case_id: uuid.UUID
) -> None:
    kyodo, owner, ken = enter_small("kyodo"), enter_small("yamada"), enter_small("ken")
    path, member = f"/desk/cases/{case_id}/meetings", f"member_{small_world.people['ken']}"
    when = {"kind": "support", "day": "2026-11-25", "time": "10:00", "place": SECRET, "key": "k1", member: "yes"}
    made = kyodo.post(path, **when).headers["location"]
    assert kyodo.post(path, **when).headers["location"] == path
    base = made.split("?")[0]
    assert kyodo.post(f"{base}/entries", kind="agenda", words=SECRET, key="k2").status_code == 303
    assert SECRET in kyodo.get(base).text and SECRET in kyodo.get(f"{base}/paper").text
    for part in ("", "/paper"):
        assert owner.get(base + part).status_code == 404
    for part in ("confirm", "entries", "agenda", "members", "hold", "cancel", "decisions", "log", "agree"):
        assert owner.post(f"{base}/{part}", sworn="yes", words="x").status_code == 404
    for page in (path, "/desk/meetings", f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/plan"):
        shown = owner.get(page).text
        assert SECRET not in shown and base not in shown
    assert owner.post(path, **{**when, "key": "k3"}).status_code == 409
    # The prefecture's person comes to the meeting without the case.
    assert "取扱注意の確認がまだです" in ken.get("/desk/meetings").text and ken.get(path).status_code == 404
    assert SECRET not in ken.get(base).text and ken.get(f"{base}/paper").status_code == 409
    assert ken.post(f"{base}/confirm", sworn="yes").headers["location"].endswith("said=confirmed")
    assert SECRET in ken.get(base).text and ken.post(f"{base}/cancel").status_code == 409


def test_a_town_calls_its_meetings_what_it_likes(small_world: World, enter_small: Callable[..., Browser]) -> None:
    chief, other = enter_small("suzuki"), enter_small("suzuki")
    seen = chief.get("/settings/meetings").text.split('name="seen" value="')[1].split('"')[0]
    assert chief.post("/settings/meetings", seen=seen, support="まるごと会議").headers["location"].endswith("said=changed")
    late = other.post("/settings/meetings", seen=seen, support="べつの会議")
    assert late.status_code == 409 and "ほかの人がここを変えました" in late.text and "いまの呼び名：まるごと会議" in late.text
    assert other.post("/settings/meetings", support="長" * 31).status_code == 409
    assert "まるごと会議" in chief.get(f"/desk/cases/{furnish(small_world)}/meetings").text
