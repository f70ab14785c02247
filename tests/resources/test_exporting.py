"""What leaves the directory can come back, and what must not leave does not."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from resources import directory, exporting, importing, places
from resources.drafts import Draft
from resources.hours import parse_hours

OTHER = "990027"


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


@pytest.mark.parametrize(("write", "name"), [("to_csv", "台帳.csv"), ("to_xlsx", "台帳.xlsx"), ("to_hsds", "台帳.json")])
def test_export_and_import_is_the_same(database, filled, now, write, name):
    with database.reading() as session:
        data = getattr(exporting, write)(session, filled)
    report = importing.run(database, data, name, municipality=filled, by="編集", now=now)
    assert (report.same, report.added, report.changed, report.missing) == (4, 0, 0, 0), report.changes
    assert report.problems == ()


@pytest.mark.parametrize(("write", "name"), [("to_csv", "台帳.csv"), ("to_hsds", "台帳.json")])
def test_an_empty_town_is_filled_and_exports_the_same_entries(database, filled, now, write, name):
    with database.reading() as session:
        data = getattr(exporting, write)(session, filled)
        before = {record.draft for record in directory.whole(session, filled)}
    with database.writing() as session:
        places.add(session, OTHER, "となり町", now=now)
    importing.run(database, data, name, municipality=OTHER, by="編集", now=now)
    with database.reading() as session:
        assert {record.draft for record in directory.whole(session, OTHER)} == before


def test_excel_opens_the_csv_and_sees_no_formula(database, filled):
    with database.reading() as session:
        data = exporting.to_csv(session, filled)
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


@pytest.mark.parametrize("write", ["to_csv", "to_hsds"])
def test_a_hidden_house_does_not_leave(database, bare_town, now, write):
    with database.writing() as session:
        hidden = Draft("シェルターA", address="みらい市秘密町1-2-3", confidential=True)
        directory.add(session, hidden, municipality=bare_town, by="編集", now=now)
    with database.reading() as session:
        assert "秘密町" not in getattr(exporting, write)(session, bare_town).decode()


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
