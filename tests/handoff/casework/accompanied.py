"""What tests of accompaniment arrange: a case that is worked on, an agreement, and the question as the bot asks it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.dialogue import checking_in
from bot.texts import Texts
from handoff import moves
from handoff.cases import Case
from handoff.casework import agreeing, due_check_ins
from handoff.casework.agreeing import Wish
from handoff.casework.check_ins import CheckIn, CheckInPlan
from handoff.casework.rhythm import Rhythm
from handoff.casework.tasks import Origin, Task
from handoff.casework.tasks import words as words_of
from handoff.contacts import ContactPoint
from handoff.outbox import Outgoing
from handoff.states import Delivery
from handoff.transcript import Author, Message
from resources.access import Actor, actor_for
from resources.slots import JAPAN
from resources.staff import Staff
from tests.desk import World

TEXTS = Texts.load()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def actor_of(world: World, name: str = "yamada") -> Actor:
    with world.database.reading() as session:
        return actor_for(session, session.get_one(Staff, world.people[name]))


def taken(world: World, *, here: bool = False, **more: object) -> uuid.UUID:
    """A case 山田 works on, by default without sitting in the conversation."""
    case_id = world.open_case("このごろ眠れません", **more)  # type: ignore[arg-type]
    with world.database.writing(world.town) as session:
        case = moves.take(session, session.get_one(Case, case_id), actor=actor_of(world), now=world.now)
        case.present = here
    return case_id


def weekly(world: World, **more: object) -> Rhythm:
    """Every week on the weekday after tomorrow, from ten to twelve."""
    first = (world.clock() + 2 * DAY).astimezone(JAPAN).date()
    values: dict[str, object] = {"every": 7, "opens": 10, "closes": 12, "first": first, "weekday": first.weekday(), **more}
    return Rhythm(**values)  # type: ignore[arg-type]


def agree(
    world: World,
    case_id: uuid.UUID,
    rhythm: Rhythm | None = None,
    *,
    within: int = 3,
    name: str = "yamada",
    words: str = "本人の希望",
) -> uuid.UUID:
    with world.database.writing(world.town) as session:
        wish = Wish(rhythm or weekly(world), within, words)
        case = session.get_one(Case, case_id)
        plan = agreeing.agree(session, case, wish, replaces=None, key="", actor=actor_of(world, name), now=world.clock())
        assert plan is not None
        return plan.id


def plan_of(world: World, plan_id: uuid.UUID) -> CheckInPlan:
    with world.database.reading(world.town) as session:
        return session.scalars(select(CheckInPlan).where(CheckInPlan.id == plan_id)).one()


def next_at(world: World, plan_id: uuid.UUID) -> datetime:
    at = plan_of(world, plan_id).next_at
    assert at is not None
    return at


def ask(session: Session, point: ContactPoint, now: datetime) -> Outgoing:
    return checking_in.ask(session, point, now, texts=TEXTS)


def run(world: World, at: datetime) -> int:
    return due_check_ins.due(world.database, at, ask=ask)


def check_ins(world: World) -> list[CheckIn]:
    with world.database.reading(world.town) as session:
        return list(session.scalars(select(CheckIn).order_by(CheckIn.made_at, CheckIn.id)))


def questions(world: World) -> list[str]:
    """What the machine asked, as the transcript has it."""
    with world.database.reading(world.town) as session:
        found = session.scalars(select(Message).where(Message.author == Author.BOT).order_by(Message.id))
        return [str(one.outgoing_id) for one in found]


def arrive(world: World, state: Delivery = Delivery.SENT) -> None:
    """Let everything that was said arrive, or not."""
    with world.database.writing(world.town) as session:
        session.execute(update(Outgoing).values(state=state).execution_options(synchronize_session=False))


def to_do(world: World, origin: Origin = Origin.CHECK_IN) -> list[str]:
    """The open tasks of accompaniment, in the words of the desk."""
    with world.database.reading(world.town) as session:
        query = select(Task).where(Task.origin == origin, Task.done_at.is_(None)).order_by(Task.id)
        return [words_of(session, task) for task in session.scalars(query)]


def plans(world: World) -> int:
    """How many agreements there are."""
    with world.database.reading(world.town) as session:
        return session.scalar(select(func.count()).select_from(CheckInPlan)) or 0
