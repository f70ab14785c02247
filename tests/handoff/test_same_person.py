"""One person on LINE and on Telegram: one conversation, one open case, one silence of the bot, and separable again."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import casefile, cases, conversation, intake, merging, moves, presence, queue, replying, same_person, transcript
from handoff.accounts import Platform
from handoff.cases import Case
from handoff.contacts import ContactPoint
from handoff.merging import CannotJoin, NotJoined, TakenElsewhere
from handoff.moves import NotYours
from handoff.outbox import Outgoing
from handoff.presence import person_present
from handoff.queue import Tab
from handoff.states import Ground
from handoff.transcript import Kind
from resources.journal import JournalEntry
from resources.sealing import Sealer, Unreadable
from tests.desk import Browser, World, compose
from tests.handoff.test_handing_over import actor, taken

Enter = Callable[..., Browser]
LINE, TELEGRAM = "LINEで書いた", "Telegramで書いた"


def pair(world: World, **more: object) -> tuple[uuid.UUID, uuid.UUID]:
    """A case of a person on LINE that 山田 has taken, and one on Telegram that waits."""
    first = world.open_case(LINE, name="はな")
    with world.database.writing(world.town) as session:
        moves.take(session, session.get_one(Case, first), actor=actor(world, "yamada"), now=world.now)
    return first, world.open_case(TELEGRAM, name="はなこ", platform=Platform.TELEGRAM, ago=timedelta(minutes=5), **more)  # type: ignore[arg-type]


def join(world: World, first: uuid.UUID, second: uuid.UUID, name: str = "yamada") -> None:
    with world.database.writing(world.town) as session:
        one, other = session.get_one(Case, first), session.get_one(Case, second)
        merging.join(session, one, other, actor=actor(world, name), now=world.now)


def point_of(world: World, case_id: uuid.UUID) -> ContactPoint:
    with world.database.reading(world.town) as session:
        contact = session.get_one(Case, case_id).contact_id
        return session.scalars(select(ContactPoint).where(ContactPoint.contact_id == contact)).one()


def _written(session: Session) -> list[str]:
    acts = select(JournalEntry.act).where(JournalEntry.subject_kind == "case").order_by(JournalEntry.id)
    return list(session.scalars(acts))


def write(world: World, point: ContactPoint, words: str) -> None:
    """Let the resident write, as a turn of the bot does."""
    with world.database.writing(world.town) as session:
        here = session.get_one(ContactPoint, point.id)
        transcript.hear(session, here, words, kind=Kind.TEXT, said_at=world.clock(), now=world.clock())
        intake.written(session, here.contact_id, now=world.clock())


def test_both_conversations_are_read_in_time_order_with_their_channel(world: World) -> None:
    first, second = pair(world)
    join(world, first, second)
    write(world, point_of(world, first), "またLINEで")
    with world.database.reading(world.town) as session:
        case = session.get_one(Case, first)
        lines = [(line.words, line.channel) for line in conversation.lines(session, case) if line.side == "resident"]
        assert lines == [(LINE, "LINE"), (TELEGRAM, "Telegram"), ("またLINEで", "LINE")]
        assert casefile.called(session, case) == "はな"
        assert _written(session) == ["case.linked"]


def test_the_second_case_ends_as_a_duplicate_and_its_waiting_goes_on_in_the_one(world: World) -> None:
    first, second = pair(world, topics=["debt"], crisis="self_harm")
    waited = world.read_case(second).waiting_since
    with world.database.writing(world.town) as session:
        session.get_one(Case, first).waiting_since = None
    join(world, first, second)
    one, other = world.read_case(first), world.read_case(second)
    assert (other.state, other.outcome, other.waiting_since) == ("closed", "duplicate", None)
    assert (one.waiting_since, one.topics, one.crises, one.need) == (waited, ["debt"], ["self_harm"], cases.DANGER)


def test_the_bot_is_silent_on_both_and_a_message_on_either_waits_in_the_one_open_case(world: World) -> None:
    first, second = pair(world)
    telegram = point_of(world, second)
    with world.database.writing(world.town) as session:
        assert not person_present(session, telegram.contact_id, now=world.now).present
    join(world, first, second)
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, first)
        case.waiting_since = None
        here = person_present(session, telegram.contact_id, now=world.now)
        assert (here.owner_name, here.present) == ("山田", True)
        presence.step_away(session, case, actor=actor(world, "yamada"), now=world.now)
        assert person_present(session, telegram.contact_id, now=world.now).away
        presence.absence_told(session, telegram.contact_id, now=world.now)
        assert case.absence_told_at is not None
    world.offset = timedelta(minutes=3)
    write(world, telegram, "Telegramから")
    assert world.read_case(first).waiting_since == world.clock() and world.read_case(second).waiting_since is None
    with world.database.reading(world.town) as session:
        mine = queue.rows(session, actor(world, "yamada"), Tab.UNREAD, now=world.clock())
        assert [row.case.id for row in mine] == [first]
        assert [row.case.id for row in queue.rows(session, actor(world, "yamada"), Tab.WAITING, now=world.clock())] == []


def test_a_new_matter_on_the_second_channel_joins_the_one_case_and_opens_no_other(world: World) -> None:
    first, second = pair(world)
    join(world, first, second)
    point = point_of(world, second)
    with world.database.writing(world.town) as session:
        here = session.get_one(ContactPoint, point.id)
        found = cases.open_case(
            session, here, ground=Ground.REQUEST, route="handoff", now=world.now, desk=None, routing_reason="", topics=["food"]
        )
        assert (found.id, found.topics, found.point_id) == (first, ["food"], point.id)
        case = session.get_one(Case, first)
        moves.close(session, case, cases.Outcome.INFORMED, actor=actor(world, "yamada"), now=world.now)
    write(world, point, "もう一度")
    assert world.read_case(first).state == "waiting" and world.read_case(second).state == "closed"


def test_a_reply_goes_where_the_person_wrote_last_unless_another_place_is_chosen(world: World) -> None:
    first, second = pair(world)
    join(world, first, second)
    line, telegram = point_of(world, first), point_of(world, second)
    write(world, telegram, "いまはTelegramです")
    for at, expected in ((None, telegram.id), (line.id, line.id)):
        with world.database.writing(world.town) as session:
            sent = replying.reply(
                session, session.get_one(Case, first), "お返事です", key=uuid.uuid4().hex, actor=actor(world, "yamada"),
                compose=compose, now=world.now, at=at,
            )  # fmt: skip
            assert sent is not None and sent.point_id == expected
    with world.database.reading(world.town) as session:
        assert {row.contact_id for row in session.scalars(select(Outgoing))} == {line.contact_id, telegram.contact_id}
        case = session.get_one(Case, first)
        assert len(conversation.marks(session, case)) == 2


def test_separated_again_each_has_its_own_words_case_and_bot(world: World) -> None:
    first, second = pair(world)
    join(world, first, second)
    line, telegram = point_of(world, first), point_of(world, second)
    write(world, telegram, "まとめたあとのことば")
    with world.database.writing(world.town) as session:
        merging.part(session, session.get_one(Case, first), telegram.contact_id, actor=actor(world, "yamada"), now=world.now)
    with world.database.reading(world.town) as session:
        one, other = session.get_one(Case, first), session.get_one(Case, second)
        assert [row.words for row in conversation.lines(session, one)] == [LINE]
        assert [row.words for row in conversation.lines(session, other)] == [TELEGRAM, "まとめたあとのことば"]
        assert (other.state, other.owner_id) == ("waiting", None)
        assert not person_present(session, telegram.contact_id, now=world.now).present
        assert person_present(session, line.contact_id, now=world.now).present
        assert _written(session) == ["case.linked", "case.unlinked"]
    with world.database.writing(world.town) as session, pytest.raises(NotJoined):
        merging.part(session, session.get_one(Case, first), telegram.contact_id, actor=actor(world, "yamada"), now=world.now)


def test_what_may_not_be_put_together_is_refused(world: World) -> None:
    first, second = pair(world)
    walled = world.open_case("カナリア", desk_id=world.violence_desk_id, crisis="dv", walled=True)
    others = taken(world, "sato")
    for other, refusal in ((walled, CannotJoin), (first, CannotJoin), (others, TakenElsewhere)):
        with pytest.raises(refusal):
            join(world, first, other)
    with pytest.raises(NotYours):
        join(world, first, second, "sato")
    join(world, first, second)
    with pytest.raises(CannotJoin):
        join(world, first, second)


def test_an_ended_case_that_is_hidden_from_me_keeps_its_conversation_apart(world: World) -> None:
    first, second = pair(world)
    with world.database.writing(world.town) as session:
        hidden = session.get_one(Case, second)
        hidden.walled, hidden.desk_id, hidden.state = True, world.violence_desk_id, cases.CaseState.CLOSED
        point = session.get_one(ContactPoint, hidden.point_id)
        desk = session.get(cases.Desk, world.desk_id)
        later = cases.open_case(
            session, point, ground=Ground.REQUEST, route="handoff", now=world.now, desk=desk, routing_reason=""
        ).id
    with pytest.raises(CannotJoin):
        join(world, first, later)


def test_letting_go_of_the_keys_of_everybody_leaves_nothing_to_read(world: World, sealer: Sealer) -> None:
    first, second = pair(world)
    join(world, first, second)
    with world.database.reading(world.town) as session:
        for contact in same_person.everybody(session, world.read_case(first).contact_id):
            sealer.forget(contact)
        for message in session.scalars(select(transcript.Message)):
            with pytest.raises(Unreadable):
                transcript.words(session, message)


def test_the_pages_find_compare_join_and_separate(small_world: World, enter_small: Enter) -> None:
    first, second = pair(small_world)
    world, path, page = small_world, f"/desk/cases/{first}", enter_small("yamada")
    hidden = world.open_case("カナリア", name="はなこ", desk_id=world.violence_desk_id, crisis="dv", walled=True)
    page.get(f"{path}/same")
    found = page.post(f"{path}/same", sought="はなこ").text
    assert str(second) in found and str(hidden) not in found
    side_by_side = page.post(f"{path}/same", other=str(second)).text
    assert LINE in side_by_side and TELEGRAM in side_by_side and "Telegram" in side_by_side
    assert "カナリア" not in page.post(f"{path}/same", other=str(hidden)).text
    assert page.post(f"{path}/join", other=str(hidden)).status_code == 409
    assert page.post(f"{path}/join", other=str(second)).headers["location"] == f"{path}?said=joined"
    shown = page.get(path).text
    assert TELEGRAM in shown and "どこに送るか" in shown
    assert LINE not in page.get(f"/desk/cases/{second}").text
    contact = str(point_of(world, second).contact_id)
    assert page.post(f"{path}/part", contact=contact).headers["location"] == f"{path}?said=parted"
    assert TELEGRAM not in page.get(path).text
    assert page.post(f"{path}/part", contact=contact).status_code == 409
