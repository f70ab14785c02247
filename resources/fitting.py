"""How well a place that was found fits who asks: open on the day that is asked for, and not for children only."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from intents import Assessment, canonical
from intents.codes import Topic
from intents.ranking import COMPANY
from resources.cards import opening_of
from resources.drafts import Draft
from resources.kinds import Kind
from resources.slots import JAPAN

# What a place loses when it is closed on the day that was asked for, or when nobody knows.
_CLOSED, _NOT_KNOWN = 0.12, 0.6
_CHILDREN_ONLY = 0.4
_ALSO_MEETS = 0.7
_GROWN_UP = 18
_CHILDREN = frozenset(("子", "乳幼児", "孫"))
_WEEKDAYS = "月火水木金土日"
_WEEKDAY = re.compile("([月火水木金土日])曜日?|(土)日|(週末)")
_NEAR_DAYS = (("明後日|あさって", 2), ("明日|あした", 1), ("今日|きょう|本日|これから|今から|いまから", 0))
# A day that only belongs to a story changes nothing: somebody must ask what there is on it.
_ASKS = re.compile(
    r"行け|行き(?!つけ|来)|いける|行こう|開い|空い|あいて|やって(?:い|る|ます|ない)|ありま(?:す|せん)か|ある(?:かな|\?|ん|の)"
    "|ないかな|使え|集ま|参加|過ご|食べ(?:られ|れ|に)|会え|診て|みてもら|受け付け|遊べ|休める"
)


def day_asked(text: str, *, now: datetime) -> date | None:
    """Return the day on which somebody asks for a place, None when no day is asked for."""
    plain, today = canonical(text), now.astimezone(JAPAN).date()
    if not _ASKS.search(plain):
        return None
    named = _WEEKDAY.search(plain)
    if named is not None:
        weekday = _WEEKDAYS.index(named[1] or "土")
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    return next((today + timedelta(days=days) for words, days in _NEAR_DAYS if re.search(words, plain)), None)


def without_day(text: str) -> str:
    """Return the words without the day that was asked for: what is open then is seen from hours, not from descriptions."""
    plain = _WEEKDAY.sub(" ", canonical(text))
    for words, _ in _NEAR_DAYS:
        plain = re.sub(words, " ", plain)
    return plain


def on_day(draft: Draft, day: date | None, *, now: datetime) -> float:
    """Return what is left of a score when somebody asks for one day: all of it, or less when it is closed then."""
    if day is None:
        return 1.0
    if not draft.slots:
        return _NOT_KNOWN
    start = max(datetime.combine(day, time(), JAPAN), now.astimezone(JAPAN))
    hours = opening_of(draft, now=start)
    opens = hours.is_open or (hours.next is not None and hours.next.astimezone(JAPAN).date() == day)
    return 1.0 if opens else _CLOSED


def of_use(kind: Kind | None, heard: Assessment | None) -> float:
    """Return what is left of a score for a trouble: who consults comes before a group that meets, unless company is sought."""
    if heard is None or kind is None or kind.group != "gathering" or heard.kinds:
        return 1.0
    return 1.0 if {score.topic for score in heard.topics} & COMPANY else _ALSO_MEETS


def of_age(draft: Draft, heard: Assessment | None) -> float:
    """Return what is left of a score for who asks: a place for children only is none for somebody who named no child."""
    if heard is None or draft.maximum_age is None or draft.maximum_age > _GROWN_UP:
        return 1.0
    child = any(member.relation in _CHILDREN and (member.age or 0) <= _GROWN_UP for member in heard.household)
    about = {score.topic for score in heard.topics} & {Topic.CHILDCARE}
    return 1.0 if child or about or heard.minor or draft.kind in heard.kinds else _CHILDREN_ONLY
