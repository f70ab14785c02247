"""What entry of the directory a proposal would become, as far as its words can be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from resources.drafts import Draft
from resources.importing.guessing import KindWords
from resources.importing.hours_cells import read_hours
from resources.importing.hours_words import RANGE, half_width, span
from resources.importing.phone_cells import phones
from resources.kinds import Kinds
from resources.proposals import Proposal, Sort
from resources.slots import Closure

_DAY: Final = re.compile(r"(?:(\d{4})[年/.-])?(\d{1,2})[月/.-](\d{1,2})日?(?![\d/])")
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_WEB: Final = re.compile(r"https?://[^\s、。）)]+")
# What stands around a number or an address of mail and says no more than these do.
_REACHED: Final = re.compile(r"(?i)[\d\s()（）、,・:：.-]|電話|メール|連絡先|問い?合わせ先?|まで|へ|に|tel|fax")
# Who writes in November of March means the coming one.
_PAST: Final = timedelta(days=31)
_MOST_DAYS: Final = 12
_LABEL: Final = "催し"


def days_in(words: str, *, today: date) -> tuple[date, ...]:
    """Return the days named in words (12月5日, 2027/1/9), those without a year in the coming twelve months."""
    found = []
    for year, month, day in _DAY.findall(half_width(words)):
        try:
            named = date(int(year or today.year), int(month), int(day))
            if not year and named < today - _PAST:
                named = date(today.year + 1, int(month), int(day))
        except ValueError:
            continue
        found.append(named)
    return tuple(sorted(set(found)))[:_MOST_DAYS]


def draft_of(proposal: Proposal, *, kinds: Kinds, today: date) -> Draft:
    """Return the entry; what cannot be read into a field of its own stays in the proposer's words."""
    kind = KindWords.load(kinds).of("", proposal.name)
    draft = Draft(
        proposal.name,
        kind=kind,
        topics=() if kind else ("gathering",),
        description=proposal.about,
        eligibility_description=proposal.whom,
        address=proposal.place,
    )
    draft = _reached(draft, proposal.reach)
    if proposal.sort == Sort.PLACE and proposal.held:
        read = read_hours({"days": proposal.held}, today=today)
        if read.slots and not read.problems:
            slots, note = tuple(read.slots), read.note()
            return replace(draft, slots=slots, hours_note=note, closed_at_year_end=read.year_end_closed)
    days = [date.fromisoformat(day) for day in proposal.dates]
    return replace(draft, hours_note=_note(proposal.held, days), closures=_on(days, proposal.held))


def _note(held: str, days: Sequence[date]) -> str:
    """Return when it is, in words: the proposer's own, or the days alone."""
    return held or "、".join(f"{day.month}月{day.day}日" for day in days)


def _on(days: Sequence[date], held: str) -> tuple[Closure, ...]:
    """Return the days of an event with its hours, where its words tell them once for all days."""
    told = {times for first, last in RANGE.findall(half_width(held)) if (times := span(first, last))}
    if len(told) != 1:
        return ()
    opens, closes = told.pop()
    return tuple(Closure(day, day, _LABEL, opens, closes) for day in days)


def _reached(draft: Draft, words: str) -> Draft:
    """Return the entry with numbers, mail and a page; what else is said of how to reach the place is how one applies."""
    mails, pages = tuple(_MAIL.findall(words)), _WEB.findall(words)
    bare = _WEB.sub(" ", _MAIL.sub(" ", words))
    read = phones(bare)
    told = words if _REACHED.sub("", bare) else ""
    url = pages[0] if pages else ""
    return replace(draft, phones=read.numbers, faxes=read.faxes, emails=mails, url=url, application_process=told)
