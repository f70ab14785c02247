"""Reaching people who do not come: tries over months, the next one as a task, and how long ago they were last heard."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event

from handoff import cases, moves, outbox, spoken
from handoff.cases import Case
from handoff.casework import contact_times, course, outreach, real_contact, record_copies, records
from handoff.casework.outreach import ChooseBoth, Means, NoSuchNextTry, NoSuchTime, OutreachContact, Result, TooLong
from handoff.casework.records import Written
from handoff.casework.tasks import Origin
from handoff.spoken import Manner
from handoff.spoken import Means as Spoken
from handoff.states import Delivery, NotAllowed, Outcome
from handoff.transcript import Author, Kind
from resources.slots import JAPAN
from tests.desk import World
from tests.handoff.casework.accompanied import DAY, HOUR, actor_of, arrive, taken, to_do

LONG_AGO = timedelta(days=10)


def seek(world: World, case_id: uuid.UUID, result: Result | str = Result.ABSENT, **more: object) -> OutreachContact | None:
    values: dict[str, object] = {
        "at": world.clock() - HOUR, "means": Means.VISIT, "words": "雨戸が閉まっていた", "next_on": None, "key": "", **more,
    }  # fmt: skip
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        return outreach.note_down(
            session, case, result=result, actor=actor_of(world, "sato"), now=world.clock(), **values  # type: ignore[arg-type]
        )


def tries(world: World, case_id: uuid.UUID) -> list[outreach.Try]:
    with world.database.reading(world.town) as session:
        return outreach.of_case(session, session.get_one(Case, case_id))


def days(world: World, *case_ids: uuid.UUID) -> list[int | None]:
    with world.database.reading(world.town) as session:
        found = contact_times.days_since_contact(session, case_ids, world.clock())
        return [found[one] for one in case_ids]


def today(world: World) -> date:
    return world.clock().astimezone(JAPAN).date()


def test_over_three_months_until_somebody_is_linked(world: World) -> None:
    case_id = world.open_case()
    for month, result in enumerate((Result.ABSENT, Result.RESPONDED, Result.LINKED)):
        world.offset = month * 31 * DAY
        later = today(world) + timedelta(days=14) if result is not Result.LINKED else None
        seek(world, case_id, result, means=Means.LETTER if month == 1 else Means.VISIT, next_on=later)
        assert len(to_do(world, Origin.OUTREACH)) == (0 if result is Result.LINKED else 1)
        assert outreach.goes_on(tries(world, case_id)) is (result is not Result.LINKED)
    found = outreach.by_month(tries(world, case_id))
    assert [(one.year, one.month) for one in found] == [(2027, 1), (2026, 12), (2026, 11)]
    assert found[1].means[Means.LETTER] == 1 and found[0].results[Result.LINKED] == 1 and found[2].total == 1
    assert [one.words for one in tries(world, case_id)] == ["雨戸が閉まっていた"] * 3
    assert tries(world, case_id)[0].by == "佐藤"


def test_a_double_click_counts_once(small_world: World) -> None:
    case_id = small_world.open_case()
    assert seek(small_world, case_id, key="a") is not None and seek(small_world, case_id, key="a") is None
    assert len(tries(small_world, case_id)) == 1


@pytest.mark.parametrize(
    ("why", "result", "more"),
    [
        (ChooseBoth, "", {}), (ChooseBoth, Result.MET, {"means": "dove"}), (NoSuchTime, Result.MET, {"at": None}),
        (NoSuchTime, Result.MET, {"at": datetime(2026, 11, 24, 10, 6, tzinfo=JAPAN)}),
        (NoSuchTime, Result.MET, {"at": datetime(2025, 11, 22, tzinfo=JAPAN)}),
        (NoSuchNextTry, Result.ABSENT, {"next_on": date(2026, 11, 23)}),
        (NoSuchNextTry, Result.LINKED, {"next_on": date(2026, 12, 1)}), (TooLong, Result.MET, {"words": "あ" * 2001}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_stays(
    small_world: World, why: type[NotAllowed], result: str, more: dict[str, object]
) -> None:
    case_id = small_world.open_case()
    with pytest.raises(why):
        seek(small_world, case_id, result, **more)
    assert tries(small_world, case_id) == [] and to_do(small_world, Origin.OUTREACH) == []


def test_an_ended_case_is_not_sought(small_world: World) -> None:
    case_id = taken(small_world)
    with small_world.database.writing(small_world.town) as session:
        case = session.get_one(Case, case_id)
        moves.close(session, case, Outcome.INFORMED, actor=actor_of(small_world), now=small_world.now)
    with pytest.raises(outreach.CaseEnded):
        seek(small_world, case_id)


def test_days_since_contact_count_what_was_real(world: World) -> None:
    wrote = world.open_case("こんにちは", ago=LONG_AGO)
    answered, called, missed, sought = (world.open_case("はじめ", ago=LONG_AGO) for _ in range(4))
    never, worker = world.open_case(ago=LONG_AGO), actor_of(world)
    with world.database.writing(world.town) as session:
        point = cases.point_of(session, session.get_one(Case, answered))
        said = [outbox.Bubble(Kind.TEXT, "返事")]
        at = world.now - 3 * DAY
        outbox.say(session, point, body="{}", bubbles=said, author=Author.STAFF, staff_id=world.people["sato"], now=at)
        # What the machine says, also on the desk's behalf, is nobody's word.
        other = cases.point_of(session, session.get_one(Case, wrote))
        for author in (Author.BOT, Author.STAFF):
            outbox.say(session, other, body="{}", bubbles=said, author=author, now=world.now)
        for case_id, manner in ((called, Manner.OUT), (missed, Manner.MISSED)):
            case = session.get_one(Case, case_id)
            spoken.note_down(session, case, "訪ねた", means=Spoken.WENT, manner=manner, actor=worker, now=at)
    arrive(world, Delivery.FAILED)
    assert days(world, answered) == [10]
    arrive(world)
    seek(world, sought, Result.ABSENT)
    assert days(world, wrote, answered, called, missed, sought, never) == [10, 3, 3, 10, 10, None]
    seek(world, sought, Result.MET)
    assert days(world, sought) == [0]


def test_days_since_contact_ask_once_for_all(small_world: World) -> None:
    found = [small_world.open_case("こんにちは") for _ in range(5)]
    asked: list[str] = []
    with small_world.database.reading(small_world.town) as session:
        event.listen(session.get_bind(), "before_cursor_execute", lambda *call: asked.append(call[2]))
        contact_times.days_since_contact(session, found, small_world.now)
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_tries_stand_in_the_support_record_and_in_every_copy_of_it(world: World) -> None:
    case_id = world.open_case()
    seek(world, case_id, Result.ABSENT, means=Means.LETTER, words="=手紙をポストに入れた")
    seek(world, case_id, Result.MET, at=world.clock() - HOUR / 2, words="")
    with world.database.reading(world.town) as session:
        case = session.get_one(Case, case_id)
        entries, _ = course.gather(session, case, actor=actor_of(world, "yamada"), shared_only=True)
        copy = record_copies.gather(
            session, case, actor=actor_of(world, "yamada"), now=world.clock(), period=course.ALWAYS, shared_only=True
        )
    letter, met = (one for one in entries if "アウトリーチ" in one.words)
    assert (letter.means, letter.party, letter.who, letter.id) == ("その他", "本人（つながらなかった）", "佐藤", None)
    assert letter.words == "アウトリーチ（手紙）：不在・反応なし\n=手紙をポストに入れた"
    assert (met.means, met.party, met.words) == ("訪問・同行", "本人", "アウトリーチ（訪問）：会えた")
    assert "アウトリーチ（訪問）：会えた" in record_copies.to_text(copy)


def test_a_talk_in_the_support_record_is_a_real_contact_on_every_page(world: World) -> None:
    case_id = taken(world)
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        at, by = world.clock() - HOUR / 20, actor_of(world, "yamada")
        own = records.add(
            session, case, Written(records.Means.PHONE, at, "窓口だけの話"), actor=by, now=world.clock(), lane=str(world.desk_id)
        )
        before = contact_times.last_contacts(session, [case_id]).get(case_id)
        shared = records.add(session, case, Written(records.Means.PHONE, at, "電話で話した"), actor=by, now=world.clock())
        assert own.began_at == shared.began_at == at and before != at
        assert contact_times.last_contacts(session, [case_id], from_person=True)[case_id] == at
        assert real_contact.latest(session, [case], actor=by)[case_id] == at
    later = world.clock() - HOUR / 30
    seek(world, case_id, Result.MET, at=later)
    with world.database.reading(world.town) as session:
        case = session.get_one(Case, case_id)
        assert real_contact.latest(session, [case], actor=actor_of(world, "yamada"))[case_id] == later
