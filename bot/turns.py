"""One thing heard, one turn: the message, the next step and its answer are stored together or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import conversations, hearing, reply
from bot.channels import browser, line_webhook, telegram_webhook
from bot.channels.base import Act, Heard
from bot.clock import Clock
from bot.dialogue.turn import Tools, Turn
from bot.failpoints import Failpoints
from bot.reply import Reply
from handoff import accounts, cases, contacts, inbox, outbox, reach, taking_back, transcript
from handoff.accounts import Account, Platform
from handoff.contacts import Contact, ContactPoint
from handoff.inbox import InboundEvent
from handoff.outbox import Bubble
from handoff.presence import person_present
from handoff.transcript import Author, Kind, Message
from resources.db import EVERYWHERE, Database, database_clock
from resources.places import Municipality

Answer = Callable[[Turn], Reply | None]
LEASE: Final = timedelta(seconds=30)

READERS: Final[Mapping[Platform, Callable[..., Heard]]] = {
    Platform.LINE: line_webhook.understand,
    Platform.TELEGRAM: telegram_webhook.understand,
    Platform.BROWSER: browser.understand,
    Platform.TERMINAL: browser.understand,
}


@dataclass(frozen=True)
class Farewell:
    """A group to explain ourselves to and to leave; the event is finished when that has been done."""

    event_id: uuid.UUID
    account_id: uuid.UUID
    custodian: str
    worker: str
    group: str
    invited: bool
    reply: Reply | None
    reply_token: str


class Turns:
    """Takes stored events one at a time per person and answers each in one transaction."""

    def __init__(
        self,
        database: Database,
        *,
        answer: Answer,
        apologise: Answer,
        tools: Callable[[], Tools | Any],
        now: Clock,
        failpoints: Failpoints,
        farewell: Callable[[Farewell], None],
    ) -> None:
        """`answer` is the dialogue, which uses `tools`; `apologise` is said when a message broke it three times."""
        self._database = database
        self._answer = answer
        self._apologise = apologise
        self._tools = tools
        self._now = now
        self._failpoints = failpoints
        self._farewell = farewell

    def take_one(self, worker: str) -> bool:
        """Claim and work through one event; False when nothing was there to do."""
        with self._database.reading(EVERYWHERE) as session:
            if not inbox.anything_waits(session):
                return False
        with self._database.writing(EVERYWHERE) as session:
            event = inbox.claim(session, worker=worker, clock=database_clock(session), lease=LEASE)
            if event is None:
                return False
            event_id, custodian, attempts = event.id, event.custodian, event.attempts
        if attempts > inbox.TRIES:
            self._give_up(event_id, custodian, worker)
        else:
            self._turn(event_id, custodian, worker)
        return True

    def release(self, worker: str, *, blameless: bool) -> None:
        """Give back what a failed turn held; `blameless` when the database failed, not the message."""
        with self._database.writing(EVERYWHERE) as session:
            inbox.release_all(session, worker=worker, clock=database_clock(session), blameless=blameless)

    def _turn(self, event_id: uuid.UUID, custodian: str, worker: str) -> None:
        with self._database.writing(custodian) as session:
            event = inbox.hold(session, event_id, worker=worker)
            if event is None:
                return
            account = accounts.by_id(session, event.account_id)
            heard = READERS[Platform(account.platform)](inbox.payload(session, event), received_at=event.received_at)
            if heard.act is not Act.GROUP:
                self._work(session, account, event, heard)
                inbox.finish(event)
            self._failpoints.at("in_turn_before_commit")
        if heard.act is Act.GROUP:
            self._farewell(self._farewell_to(heard, event_id, account, worker))
            return
        self._failpoints.at("after_turn_commit")

    def _work(self, session: Session, account: Account, event: InboundEvent, heard: Heard) -> None:
        now = self._now()
        if heard.act in (Act.SPEAK, Act.FOLLOW, Act.EDIT):
            point = contacts.meet(session, account, heard.address or f"{hearing.NAMELESS}{event.id.hex}", now=now)
            reach.regain(session, point, now=now)
            hearing.keep_means(session, point, heard)
            self._hear(session, account, point, event, heard, now)
            return
        known = reach.find_point(session, account, heard.address) if heard.address else None
        if heard.act is Act.UNFOLLOW and known is not None:
            reach.lose(session, known, now=now)
        elif heard.act is Act.UNSEND and heard.platform_id:
            self._unsend(session, account, event, heard, known, now)

    def _hear(
        self, session: Session, account: Account, point: ContactPoint, event: InboundEvent, heard: Heard, now: datetime
    ) -> None:
        if heard.act is Act.EDIT:
            self._edit(session, account, point, event, heard, now)
            return
        message: Message | None = None
        if heard.act is Act.SPEAK:
            heard = hearing.with_label(session, point, heard)
            message = hearing.write_down(session, point, event, heard, now=now)
            if message is None:
                return
        before = cases.latest_of(session, point.contact_id)
        opened_before = (before.id, before.state) if before else None
        turn = self._make_turn(session, account, point, heard, message, now)
        greeted_before = turn.conversation.greeted_at
        if not heard.may_answer:
            return
        self._failpoints.at("in_turn_before_assess")
        said = self._answer(turn)
        after = cases.latest_of(session, point.contact_id)
        opened = after is not None and (after.id, after.state) != opened_before
        if opened:
            self._failpoints.at("in_handoff_before_commit")
        if said is not None:
            lasting = opened or turn.conversation.greeted_at != greeted_before
            self._say(session, turn, event, said, lasting=lasting)

    def _edit(
        self, session: Session, account: Account, point: ContactPoint, event: InboundEvent, heard: Heard, now: datetime
    ) -> None:
        """Store the new words; they get an answer of their own only when danger is heard in them."""
        message = transcript.find_by_platform_id(session, point, heard.platform_id)
        if message is None:
            message = hearing.store(session, point, event, heard, now=now)
            message.edited_at = now
        elif message.withdrawn_at is not None or message.erased_at is not None:
            return
        else:
            message = taking_back.change(session, point, message, heard.words, now=now)
        session.flush()
        if not heard.may_answer:
            return
        trial = session.begin_nested()
        turn = self._make_turn(session, account, point, heard, message, now)
        said = self._answer(turn)
        if said is None or not said.crisis:
            trial.rollback()
            return
        trial.commit()
        self._say(session, turn, event, said, lasting=False)

    def _unsend(
        self,
        session: Session,
        account: Account,
        event: InboundEvent,
        heard: Heard,
        point: ContactPoint | None,
        now: datetime,
    ) -> None:
        if point is None:
            event.about = transcript.platform_index(session, account.custodian, account.id, heard.platform_id)
            return
        erased = taking_back.take_back(session, point, event, heard.platform_id, now=now)
        if erased:
            # The next step may remember what was searched for: those were the resident's words too.
            conversation = conversations.of_point(session, point, now=now)
            conversations.remember(session, conversation, "listening", {}, now=now)

    def _make_turn(
        self,
        session: Session,
        account: Account,
        point: ContactPoint,
        heard: Heard,
        message: Message | None,
        now: datetime,
    ) -> Turn:
        return Turn(
            session=session,
            account=account,
            point=point,
            contact=session.scalars(select(Contact).where(Contact.id == point.contact_id)).one(),
            conversation=conversations.of_point(session, point, now=now),
            heard=heard,
            message=message,
            now=now,
            town=session.get_one(Municipality, account.custodian),
            presence=person_present(session, point.contact_id, now=now),
            tools=self._tools(),
        )

    def _say(self, session: Session, turn: Turn, event: InboundEvent, said: Reply, *, lasting: bool) -> None:
        if turn.presence is not None and turn.presence.present and not said.crisis:
            return
        outbox.withdraw_unsent(session, turn.contact.id, "newer")
        outbox.say(
            session,
            turn.point,
            body=reply.to_json(said),
            bubbles=[Bubble(Kind.CARD if bubble.cards else Kind.TEXT, bubble.words) for bubble in said.bubbles],
            author=Author.BOT,
            now=turn.now,
            event_id=event.id,
            crisis=said.crisis,
            confidential=said.confidential,
            lasting=lasting,
        )

    def _give_up(self, event_id: uuid.UUID, custodian: str, worker: str) -> None:
        """Park an event that broke its turn again and again; then, in a transaction of its own, tell the resident."""
        with self._database.writing(custodian) as session:
            event = inbox.hold(session, event_id, worker=worker)
            if event is None:
                return
            inbox.set_aside(event, "tries")
        with self._database.writing(custodian) as session:
            event = session.scalars(select(InboundEvent).where(InboundEvent.id == event_id)).one()
            account = accounts.by_id(session, event.account_id)
            heard = READERS[Platform(account.platform)](inbox.payload(session, event), received_at=event.received_at)
            if heard.act is not Act.SPEAK or not heard.address or not heard.may_answer:
                return
            now = self._now()
            point = contacts.meet(session, account, heard.address, now=now)
            hearing.keep_means(session, point, heard)
            if heard.platform_id:
                event.about = transcript.platform_index(session, account.custodian, account.id, heard.platform_id)
            hearing.store(session, point, event, heard, now=now)
            turn = self._make_turn(session, account, point, heard, None, now)
            said = self._apologise(turn)
            if said is not None:
                self._say(session, turn, event, said, lasting=True)

    def _farewell_to(self, heard: Heard, event_id: uuid.UUID, account: Account, worker: str) -> Farewell:
        """Ask the dialogue for the explanation in a transaction that leaves nothing behind: a group is no contact."""
        with self._database.rehearsing(account.custodian) as session:
            point = contacts.meet(session, account, heard.group, now=self._now())
            again = accounts.by_id(session, account.id)
            turn = self._make_turn(session, again, point, heard, None, self._now())
            said = self._answer(turn) if turn.town.relay is not None and heard.may_answer else None
        return Farewell(
            event_id, account.id, account.custodian, worker, heard.group, heard.first, said, heard.reply_token
        )
