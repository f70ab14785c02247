"""The written side of sending: what goes next, and how it ended; each in a short transaction."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.channels.base import Delivered, Later, Outcome, Parcel, Refused, TokenDead, Unsure
from bot.clock import Clock
from bot.preparing import Job, Moment, point_of, prepare, push_next, settle_unwanted
from handoff import accounts, dispatch, outbox, reach, relay
from handoff.accounts import Account, Platform
from handoff.outbox import Outgoing
from handoff.relay import Surface
from handoff.states import Delivery
from resources.db import EVERYWHERE, Database, database_clock

Attempt = Callable[[str, Callable[[], object]], Exception | None]

_LONGEST_PAUSE: Final = 120.0
# LINE remembers a retry key for 24 hours; after that a repeat could reach the person twice.
_KEY_LIFE: Final = timedelta(hours=23)
_TRIES_IN_DANGER: Final = 6
_TRIES_AFTER_ERRORS: Final = 10


class Deliveries:
    """Takes deliveries out of the outbox and writes down how they ended; each in a short transaction."""

    def __init__(
        self, database: Database, *, worker: str, now: Clock, wall: Clock, attempt: Attempt, lease: timedelta
    ) -> None:
        """`now` is the product's clock, `wall` the real one by which reply tokens die.

        `attempt` runs something to its end whatever happens in it, and returns what went wrong. A delivery that is
        silent for longer than `lease` goes to another sender.
        """
        self._lease = lease
        self._database = database
        self._worker = worker
        self._rounds = itertools.count(1)
        self._attempt = attempt
        self._now = now
        self._wall = wall

    def claim(self, limit: int) -> list[Job]:
        """Take up to `limit` deliveries that may go now."""
        with self._database.reading(EVERYWHERE) as session:
            if not dispatch.anything_due(session, clock=database_clock(session)):
                return []
        with self._database.writing(EVERYWHERE) as session:
            clock = database_clock(session)
            # A name for this claim alone: whoever held a delivery before can neither send nor record it any more.
            holder = f"{self._worker}/{next(self._rounds)}"
            heads = dispatch.claim(session, holder=holder, clock=clock, lease=self._lease, limit=limit)
            at = Moment(holder, self._now(), self._wall(), clock, self._lease)
            return [job for head in heads if (job := self._prepared(session, head, at))]

    def begin(self, calls: Sequence[tuple[Job, bool]]) -> list[bool]:
        """Store, before the calls to the platforms leave, that they may have left; False for one that must not.

        Only what was begun can have arrived. Each call comes with whether it had to wait: then a person may have come
        into the conversation, and it is looked at once more.
        """
        with self._database.writing(EVERYWHERE) as session:
            until = database_clock(session) + self._lease
            return [self._begin(session, job, until, waited=waited) for job, waited in calls]

    def put_off(self, job: Job, seconds: float) -> None:
        """Give back what has to wait too long for its place in line."""
        with self._database.writing(job.custodian) as session:
            at = database_clock(session) + timedelta(seconds=seconds)
            for row in self._rows(session, job):
                outbox.try_again(row, at=at, ambiguous=False, reason="rate_limited")

    def record(self, ended: Sequence[tuple[Job, Outcome]]) -> list[Job | None]:
        """Write down how steps went; returns for each the next step of the same delivery when there is one."""
        with self._database.writing(EVERYWHERE) as session:
            clock = database_clock(session)
            return [self._recorded(session, job, outcome, clock) for job, outcome in ended]

    def broken(self, job: Job) -> None:
        """A delivery broke our own program: try again a few times, then show it to the desk as failed."""
        with self._database.writing(job.custodian) as session:
            clock = database_clock(session)
            for row in self._rows(session, job):
                self._broken(row, clock)

    def release_held(self, session: Session) -> None:
        """Let go what was kept until the town had chosen where it may be said, if it has chosen by now."""
        for row in dispatch.held_back(session):
            account = accounts.by_id(session, point_of(session, row).account_id)
            if relay.surface_for(session, account, row) is Surface.CHANNEL:
                row.state, row.reason = Delivery.WAITING, ""

    def _rows(self, session: Session, job: Job) -> list[Outgoing]:
        return dispatch.held(session, job.outgoing, holder=job.holder)

    def _prepared(self, session: Session, head: Outgoing, at: Moment) -> Job | None:
        """Prepare one delivery; one that breaks our own program holds back nobody else's."""
        job, error = self._apart(session, "prepare", lambda: prepare(session, head, at))
        if error is not None:
            self._broken(head, at.clock)
        return job

    def _apart(
        self, session: Session, name: str, work: Callable[[], Job | None]
    ) -> tuple[Job | None, Exception | None]:
        """Do one delivery's share of a transaction; returns what is wrong with it, and then nothing of it is kept.

        Raises what is wrong with the database: then all shares are to be done again.
        """
        made: list[Job | None] = []

        def share() -> None:
            with session.begin_nested():
                made.append(work())

        error = self._attempt(name, share)
        if isinstance(error, DBAPIError):
            raise error
        return (None, error) if error else (made[0], None)

    def _recorded(self, session: Session, job: Job, outcome: Outcome, clock: datetime) -> Job | None:
        return self._apart(session, "record", lambda: self._record(session, job, outcome, clock))[0]

    def _record(self, session: Session, job: Job, outcome: Outcome, clock: datetime) -> Job | None:
        rows = self._rows(session, job)
        if not rows:
            return None
        account = accounts.by_id(session, job.credentials.account_id)
        match outcome:
            case Delivered(parts, left):
                return self._delivered(session, job, rows, account, parts, left, clock)
            case Refused():
                self._refused(session, rows, outcome)
            case TokenDead():
                for row in rows:
                    push_next(row)
            case Later():
                accounts.note_trouble(account, outcome.trouble, now=self._now())
                for row in rows:
                    self._later(row, outcome, clock)
            case Unsure():
                for row in rows:
                    self._unsure(row, job, outcome, clock)
        return None

    def _begin(self, session: Session, job: Job, until: datetime, *, waited: bool) -> bool:
        rows = dispatch.begin(session, job.outgoing, holder=job.holder, until=until)
        for row in rows if waited and not job.callback_id else ():
            point = point_of(session, row)
            settle_unwanted(session, row, point, accounts.by_id(session, point.account_id), now=self._now())
        return bool(rows) and all(row.state == Delivery.SENDING for row in rows)

    def _broken(self, row: Outgoing, clock: datetime) -> None:
        if row.attempts >= _TRIES_AFTER_ERRORS:
            outbox.settle(row, Delivery.FAILED, now=self._now(), reason="broken")
            return
        at = clock + timedelta(seconds=5 * row.attempts)
        begun = row.state == Delivery.SENDING
        outbox.try_again(row, at=at, ambiguous=begun and not row.pushed, reason="broken")

    def _delivered(
        self, session: Session, job: Job, rows: list[Outgoing], account: Account, parts: int, left: int, clock: datetime
    ) -> Job | None:
        if account.trouble and (account.trouble != "quota_spent" or not job.parcel.reply_token):
            accounts.note_trouble(account, "", now=self._now())
        if not left:
            for row in rows:
                row.parts_sent += parts
                outbox.settle(row, Delivery.SENT, now=self._now())
            return None
        (row,) = rows
        row.parts_sent, row.ambiguous, row.marked = row.parts_sent + parts, False, False
        row.state, row.leased_until = Delivery.WAITING, clock + self._lease
        if account.platform == Platform.LINE:
            row.reply_token_sealed, row.pushed = None, True
        if settle_unwanted(session, row, point_of(session, row), account, now=self._now()):
            return None
        parcel = Parcel(job.parcel.address, job.parcel.replies, job.parcel.retry_key, first_part=row.parts_sent)
        return Job(job.holder, job.outgoing, job.custodian, job.credentials, parcel)

    def _refused(self, session: Session, rows: list[Outgoing], refusal: Refused) -> None:
        for row in rows:
            outbox.settle(row, Delivery.FAILED, now=self._now(), reason=refusal.reason)
        if refusal.blocked:
            reach.lose(session, point_of(session, rows[0]), now=self._now())

    def _later(self, row: Outgoing, outcome: Later, clock: datetime) -> None:
        doubtful = row.pushed and outcome.reason in ("no_answer", "platform_error")
        if doubtful and clock - _written_at(row) > _KEY_LIFE:
            outbox.settle(row, Delivery.FAILED, now=self._now(), reason="unsure")
            return
        if outcome.trouble == "quota_spent":
            # Refused for sure, so it may also go by the reply token of the person's next word.
            row.pushed = False
        factor = 2 ** min(row.attempts - 1, 7) if outcome.grows else 1
        seconds = min(outcome.seconds * factor, max(outcome.seconds, _LONGEST_PAUSE))
        outbox.try_again(row, at=clock + timedelta(seconds=seconds), ambiguous=False, reason=outcome.reason)

    def _unsure(self, row: Outgoing, job: Job, outcome: Unsure, clock: datetime) -> None:
        if row.callback_id:
            outbox.settle(row, Delivery.SENT, now=self._now())
            return
        if job.credentials.platform == Platform.LINE:
            if row.crisis:
                # Nobody in danger waits for a token to tell whether it was used: once more at once, and marked.
                row.ambiguous = True
                push_next(row)
                return
        elif job.parcel.marked:
            # Said again once already. Silence a second time: enough, unless somebody is in danger.
            most = _TRIES_IN_DANGER if row.crisis else 0 if outcome.silent else _TRIES_AFTER_ERRORS
            if row.attempts >= most:
                outbox.settle(row, Delivery.FAILED, now=self._now(), reason="unsure")
                return
        seconds = outcome.seconds * 2 ** min(row.attempts - 1, 5)
        outbox.try_again(row, at=clock + timedelta(seconds=seconds), ambiguous=True, reason=outcome.reason)


def _written_at(row: Outgoing) -> datetime:
    # An id is made in real time, also while an operator tries another clock.
    return datetime.fromtimestamp((row.id.int >> 80) / 1000, UTC)
