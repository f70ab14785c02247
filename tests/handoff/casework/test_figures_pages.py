"""The page of the counts, what leaves as a file, and the command for it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from typer.testing import CliRunner

from bot.cli.commands import app
from handoff.cases import Case
from handoff.casework import gaps
from handoff.casework.figures import export, period, report
from handoff.casework.gaps import Need
from resources.access import actor_for
from resources.journal import JournalEntry
from resources.staff import Role, Staff
from tests.desk import PASSWORD, Browser, World

Enter = Callable[..., Browser]
NOVEMBER = "/desk/figures.{}?year=2026&month=11"


def fill(world: World) -> None:
    """Three cases about food and nine about violence, with a gap whose area looks like a formula."""
    for _ in range(3):
        case_id = world.open_case("カナリア", topics=["food"])
    for _ in range(9):
        world.open_case("カナリア", desk_id=world.violence_desk_id, crisis="dv", walled=True, topics=["violence"])
    with world.database.writing(world.town) as session:
        actor = actor_for(session, session.get_one(Staff, world.people["yamada"]))
        need = Need(("food",), {}, area="=1+1", words="カナリア")
        gaps.note(session, session.get_one(Case, case_id), need, key="", actor=actor, now=world.now)


def rows(content: bytes) -> dict[tuple[str, str], str]:
    assert content.startswith(b"\xef\xbb\xbf") and b"\r\n" in content
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert lines[1] == list(export.HEADINGS)
    return {(line[0], line[2]): line[3] for line in lines[2:]}


def test_the_page_shows_the_same_number_in_the_bar_and_in_the_table(small_world: World, enter_small: Enter) -> None:
    fill(small_world)
    browser = enter_small("suzuki")
    page = browser.get("/desk/figures").text
    assert "2026年11月" in page and "カナリア" not in page and "style=" not in page
    assert '<th scope="row">食べるものがない</th><td>3</td>' in page and '>食べるものがない</text>' in page
    assert "記録なし" in page and '<th scope="row">=1+1</th><td>1</td>' in page
    year = browser.get("/desk/figures?year=2026&month=0").text
    assert "2026年度</h2>" in year and '<th scope="row">食べるものがない</th><td>3</td>' in year
    before = browser.get("/desk/figures?year=2026&month=10").text
    assert "2026年10月</h2>" in before and "食べるものがない</th>" not in before


@pytest.mark.parametrize("asked", ["year=x", "year=2026&month=13", "year=2026&month=y", "month=11"])
def test_a_period_that_is_none_is_refused_in_words(asked: str, small_world: World, enter_small: Enter) -> None:
    browser = enter_small("suzuki")
    answer = browser.get(f"/desk/figures?{asked}")
    assert answer.status_code == 422 and "何も集計していません" in answer.text
    browser.get("/prove?next=/desk/figures")
    assert browser.post("/prove", next="/desk/figures", password=PASSWORD).status_code == 303
    assert browser.get(f"/desk/figures.csv?{asked}").status_code == 404


def test_files_are_given_after_the_password_only_and_written_into_the_book(small_world: World, enter_small: Enter) -> None:
    fill(small_world)
    browser = enter_small("suzuki")
    small_world.offset = timedelta(minutes=20)
    asked = browser.get(NOVEMBER.format("csv"))
    assert asked.status_code == 303 and asked.headers["location"].startswith("/prove?next=")
    browser.get(asked.headers["location"])
    assert browser.post("/prove", next="/desk/figures", password=PASSWORD).status_code == 303
    inside, outside = browser.get(NOVEMBER.format("csv")), browser.get(NOVEMBER.format("csv") + "&for=outside")
    assert inside.headers["content-disposition"].startswith('attachment; filename="figures_990019_2026-11.csv"')
    assert 'filename="figures_990019_2026-11_outside.csv"' in outside.headers["content-disposition"]
    own, left = rows(inside.content), rows(outside.content)
    assert own["14.2", "'=1+1"] == "1" and left["14.2", "'=1+1"] == "5未満"
    assert own["2.1", "食べるものがない"] == "3" and left["2.1", "食べるものがない"] == "5未満"
    assert own["2.1", "DV・虐待"] == "9" and left["2.1", "DV・虐待"] == "10未満"
    assert "カナリア" not in inside.text and "町の内部用" in inside.text and "県・外部用" in outside.text
    book = load_workbook(io.BytesIO(browser.get(NOVEMBER.format("xlsx")).content))
    assert len(book.sheetnames) == len(set(book.sheetnames)) and book.sheetnames[0] == "1.1 受付"
    cells = {cell.value: cell for sheet in book for line in sheet.iter_rows() for cell in line}
    assert cells["=1+1"].data_type == "s" and all(cell.data_type != "f" for cell in cells.values())
    assert book["2.1 相談内容（○）"]["B18"].value == 3
    with small_world.database.reading() as session:
        query = select(JournalEntry.detail).where(JournalEntry.act == report.EXPORTED).order_by(JournalEntry.id)
        assert list(session.scalars(query)) == ["2026-11 csv", "2026-11 csv outside", "2026-11 xlsx"]


def test_another_towns_counts_are_not_there(small_world: World, enter_small: Enter) -> None:
    world = small_world
    world.open_case("カナリア", town=world.other_town, topics=["debt"])
    world.add_person("joshi", "上司", [Role.SUPERVISOR], [], world.other_town)
    assert enter_small("suzuki").get(f"/desk/figures?town={world.other_town}").status_code == 404
    assert "債務について</th><td>1" not in enter_small("suzuki").get("/desk/figures").text
    assert "債務について</th><td>1" in enter_small("joshi").get("/desk/figures").text
    world.add_person("kyodo", "協働", [Role.COORDINATOR], [])
    for name, status in (("kyodo", 200), ("yamada", 403), ("tanaka", 403)):
        assert enter_small(name).get("/desk/figures").status_code == status


def test_a_case_of_another_month_counts_there(small_world: World) -> None:
    world = small_world
    world.open_case("カナリア", ago=timedelta(days=30))
    with world.database.reading(world.town) as session:
        counts = {
            month: report.gather(session, world.town, period.month(2026, month), now=world.now).tables[0].rows[0].value
            for month in (10, 11)
        }
    assert counts == {10: 1, 11: 0}


def test_the_command_says_what_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runner, town = CliRunner(), ("--municipality", "990019")
    assert runner.invoke(app, ["db", "upgrade"]).exit_code == 0
    assert runner.invoke(app, ["municipality", "add", "990019", "みらい市"]).exit_code == 0
    said = runner.invoke(app, ["report", "--month", "2026-11", *town])
    assert said.exit_code == 0 and "みらい市 2026年11月（町の内部用）" in said.stdout and "記録なし" in said.stdout
    found = json.loads(runner.invoke(app, ["report", "--fiscal-year", "2026", *town, "--json"]).stdout)
    assert (found["period"], found["first"], found["last"]) == ("FY2026", "2026-04-01", "2027-03-31")
    assert {"code": "1.1", "title": "受付", "unit": "件"}.items() <= found["tables"][0].items()
    for wrong in ([], ["--month", "2026-11", "--fiscal-year", "2026"], ["--month", "2026-13"], ["--fiscal-year", "x"]):
        refused = runner.invoke(app, ["report", *wrong, *town])
        assert refused.exit_code == 1 and "何も集計していません" in refused.output
