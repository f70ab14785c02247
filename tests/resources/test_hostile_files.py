"""Files nobody prepared for: each row is stored, skipped as another town's, or explained; then nothing else changed."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

import bot.models  # noqa: F401  every table, so that they can be created
from resources import directory, importing, places
from resources.db import Base, Database
from tests.conftest import NOW
from tests.resources.test_reading import workbook

TOWN = "990019"
HEAD = "名称,住所,電話番号\r\n"
ONE = "一の会,本町1,099-000-1234\r\n"
CODED = "都道府県コード又は市区町村コード,市区町村名,名称,住所\r\n"


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Read a file without writing anything, in a database that two towns share."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('hostile')}/a.db")
    Base.metadata.create_all(database.writer)
    with database.writing() as session:
        places.add(session, TOWN, "みらい市", now=NOW)
        places.add(session, "222127", "焼津市", now=NOW)

    def run(content, name="一覧.csv", **more):
        data = content.encode() if isinstance(content, str) else content
        return importing.run(database, data, name, municipality=TOWN, by="編集", now=NOW, dry_run=True, **more)

    run.database = database
    yield run
    database.close()


def edited(change, **sheets):
    import io

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def formula(book):
    book.active["A2"], book.active["B2"] = "=1&2", "本町1"
    book.active["A3"], book.active["B3"] = "三の会", "#N/A"
    book.active["B3"].data_type = "e"


def hidden(book):
    book["隠し"].sheet_state = "hidden"


@pytest.mark.parametrize(
    ("content", "name", "added", "refused", "skipped", "says"),
    [
        (HEAD + ONE + "合計,1件,\r\n,,\r\n※載せない施設あり,,\r\n注1 平日,,\r\n出典：市,,\r\n", "", 1, 4, {}, "合計の行"),
        (HEAD + "【北地区】,,\r\n" + ONE + "■南地区,,\r\n", "", 1, 2, {}, "小見出し"),
        (HEAD + ONE + HEAD + "二の会,本町2,\r\n", "", 2, 1, {}, "見出しと同じ"),
        (HEAD + "-,本町,\r\n", "", 0, 1, {}, "記号だけ"),
        (HEAD + ",一の会,本町\r\n", "", 0, 1, {}, "名称がありません"),
        ("種別,名称,住所,電話番号\r\n,北地区の会,,\r\n", "", 1, 0, {}, "名称のほかに何も"),
        (HEAD.replace(",", "|") + ONE.replace(",", "|"), "", 1, 0, {}, ""),
        ("焼津の会,".join(["名称,住所\r\n", "本町\r\n"]), "222127_facility.csv", 0, 0, {"222127": 1}, ""),
        ("焼津の会,".join(["名称,住所\r\n", "本町\r\n"]), "22212_shisetsu.csv", 0, 0, {"222127": 1}, ""),
        (HEAD + ONE, "202511_shisetsu.csv", 1, 0, {}, ""),
        (CODED + "990019,,一,\r\n99001,,二,\r\n22212,,三,\r\n,焼津市,四,\r\n,静岡県焼津市,五,\r\n,みらい市,六,\r\n", "", 3, 0,
         {"222127": 3}, ""),
        (CODED + ",遠野市,一,\r\n990018,,二,\r\n222128,,三,\r\n焼津市,,四,\r\n", "", 1, 1, {"遠野市": 1, "222127": 1},
         "検査数字"),
        (CODED + "100000,,一,\r\n100000,,二,\r\n", "", 2, 0, {}, "検査数字"),
        (workbook(一覧=[["No", "施設名", "連絡先", None, "開館時間", None], [None, None, "電話", "FAX", "開始", "終了"],
                       [1, "一の会", "099-000-1234", "", "9:00", "17:00"]]), "a.xlsx", 1, 0, {}, ""),
        (workbook(一覧=[["名称", "住所"], ["一の会", "本町"]], マスタ=[["名称", "番号"], ["公民館", "1"]],
                 記入例=[["名称", "住所"], ["例", "例町"]]), "a.xlsx", 1, 0, {}, "「記入例」は見本"),
        (edited(hidden, 一覧=[["名称", "住所"], ["一の会", "本町"]], 隠し=[["名称", "住所"], ["隠しの会", "本町"]]), "a.xlsx",
         1, 0, {}, "「隠し」は見本"),
        (edited(formula, 一覧=[["名称", "住所"]]), "a.xlsx", 1, 1, {}, "計算式の結果がありません"),
        ("名称,郵便番号\r\n一の会,〒123ー4567\r\n二の会,12\r\n", "", 2, 0, {}, "郵便番号は123-4567"),
        ("名称,最終確認日\r\n一の会,令和99年1月1日\r\n", "", 1, 0, {}, "これから先の日付"),
    ],
)  # fmt: skip
def test_every_row_is_accounted_for(read, content, name, added, refused, skipped, says):
    report = read(content, name or "一覧.csv")
    assert (report.added, report.refused, report.skipped_by_code) == (added, refused, skipped)
    assert report.rows == added + refused + report.skipped + report.repeated
    assert any(says in problem.says for problem in report.problems) if says else not report.problems
    assert all(problem.column and problem.says for problem in report.problems)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("名称,一の会,二の会\r\n住所,本町1,本町2\r\n電話番号,099-000-1111,099-000-2222\r\n", "縦と横"),
        (HEAD + '"一の会,本町1,\r\n二の会,本町2,\r\n"三の会,本町3,\r\n', "引用符"),
        ("住所,電話番号\r\n本町1,099-000-1111\r\n", "名称の列が見つかりません"),
        ("<meta charset=x><table><tr><td>名称</td></tr></table>", "Webページ"),
        ("<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?><Workbook/>", "XML"),
        ("こんにちは。\r\n今日は良い天気です。\r\n", "見出しの行が見つかりません"),
        (bytes(range(256)) * 40, "見出しの行が見つかりません"),
    ],
)
def test_what_is_no_table_of_places_is_refused_whole(read, content, says):
    with pytest.raises(importing.CannotRead, match=says):
        read(content)
    with read.database.reading() as session:
        assert directory.whole(session, TOWN) == []


def test_cells_merged_downwards_say_the_same(sqlite_database):
    with sqlite_database.writing() as session:
        places.add(session, TOWN, "みらい市", now=NOW)
    rows = [["種別", "名称", "住所"], ["公民館", "一", "本町1"], [None, "二", "本町2"], ["サロン", "三", "本町3"]]
    data = edited(lambda book: book.active.merge_cells("A2:A3"), 一覧=rows)
    importing.run(sqlite_database, data, "a.xlsx", municipality=TOWN, by="編集", now=NOW)
    with sqlite_database.reading() as session:
        assert [record.draft.kind for record in directory.whole(session, TOWN)] == ["civic_center", "salon", "civic_center"]


ONE_TWO = "ID,名称,住所\r\n1,一の会,本町1\r\n2,二の会,本町2\r\n"


@pytest.mark.parametrize(
    ("first", "second", "heaps"),
    [
        (ONE_TWO, "ID,名称,住所\r\n1,新の会,本町0\r\n2,一の会,本町1\r\n3,二の会,本町2\r\n", (1, 0, 2, 0)),
        (ONE_TWO, "ID,名称,住所\r\nA1,一の会,本町1\r\nA2,二の会,本町2\r\n", (0, 0, 2, 0)),
        (ONE_TWO, "名称,住所\r\n一の会,本町1\r\n二の会,本町2\r\n", (0, 0, 2, 0)),
        (ONE_TWO, "ID,名称,住所\r\n1,一のサロン,本町1\r\n2,二の会,本町2\r\n", (0, 1, 1, 0)),
        ("名称,住所\r\n一の会,本町1\r\n二の会,本町2\r\n", "名称,住所\r\n二の会,本町2\r\n一の会,本町9\r\n", (0, 1, 1, 0)),
        ("名称,電話番号\r\n会,099-000-1111\r\n会,099-000-2222\r\n", "名称,電話番号\r\n会,099-000-2222\r\n会,099-000-1111\r\n",
         (0, 0, 2, 0)),
    ],
)  # fmt: skip
def test_next_years_file_finds_the_same_places(sqlite_database, first, second, heaps):
    with sqlite_database.writing() as session:
        places.add(session, TOWN, "みらい市", now=NOW)
    run = lambda text: importing.run(  # noqa: E731
        sqlite_database, text.encode(), "一覧.csv", municipality=TOWN, by="編集", now=NOW
    )
    run(first)
    report = run(second)
    assert (report.added, report.changed, report.same, report.missing) == heaps
    again = run(second)
    assert (again.added, again.changed, again.missing) == (0, 0, 0)


def test_with_all_municipalities_a_town_without_a_code_is_asked_for(read):
    report = read(CODED + ",遠野市,一,\r\n,焼津市,二,\r\n", all_municipalities=True)
    assert (report.added, report.refused) == (1, 1)
    assert "6桁のコードの列を加えて" in report.problems[0].says


def test_the_report_shows_what_changes_in_the_words_of_the_table(sqlite_database):
    with sqlite_database.writing() as session:
        places.add(session, TOWN, "みらい市", now=NOW)
    text = "名称,電話番号,利用可能曜日,開始時間,終了時間\r\n一の会,099-000-1111,月,9:00,17:00\r\n"
    importing.run(sqlite_database, text.encode(), "a.csv", municipality=TOWN, by="編集", now=NOW)
    text = text.replace("1111", "2222").replace("月", "火水")
    said = importing.describe(importing.run(sqlite_database, text.encode(), "a.csv", municipality=TOWN, by="編集", now=NOW))
    assert "変更 2行目「一の会」電話番号: 「099-000-1111」→「099-000-2222」" in said
    assert "開催日時: 「月 9:00〜17:00」→「火・水 9:00〜17:00」" in said
