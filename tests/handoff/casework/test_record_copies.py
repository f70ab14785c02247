"""Copies of a case's course: in none of the three stands a word of a lane its reader may not read."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select

from handoff.cases import Case
from handoff.casework import lanes, record_copies
from handoff.casework.course import Period
from handoff.casework.records import Means, Party, SupportRecord
from resources.access import Actor
from resources.db import new_id
from resources.desks import Desk
from resources.journal import JournalEntry
from resources.sealing import seal
from resources.staff import Role
from tests.desk import HOURS, Browser, World

Enter = Callable[..., Browser]
COPIES = ("text", "sheet", "xlsx")
LANES = (lanes.SHARED, "own", "second", "third", "meeting")
READERS = ("yamada", "kato", "both", "suzuki")


def put(world: World, case_id: uuid.UUID, lane: str, words: str, *, days: int = 0, version: int = 1) -> uuid.UUID:
    """Put one entry into a lane, whoever may write there."""
    at = world.now - timedelta(days=days, minutes=1)
    with world.database.writing(world.town) as session:
        row = SupportRecord(
            id=new_id(), custodian=world.town, case_id=case_id, entry_id=new_id(), version=version, lane=lane,
            means=Means.PHONE, party=Party.RESIDENT, began_at=at, staff_id=world.people["yamada"],
            made_by=world.people["yamada"], made_at=at,
        )  # fmt: skip
        seal(session, row, "words_sealed", words)
        seal(session, row, "counterpart_sealed", f"相手{words}")
        session.add(row)
        return row.entry_id


def read(answer: Any, form: str) -> str:
    """Return everything a copy says."""
    assert answer.status_code == 200
    if form != "xlsx":
        return str(answer.text)
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    return "\n".join(str(cell.value or "") for cell in cells)


@pytest.fixture
def places(small_world: World) -> dict[str, str]:
    """Three desks of the town, a meeting, and people who sit at one desk, at two, or at none."""
    world, found = small_world, {lanes.SHARED: lanes.SHARED, "own": str(small_world.desk_id)}
    for key, name in (("second", "障害福祉課"), ("third", "こども家庭センター")):
        desk = Desk(id=new_id(), municipality_code=world.town, name=name, hours=HOURS)
        with world.database.writing() as session:
            session.add(desk)
        found[key] = str(desk.id)
    second = uuid.UUID(found["second"])
    # They oversee the town: they see its cases wherever these are, and read the lanes of their own desks alone.
    world.add_person("kato", "加藤", [Role.COORDINATOR], [second])
    world.add_person("both", "両方", [Role.COORDINATOR], [world.desk_id, second])
    return found | {"meeting": f"meeting:{new_id()}"}


MAY_READ = {
    "yamada": {lanes.SHARED, "own"}, "kato": {lanes.SHARED, "second"}, "both": {lanes.SHARED, "own", "second"},
    "suzuki": {lanes.SHARED},
}  # fmt: skip


@pytest.mark.timeout(600)
def test_no_copy_tells_of_another_lane(small_world: World, enter_small: Enter, places: dict[str, str]) -> None:
    browsers = {name: enter_small(name) for name in READERS}

    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(st.sampled_from(LANES), min_size=1, max_size=8), st.sampled_from(READERS), st.booleans())
    def copied(written: Sequence[str], reader: str, shared_only: bool) -> None:
        case_id = small_world.open_case("相談")
        words = [(lane, f"ことば{number}番") for number, lane in enumerate(written)]
        for lane, said in words:
            put(small_world, case_id, places[lane], said)
        may = {lanes.SHARED} if shared_only else MAY_READ[reader]
        for form in COPIES:
            path = f"/desk/cases/{case_id}/records/{form}{'?lanes=shared' if shared_only else ''}"
            told = read(browsers[reader].get(path), form)
            assert [said for lane, said in words if said in told] == [said for lane, said in words if lane in may], form
            assert all(said not in told.replace(f"相手{said}", "") for lane, said in words if lane not in may)

    copied()


def test_a_copy_holds_the_days_that_were_chosen_and_is_on_record(small_world: World, enter_small: Enter) -> None:
    case_id, browser = small_world.open_case("相談", name="はな"), enter_small("yamada")
    for days, words in ((40, "先月の記録"), (2, "今月の記録"), (0, "今日の記録")):
        put(small_world, case_id, lanes.SHARED, words, days=days)
    for form in COPIES:
        told = read(browser.get(f"/desk/cases/{case_id}/records/{form}?since=2026-11-01&until=2026-11-23"), form)
        assert "今月の記録" in told and "先月の記録" not in told and "今日の記録" not in told, form
        assert "2026年11月1日から2026年11月23日まで" in told and "はなさん" in told
    odd = read(browser.get(f"/desk/cases/{case_id}/records/text?since=きのう&until="), "text")
    assert "先月の記録" in odd and "期間：すべて" in odd
    with small_world.database.reading() as session:
        rows = session.scalars(select(JournalEntry).where(JournalEntry.act == "case.record_copied").order_by(JournalEntry.id))
        told = [(row.detail, row.subject_id) for row in rows]
    assert [detail for detail, _ in told] == [*(f"{form} 2026-11-01 2026-11-23" for form in COPIES), "text - -"]
    assert {subject for _, subject in told} == {case_id}


def test_a_workbook_asks_for_the_password_again_after_a_while(small_world: World, enter_small: Enter) -> None:
    case_id, browser = small_world.open_case("相談"), enter_small("yamada")
    small_world.offset = timedelta(minutes=11)
    answer = browser.get(f"/desk/cases/{case_id}/records/xlsx?since=2026-11-01")
    assert answer.status_code == 303 and answer.headers["location"].startswith("/prove?next=")
    assert browser.get(f"/desk/cases/{case_id}/records/text").status_code == 200


def test_nothing_written_becomes_a_formula_or_breaks_the_workbook(small_world: World, enter_small: Enter) -> None:
    case_id, browser = small_world.open_case("相談", name="=はな"), enter_small("yamada")
    for words in ('=HYPERLINK("http://x","y")', "+81", "-1", "@SUM(A1)", "\x0bいち\x00", "𠮟る\nやめる"):
        put(small_world, case_id, lanes.SHARED, words)
    answer = browser.get(f"/desk/cases/{case_id}/records/xlsx")
    told = read(answer, "xlsx")
    assert '=HYPERLINK("http://x","y")' in told and "いち" in told and "𠮟る\nやめる" in told
    assert answer.headers["content-disposition"].startswith('attachment; filename="record.xlsx"')


def test_plain_text_of_a_copy(small_world: World) -> None:
    world = small_world
    case_id = world.open_case(name="はな")
    put(world, case_id, lanes.SHARED, "家賃の相談")
    put(world, case_id, str(world.desk_id), "係で決めたこと", days=1)
    actor = Actor(world.people["yamada"], "山田", frozenset(), frozenset({world.desk_id}), frozenset({world.town}), world.town)
    with world.database.reading(world.town) as session:
        case = session.get_one(Case, case_id)
        copy = record_copies.gather(session, case, actor=actor, now=world.now, period=Period(since=date(2026, 11, 1)))
    assert record_copies.to_text(copy) == (
        f"支援経過記録　{case.receipt}　はなさん\n期間：2026年11月1日からいままで\n"
        "写した人：山田（2026年11月24日（火）10:05）\n"
        "\n2026年11月23日（月）10:04　電話　対応者：山田　相手先：本人、相手係で決めたこと　［所属だけ］\n係で決めたこと\n"
        "\n2026年11月24日（火）10:04　電話　対応者：山田　相手先：本人、相手家賃の相談\n家賃の相談\n"
    )
