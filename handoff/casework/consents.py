"""What the person allows, recipient by recipient: recorded, changed and taken back at the desk; none of it stops help."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from sqlalchemy.orm import Session

from handoff import consent, conversation, help_requests, presses
from handoff.cases import Case
from handoff.casework import without_consent
from handoff.casework.referrals import Referral
from handoff.consent import DESK, ConsentRecord
from handoff.help_requests import COMMISSIONER
from handoff.history import RECIPIENTS
from handoff.states import Consent, NotAllowed
from resources import dates
from resources.access import Actor
from resources.slots import JAPAN

# What may be told, as codes; the last three are those older answers carry.
SCOPE: Final = {
    "name": "名前・呼び名", "phone": "連絡先", "address": "住所", "complaint": "相談の内容", "household": "世帯のようす",
    "health": "健康・障害のこと", "money": "収入・債務のこと", "records": "支援の記録",
    "conversation": "会話", "topics": "話題", "request": "お願いの内容",
}  # fmt: skip
CHOICES: Final = tuple(SCOPE)[:8]
MEANS: Final = {"oral": "口頭", "written": "書面", "chat": "チャット"}


class AnswerIncomplete(NotAllowed):
    """だれに伝えるか、答え、確かめ方を選び、日付は今日までで入れてください。あなたの入力は下に残っています。まだ記録していません。"""


class ScopeNeeded(NotAllowed):
    """「同意あり」のときは、何を伝えてよいかを一つ以上選んでください。あなたの入力は下に残っています。まだ記録していません。"""


class AnswerChanged(NotAllowed):
    """先にほかの人が、この相手への同意を記録しました。いまの内容を確かめてから、もう一度記録してください。何も変わっていません。"""


@dataclass(frozen=True)
class Answer:
    """An answer as somebody records it."""

    recipient: str
    state: str
    scope: Collection[str]
    means: str
    said_on: str  # a date (ISO)


@dataclass(frozen=True)
class Given:
    """One answer on record, ready to be read."""

    row: ConsentRecord
    state: Consent
    scope: list[str]
    means: str
    who: str


@dataclass(frozen=True)
class Standing:
    """How consent stands toward one recipient."""

    recipient: str
    label: str
    state: Consent  # what holds now
    last: Given | None  # the newest answer, taken back or not
    earlier: list[Given]

    @property
    def scope(self) -> list[str]:
        """What may be told now, in words."""
        return self.last.scope if self.last is not None and self.state is Consent.GIVEN else []

    @property
    def codes(self) -> list[str]:
        """What may be told now, as codes."""
        return self.last.row.scope if self.last is not None and self.state is Consent.GIVEN else []

    @property
    def seen(self) -> str:
        """A mark that changes with every answer and with taking it back."""
        return _mark(self.last.row if self.last else None)


def standings(session: Session, case: Case) -> list[Standing]:
    """Return how consent stands toward every recipient."""
    rows = consent.answers(session, case)
    names = conversation.staff_names(session, {row.by for row in rows})
    given = [
        Given(
            row, Consent(row.state), [SCOPE.get(code, code) for code in row.scope], MEANS.get(row.means, row.means),
            names.get(row.by, "") if row.by else "",
        )
        for row in rows
    ]  # fmt: skip
    found = []
    for recipient, label in RECIPIENTS.items():
        own = [one for one in given if one.row.recipient == recipient]
        found.append(Standing(recipient, label, _state(case, recipient, own), own[-1] if own else None, own[-2::-1]))
    return found


def answer(
    session: Session, case: Case, told: Answer, *, seen: str, key: str, actor: Actor, now: datetime
) -> Referral | None:
    """Record what the person said; returns an offer it ended. Raises AnswerIncomplete, ScopeNeeded, AnswerChanged."""
    fits = told.recipient in RECIPIENTS and told.state in list(Consent) and told.means in MEANS
    if not fits or not set(told.scope) <= set(CHOICES):
        raise AnswerIncomplete(AnswerIncomplete.__doc__)
    said_at = _said_at(told.said_on, now)
    if told.state == Consent.GIVEN and not told.scope:
        raise ScopeNeeded(ScopeNeeded.__doc__)
    if presses.counted(session, case, key):
        return None
    if _mark(_newest(session, case, told.recipient)) != seen:
        raise AnswerChanged(AnswerChanged.__doc__)
    presses.first(session, case, key, actor=actor, now=now)
    state = Consent(told.state)
    scope = tuple(code for code in CHOICES if code in told.scope) if state is Consent.GIVEN else ()
    consent.give(
        session, case, state, recipient=told.recipient, scope=scope, means=told.means, now=now, by=actor.staff_id,
        said_at=said_at,
    )  # fmt: skip
    return _follow(session, case, told.recipient, actor=actor, now=now)


def withdraw(
    session: Session, case: Case, recipient: str, *, seen: str, actor: Actor, now: datetime
) -> Referral | None:
    """Take a consent back: what was told while it held cannot be untold; returns an offer it ended. Raises AnswerChanged."""
    row = _newest(session, case, recipient)
    if row is not None and row.withdrawn_at is not None and _mark(row).startswith(seen):
        return None
    if row is None or _mark(row) != seen:
        raise AnswerChanged(AnswerChanged.__doc__)
    consent.withdraw(session, case, row, now=now, by=actor.staff_id)
    return _follow(session, case, recipient, actor=actor, now=now)


def _follow(session: Session, case: Case, recipient: str, *, actor: Actor, now: datetime) -> Referral | None:
    if recipient == COMMISSIONER and not help_requests.agreed(session, case):
        _call_off_help(session, case, actor=actor, now=now)
    return without_consent.follow(session, case, actor=actor, now=now)


def _call_off_help(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    # A 民生委員 who is asked something sees nothing of it any more once the person does not allow it.
    for asked, _ in help_requests.of_case(session, case):
        # One that was answered or ended in this very moment needs no taking back.
        with suppress(help_requests.NoLongerOpen):
            help_requests.withdraw(session, case, asked.id, actor=actor, now=now)


def _state(case: Case, recipient: str, own: Sequence[Given]) -> Consent:
    if recipient == DESK:
        return Consent(case.consent)
    return Consent.UNCONFIRMED if not own or own[-1].row.withdrawn_at else own[-1].state


def _newest(session: Session, case: Case, recipient: str) -> ConsentRecord | None:
    return next((row for row in reversed(consent.answers(session, case)) if row.recipient == recipient), None)


def _mark(row: ConsentRecord | None) -> str:
    return "" if row is None else f"{row.id}{'-back' if row.withdrawn_at else ''}"


def _said_at(said_on: str, now: datetime) -> datetime:
    today = dates.day_of(now)
    day = dates.read(said_on) if said_on.strip() else today
    if day is None or day > today:
        raise AnswerIncomplete(AnswerIncomplete.__doc__)
    return now if day == today else datetime.combine(day, time(12), JAPAN)

