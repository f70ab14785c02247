"""The gap ledger: what is noted, what proposes itself, and figures that can be counted by hand and point at nobody."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select

from handoff import presses
from handoff.cases import Case
from handoff.casework import gap_ledger, gaps
from handoff.casework.gap_ledger import HIDDEN, NO_AREA, Ledger
from handoff.casework.gaps import Gap, GapNearMiss, GapState, Need, Why
from resources import directory
from resources.db import new_id
from resources.desks import Desk
from resources.drafts import Draft
from resources.near_misses import NearMiss, Reason
from resources.staff import Role
from tests.desk import HOURS, Browser, World
from tests.handoff.casework.test_endings import actor_of, taken

Enter = Callable[..., Browser]
YEAR = {"first": date(2026, 4, 1), "last": date(2027, 3, 31)}


def put(world: World, draft: Draft, *, now: datetime | None = None) -> uuid.UUID:
    with world.database.writing() as session:
        return directory.add(session, draft, municipality=world.town, by="編集", now=now or world.now)


def note(world: World, case_id: uuid.UUID, *topics: str, near: dict[uuid.UUID, Why] | None = None, **more: str) -> uuid.UUID:
    with world.database.writing(world.town) as session:
        need = Need(topics, near or {}, **more)
        gap = gaps.note(session, session.get_one(Case, case_id), need, key="", actor=actor_of(world), now=world.now)
        assert gap is not None
        return gap.id


def ledger(world: World, name: str = "yamada") -> Ledger:
    actor = actor_of(world, name)
    with world.database.reading(actor.custodians) as session:
        return gap_ledger.gather(session, actor, **YEAR)


def cells(found: Ledger) -> list[tuple[str, str, str, str, str]]:
    return [(cell.area, cell.topic, cell.count, cell.still_open, cell.whys) for cell in found.cells]


def test_a_gap_is_noted_with_the_places_that_nearly_fitted(world: World, enter: Enter) -> None:
    salon = put(world, Draft("さくらサロン", kind="salon", topics=("gathering",), minimum_age=65, assured_date=date(2026, 11, 1)))
    case_id, browser = taken(world, reasons=["gap"], topics=["gathering"]), enter("yamada")
    path = f"/desk/cases/{case_id}"
    page = browser.get(f"{path}/ending").text
    assert "記録しませんか" in page and "狭間として残す" not in page
    page = browser.post(f"{path}/gaps/look", sought="サロン").text
    assert "さくらサロン" in page and f"why_{salon}" in page
    form = {"key": "k1", "sought": "サロン", "topic_any": "yes", f"why_{salon}": "age", "area": "西部圏域", "age_band": "40-64"}
    refused = browser.post(f"{path}/gaps", **form, words="カナリアの望み")
    assert refused.status_code == 409 and "話題を一つ以上" in refused.text
    assert "カナリアの望み" in refused.text and '<option value="age" selected>' in refused.text
    for _ in range(2):
        assert browser.post(f"{path}/gaps", **form, words="カナリアの望み", topic_gathering="yes").status_code == 303
    with world.database.reading(world.town) as session:
        (gap,) = session.scalars(select(Gap))
        (near,) = session.scalars(select(GapNearMiss))
    assert (gap.topics, gap.kinds, gap.area, gap.age_band) == (["gathering"], ["salon"], "西部圏域", "40-64")
    assert (near.service_id, near.why, gap.state) == (salon, Why.AGE, GapState.OPEN)
    page = browser.get(f"{path}/ending").text
    assert "カナリアの望み" in page and "さくらサロン（年齢が合わない）" in page and "記録しませんか" not in page
    listed = browser.get("/desk/gaps").text
    assert "西部圏域" in listed and "カナリア" not in listed and world.read_case(case_id).receipt in listed
    with world.database.reader.connect() as connection:
        assert "カナリア" not in repr(connection.exec_driver_sql("SELECT * FROM gap").all())
    assert browser.post(f"{path}/gaps/{gap.id}/close", key="").status_code == 303
    late = browser.post(f"{path}/gaps/{gap.id}/close", key="")
    assert late.status_code == 409 and "もう閉じられています" in late.text


def test_places_that_are_not_in_the_directory_are_refused(small_world: World, enter_small: Enter) -> None:
    world, browser = small_world, enter_small("yamada")
    case_id = taken(world)
    browser.get(f"/desk/cases/{case_id}")
    refused = browser.post(f"/desk/cases/{case_id}/gaps", topic_food="yes", **{f"why_{new_id()}": "age", "why_x": "age"})
    assert refused.status_code == 409 and "もう台帳にありません" in refused.text
    with world.database.reading(world.town) as session:
        assert session.scalars(select(Gap)).all() == [] and not presses.counted(session, world.read_case(case_id), "")


@pytest.mark.parametrize(
    ("reasons", "missed", "told"),
    [(["gap"], [], "断られた"), (["bounced"], [], "たらい回し"), (["complex"], [], ""), (["complex"], ["food"], "検索"),
     (["complex"], ["health"], "")],
)  # fmt: skip
def test_what_speaks_for_a_gap_proposes_it(small_world: World, reasons: list[str], missed: list[str], told: str) -> None:
    world = small_world
    case_id = taken(world, reasons=reasons, topics=["food"])
    place = put(world, Draft("食堂"))
    with world.database.writing(world.town) as session:
        for topic in missed:
            session.add(missed_search(world, place, topic))
        session.flush()
        sentence = gaps.proposed(session, session.get_one(Case, case_id))
    assert (told in sentence) if told else sentence == ""


def second_desk(world: World) -> uuid.UUID:
    with world.database.writing() as session:
        session.add(Desk(id=(desk := new_id()), municipality_code=world.town, name="障害福祉課", hours=HOURS))
    return desk


def test_the_figures_are_those_counted_by_hand(small_world: World) -> None:
    world = small_world
    salon, dining = put(world, Draft("サロン", kind="salon")), put(world, Draft("食堂"))
    for near in ({salon: Why.AGE}, {salon: Why.AGE, dining: Why.HOURS}, {dining: Why.HOURS}, {salon: Why.AGE}):
        note(world, taken(world), "gathering", near=near, area="西部")
    closed = note(world, taken(world), "gathering", "food", area="西部")
    note(world, taken(world), "food")
    before = note(world, taken(world), "food", area="西部")
    with world.database.writing(world.town) as session:
        session.get_one(Gap, closed).state = GapState.CLOSED
        session.get_one(Gap, before).noted_at = datetime(2026, 3, 31, 12, 0, tzinfo=world.now.tzinfo)
    found = ledger(world)
    assert found.count == "6"
    assert cells(found) == [
        ("西部", "食べるものがない", "1", "0", ""),
        ("西部", "居場所・交流", "5", "4", "年齢が合わない、時間・曜日が合わない"),
        (NO_AREA, "食べるものがない", "1", "1", ""),
    ]


def test_small_figures_of_cases_one_does_not_see_are_hidden(small_world: World) -> None:
    world = small_world
    other = second_desk(world)
    world.add_person("henshu", "編集", [Role.DIRECTORY_EDITOR], [world.desk_id])
    for _ in range(2):
        note(world, taken(world), "food", area="東部")
    for _ in range(3):
        note(world, taken(world, desk_id=other), "debt", area="東部")
    assert cells(ledger(world)) == [("東部", "債務について", "3", "3", ""), ("東部", "食べるものがない", "2", "2", "")]
    outside = ledger(world, "henshu")
    assert cells(outside) == [("東部", "債務について", "3", "3", ""), ("東部", "食べるものがない", HIDDEN, HIDDEN, "")]
    assert outside.open == [] and outside.count == "5"


def test_what_is_walled_off_is_not_even_counted_before_others(small_world: World) -> None:
    world = small_world
    walled = world.open_case("カナリア", desk_id=world.violence_desk_id, crisis="dv", walled=True)
    note(world, walled, "violence", area="東部")
    assert cells(ledger(world)) == [] and cells(ledger(world, "suzuki")) == []
    assert len(cells(ledger(world, "tanaka"))) == 1
    assert cells(ledger(world, "tonari")) == []


def test_what_residents_looked_for_in_vain_stands_beside_it(small_world: World, enter_small: Enter) -> None:
    world = small_world
    place = put(world, Draft("食堂"))
    with world.database.writing() as session:
        for topic in ("food", "food", "food", "health", "health"):
            session.add(missed_search(world, place, topic))
    assert ledger(world).searches == [("食べるものがない", 3)]
    page = enter_small("yamada").get("/desk/gaps").text
    assert "食べるものがない：3回" in page and "病気や健康" not in page


def missed_search(world: World, place: uuid.UUID, topic: str) -> NearMiss:
    return NearMiss(
        municipality_code=world.town, happened_on=date(2026, 11, 24), service_id=place, reason=Reason.HOURS, topics=[topic],
        kinds=[],
    )  # fmt: skip


def test_the_csv_holds_the_same_figures_and_no_formula(small_world: World, enter_small: Enter) -> None:
    world = small_world
    note(world, taken(world), "food", area="=1+1", words="カナリア")
    answer = enter_small("yamada").get("/desk/gaps.csv?first=2026-11-01&last=2026-11-30")
    assert answer.headers["content-disposition"] == 'attachment; filename="gaps_20261101-20261130.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [["地域", "話題", "件数", "合う場所なし", "おもな理由"], ["'=1+1", "食べるものがない", "1", "1", ""]]
    assert enter_small("yamada").get("/desk/gaps?first=2025-01-01&last=x").status_code == 200
