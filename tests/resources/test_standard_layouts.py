"""The lists that towns publish: their columns, what stands in which, and that they can be read again."""

import csv
import io
from dataclasses import replace

import pytest

from resources import directory, importing, standard_layouts
from resources.drafts import Draft
from resources.hours import parse_hours


@pytest.fixture
def listed(database, bare_town, now):
    """Return the rows of a list after adding some entries."""

    def rows(code, *drafts):
        with database.writing() as session:
            for draft in drafts:
                directory.add(session, draft, municipality=bare_town, by="編集", now=now)
        with database.reading() as session:
            data = standard_layouts.to_csv(session, bare_town, standard_layouts.LAYOUTS[code])
        assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))

    return rows


def test_a_place_says_what_the_list_has_columns_for(listed, salon):
    with_days = replace(salon, slots=parse_hours("0Mo 10:00-12:00 祝休; 0We 10:00-12:00 祝休"), hours_note="", closures=())
    row = listed("facilities", with_days)[0]
    assert (row["全国地方公共団体コード"], row["地方公共団体名"], row["種別"]) == ("990019", "みらい市", "ふれあいサロン")
    assert (row["利用可能曜日"], row["開始時間"], row["終了時間"]) == ("月水", "10:00", "12:00")
    assert row["利用可能日時特記事項"] == "祝日は休み。年末年始は休み"
    assert (row["電話番号"], row["内線番号"], row["郵便番号"]) == ("099-000-2101 / 099-000-2102", "12", "9999001")
    assert "費用：100円" in row["備考"] and "猫がいます" not in row["備考"]


def test_hours_that_do_not_fit_into_columns_are_said_in_words(listed, salon):
    row = listed("facilities", salon)[0]
    assert (row["利用可能曜日"], row["開始時間"]) == ("", "")
    assert "第2・4水" in row["利用可能日時特記事項"] and "夏休み" in row["利用可能日時特記事項"]


def test_each_entry_stands_in_the_list_for_its_kind(listed, salon):
    nursery = replace(salon, name="あおぞら園", kind="nursery", kind_label="", minimum_age=0.0, maximum_age=5.0)
    care = replace(salon, name="ひなたデイ", kind="day_service", kind_label="")
    benefit = Draft("就学援助制度", description="学用品の費用を助けます。", eligibility_description="小中学生の保護者")
    hotline = Draft("よりそい電話", kind="national_hotline", slots=parse_hours("0Mo 0:00-24:00"))
    assert [row["名称"] for row in listed("facilities", salon, nursery, care, benefit, hotline)] == ["ひだまりサロン"]
    assert [(row["名称"], row["受入年齢"]) for row in listed("childcare")] == [("あおぞら園", "0歳から5歳まで")]
    row = listed("care")[0]
    assert (row["介護サービス事業所名称"], row["実施サービス"]) == ("ひなたデイ", "通所介護・通所リハビリ")
    assert [(row["タイトル（制度名）"], row["対象者"]) for row in listed("support")] == [("就学援助制度", "小中学生の保護者")]


@pytest.mark.parametrize(
    ("code", "layout"),
    [("facilities", "standard_facility"), ("childcare", "standard_childcare"), ("support", "support_programme")],
)
def test_a_list_is_read_again_by_its_layout(database, bare_town, salon, now, code, layout):
    nursery = replace(salon, name="あおぞら園", kind="nursery")
    benefit = Draft("就学援助制度", description="学用品の費用を助けます。")
    with database.writing() as session:

        for draft in (salon, nursery, benefit):
            directory.add(session, draft, municipality=bare_town, by="編集", now=now)
    chosen = standard_layouts.LAYOUTS[code]
    with database.reading() as session:
        data = standard_layouts.to_csv(session, bare_town, chosen)
    report = importing.run(database, data, f"{chosen.file}.csv", municipality=bare_town, by="編集", now=now, dry_run=True)
    assert (report.layout, report.rows, report.problems) == (layout, 1, ())
