"""What is to be done and what a person carries: counted by hand, finished once, and nothing of another lane or desk."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from handoff import cases, outbox
from handoff.cases import Case, CaseEvent, point_of
from handoff.casework import agenda, course, lanes, records, tasks
from handoff.casework.agenda import Workload
from handoff.casework.records import Means, Party, Written
from handoff.casework.tasks import AlreadyDone, Doer, Task
from handoff.spoken import Manner, note_down
from handoff.spoken import Means as Spoken
from handoff.states import CaseState, Delivery, NotAllowed, Outcome
from handoff.transcript import Author, Kind
from resources.access import Actor, actor_for
from resources.staff import Role, Staff
from tests.desk import Browser, World
from tests.handoff.test_desk_queries import statements

Enter = Callable[..., Browser]
TODAY = date(2026, 11, 24)  # a Tuesday


def actor(world: World, name: str) -> Actor:
    with world.database.reading() as session:
        return actor_for(session, session.get_one(Staff, world.people[name]))


def owned(world: World, name: str = "yamada", state: CaseState = CaseState.TAKEN, *, days: int = 20) -> uuid.UUID:
    case_id = world.open_case("相談", ago=timedelta(days=days), name="はな")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        case.owner_id, case.state = world.people[name], state
        case.outcome = Outcome.INFORMED if state is CaseState.CLOSED else None
    return case_id


def to_do(world: World, case_id: uuid.UUID, words: str, due: int | None, doer: Doer, lane: str = lanes.SHARED) -> uuid.UUID:
    with world.database.writing(world.town) as session:
        case, due_on = session.get_one(Case, case_id), None if due is None else TODAY + timedelta(days=due)
        return tasks.add(session, case, words, now=world.now, by=None, doer=doer, due_on=due_on, lane=lane).id


def called(world: World, case_id: uuid.UUID, days: int, manner: Manner = Manner.OUT) -> None:
    with world.database.writing(world.town) as session:
        note_down(
            session, session.get_one(Case, case_id), "話しました", means=Spoken.CALL, manner=manner,
            actor=actor(world, "sato"), now=world.now - timedelta(days=days),
        )  # fmt: skip


def replied(world: World, case_id: uuid.UUID, days: int, state: Delivery, author: Author = Author.STAFF) -> None:
    at = world.now - timedelta(days=days)
    with world.database.writing(world.town) as session:
        point = point_of(session, session.get_one(Case, case_id))
        said = outbox.say(
            session, point, body="{}", bubbles=[outbox.Bubble(Kind.TEXT, "返事")], author=author,
            staff_id=world.people["yamada"] if author is Author.STAFF else None, now=at,
        )  # fmt: skip
        outbox.settle(said, state, now=at)


def recorded(world: World, case_id: uuid.UUID, days: int, party: Party, *, lane: str = lanes.SHARED) -> uuid.UUID:
    with world.database.writing(world.town) as session:
        written = Written(Means.INTERVIEW, world.now - timedelta(days=days), "話しました", party)
        case, by = session.get_one(Case, case_id), actor(world, "yamada")
        return records.add(session, case, written, actor=by, now=world.now, lane=lane).entry_id


def workload(world: World, name: str = "yamada") -> Workload:
    with world.database.reading(world.town) as session:
        return agenda.gather(session, actor=actor(world, name), now=world.now).workload


def test_what_a_person_carries_is_what_a_hand_counts(small_world: World) -> None:
    world, me = small_world, Doer(staff_id=small_world.people["yamada"])
    a, b, c = owned(world), owned(world), owned(world, state=CaseState.REFERRED)
    d, e = owned(world, days=30), owned(world, state=CaseState.CLOSED)
    other = owned(world, "sato")
    replied(world, a, 3, Delivery.SENT), replied(world, a, 1, Delivery.FAILED), replied(world, a, 0, Delivery.SENT, Author.BOT)
    called(world, b, 10), called(world, b, 1, Manner.MISSED)
    recorded(world, c, 5, Party.RESIDENT), recorded(world, c, 2, Party.OTHER), recorded(world, c, 1, Party.MISSED)
    called(world, e, 1), called(world, other, 1)
    to_do(world, a, "昨日まで", -1, me), to_do(world, b, "今日", 0, Doer(desk_id=world.desk_id))
    to_do(world, c, "日曜", 5, Doer(outside="社協 高橋")), to_do(world, c, "来週", 6, me), to_do(world, c, "いつか", None, Doer())
    to_do(world, other, "佐藤さんの", 0, Doer(staff_id=world.people["sato"]))
    to_do(world, other, "だれかの", 0, Doer(outside="x"))
    found = workload(world)
    assert found.by_state == [("対応中", 3), ("つなぎ中", 1)] and (found.late, found.this_week) == (1, 2)
    assert [(one.case.id, one.days, one.last is None) for one in found.carried] == [
        (d, 30, True), (b, 10, False), (c, 5, False), (a, 3, False)
    ]  # fmt: skip
    assert [one.case.id for one in workload(world, "sato").carried] == [other]


def test_a_talk_that_was_corrected_away_is_none(small_world: World) -> None:
    world = small_world
    case_id = owned(world)
    entry_id = recorded(world, case_id, 2, Party.RESIDENT)
    assert [one.days for one in workload(world).carried] == [2]
    with world.database.writing(world.town) as session:
        written = Written(Means.INTERVIEW, world.now - timedelta(days=2), "", Party.MISSED)
        case, by = session.get_one(Case, case_id), actor(world, "yamada")
        course.correct(session, case, entry_id, written, seen=1, actor=by, now=world.now)
    assert [one.last for one in workload(world).carried] == [None]


def test_a_note_that_says_the_person_was_reached_counts(small_world: World, enter_small: Enter) -> None:
    case_id = owned(small_world)
    enter_small("yamada").post(f"/desk/cases/{case_id}/note", note="電話で話しました", reached="yes")
    assert [one.days for one in workload(small_world).carried] == [0]


def test_what_is_to_do_stands_by_day_with_what_is_late_first(small_world: World, enter_small: Enter) -> None:
    world, me = small_world, Doer(staff_id=small_world.people["yamada"])
    case_id, hidden = owned(world), world.open_case("相談", desk_id=world.violence_desk_id, crisis="dv", walled=True)
    for words, due in (("期限なしのこと", None), ("明日のこと", 1), ("遅れたこと", -2), ("今日のこと", 0)):
        to_do(world, case_id, words, due, me)
    to_do(world, hidden, "カナリア", 0, me)
    to_do(world, case_id, "カナリア", 0, me, lane=str(world.violence_desk_id))
    page = enter_small("yamada").get("/desk/tasks").text
    assert "カナリア" not in page and "はなさん" in page
    labels = ["期限を過ぎています（1件）", "今日（1件）", "2026年11月25日（水）（1件）", "期限なし（1件）"]
    assert re.findall(r'id="day-\d"[^>]*>([^<]+)<', page) == labels
    assert [page.index(one) for one in ("遅れたこと", "今日のこと", "明日のこと")] == sorted(
        page.index(one) for one in ("遅れたこと", "今日のこと", "明日のこと")
    )


def test_a_task_is_added_once_given_another_day_and_finished_once(small_world: World, enter_small: Enter) -> None:
    world = small_world
    case_id, owner, colleague = owned(world), enter_small("yamada"), enter_small("sato")
    path = f"/desk/cases/{case_id}"
    assert "まだ決めていません" in owner.get(path).text
    form = {"task": "電話する", "doer": f"desk:{world.desk_id}", "due": "2026-11-23", "key": "t1"}
    for _ in range(2):
        assert owner.post(f"{path}/tasks", **form).headers["location"].endswith("said=task_added")
    with world.database.reading(world.town) as session:
        task = session.scalars(select(Task)).one()
    shown = owner.get(path).text
    assert "2026年11月23日（月）（期限を過ぎています）</b> 電話する（福祉総合相談課）" in shown
    assert owner.post(f"{path}/tasks/{task.id}/due", due="2026-11-27").status_code == 303
    assert "2026年11月27日（金）</b> 電話する" in owner.get(path).text
    assert owner.post(f"{path}/tasks/{task.id}/due", due="いつか").status_code == 409
    owner.get("/desk/tasks"), colleague.get("/desk/tasks")
    assert owner.post(f"{path}/tasks/{task.id}/done", **{"from": "all"}).headers["location"] == "/desk/tasks?said=done"
    late = colleague.post(f"{path}/tasks/{task.id}/done", **{"from": "all"})
    assert late.status_code == 409 and "先にほかの人が終えました" in late.text and "予定" in late.text
    assert "先にほかの人が終えました" in colleague.post(f"{path}/tasks/{task.id}/done").text
    with world.database.reading(world.town) as session:
        moved = session.scalars(select(CaseEvent.move).where(CaseEvent.case_id == case_id)).all()
        assert moved.count("task_done") == 1 and moved.count("task_due") == 1
        assert session.scalars(select(Task)).one().done_by == world.people["yamada"]
    assert "終えた予定（1件）" in owner.get(f"{path}/records").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"task": " "}, "300文字までで書いてください"),
        ({"doer": "outside"}, "だれがするかを80文字まで"),
        ({"doer": "staff:tonari"}, "見られません"),
        ({"doer": "desk:violence"}, "見られません"),
        ({"task_lane": "violence"}, "その所属の人だけ"),
        ({"due": "2026-02-30"}, "カレンダーの日付"),
    ],
)
def test_a_refused_task_changes_nothing_and_keeps_what_was_typed(
    small_world: World, enter_small: Enter, wrong: dict[str, str], said: str
) -> None:
    world = small_world
    ids = {"staff:tonari": f"staff:{world.people['tonari']}", "desk:violence": f"desk:{world.violence_desk_id}"}
    ids["violence"] = str(world.violence_desk_id)
    owner, path = enter_small("yamada"), f"/desk/cases/{owned(world)}"
    owner.get(f"{path}/records")
    typed = {"task": "書いたこと", "doer": "", "outside": "", "due": ""} | {key: ids.get(one, one) for key, one in wrong.items()}
    answer = owner.post(f"{path}/tasks", **typed)
    assert answer.status_code == 409 and said in answer.text and f'value="{typed["task"]}"' in answer.text
    with world.database.reading(world.town) as session:
        assert session.scalars(select(Task)).all() == []


def test_what_one_desk_reads_is_not_given_to_another(small_world: World, enter_small: Enter) -> None:
    world = small_world
    world.add_person("kyodo", "協働", [Role.COORDINATOR], [])
    case_id, owner = owned(world, "kyodo"), enter_small("yamada")
    path, own = f"/desk/cases/{case_id}", str(world.desk_id)
    owner.get(f"{path}/records")
    form = {"task": "係のこと", "task_lane": own, "due": "2026-11-24"}
    refused = owner.post(f"{path}/tasks", **form, doer=f"staff:{world.people['kyodo']}")
    assert refused.status_code == 409 and "所属だけの予定" in refused.text
    assert owner.post(f"{path}/tasks", **form, doer=f"staff:{world.people['sato']}").status_code == 303
    other = enter_small("kyodo")
    with world.database.reading(world.town) as session:
        task_id = session.scalars(select(Task.id)).one()
    for page in (path, f"{path}/records", "/desk/tasks"):
        assert "係のこと" not in other.get(page).text, page
    assert "見られなくなっています" in other.post(f"{path}/tasks/{task_id}/done").text
    owner.post(f"{path}/tasks/{task_id}/done")
    assert "予定を終えた" not in other.get(f"{path}/history").text


def test_of_two_who_finish_at_once_one_is_told(world: World) -> None:
    case_id = owned(world)
    task_id = to_do(world, case_id, "電話する", 0, Doer(desk_id=world.desk_id))
    people, start, came = [actor(world, name) for name in ("yamada", "sato")], threading.Barrier(2), []

    def finish(who: Actor) -> None:
        start.wait()
        with world.database.writing(who.custodians) as session:
            case = cases.find(session, who, case_id, to_change=True)
            assert case is not None
            try:
                tasks.finish(session, case, task_id, actor=who, now=world.now)
                came.append("done")
            except NotAllowed as why:
                came.append(type(why).__name__)

    threads = [threading.Thread(target=finish, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [AlreadyDone.__name__, "done"]


def test_the_page_asks_as_little_of_many_cases_as_of_few(small_world: World, enter_small: Enter) -> None:
    world, me, browser = small_world, Doer(staff_id=small_world.people["yamada"]), enter_small("yamada")

    def more(count: int) -> list[str]:
        for _ in range(count):
            case_id = owned(world)
            to_do(world, case_id, "電話する", 0, me), called(world, case_id, 2), recorded(world, case_id, 1, Party.RESIDENT)
        return statements(world, browser, "/desk/tasks")

    few = more(2)
    assert len(few) <= 8 and len(more(20)) == len(few), few
