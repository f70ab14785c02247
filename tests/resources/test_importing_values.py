"""What the cells of a row become: hours, events, hidden houses, benefits, HSDS."""

import json

from resources import directory
from resources.drafts import PhoneNumber
from resources.hours import Closure, Holidays, describe, parse_hours
from resources.services import Status
from tests.resources.spreadsheets import FACILITIES, entries, facility


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
