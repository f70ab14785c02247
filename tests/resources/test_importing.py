"""From a spreadsheet to the directory: what is stored, skipped or explained, and what reading it again does."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from resources import change_sets, directory, importing, places, staging
from resources.change_sets import ChangeSet, ChangeSetState
from resources.drafts import PhoneNumber
from resources.hours import Closure, Holidays, describe, parse_hours
from resources.places import Municipality
from resources.services import Service, Status

OTHER = "222127"
FACILITIES = (
    "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,名称_通称,POIコード,住所,方書,緯度,経度,電話番号,"
    "内線番号,法人番号,団体名,利用可能曜日,開始時間,終了時間,利用可能日時特記事項,説明,バリアフリー情報,URL,備考\r\n"
)


@pytest.fixture
def take(database, bare_town, now):
    """Import a text or bytes and return the report; the entries are read with `entries`."""

    def run(content, name="一覧.csv", **more):
        data = content.encode() if isinstance(content, str) else content
        return importing.run(database, data, name, municipality=bare_town, by="編集", now=now, **more)

    return run


def entries(database, town="990019"):
    with database.reading() as session:
        return {record.draft.name: record.draft for record in directory.whole(session, town)}


def facility(code, number, name, **said):
    cells = [code, number, "", said.get("city", ""), name, "", "", "", said.get("address", "本町1-1"), "", "", ""]
    cells += [said.get("phone", ""), "", "", "", said.get("days", ""), said.get("opens", ""), said.get("closes", "")]
    return ",".join([*cells, said.get("note", ""), "", "", "", ""]) + "\r\n"


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
    assert (report.rows, report.added, report.refused, report.repeated) == (5, 2, 1, 1)
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


def test_a_benefit_is_a_service_without_a_place(database, take):
    head = "制度番号,全国地方公共団体コード,タイトル（制度名）,対象者,概要,利用・申請方法,手続書類,詳細参照先,お問い合わせ先\r\n"
    report = take(
        head + "S1,990019,住居確保給付金,離職した方,家賃を支給,窓口で申請,本人確認書類;通帳,https://example.jp/a,福祉課\r\n"
    )
    assert report.layout == "support_programme"
    draft = entries(database)["住居確保給付金"]
    assert not draft.has_place
    assert draft.documents == ("本人確認書類", "通帳")
    assert draft.note == "問い合わせ先: 福祉課"


def test_hours_holidays_and_closures_of_our_own_layout(database, take):
    head = "ID,種別,名称,やさしい名称,開催,開始時間,終了時間,祝日,休止期間,声を使わない連絡,最終確認日,状態,再開予定日,非公開\r\n"
    row = "1,salon,会,やさしい,24We;0Sa,10:00;09:00,12:00;10:00,休み,2026-08-10/2026-08-20 夏休み,FAX,2026-09-01,"
    row += "temporarily_closed,2027-01-13,\r\n"
    report = take(head + row)
    assert (report.layout, report.problems) == ("uketome", ())
    draft = entries(database)["会"]
    assert draft.slots == parse_hours("24We 10:00-12:00 祝休; 0Sa 09:00-10:00 祝休")
    assert draft.closures[0] == Closure(*(draft.closures[0].starts, draft.closures[0].ends), "夏休み")
    assert (draft.closed_at_year_end, draft.status) == (True, Status.TEMPORARILY_CLOSED)
    assert str(draft.reopens_on) == "2027-01-13"


def test_words_for_hours_that_are_not_understood_stay_readable(database, take):
    report = take("名称,住所,利用可能曜日,開始時間,終了時間\r\n会,本町,月1回くらい,9時ごろ,昼\r\n")
    draft = entries(database)["会"]
    assert draft.slots == ()
    assert "月1回くらい" in draft.hours_note
    assert report.problems[0].column == "利用可能曜日"


def test_closing_days_in_the_note_become_hours(database, take):
    note = "【開館時間】9:00～21：30 【休館日】月曜日"
    take(FACILITIES + facility("990019", "1", "港会館", note=note))
    assert describe(entries(database)["港会館"].slots) == "火〜日 9:00〜21:30"


def test_holidays_are_heard_from_the_note(database, take):
    note = "国民の祝日に関する法律に規定する休日及び年末年始（12月29日から翌年の1月3日）は終日利用不可。"
    take(FACILITIES + facility("990019", "1", "会", days="月火水木金", opens="08:30", closes="17:00", note=note))
    draft = entries(database)["会"]
    assert {slot.holidays for slot in draft.slots} == {Holidays.CLOSED}
    assert draft.closed_at_year_end


def test_an_event_without_a_year_is_placed_by_its_weekday(database, take):
    take("行事名,開催日,開始時間,終了時間,会場\r\nまつり,12月5日（土）～12月6日（日）,10：00,15：00,本町会館\r\n")
    assert describe(entries(database)["まつり"].slots).startswith("毎日（2026年12月5日〜2026年12月6日） 10:00〜15:00")
    report = take("行事名,開催日,開始時間,終了時間,会場\r\n会,12月5日,10：00,15：00,本町会館\r\n", "b.csv")
    assert "年が分かりません" in report.problems[0].says


def test_a_house_that_must_stay_hidden_is_hidden_without_being_told(database, take):
    report = take("名称,住所,電話番号\r\n母子生活支援施設ひかり,秘密町1,099-000-1234\r\n")
    assert entries(database)["母子生活支援施設ひかり"].confidential
    assert "所在地を出さない" in report.problems[0].says


def test_a_volunteers_mobile_number_waits_for_consent(database, take):
    report = take("名称,住所,電話番号,種別\r\nみんな食堂,本町,090-0000-1234,こども食堂\r\n")
    assert entries(database)["みんな食堂"].phones == ()
    assert "本人に確かめて" in report.problems[0].says


def test_several_sheets_come_in_together(database, take):
    from tests.resources.test_reading import workbook

    head = ["名称", "住所", "電話番号"]
    data = workbook(
        北部=[head, ["北の会", "北町", "099-000-1111"]],
        南部=[head, ["南の会", "南町", ""]],
        入力例=[head, ["例の会", "例町", ""]],
    )
    assert take(data, "一覧.xlsx").added == 2
    assert take(data, "一覧.xlsx").same == 2
    assert set(entries(database)) == {"北の会", "南の会"}


def test_odd_letters_never_stop_an_import(database, take):
    odd = [
        "\ufeff会",
        "会\u202e名",
        "𠮷の会",
        "葛\U000e0100の会",
        "<script>会</script>会",
        "=1+1",
        "会\x00\x1b[31m",
        "ｶﾞ会",
        "ガ会",
    ]
    report = take("名称,住所\r\n" + "".join(f'"{name}",本町{at}\r\n' for at, name in enumerate(odd)))
    assert report.added == len(odd)
    assert all("\x00" not in name and "<" not in name for name in entries(database))


def test_names_and_texts_that_are_too_long_are_cut_with_notice(database, take):
    report = take(f"名称,説明\r\n{'名' * 300},{'説' * 30_000}\r\n")
    assert [problem.column for problem in report.problems] == ["名称", "説明"]
    assert [len(name) for name in entries(database)] == [200]


def test_hsds_from_elsewhere_is_read(database, take):
    service = {
        "id": "ac148810-d857-441c-9679-408f346de14b",
        "name": "Counselling",
        "status": "temporarily closed",
        "phones": [{"id": "1", "number": "099-000-1234", "extension": 12, "type": "voice"}],
        "schedules": [
            {"id": "2", "freq": "MONTHLY", "byday": "2WE,4WE", "opens_at": "10:00", "closes_at": "12:00"},
            {
                "id": "3",
                "freq": "WEEKLY",
                "interval": 2,
                "byday": "SU",
                "dtstart": "2026-04-05",
                "opens_at": "9:00",
                "closes_at": "1:00",
            },
        ],
        "service_at_locations": [
            {
                "id": "4",
                "location": {
                    "id": "5",
                    "location_type": "physical",
                    "latitude": 35.1,
                    "longitude": 139.1,
                    "addresses": [{"address_1": "本町1"}],
                },
            },
            {"id": "6", "location": {"id": "7", "location_type": "physical", "addresses": [{"address_1": "緑町1"}]}},
        ],
    }
    report = take(json.dumps({"contents": [service, {"id": "x"}, 5]}), "hsds.json")
    assert (report.layout, report.rows, report.added, report.refused) == ("hsds", 4, 2, 2)
    with database.reading() as session:
        drafts = {record.draft.address: record.draft for record in directory.whole(session, "990019")}
    assert set(drafts) == {"本町1", "緑町1"}
    assert drafts["本町1"].slots == parse_hours("24We 10:00-12:00; 7Su@2026-04-05 9:00-25:00")
    assert drafts["本町1"].phones == (PhoneNumber("099-000-1234", "12"),)


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
