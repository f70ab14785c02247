"""A fiscal year of a small town, lived through the use cases with a moving clock, and small enough to count by hand.

Every month from April 2026 to March 2027, on the tenth at 10:00, five persons come:

    a  LINE       debt              taken after 30 minutes, informed the day after
    b  Telegram   health, housing   taken after 60 minutes, the sheet is filled in, goes on
    c  LINE       debt              taken after 120 minutes; offered to a law office, which accepts in even months (and
                                    the case ends there) and declines in odd ones
    d  browser    (nothing)         nobody takes it
    e  LINE       crisis            taken after 10 minutes, consent unconfirmed, sought once at home in vain

Beside that: one case in the last minute before the fiscal year (a plan, two conferences), one in the first second of
May, one in the last of the year, one right after it, and in August one person who wrote twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from handoff import cases, consent, merging, moves
from handoff.accounts import Platform
from handoff.cases import Case
from handoff.casework import forms, gaps, meetings, outreach, planning, referral_answers, referring, seats, sheet
from handoff.casework.endings import Details
from handoff.casework.gaps import Need
from handoff.casework.outreach import Means, Result
from handoff.casework.plan_content import Content, Step
from handoff.casework.planning import Evaluation
from handoff.states import Consent, NotAllowed, Outcome
from resources.access import Actor
from resources.slots import JAPAN
from tests.desk import World
from tests.handoff.casework.meeting_world import furnish, person

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MONTHS = [(2026 + (number > 12), (number - 1) % 12 + 1) for number in range(4, 16)]


def at(*moment: int) -> datetime:
    """Return a moment in Japan."""
    return datetime(*moment, tzinfo=JAPAN)  # type: ignore[arg-type, misc]


def live(world: World) -> None:
    """Live through the year."""
    world.now = at(2026, 3, 31, 23, 59)
    planned = furnish(world)
    for year, month in MONTHS:
        _month(world, year, month)
    for moment in (at(2026, 5, 1), at(2027, 3, 31, 23, 59, 59), at(2027, 4, 1)):
        world.now = moment
        world.open_case("境目", topics=["food"], ago=timedelta())
    _plan(world, planned)
    _twice(world)
    world.now = at(2027, 4, 5, 10)


@contextmanager
def held(world: World, case_id: uuid.UUID, name: str = "yamada") -> Iterator[tuple[Session, Case, Actor]]:
    """Yield a case to change, and who changes it; a second person's consent may be asked for on the way."""
    with world.database.writing(world.town) as session:
        yield session, session.get_one(Case, case_id), person(session, world, name)


def _take(world: World, case_id: uuid.UUID, after: timedelta) -> None:
    world.now += after
    with held(world, case_id) as (session, case, actor):
        moves.take(session, case, actor=actor, now=world.now)


def _month(world: World, year: int, month: int) -> None:
    begun = world.now = at(year, month, 10, 10)
    opened = {
        "a": world.open_case("借金", topics=["debt"], reasons=["complex"], ago=timedelta()),
        "b": world.open_case("病気", topics=["health", "housing"], platform=Platform.TELEGRAM, ago=timedelta()),
        "c": world.open_case("督促", topics=["debt"], reasons=["gap"], ago=timedelta()),
        "d": world.open_case("……", reasons=[], platform=Platform.BROWSER, ago=timedelta()),
        "e": world.open_case("もうだめ", crisis="self_harm", reasons=["crisis"], ago=timedelta()),
    }
    for name, minutes in (("e", 10), ("a", 20), ("b", 30), ("c", 60)):
        _take(world, opened[name], minutes * MINUTE)
    assert world.now == begun + 120 * MINUTE
    fill_in_sheet(world, opened["b"])
    _offer(world, opened["c"], accepts=month % 2 == 0)
    world.now += 2 * DAY
    with held(world, opened["e"]) as (session, case, actor):
        outreach.note_down(session, case, at=world.now, means=Means.VISIT, result=Result.ABSENT, words="", next_on=None, key="",
                           actor=actor, now=world.now)  # fmt: skip
    with held(world, opened["a"]) as (session, case, actor):
        if month == 6:
            gaps.note(session, case, Need(("gathering",), {}, area="西部"), key="", actor=actor, now=world.now)
        moves.close(session, case, Outcome.INFORMED, actor=actor, now=world.now)


def fill_in_sheet(world: World, case_id: uuid.UUID) -> None:
    """Confirm three fields of the sheet."""
    filled = {"issues": ("illness", "poverty"), "main_worry": "health", "route": "self_remote"}
    with held(world, case_id) as (session, case, actor):
        for section in forms.sections():
            typed = {code: value for code, value in filled.items() if code in {field.code for field in section.fields}}
            if typed:
                sheet.save(session, case, section, typed, seen=0, offered=(), proposals={}, actor=actor, now=world.now)


def _offer(world: World, case_id: uuid.UUID, *, accepts: bool) -> None:
    day = world.now.date() + 5 * DAY
    asking = referring.Asking(words="債務の整理を", answer_by=day, means="oral", kind="legal", name="法律事務所", contact="03")
    with held(world, case_id) as (session, case, actor):
        made = referring.offer(session, case, asking, actor=actor, now=world.now)
        if not accepts:
            referral_answers.decline(session, made, case, "full", "", actor=actor, now=world.now)
            return
        referral_answers.accept_outside(session, made, case, "弁護士の森", day, actor=actor, now=world.now)
        details = Details(accepted_by="弁護士の森", first_contact=day.isoformat())
        moves.close(session, case, Outcome.ACCEPTED_ELSEWHERE, actor=actor, now=world.now, details=details)


def _plan(world: World, case_id: uuid.UUID) -> None:
    """Two conferences and a plan in May, evaluated in November and made anew; the person is met once in between."""
    whole = Content(
        issues="家賃", long_goal="住み続ける", steps=(Step("家賃", "supporter", "社協", "家計の相談", "3か月", "月1回"),),
        services=("budget",), participation=True, starts_on=date(2026, 5, 11), ends_on=date(2026, 11, 30),
        monitoring_on=date(2026, 8, 3),
    )  # fmt: skip
    world.now = at(2026, 5, 11, 14)
    with held(world, case_id) as (session, case, actor):
        for recipient in ("desk", "town"):
            consent.give(session, case, Consent.GIVEN, recipient=recipient, means="oral", now=world.now)
        coordinator = person(session, world, "kyodo")
        for _ in range(2):
            planned = meetings.plan(session, case, "layered", world.now, "庁舎", [], actor=coordinator, now=world.now)
            found = meetings.find(session, coordinator, planned.id)
            assert found is not None
            there = {member.id for member in seats.of_meeting(session, planned.id)}
            meetings.hold(session, found, there, sworn=True, actor=coordinator, now=world.now)
        plan = planning.write(session, case, whole, 0, actor=actor, now=world.now)
        planning.agree(session, case, plan.version, date(2026, 5, 11), "oral", actor=actor, now=world.now)
        planning.decide(session, case, plan.version, date(2026, 5, 11), date(2026, 5, 11), actor=actor, now=world.now)
    world.now = at(2026, 11, 9, 14)
    with held(world, case_id) as (session, case, actor):
        outreach.note_down(session, case, at=world.now, means=Means.CALL, result=Result.TALKED, words="", next_on=None, key="",
                           actor=actor, now=world.now)  # fmt: skip
        planning.evaluate(session, case, 1, Evaluation("払えた", ["housing", "budget"], "replan"), actor=actor, now=world.now)
        planning.renew(session, case, 1, actor=actor, now=world.now)


def _twice(world: World) -> None:
    """One person writes in two places; the desk notices, and it is one case."""
    world.now = at(2026, 8, 20, 22)
    first = world.open_case("ひとつめ", topics=["family"], name="みつば", ago=timedelta())
    second = world.open_case("ふたつめ", topics=["family"], name="みつば", platform=Platform.TELEGRAM, ago=timedelta())
    _take(world, first, 13 * 60 * MINUTE)
    with held(world, first) as (session, case, actor):
        other = cases.find(session, actor, second)
        if other is None:
            raise NotAllowed(NotAllowed.__doc__)
        merging.join(session, case, other, actor=actor, now=world.now)
