"""The written side of sending: what goes next, and how it ended; each in a short transaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.channels.base import Delivered, Later, Outcome, Parcel, Refused, TokenDead, Unsure
from bot.clock import Clock
from bot.preparing import LEASE, Job, Moment, point_of, prepare, push_next, settle_unwanted
from handoff import accounts, dispatch, outbox, reach, relay
from handoff.accounts import Account, Platform
from handoff.outbox import Outgoing
from handoff.relay import Surface
from handoff.states import Delivery
from resources.db import EVERYWHERE, Database, database_clock

_LONGEST_PAUSE: Final = 120.0
# LINE remembers a retry key for 24 hours; after that a repeat could reach the person twice.
_KEY_LIFE: Final = timedelta(hours=23)
_TRIES_IN_DANGER: Final = 6
_TRIES_AFTER_ERRORS: Final = 10


class Deliveries:
    """Takes deliveries out of the outbox and writes down how they ended; each in a short transaction."""

    def __init__(self, database: Database, *, worker: str, now: Clock, wall: Clock) -> None:
        """`now` is the product's clock, `wall` the real one by which reply tokens die."""
        self._database = database
        self._worker = worker
        self._now = now
        self._wall = wall

    def claim(self, limit: int) -> list[Job]:
        """Take up to `limit` deliveries that may go now."""
        with self._database.reading(EVERYWHERE) as session:
            if not dispatch.anything_due(session, clock=database_clock(session)):
                return []
        with self._database.writing(EVERYWHERE) as session:
            clock = database_clock(session)
            heads = dispatch.claim(session, worker=self._worker, clock=clock, lease=LEASE, limit=limit)
            at = Moment(self._worker, self._now(), self._wall(), clock)
            return [job for head in heads if (job := prepare(session, head, at))]

    def still_wanted(self, job: Job) -> bool:
        """Look once more right before sending, after a wait: a person may have come into the conversation."""
        with self._database.writing(job.custodian) as session:
            rows = self._rows(session, job)
            for row in rows:
                point = point_of(session, row)
                settle_unwanted(session, row, point, accounts.by_id(session, point.account_id), now=self._now())
            return bool(rows) and all(row.state == Delivery.SENDING for row in rows)

    def record(self, job: Job, outcome: Outcome) -> Job | None:
        """Write down how a step went; returns the next step of the same delivery when there is one."""
        with self._database.writing(job.custodian) as session:
            rows = self._rows(session, job)
            if not rows:
                return None
            clock = database_clock(session)
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

    def broken(self, job: Job) -> None:
        """A delivery broke our own program: try again a few times, then show it to the desk as failed."""
        with self._database.writing(job.custodian) as session:
            for row in self._rows(session, job):
                if row.attempts >= _TRIES_AFTER_ERRORS:
                    outbox.settle(row, Delivery.FAILED, now=self._now(), reason="broken")
                else:
                    at = database_clock(session) + timedelta(seconds=5 * row.attempts)
                    outbox.try_again(row, at=at, ambiguous=not row.pushed, reason="broken")

    def release_held(self, session: Session) -> None:
        """Let go what was kept until the town had chosen where it may be said, if it has chosen by now."""
        for row in dispatch.held_back(session):
            account = accounts.by_id(session, point_of(session, row).account_id)
            if relay.surface_for(session, account, row) is Surface.CHANNEL:
                row.state, row.reason = Delivery.WAITING, ""

    def _rows(self, session: Session, job: Job) -> list[Outgoing]:
        found = [dispatch.held_by(session, key, worker=self._worker) for key in job.outgoing]
        return [row for row in found if row is not None]

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
        row.leased_until = clock + LEASE
        if account.platform == Platform.LINE:
            row.reply_token_sealed, row.pushed = None, True
        if settle_unwanted(session, row, point_of(session, row), account, now=self._now()):
            return None
        parcel = Parcel(job.parcel.address, job.parcel.replies, job.parcel.retry_key, first_part=row.parts_sent)
        return Job(job.outgoing, job.custodian, job.credentials, parcel)

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
