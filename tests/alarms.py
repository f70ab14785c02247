"""Alarms for tests: who is named, a danger told in the night, and what went out to whom."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import alarms, alert_contacts, climbing, outbox
from handoff.alarms import Alert
from handoff.alert_contacts import AlertContact
from handoff.cases import Case, CaseEvent, point_of
from handoff.duty import Duty, Watch
from handoff.transcript import Author, Kind
from resources.alerts import Alerting, Endpoint, Letter, Recording
from resources.db import EVERYWHERE, new_id
from tests.desk import World

WAYS = tuple(Endpoint(name, f"json://127.0.0.1/{name}") for name in ("toban", "kakaricho", "kacho"))
NIGHT = timedelta(hours=12)  # after the Tuesday morning of the tests: 22:05


class Post:
    """The ways out of a test, and what residents were told."""

    def __init__(self, world: World, broken: Sequence[str] = ()) -> None:
        self.world = world
        self.alerter = Recording(WAYS, broken=broken)
        self.told: list[uuid.UUID] = []

    @property
    def alerting(self) -> Alerting:
        return Alerting(self.alerter, lambda town, link: Letter(town, link), lambda town, name: Letter(town, name), "https://x")

    def climb(self, minutes: float) -> None:
        """Look for what is due so many minutes after the beginning."""
        now = self.world.now + NIGHT + timedelta(minutes=minutes)
        climbing.climb(self.world.database, now, alerting=self.alerting, tell=self._tell)

    def called(self) -> list[str]:
        """Whom an alert reached, in order."""
        return [name for names, _ in self.alerter.sent for name in names]

    def link(self, at: int = 0) -> str:
        """The secret of the link that went out."""
        return self.alerter.sent[at][1].body.rsplit("/", 1)[1]

    def _tell(self, session: Session, case: Case, now: datetime) -> uuid.UUID:
        self.told.append(case.id)
        said = outbox.say(
            session, point_of(session, case), body="{}", bubbles=[outbox.Bubble(Kind.TEXT, "いま読んでいません")],
            author=Author.BOT, now=now, crisis=True,
        )  # fmt: skip
        return said.id


def appoint(world: World, *roles: str, crisis: str = "self_harm", watch: Watch = Watch.OUTSIDE) -> None:
    """Name who is alerted, in order; contacts that are there already are used again."""
    with world.database.writing() as session:
        known = {one.name: one for one in alert_contacts.of_town(session, world.town)}
        for name in roles:
            if name and name not in known:
                known[name] = AlertContact(
                    id=new_id(), municipality_code=world.town, name=name, endpoints=[name], changed_at=world.now
                )
                session.add(known[name])
        ids = [known[name].id if name else None for name in roles] + [None] * (3 - len(roles))
        session.add(
            Duty(
                municipality_code=world.town, crisis=crisis, watch=watch, role=next(filter(None, roles), ""),
                decided_at=world.now, contact_id=ids[0], deputy_id=ids[1], head_id=ids[2],
            )
        )  # fmt: skip


def danger(world: World, crisis: str = "self_harm", minutes: float = 0, case_id: uuid.UUID | None = None) -> uuid.UUID:
    """Let somebody tell of a danger in the night."""
    case_id = case_id or world.open_case("もう消えてしまいたい", crisis=crisis, ago=-NIGHT)
    again(world, case_id, crisis, minutes)
    return case_id


def again(world: World, case_id: uuid.UUID, crisis: str, minutes: float) -> bool:
    """Let the danger of a case be told again; says whether that begins an alarm."""
    with world.database.writing(world.town) as session:
        now = world.now + NIGHT + timedelta(minutes=minutes)
        return alarms.begin(session, session.get_one(Case, case_id), crisis, now=now) is not None


def states(world: World, case_id: uuid.UUID) -> tuple[list[str], list[str]]:
    """Where the alarms of a case and their steps stand."""
    with world.database.reading(EVERYWHERE) as session:
        steps = select(Alert.state).where(Alert.case_id == case_id).order_by(Alert.id)
        return [one.state for one in alarms.of_cases(session, [case_id])], list(session.scalars(steps))


def events(world: World, case_id: uuid.UUID) -> list[str]:
    """What happened to a case, in codes."""
    with world.database.reading(EVERYWHERE) as session:
        query = select(CaseEvent.move).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
        return list(session.scalars(query))


def acknowledge(world: World, post: Post, at: int = 0, minutes: float = 1) -> bool:
    """Press the button behind a link that went out; says whether that was first."""
    now = world.now + NIGHT + timedelta(minutes=minutes)
    with world.database.writing(world.town) as session:
        alarm, alert = alarms.by_link(session, post.link(at), now=now)
        return alarms.acknowledge(session, session.get_one(Case, alarm.case_id), now=now, alert=alert)
