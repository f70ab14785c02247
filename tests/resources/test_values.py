"""Single cells as people fill them in."""

from contextlib import suppress
from datetime import date
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.importing import values
from resources.importing.phone_cells import phones
from resources.importing.values import NotReadable


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("(099)000-3668", ["099-000-3668"]),
        ("０９９（０００）３６６８", ["099-000-3668"]),
        ("TEL　099-000-1234", ["099-000-1234"]),
        ("099-000-1234、099-000-1235", ["099-000-1234", "099-000-1235"]),
        ("099-000-1234\n099-000-1235", ["099-000-1234", "099-000-1235"]),
        ("099-000-1234（099-000-1235）", ["099-000-1234", "099-000-1235"]),
        ("＋81-99-000-1234", ["099-000-1234"]),
        ("099‐000‐1234", ["099-000-1234"]),
        ("0990001234", ["0990001234"]),
        ("189", ["189"]),
        ("#8891", ["#8891"]),
        ("0120-0-78310", ["0120-0-78310"]),
        ("", []),
        ("なし", []),
        ("099.000.1234", ["099-000-1234"]),
        ("099-000-1234　099-000-1235", ["099-000-1234", "099-000-1235"]),
        ("099-000-1234・1235", ["099-000-1234", "099-000-1235"]),
        ("+81-(0)99-000-1234", ["099-000-1234"]),
        ("電話099-000-1234 FAX099-000-1235", ["099-000-1234"]),
    ],
)
def test_numbers_are_read_as_they_are_written(cell, numbers):
    found = phones(cell)
    assert [phone.number for phone in found.numbers] == numbers
    assert found.notices == ()


def test_an_extension_is_kept_apart():
    assert [(p.number, p.extension) for p in phones("099-000-1234(内線567)").numbers] == [("099-000-1234", "567")]
    assert phones("099-000-1234", "12").numbers[0].extension == "12"
    assert phones("099-000-1234 ext.12").numbers[0].extension == "12"
    assert phones("TEL:099-000-1234 FAX:099-000-1235").faxes == ("099-000-1235",)


@pytest.mark.parametrize(
    ("cell", "numbers", "says"),
    [
        ("222-2082", [], "市外局番"),
        ("0000-00-0000", [], "仮の番号"),
        ("990001234", ["0990001234"], "先頭の0"),
        ("12345678901234", [], "電話番号として読めません"),
        ("9000001234", ["09000001234"], "先頭の0"),
        ("1200001234", [], "電話番号として読めません"),
        ("099-000-123", ["099-000-123"], "桁数"),
        ("099-000-1234～5", ["099-000-1234"], "続きの番号"),
    ],
)
def test_what_cannot_be_dialled_is_said(cell, numbers, says):
    found = phones(cell)
    assert [phone.number for phone in found.numbers] == numbers
    assert says in found.notices[0]


@pytest.mark.parametrize(
    ("cells", "position", "notice"),
    [
        (("35.4", "139.7"), (35.4, 139.7), ""),
        (("３５．４", "１３９．７"), (35.4, 139.7), ""),
        (("139.7", "35.4"), (35.4, 139.7), "逆"),
        (("0", "0"), (None, None), "0になって"),
        (("", "", "34.3, 134.0"), (34.3, 134.0), ""),
        (("34.3,134.0", ""), (34.3, 134.0), ""),
        (("北", "東"), (None, None), "読み取れません"),
        (("51.5", "0.1"), (None, None), "日本の中"),
        (("nan", "139"), (None, None), "日本の中"),
        (("", ""), (None, None), ""),
        (("-", "-"), (None, None), ""),
        (("35度24分30秒", "139度42分0秒"), (35.408333, 139.7), ""),
        (("35°24'30\"", "139°42'00\""), (35.408333, 139.7), ""),
        (("北緯35.4", "東経139.7"), (35.4, 139.7), ""),
        (("", "", "(35.4 139.7)"), (35.4, 139.7), ""),
        (("", "", "POINT(139.7 35.4)"), (35.4, 139.7), "逆"),
    ],
)
def test_positions_are_mended_or_left_out(cells, position, notice):
    latitude, longitude, said = values.coordinates(*cells)
    assert (latitude, longitude) == position
    assert notice in said
    assert bool(notice) == bool(said)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("2026/4/1", date(2026, 4, 1)),
        ("2026年4月1日（水）", date(2026, 4, 1)),
        ("令和7年4月1日", date(2025, 4, 1)),
        ("R7.4.1", date(2025, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("２０２５．４．１", date(2025, 4, 1)),
        ("44698", date(2022, 5, 17)),
        ("20260401", date(2026, 4, 1)),
        ("45000.5", date(2023, 3, 15)),
        ("令7.4.1", date(2025, 4, 1)),
        ("令和七年十一月二十一日", date(2025, 11, 21)),
        ("2026-04-01 00:00:00", date(2026, 4, 1)),
        ("2026年4月1日現在", date(2026, 4, 1)),
        ("", None),
    ],
)
def test_dates_of_every_kind(cell, day):
    assert values.day(cell) == day


@pytest.mark.parametrize(
    "cell",
    ["2026-02-30", "令和99年13月1日", "昭和70年1月1日", "来年", "9999", "25時", "毎月末", "R7.4.1～R8.3.31"],
)
def test_days_that_never_were(cell):
    with pytest.raises(NotReadable):
        values.day(cell)


@pytest.mark.parametrize(
    ("cell", "about", "code"),
    [
        ("011011", {}, "011011"),
        ("11011", {"prefecture": "北海道"}, "011011"),
        ("11011", {"home": "011011"}, "011011"),
        ("22212", {}, "222127"),
        ("222127.0", {}, "222127"),
        ("２２２１２７", {}, "222127"),
        ("22", {}, "220001"),
        ("1", {}, "010006"),
    ],
)
def test_codes_of_towns_with_lost_digits(cell, about, code):
    assert values.town_code(cell, **about) == code


@pytest.mark.parametrize("cell", ["222128", "999999", "abc", "-1", "1e3", "0", "1234567"])
def test_codes_that_are_none(cell):
    with pytest.raises(NotReadable):
        values.town_code(cell)


@pytest.mark.parametrize(("cell", "said"), [("○", True), ("可", True), ("Y", True), ("×", False), ("無", False), ("", None)])
def test_yes_and_no(cell, said):
    assert values.flag(cell) is said


def test_html_becomes_words():
    cell = "<p>お茶<br>&amp; <b>体操</b></p><script>alert(1)</script>\x00<table><tr><td>左</td></tr></table> 1<2"
    assert values.clean(cell) == "お茶\n& 体操\n左\n\n1<2"


@pytest.mark.parametrize("unit", ["<!--", "<script ", "<STYLE>", "</script ", "<style </script ", "<a ", "&#", "--><!--"])
def test_html_that_never_ends_is_read_once(unit):
    cell, before = unit * (200_000 // len(unit)), process_time()
    values.clean(f"サロン{cell}<b>会</b>")
    assert process_time() - before < 1


def test_html_that_never_ends_hides_nothing():
    assert values.clean("<!-- 一 --> 二 <!-- 三") == "二 <!-- 三"
    assert values.clean("<Script>一</script > 二 <script>三 <style>四</style>") == "二 三"


@pytest.mark.parametrize("cell", ["一" * 100_000, "1 11:11" * 30_000 + "\nx"])
def test_what_is_too_long_for_a_day_is_not_read(cell):
    before = process_time()
    with pytest.raises(NotReadable):
        values.day(cell)
    assert process_time() - before < 1


@pytest.mark.parametrize(
    ("cell", "ages"),
    [("4歳から", (4, None)), ("0～5歳", (0, 5)), ("６５歳以上", (65, None)), ("65歳以上の方と家族", (None, None))],
)
def test_ages_only_when_nothing_else_is_said(cell, ages):
    assert values.ages(cell) == ages


@given(st.text(max_size=200))
def test_no_cell_breaks_a_reader(cell):
    values.clean(cell)
    phones(cell, cell)
    values.coordinates(cell, cell, cell)
    values.ages(cell)
    for read in (values.day, values.age, values.flag, values.town_code):
        with suppress(NotReadable):
            read(cell)
