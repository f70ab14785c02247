"""What leaves the directory can come back, and what must not leave does not."""

import csv
import io
import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from resources import directory, exporting, importing, places, standard_layouts
from resources.db import Database
from resources.drafts import Draft, PhoneNumber
from resources.hours import parse_hours
from resources.services import Status
from resources.slots import Closure

TOWN, OTHER = "990019", "990027"


@pytest.fixture
def filled(database, bare_town, salon, now):
    with database.writing() as session:
        directory.add(session, salon, municipality=bare_town, by="編集", now=now)
        directory.add(session, Draft("=HYPERLINK(1)", note="+1", lines=("@demo",)), municipality=bare_town, by="e", now=now)
        odd = Draft("夜の会", slots=parse_hours("0Mo 22:00-翌6:00 祝休; 10DLD; 6Fr(2026-04-01/) 10:00-11:00 祝開"))
        directory.add(session, odd, municipality=bare_town, by="編集", now=now)
        both = replace(salon, name="年末年始も", slots=parse_hours("0Mo 10:00-11:00 祝休"), closed_at_year_end=False)
        directory.add(session, both, municipality=bare_town, by="編集", now=now)
    return bare_town


EXPORTS = [("to_csv", "台帳.csv"), ("to_xlsx", "台帳.xlsx"), ("to_hsds", "台帳.json")]
AWKWARD = (
    Draft("指定緊急避難場所の学校", kind_label="指定緊急避難場所", description="'=1+1\n<b>太字</b> &amp; 5 < 6 > 4"),
    Draft("_x0041_会", kind="salon", kind_label="サロン;茶話会", documents=("水;お茶", "'+上ばき"), note="'-1"),
    Draft("夜の\n相談", hours_note="開館時間 9:00〜17:00【休館日】月曜日", areas=("東部", "@本町"), wait_time="https://x.example/"),
    Draft("合併した会", phones=(PhoneNumber("#8000"), PhoneNumber("0120-0-78310", "12-3")), faxes=("099-000-8101",)),
    Draft("休む会", slots=parse_hours("0Mo; 13Tu 13:00-15:00 祝開"), closures=(Closure(date(2026, 8, 1), date(2026, 8, 2)),)),
    Draft("  前後に空白　", alert="\u3000\n一行目\n\n\n\n二行目 ", minimum_age=0.25, latitude=35.0, longitude=139.7),
)


@pytest.fixture
def empty_town(sealer, tmp_path, sqlite_template, now):
    """The same town in a database of its own, with nothing in its directory."""
    path = tmp_path / "empty.db"
    shutil.copyfile(sqlite_template, path)
    made = Database(f"sqlite:///{path}", info={"sealer": sealer})
    with made.writing() as session:
        places.add(session, TOWN, "みらい市", now=now)
    yield made
    made.close()


def again(there, empty, write, name, now, **said):
    """Export, import into the empty town some days later, and export again; returns both files and the report."""
    with there.reading() as session:
        first = getattr(exporting, write)(session, TOWN, **said)
    report = importing.run(empty, first, name, municipality=TOWN, by="編集", now=now + timedelta(days=3))
    with empty.reading() as session:
        return first, getattr(exporting, write)(session, TOWN, **said), report


@pytest.mark.parametrize("whole", [False, True], ids=["open", "whole"])
@pytest.mark.parametrize(("write", "name"), EXPORTS)
def test_an_export_comes_back_as_the_same_file(database, empty_town, filled, now, write, name, whole):
    with database.writing() as session:
        for draft in AWKWARD:
            directory.add(session, draft, municipality=TOWN, by="編集", now=now)
        directory.add(session, Draft("シェルターA", confidential=True), municipality=TOWN, by="編集", now=now)
    first, second, report = again(database, empty_town, write, name, now, whole=whole)
    assert first == second
    assert report.added == 10 + (whole and write != "to_hsds")


@pytest.mark.parametrize(("write", "name"), EXPORTS)
def test_an_open_export_empties_no_field_of_the_town_it_came_from(database, filled, now, write, name):
    with database.reading() as session:
        data = getattr(exporting, write)(session, filled)
    report = importing.run(database, data, name, municipality=filled, by="編集", now=now)
    assert (report.same, report.changed) == (4, 0), report.changes


@pytest.mark.parametrize("write", ["to_csv", "to_xlsx", "to_hsds"])
def test_private_fields_and_hidden_entries_do_not_leave(database, bare_town, salon, now, write):
    told = {"assurer": "かなりや一", "assured_how": "かなりや二", "status_reason": "かなりや三", "note": "かなりや四"}
    with database.writing() as session:
        directory.add(session, replace(salon, **told), municipality=bare_town, by="編集", now=now)
        hidden = Draft("かなりや寮", address="みらい市秘密町1-2-3", confidential=True)
        directory.add(session, hidden, municipality=bare_town, by="編集", now=now)
        paused = Draft("かなりや会", status=Status.INACTIVE)
        directory.add(session, paused, municipality=bare_town, by="編集", now=now)
    with database.reading() as session:
        data = getattr(exporting, write)(session, bare_town)
        lists = [standard_layouts.to_csv(session, bare_town, layout) for layout in standard_layouts.LAYOUTS.values()]
    if write == "to_xlsx":
        data = str(CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()).encode()
    assert "ひだまりサロン".encode() in data
    assert all("かなりや".encode() not in one for one in (data, *lists))


def test_what_comes_into_a_directory_others_watch_is_new_today(database, empty_town, filled, salon, now):
    with database.reading() as session:
        data = exporting.to_hsds(session, filled)
    later = now + timedelta(days=3)
    with empty_town.writing() as session:
        directory.add(session, Draft("もとからある会"), municipality=TOWN, by="編集", now=now)
    importing.run(empty_town, data, "台帳.json", municipality=TOWN, by="編集", now=later)
    with empty_town.reading() as session:
        came = [one for one in directory.whole(session, TOWN) if one.draft.name != "もとからある会"]
    assert {one.last_modified for one in came} == {later}


@pytest.mark.parametrize(("write", "name"), EXPORTS)
def test_export_and_import_is_the_same(database, filled, now, write, name):
    with database.reading() as session:
        data = getattr(exporting, write)(session, filled, whole=True)
    report = importing.run(database, data, name, municipality=filled, by="編集", now=now)
    assert (report.same, report.added, report.changed, report.missing) == (4, 0, 0, 0), report.changes
    assert report.problems == ()


@pytest.mark.parametrize(("write", "name"), [("to_csv", "台帳.csv"), ("to_hsds", "台帳.json")])
def test_an_empty_town_is_filled_and_exports_the_same_entries(database, filled, now, write, name):
    with database.reading() as session:
        data = getattr(exporting, write)(session, filled, whole=True)
        before = {record.draft for record in directory.whole(session, filled)}
    with database.writing() as session:
        places.add(session, OTHER, "となり町", now=now)
    importing.run(database, data, name, municipality=OTHER, by="編集", now=now)
    with database.reading() as session:
        assert {record.draft for record in directory.whole(session, OTHER)} == before


def test_excel_opens_the_csv_and_sees_no_formula(database, filled):
    with database.reading() as session:
        data = exporting.to_csv(session, filled, whole=True)
    assert data.startswith(b"\xef\xbb\xbfID,")
    assert data.count(b"\r\n") == 5
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    row = next(row for row in rows if "HYPERLINK" in row["名称"])
    assert (row["名称"], row["備考"], row["LINE"]) == ("'=HYPERLINK(1)", "'+1", "'@demo")


def test_every_cell_of_the_workbook_is_text(database, filled):
    with database.reading() as session:
        data = exporting.to_xlsx(session, filled)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert len(rows) == 5
    assert all(isinstance(cell, str) for row in rows for cell in row)
    assert any("=HYPERLINK(1)" in row for row in rows)


def test_hsds_services_have_what_the_schema_requires(database, filled):
    schemas = Path(__file__).resolve().parents[2].parent / "shared/contracts/hsds-3/compiled"
    if not schemas.exists():
        pytest.skip("the HSDS schemas are not beside this checkout")
    schema = json.loads((schemas / "service_with_definitions.json").read_text(encoding="utf-8"))
    with database.reading() as session:
        page = json.loads(exporting.to_hsds(session, filled))
    problems = [problem for service in page["contents"] for problem in _violations(service, schema, schema, "service")]
    assert page["total_items"] == 4
    assert problems == []


def _violations(value, schema, root, where):
    if "$ref" in schema:
        schema = root["definitions"][schema["$ref"].rsplit("/", 1)[1]]
    kinds = {"object": dict, "array": list, "string": str, "number": (int, float)}
    wrong = "type" in schema and not isinstance(value, kinds[schema["type"]])
    if wrong or value not in schema.get("enum", [value]):
        yield f"{where}: {value!r}"
    elif isinstance(value, list):
        for each in value:
            yield from _violations(each, schema["items"], root, where)
    elif isinstance(value, dict):
        yield from (f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, part in value.items():
            if name not in schema["properties"]:
                yield f"{where}.{name} is unknown"
            else:
                yield from _violations(part, schema["properties"][name], root, f"{where}.{name}")
