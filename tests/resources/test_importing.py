"""From a spreadsheet to the directory: what is stored, skipped or explained, and what reading it again does."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from resources import change_sets, directory, importing, places, staging
from resources.change_sets import ChangeSet, ChangeSetState
from resources.drafts import PhoneNumber
from resources.hours import describe
from resources.places import Municipality
from resources.services import Service
from tests.resources.spreadsheets import FACILITIES, entries, facility

OTHER = "222127"


def test_a_facility_list_becomes_entries(database, take):
    row = facility("990019", "1", "みどり公民館", phone="(099)000-1234", days="月火水木金", opens="09:00", closes="17:00")
    report = take(FACILITIES + row)
    assert (report.layout, report.rows, report.added, report.header_row) == ("suisho_facility", 1, 1, 1)
    draft = entries(database)["みどり公民館"]
    assert draft.kind == "civic_center"
    assert draft.phones == (PhoneNumber("099-000-1234"),)
    assert describe(draft.slots) == "月〜金 9:00〜17:00"
    assert draft.assured_date is None


def test_every_row_is_stored_skipped_or_explained(take):
    rows = [
        facility("990019", "1", "一の会"),
        facility(OTHER, "2", "よその会"),
        facility("990019", "3", ""),
        facility("990019", "1", "一の会"),
        "," * 23 + "\r\n",
        facility("123456", "4", "どこかの会"),
    ]
    report = take(FACILITIES + "".join(rows))
    assert (report.rows, report.added, report.refused, report.repeated) == (5, 1, 2, 1)
    assert report.skipped_by_code == {OTHER: 1}
    assert report.rows == report.added + report.refused + report.repeated + report.skipped
    said = {(problem.row, problem.column) for problem in report.problems}
    assert said == {(4, "名称"), (7, "都道府県コード又は市区町村コード")}
    assert all(problem.says for problem in report.problems)


def test_all_municipalities_creates_the_towns(database, take):
    row = facility(OTHER, "2", "やいづの会", city="焼津市")
    report = take(
        FACILITIES.replace("\r\n", "", 1) + "\r\n" + row.replace(f"{OTHER},2,,", f"{OTHER},2,静岡県,"), all_municipalities=True
    )
    assert report.towns_added == 1
    with database.reading() as session:
        town, above = session.get(Municipality, OTHER), session.get(Municipality, "220001")
        assert (town.name, town.prefecture_code, above.name) == ("焼津市", "220001", "静岡県")
    assert list(entries(database, OTHER)) == ["やいづの会"]


def test_wards_of_a_designated_city_belong_to_it(database, now):
    with database.writing() as session:
        places.add(session, "011002", "札幌市", now=now)
    rows = facility("011011", "1", "中央の会", city="札幌市中央区") + facility("012025", "2", "函館の会", city="函館市")
    report = importing.run(database, (FACILITIES + rows).encode(), "a.csv", municipality="011002", by="編集", now=now)
    assert (report.added, report.skipped_by_code) == (1, {"012025": 1})


def test_a_dry_run_changes_nothing(database, take):
    report = take(FACILITIES + facility("990019", "1", "一の会"), dry_run=True)
    assert (report.added, report.change_set_id) == (1, None)
    assert entries(database) == {}
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ChangeSet)) == 0


@pytest.mark.parametrize(
    "broken", [b"", b"%PDF-1", '名称,住所\r\n"一,本町\r\n二,本町\r\n'.encode(), b"{]", b'{"a": 1}', b"[" * 9999 + b"]"]
)
def test_a_broken_file_is_said_in_japanese_and_nothing_changes(database, take, broken):
    with pytest.raises(importing.CannotRead) as error:
        take(broken)
    assert any("ぁ" <= letter <= "ん" for letter in str(error.value))
    assert entries(database) == {}


def test_a_town_that_is_not_there_is_said(database, now):
    with pytest.raises(importing.CannotRead, match="登録されていません"):
        importing.run(database, b"a", "a.csv", municipality="222127", by="編集", now=now)


def test_reading_the_same_file_again_is_the_same(take):
    text = FACILITIES + facility("990019", "1", "一の会") + facility("990019", "2", "二の会", address="緑町1")
    take(text, "2025_公民館.csv")
    again = take(text, "2026_公民館.csv")
    assert (again.same, again.added, again.changed, again.missing) == (2, 0, 0, 0)


def test_only_what_the_file_changed_is_changed(database, take, now):
    take(FACILITIES + facility("990019", "1", "一の会", phone="099-000-1111"))
    with database.writing() as session:
        record = directory.whole(session, "990019")[0]
        mended = replace(record.draft, address="本町1-1-1", plain_name="やさしい会", note="編集者の言葉")
        directory.edit(session, record.id, mended, by="佐藤", now=now)
    report = take(FACILITIES + facility("990019", "1", "一の会", phone="099-000-2222"))
    assert [(change["field"]) for change in report.changes] == ["phones"]
    draft = entries(database)["一の会"]
    assert draft.phones == (PhoneNumber("099-000-2222"),)
    assert (draft.address, draft.plain_name, draft.note) == ("本町1-1-1", "やさしい会", "編集者の言葉")


def test_what_the_file_no_longer_has_is_said_and_stays(database, take):
    take(FACILITIES + facility("990019", "1", "一の会") + facility("990019", "2", "二の会"))
    report = take(FACILITIES + facility("990019", "1", "一の会"))
    assert (report.same, report.missing, report.missing_names) == (1, 1, ("二の会",))
    assert set(entries(database)) == {"一の会", "二の会"}


def test_numbers_that_rows_share_do_not_mix_places_up(database, take):
    text = FACILITIES + facility("990019", "1", "北の会", address="北町") + facility("990019", "1", "南の会", address="南町")
    take(text)
    again = take(text.replace("北町", "北町2丁目"))
    assert (again.same, again.changed, again.added) == (1, 1, 0)
    assert {name: draft.address for name, draft in entries(database).items()} == {"北の会": "北町2丁目", "南の会": "南町"}


def test_an_import_is_taken_back_as_a_whole(database, take, bare_town, now):
    take(FACILITIES + facility("990019", "1", "一の会", phone="099-000-1111"))
    second = take(FACILITIES + facility("990019", "1", "一の会", phone="099-000-2222") + facility("990019", "2", "二の会"))
    undone = staging.undo(database, second.change_set_id, by="鈴木", now=now)
    assert (undone.hidden, undone.restored, undone.kept) == (1, 1, 0)
    assert {name: draft.phones for name, draft in entries(database).items()} == {"一の会": (PhoneNumber("099-000-1111"),)}
    with database.reading() as session:
        assert session.get_one(ChangeSet, second.change_set_id).state == ChangeSetState.UNDONE


def test_taking_back_leaves_what_somebody_edited_since(database, take, now):
    report = take(FACILITIES + facility("990019", "1", "一の会") + facility("990019", "2", "二の会"))
    with database.writing() as session:
        record = next(r for r in directory.whole(session, "990019") if r.draft.name == "二の会")
        directory.edit(session, record.id, replace(record.draft, note="人の手"), by="佐藤", now=now)
    undone = staging.undo(database, report.change_set_id, by="鈴木", now=now)
    assert (undone.hidden, undone.kept) == (1, 1)
    assert list(entries(database)) == ["二の会"]


def test_the_row_is_kept_as_it_was_with_unknown_headings(database, take):
    report = take("名称,住所,好きな色\r\n一の会,本町,青\r\n")
    assert report.unknown_headings == ("好きな色",)
    with database.reading() as session:
        assert session.scalars(select(Service.original)).one() == {"名称": "一の会", "住所": "本町", "好きな色": "青"}


def test_the_report_is_json_and_japanese(take):
    report = take(FACILITIES + facility("990019", "1", "一の会") + facility(OTHER, "2", "よそ"))
    said = json.loads(json.dumps(report.as_dict(), ensure_ascii=False))
    assert (said["added"], said["skipped_by_code"], said["layout"]) == (1, {OTHER: 1}, "suisho_facility")
    assert "追加 1・変更 0" in importing.describe(report)
    assert "飛ばした行 1" in importing.describe(report)


def test_history_tells_which_file_brought_a_change(database, take):
    report = take(FACILITIES + facility("990019", "1", "一の会"))
    with database.reading() as session:
        record = directory.whole(session, "990019")[0]
        (revision,) = change_sets.history(session, record.id)
        assert revision.change_set_id == report.change_set_id
        assert session.get_one(ChangeSet, report.change_set_id).mapping["名称"] == "name"
