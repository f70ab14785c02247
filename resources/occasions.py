"""Where people can go on given days: gathering places by their hours, events by their dates; the nearest first."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intents import canonical
from resources import distances, moments
from resources.events import Shown
from resources.kinds import Kinds
from resources.moments import When
from resources.records import Record
from resources.services import Status
from resources.slots import closed_for, spans_of

# A question for anything at all that is on: what is left without these words and the days names something special.
_ANYTHING = re.compile(
    r"どこか|どっか|どこ|何か|なにか|なんか|なに|何|だれか|みんな|近くに?|近所|この町|町内|ここ|このあたり"
    r"|やって(?:い(?:る|ます)|ます|る|ない)?|開い(?:てい?(?:る|ます))?|あい(?:てい?(?:る|ます))|開催|行われ|行け(?:る|ます|ません|ない|そう)?|いける|行きたい"
    r"|出かけ(?:られる|たい|る)?|遊びに|ありま(?:す|せん)か?|ある|ない|かしら|かな|でしょうか|ですか|教えて(?:ください|ほしい)?|知りたい"
    r"|イベント|催し物?|行事|お?楽しみ|集まり|集まれる|居場所|いばしょ|サロン|お?茶飲み|ところ|とこ|場所|予定|午前|午後|夕方|夜|昼|朝|から|まで"
    r"|今週末?|来週末?|再来週|週末|今月|中|一?1?週間|末|[はがをにでのとへかよね、。?!~・…ー\s]"
)
_MIDNIGHT = 24 * 60
_WANTS = re.compile(r"やって|開い|あい(?:て|た)|あ(?:る|り)|ない|行け|行き|いけ|出かけ|教えて|知り|催|イベント|集ま")


# 今日はどこにも行けない is a plea; only with a question at its end does it ask for what is on.
_UNABLE = re.compile(r"(?:行け|いけ|出かけられ|でかけられ)(?:な(?:い|く)|ませ?ん)(?!の?(?:で(?:す|しょう))?(?:か|\?))")
_EVENT = re.compile("イベント|催し|行事|お?祭り|大会")


@dataclass(frozen=True)
class Occasion:
    """One stretch of time in which people can come; `certain` when the hours were checked and leave no doubt."""

    start: datetime
    end: datetime
    certain: bool
    record: Record | None = None
    event: Shown | None = None
    timed: bool = True  # false when only the day is known
    distance_m: int | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        return self.event.event.name if self.event else self.record.draft.name if self.record else ""

    @property
    def key(self) -> tuple[uuid.UUID | None, uuid.UUID | None]:
        """What tells one place or event from another."""
        return (self.record.id if self.record else None, self.event.event.id if self.event else None)


def anywhere(text: str, *, now: datetime) -> When | None:
    """Return the days of a question for whatever is on then; None for any other message."""
    plain = canonical(text)
    when = moments.asked(plain, now=now) or moments.named(plain, now=now)
    if when is None or not _WANTS.search(plain) or _UNABLE.search(plain):
        return None
    if _ANYTHING.sub("", moments.without(plain)):
        return None
    # これから means the rest of the day, not this minute alone.
    return When(when.days, when.opens, _MIDNIGHT) if when.closes - when.opens <= 1 else when


def of_event(text: str) -> bool:
    """Say whether a question is for events more than for places that meet every week."""
    return _EVENT.search(canonical(text)) is not None


def gatherings(records: Iterable[Record], kinds: Kinds, *, today: date) -> list[Record]:
    """Return the entries that are places to meet, those that rest left out."""
    meeting = {kind.code for kind in kinds.of_group("gathering")}
    gone = (Status.DEFUNCT, Status.INACTIVE)
    open_ones = (one for one in records if one.draft.kind in meeting and one.draft.status not in gone)
    return [one for one in open_ones if not one.draft.confidential and not one.draft.rests(today)]


def of_places(records: Iterable[Record], first: date, last: date) -> Iterator[Occasion]:
    """Return when places are open, day by day; a day on which it is not certain is told as uncertain."""
    for record in records:
        draft = record.draft
        for ahead in range((last - first).days + 1):
            day = first + timedelta(days=ahead)
            timed = closed_for(day, draft.closures, draft.closed_at_year_end) is not None
            for span in spans_of(day, draft.slots, draft.closures, draft.closed_at_year_end):
                whole = timed or any(slot.opens is not None for slot in draft.slots)
                certain = span.certain and draft.assured_date is not None
                yield Occasion(span.start, span.end, certain, record, timed=whole)


def of_events(shown: Iterable[Shown], records: Iterable[Record]) -> Iterator[Occasion]:
    """Return the dates of events, with the entries they belong to."""
    known = {record.id: record for record in records}
    for one in shown:
        record = known.get(one.service_id) if one.service_id else None
        yield Occasion(one.date.starts_at, one.date.ends_at, one.date.cancelled_at is None, record, one)


def fitting(
    found: Iterable[Occasion], when: When, *, now: datetime, near: tuple[float, float] | None = None
) -> list[Occasion]:
    """Return what lies in the days asked for and is not over, one for each place: certain ones first, then the nearest."""
    stretches = when.stretches()
    best: dict[object, Occasion] = {}
    for one in sorted(found, key=lambda one: (one.start, one.end)):
        if one.end > now and any(start < one.end and one.start < end for start, end in stretches):
            best.setdefault(one.key, one)
    placed = [_at(one, near) for one in best.values()]
    return sorted(placed, key=_nearness)


def _nearness(one: Occasion) -> tuple[bool, float, datetime, str]:
    return not one.certain, float("inf") if one.distance_m is None else one.distance_m, one.start, one.name


def _at(one: Occasion, near: tuple[float, float] | None) -> Occasion:
    elsewhere = one.event is not None and bool(one.event.event.place)
    away = None if one.record is None or elsewhere else distances.between(near, one.record.draft)
    return Occasion(one.start, one.end, one.certain, one.record, one.event, one.timed, away)
