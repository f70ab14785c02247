"""The published files of real towns, when they lie beside the checkout: every row stored, skipped or explained."""

from pathlib import Path

import pytest

from resources import directory, importing, places, staging

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
TOWNS = {
    "yaizu": ("222127", "焼津市"),
    "nara": ("292010", "奈良市"),
    "chiba": ("121002", "千葉市"),
    "kobe": ("281000", "神戸市"),
    "takamatsu": ("372013", "高松市"),
    "shirasagi": ("362018", "シラサギ市"),
    "mhlw": ("011011", "札幌市中央区"),
}
ROWS = {
    "chiba_test_hoiku_cp932_html.csv": ("own", 232),
    "kobe_elderly_bom.csv": ("own", 106),
    "kobe_mamahure_html_multiline.csv": ("own", 72),
    "mhlw_160_7737rows.csv": ("mhlw_care_service", 7737),
    "nara_hoiku_cp932.csv": ("own", 149),
    "shirasagi_shelter_standard_cp932_MIT.csv": ("standard_shelter", 10),
    "takamatsu_0045_9_header_lines.csv": ("property", 7),
    "takamatsu_events_mixed_types.xlsx": ("own", 51),
    "takamatsu_ikoinoie.xlsx": ("property", 10),
    "yaizu_community_center_suisho_bom.csv": ("suisho_facility", 9),
    "yaizu_hokago_day.csv": ("own", 15),
    "yaizu_preschool_suisho_header_typo.csv": ("suisho_childcare", 60),
    "yaizu_yohairyosya_cp932_multiline.csv": ("own", 277),
}

pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason="the published files are not beside this checkout"),
    pytest.mark.timeout(300),
]


@pytest.fixture(autouse=True)
def _nobody_else_writes(monkeypatch):
    """Nobody waits here for the pauses that an import leaves to others."""
    monkeypatch.setattr(staging, "_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(staging.time, "sleep", lambda seconds: None)


def take(database, name, now, **more):
    code, town = TOWNS[name.split("_")[0]]
    with database.writing() as session:
        places.add(session, code, town, now=now)
    data = (DATA / name).read_bytes()
    return importing.run(database, data, name, municipality=code, by="編集", now=now, **more)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_stored_skipped_or_explained(sqlite_database, name, now):
    report = take(sqlite_database, name, now, all_municipalities=False)
    assert (report.layout, report.rows) == ROWS[name]
    explained = report.refused + report.repeated
    assert report.added + report.changed + report.same + report.skipped + explained == report.rows
    assert len(report.problems) >= report.refused
    with sqlite_database.reading() as session:
        stored = directory.whole(session, TOWNS[name.split("_")[0]][0])
    assert len(stored) == report.added
    again = take(sqlite_database, name, now)
    assert (again.added, again.changed, again.missing, again.same) == (0, 0, 0, report.added)


def test_the_rows_of_all_towns_come_in_when_they_are_wanted(sqlite_database, now):
    report = take(sqlite_database, "mhlw_160_7737rows.csv", now, all_municipalities=True)
    assert (report.added, report.skipped, report.refused) == (7737, 0, 0)
    assert report.towns_added > 1000
