"""Files as town halls have them: every encoding, stray marks, quotes, workbooks made to harm."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from resources.importing.columns import Headings, recognise
from resources.importing.csv_reading import decode, read_csv
from resources.importing.reading import read
from resources.importing.sheets import CannotRead
from resources.importing.xlsx_cells import broken_cells

TEXT = "名称,住所,電話番号\r\nひだまり会,みらい市本町1-1,099-000-1234\r\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8 (BOM)"),
        (b"\xef\xbb\xbf" + TEXT.encode("utf-8-sig"), "UTF-8 (BOM)"),
        (TEXT.encode("cp932"), "CP932"),
        (TEXT.encode("euc-jp"), "EUC-JP"),
        (TEXT.encode("iso-2022-jp"), "ISO-2022-JP"),
        (TEXT.encode("utf-16"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16-LE"),
        (TEXT.encode("utf-16-be"), "UTF-16-BE"),
    ],
)
def test_every_encoding_is_recognised(data, encoding):
    sheet = read_csv(data)
    assert sheet.encoding == encoding
    assert sheet.rows[1] == ["ひだまり会", "みらい市本町1-1", "099-000-1234"]


def test_two_encodings_in_one_file_are_read_line_by_line():
    sheet = read_csv(TEXT.encode("utf-8") + "緑の会,緑町,\n".encode("cp932"))
    assert [row[0] for row in sheet.rows] == ["名称", "ひだまり会", "緑の会"]
    assert not sheet.garbled


def test_bytes_that_are_no_text_are_marked():
    assert read_csv(TEXT.encode("utf-8") + b"\xff\xff,a,b\n").garbled


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_the_delimiter_is_recognised(mark):
    sheet = read_csv(TEXT.replace(",", mark).encode("cp932"))
    assert sheet.delimiter == mark
    assert sheet.rows[1][2] == "099-000-1234"


def test_a_separator_announced_for_excel_is_obeyed():
    sheet = read_csv(b"sep=;\r\n" + TEXT.replace(",", ";").encode())
    assert (sheet.delimiter, sheet.rows[0][0]) == (";", "名称")


def test_a_line_separator_inside_a_cell_breaks_no_row():
    assert read_csv("名称,住所\r\nひだまり\u2028会,本町\r\n".encode()).rows[1] == ["ひだまり\u2028会", "本町"]


def test_nul_and_very_long_cells_are_read():
    long = "あ" * 140_000
    assert read_csv(f"名称,説明\r\nひ\x00だまり,{long}\r\n".encode()).rows[1] == ["ひだまり", long]


def test_a_quote_that_never_closes_is_a_clear_error_with_its_row():
    broken = '名称,住所\r\n一の会,本町\r\n"二の会,本町\r\n三の会,本町\r\n四の会,本町\r\n'
    with pytest.raises(CannotRead, match=r"3行目のあたりで引用符"):
        read(broken.encode())


def test_a_quote_inside_a_word_is_harmless():
    assert read_csv('名称,住所\r\n会"ひだまり",本町\r\n'.encode()).rows[1][0] == '会"ひだまり"'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "中身がありません"),
        (b"\x00\x00\r\n", "中身がありません"),
        (b"%PDF-1.7", "PDF"),
        (b"<!DOCTYPE html><table>", "Webページ"),
        (b"\xef\xbb\xbf<html>", "Webページ"),
        (b"PK\x03\x04rubbish", "Excelのファイルとして開けません"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "パスワード"),
        (b"\xd0\xcf\x11\xe0rubbish", "Excelのファイルとして開けません"),
    ],
)
def test_what_is_no_table_is_said_in_japanese(data, says):
    with pytest.raises(CannotRead, match=says):
        read(data)


def workbook(**sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_sheet_of_examples_is_never_data():
    data = workbook(一覧=[["名称", "住所"], ["本物の会", "本町"]], 入力例=[["名称", "住所"], ["例の会", "例町"]])
    assert [sheet.name for sheet in read(data)] == ["一覧"]


def test_several_sheets_are_several_tables():
    data = workbook(北部=[["名称", "住所"], ["北の会", "北町"]], 南部=[["名称", "住所"], ["南の会", "南町"]], 空=[])
    assert [sheet.name for sheet in read(data)] == ["北部", "南部"]


def test_numbers_dates_and_times_become_text():
    from datetime import date, datetime, time, timedelta

    row = [1.0, 0.5, date(2026, 4, 1), datetime(2026, 4, 1, 9, 30), time(9, 0), timedelta(hours=26), True, None]
    cells = read(workbook(一=[["a"] * 8, row]))[0].rows[1]
    assert cells == ["1", "0.5", "2026-04-01", "2026-04-01 09:30", "09:00", "26:00", "TRUE", ""]


def package(**parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in parts.items():
            file.writestr(name.replace("__", "/") + ".xml", body)
    return content.getvalue()


def test_a_workbook_that_unpacks_to_a_flood_is_refused():
    with pytest.raises(CannotRead, match="異常に大きい"):
        read(package(xl__workbook="x", xl__worksheets__sheet1=b" " * 60_000_000))


def test_a_workbook_whose_cells_lie_at_the_ends_of_the_world_is_refused():
    far = '<sheetData><row r="1"><c r="A1"/></row><row r="1048576"><c s="1" r="XFD1048576"/></row></sheetData>'
    with pytest.raises(CannotRead, match="異常に大きい"):
        read(package(xl__workbook="x", xl__worksheets__sheet1=far))


def test_a_workbook_of_cells_that_never_end_is_read_once():
    sheet = '<sheetData><row r="1">' + '<c r="A1"><f>1</f>' * 200_000 + "</row></sheetData>"
    relation = '<Relationship Id="r1" Target="worksheets/sheet1.xml"/>'
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>')
        file.writestr("xl/_rels/workbook.xml.rels", relation)
        file.writestr("xl/worksheets/sheet1.xml", sheet)
    assert broken_cells(content.getvalue()) == {0: []}


def test_a_workbook_with_entities_is_refused():
    with pytest.raises(CannotRead, match="開けません"):
        read(package(xl__workbook="x", xl__worksheets__sheet1='<!DOCTYPE a [<!ENTITY b "c">]><sheetData/>'))


def test_an_archive_of_something_else_is_said():
    with pytest.raises(CannotRead, match="Excelではありません"):
        read(package(readme="x"))


def test_decode_never_fails():
    for data in (b"\xff", b"\x81", b"\xfe\xff\xd8", bytes(range(256)), b"\x1b$B"):
        assert isinstance(decode(data)[0], str)


HEADINGS = Headings.load()


def recognised(text):
    return recognise(read_csv(text.encode()), HEADINGS)


@pytest.mark.parametrize(
    ("headings", "layout"),
    [
        (
            "都道府県コード又は市区町村コード,NO,都道府県名,市区町村名,名称,名称_カナ,名称_通称,POIコード,住所,方書",
            "suisho_facility",
        ),
        ("都道府県コ―ド又は市区町村コ―ド,NO,名称,種別,住所,収容定員,受入年齢,認可等年月日", "suisho_childcare"),
        ("NO,介護サービス事業所名称,介護サービス事業所名称_カナ,実施サービス,住所,電話番号,事業所番号", "suisho_care_service"),
        ("NO,名称,医療機関の種類,住所,診療曜日,診療開始時間,診療終了時間,診療科目,病床数", "suisho_medical"),
        ("NO,イベント名,イベント名_カナ,開始日,終了日,場所名称,住所,主催者,参加申込方法", "suisho_event"),
        ("NO,名称,住所,災害種別_洪水,指定避難所との重複", "suisho_shelter"),
        ("全国地方公共団体コード,ID,名称,所在地_連結表記,災害種別_洪水,指定避難所との重複", "standard_shelter"),
        ("全国地方公共団体コード,ID,名称,所在地_連結表記,町字ID,建物名等(方書)", "standard_facility"),
        (
            "制度番号,全国地方公共団体コード,タイトル（制度名）,対象者,利用・申請方法,根拠法令,実施組織・支援機関",
            "support_programme",
        ),
        ("店の名前,好きな色,名称,電話", "own"),
    ],
)
def test_published_layouts_are_recognised(headings, layout):
    assert recognised(f"{headings}\r\na,b,c,d\r\n").layout.code == layout


def test_headings_below_titles_and_comments_are_found():
    text = "令和7年度 居場所一覧,,\r\n,,\r\n#license,CC BY,\r\n名 称,所 在 地,TEL\r\nひだまり会,本町,\r\n"
    assert recognised(text).header_row == 4


def test_a_misspelt_heading_is_guessed_and_said():
    mapping = recognised("名称,所在地_連続表記,利用可能曜目\r\nひだまり会,本町,月\r\n")
    assert mapping.guessed == {"所在地_連続表記": "address", "利用可能曜目": "days"}


def test_unknown_headings_are_listed():
    assert recognised("?名称,住所,好きな色,好きな歌\r\n会,本町,青,\r\n").unknown == ("好きな色", "好きな歌")


def test_hours_of_some_days_in_columns_of_their_own():
    mapping = recognised("名称,住所,開園時間(平日),終園時間(平日),開始時刻土曜日,終了時刻土曜日\r\n会,本町,,,,\r\n")
    assert mapping.timed == {"平日": (2, 3), "土曜日": (4, 5)}


@pytest.mark.parametrize("text", ["色,歌\r\n青,春\r\n", "名称だけ\r\n", "\r\n,,\r\n"])
def test_a_table_without_names_is_refused_in_japanese(text):
    with pytest.raises(CannotRead, match=r"見出し|名称"):
        recognised(text)
