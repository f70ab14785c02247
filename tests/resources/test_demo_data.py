"""The demo town: fictional in every detail, complete in kinds, and true to the exchange layout."""

import csv
import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from intents.codes import Crisis, Reason, Topic
from resources.hours import parse_hours
from resources.kinds import Kinds
from resources.places import check_digit
from resources.slots import is_pattern
from resources.staff import Role

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo"
TODAY = date(2026, 11, 23)
HEADINGS = [
    "ID", "種別", "名称", "名称_カナ", "やさしい名称", "説明", "対象", "対象年齢_下限", "対象年齢_上限",
    "居住要件", "家族のみ可", "匿名可", "予約", "費用", "持ち物", "郵便番号", "所在地_連結表記", "町名",
    "建物名等(方書)", "緯度", "経度", "担当区域", "電話番号", "内線番号", "FAX番号", "メールアドレス",
    "連絡先FormURL", "LINE", "声を使わない連絡", "開催", "開始時間", "終了時間", "利用可能日時特記事項",
    "祝日", "休止期間", "アクセス方法", "送迎", "駐車場情報", "バリアフリー情報", "階段",
    "音・にぎやかさ", "一人で参加可", "初めての人", "男性歓迎",
    "子ども連れ可", "訪問可", "待機", "定員", "アレルギー", "言語", "話題", "担い手募集",
    "食べ物募集", "場所募集", "主催", "法人番号", "URL", "状態",
    "再開予定日", "非公開", "最終確認日", "確認者", "確認方法", "備考",
]
YES_NO = ("家族のみ可", "匿名可", "送迎", "一人で参加可", "男性歓迎", "子ども連れ可", "訪問可")
Entry = dict[str, str]


@pytest.fixture(scope="module")
def town() -> dict[str, Any]:
    return tomllib.loads((DEMO / "town.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def entries(town: dict[str, Any]) -> list[Entry]:
    found = []
    for part in town["directory"]:
        with (DEMO / part["file"]).open(encoding="utf-8", newline="") as file:
            found += [{**row, "municipality": part["municipality"]} for row in csv.DictReader(file)]
    return found


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return Kinds.load()


def parts(text: str) -> list[str]:
    return [part for part in text.split(";") if part]


def test_every_file_of_the_directory_is_named_and_carries_the_headings(town: dict[str, Any]) -> None:
    assert {path.name for path in DEMO.glob("*.csv")} == {part["file"] for part in town["directory"]}
    for part in town["directory"]:
        with (DEMO / part["file"]).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0] == HEADINGS
        assert {len(row) for row in rows} == {len(HEADINGS)}


def test_there_is_enough_to_find(entries: list[Entry], kinds: Kinds) -> None:
    gathering = [entry for entry in entries if kinds.get(entry["種別"]).group == "gathering"]
    assert len(entries) >= 150
    assert len(gathering) >= 60
    assert sum(bool(entry["開催"]) for entry in gathering) >= 60


def test_every_kind_of_institution_and_gathering_place_appears(entries: list[Entry], kinds: Kinds) -> None:
    wanted = {kind.code for kind in kinds.kinds if kind.group != "national"}
    assert wanted == {entry["種別"] for entry in entries}


def test_ids_and_names_are_unique_and_belong_to_an_owner(entries: list[Entry], town: dict[str, Any]) -> None:
    for field in ("ID", "名称"):
        assert [name for name, times in Counter(entry[field] for entry in entries).items() if times > 1] == []
    owners = {municipality["code"] for municipality in town["municipality"]}
    assert {entry["municipality"] for entry in entries} == owners


def test_every_entry_speaks_for_itself(entries: list[Entry]) -> None:
    for entry in entries:
        assert all(
            entry[field] for field in ("名称", "やさしい名称", "説明", "主催", "費用", "予約", "確認者", "確認方法")
        ), entry["ID"]
        assert re.fullmatch(r"[ァ-ヶー・ ]+", entry["名称_カナ"]), entry["ID"]
        assert 15 <= len(entry["説明"]) <= 160, entry["ID"]


def test_values_are_of_the_exchange_layout(entries: list[Entry]) -> None:
    for entry in entries:
        assert {entry[field] for field in YES_NO} <= {"可", "不可", ""}, entry["ID"]
        assert entry["予約"] in ("必要", "不要", ""), entry["ID"]
        assert entry["祝日"] in ("休み", "開く", "不明", ""), entry["ID"]
        assert entry["状態"] in ("active", "inactive", "defunct", "temporarily_closed"), entry["ID"]
        assert entry["非公開"] in ("1", ""), entry["ID"]
        assert parts(entry["話題"]) and set(parts(entry["話題"])) <= set(Topic), entry["ID"]
        assert len(parts(entry["話題"])) == len(set(parts(entry["話題"]))), entry["ID"]
        assert all(re.fullmatch(r"\d{1,3}", entry[age]) for age in ("対象年齢_下限", "対象年齢_上限") if entry[age])
        assert all(re.fullmatch(r"[a-z]{2,3}(-easy)?", code) for code in parts(entry["言語"])), entry["ID"]


def test_schedules_can_be_read(entries: list[Entry]) -> None:
    for entry in entries:
        days, opens, closes = (parts(entry[field]) for field in ("開催", "開始時間", "終了時間"))
        assert len(days) == len(opens) == len(closes), entry["ID"]
        for pattern, start, end in zip(days, opens, closes, strict=True):
            assert re.fullmatch(r"([0-7]+(Mo|Tu|We|Th|Fr|Sa|Su))+", pattern) and is_pattern(pattern), entry["ID"]
            assert re.fullmatch(r"\d\d:\d\d", start) and re.fullmatch(r"\d\d:\d\d", end), entry["ID"]
            assert "00:00" <= start < end <= "24:00", entry["ID"]
            parse_hours(f"{pattern} {start}-{end}")


def test_schedules_are_of_every_sort(entries: list[Entry]) -> None:
    said = ";".join(entry["開催"] for entry in entries)
    assert all(sort in said for sort in ("0We", "24", "13", "6", "7"))
    assert sum(";" in entry["開催"] for entry in entries) >= 5


def test_nobody_real_can_be_reached(entries: list[Entry], town: dict[str, Any]) -> None:
    rows = [*entries, *town["municipality"], *town["desk"]]
    for row in rows:
        for field in ("電話番号", "FAX番号", "phone"):
            assert not row.get(field) or re.fullmatch(r"099-000-\d{4}", row[field]), row
    for entry in entries:
        assert re.fullmatch(r"([\w-]+@([\w-]+\.)?example\.(jp|lg\.jp))?", entry["メールアドレス"]), entry["ID"]
        for field in ("連絡先FormURL", "URL"):
            assert re.fullmatch(r"(https://([\w-]+\.)?example\.(jp|lg\.jp)/[\w/-]*)?", entry[field]), entry["ID"]
        assert re.fullmatch(r"(@[\w-]+-demo)?", entry["LINE"]), entry["ID"]
        assert re.fullmatch(r"(999-\d{4})?", entry["郵便番号"]), entry["ID"]
        assert not re.search(r"0120|0570|\d{3}-\d{4}-\d{4}", entry["説明"] + entry["備考"]), entry["ID"]
    assert all(re.fullmatch(r"[\w-]+@[\w-]+\.example\.lg\.jp", staff["login"]) for staff in town["staff"])


def test_no_two_places_share_a_phone_by_mistake(entries: list[Entry]) -> None:
    phones = Counter(entry["電話番号"] for entry in entries if entry["電話番号"])
    assert [phone for phone, times in phones.items() if times > 1] == []


def test_municipality_codes_are_valid_and_of_no_real_prefecture(town: dict[str, Any]) -> None:
    codes = [municipality["code"] for municipality in town["municipality"]]
    assert codes == ["990001", "992011", "993611"]
    for code in codes:
        assert int(code[:2]) > 47
        assert code[5] == check_digit(code[:5])


def test_places_lie_where_their_town_says(entries: list[Entry], town: dict[str, Any]) -> None:
    areas = {(area["municipality"], area["name"]): area for area in town["area"]}
    for entry in entries:
        if not entry["町名"]:
            continue
        area = areas[entry["municipality"], entry["町名"]]
        assert entry["郵便番号"] == area["postcode"], entry["ID"]
        assert entry["町名"] in entry["所在地_連結表記"], entry["ID"]
        assert abs(float(entry["緯度"]) - area["latitude"]) < 0.01, entry["ID"]
        assert abs(float(entry["経度"]) - area["longitude"]) < 0.01, entry["ID"]


def test_shelters_are_staff_only_and_not_on_the_map(entries: list[Entry]) -> None:
    confidential = [entry for entry in entries if entry["非公開"]]
    assert {entry["種別"] for entry in confidential} == {"shelter"}
    assert any(entry["所在地_連結表記"] for entry in confidential)
    assert not any(entry["電話番号"] or entry["緯度"] or entry["経度"] for entry in confidential)


def test_some_entries_are_stale_some_closed_for_a_while_some_gone(entries: list[Entry], kinds: Kinds) -> None:
    def months(day: str) -> int:
        checked = date.fromisoformat(day)
        assert checked <= TODAY
        return (TODAY.year - checked.year) * 12 + TODAY.month - checked.month

    stale = [entry for entry in entries if months(entry["最終確認日"]) > kinds.get(entry["種別"]).cadence_months]
    assert 10 <= len(stale) <= len(entries) // 3
    states = Counter(entry["状態"] for entry in entries)
    assert states["temporarily_closed"] >= 2 and states["defunct"] and states["inactive"]
    for entry in entries:
        assert (entry["状態"] == "temporarily_closed") == bool(entry["再開予定日"]), entry["ID"]
        assert re.fullmatch(r"(\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d)?", entry["休止期間"]), entry["ID"]


def test_what_residents_ask_for_can_be_found(entries: list[Entry]) -> None:
    def count(field: str, value: str = "") -> int:
        return sum(bool(entry[field]) and value in entry[field] for entry in entries)

    for field in (
        "送迎",
        "匿名可",
        "家族のみ可",
        "訪問可",
        "子ども連れ可",
        "声を使わない連絡",
        "担い手募集",
        "バリアフリー情報",
    ):
        assert count(field) >= 15, field
    assert count("待機") >= 5 and count("持ち物") >= 5 and count("予約", "必要") >= 15
    assert all(count("声を使わない連絡", way) >= 5 for way in ("FAX", "メール", "フォーム", "LINE"))
    assert all(count("言語", code) for code in ("ja-easy", "en", "vi", "pt", "zh", "jsl"))
    for topic in Topic:
        assert sum(topic in parts(entry["話題"]) for entry in entries) >= 2, topic


def test_routes_and_people_name_desks_that_exist(town: dict[str, Any], kinds: Kinds) -> None:
    desks = {desk["key"]: desk for desk in town["desk"]}
    assert len(desks) == len(town["desk"])
    for desk in desks.values():
        kinds.get(desk["kind"])
        assert parse_hours(desk["hours"])
    areas = {area[field] for area in town["area"] for field in ("name", "school_district", "catchment")}
    for route in town["route"]:
        assert route["desk"] in desks
        assert route.get("crisis") in {None, *Crisis} and route.get("reason") in {None, *Reason}
        assert route.get("topic") in {None, *Topic} and route.get("area") in {None, *areas}
    seated = {key for person in town["staff"] for key in person["desks"]}
    assert seated == set(desks)
    assert all(set(person["roles"]) <= set(Role) and len(person["sender_name"]) <= 20 for person in town["staff"])


def test_every_town_ends_its_table_with_a_desk_for_everything(town: dict[str, Any]) -> None:
    for municipality in town["municipality"]:
        last = [route for route in town["route"] if route["municipality"] == municipality["code"]][-1]
        assert set(last) == {"municipality", "desk"}


def test_walled_dangers_go_only_to_desks_made_for_them(town: dict[str, Any]) -> None:
    desks = {desk["key"]: desk for desk in town["desk"]}
    walled = [route for route in town["route"] if route.get("crisis") in ("dv", "sexual_violence")]
    assert walled and all(desks[route["desk"]].get("for_violence") for route in walled)


def test_the_table_of_who_acts_is_filled_for_every_danger_and_half_of_the_week(town: dict[str, Any]) -> None:
    cells = Counter((duty["municipality"], duty["crisis"], duty["watch"]) for duty in town["duty"])
    wanted = {
        (municipality["code"], crisis, watch)
        for municipality in town["municipality"]
        for crisis in map(str, Crisis)
        for watch in ("reading_hours", "outside")
    }
    assert set(cells) == wanted and set(cells.values()) == {1}
    assert all(duty["role"] for duty in town["duty"] if duty["watch"] == "reading_hours")
    assert any(not duty["role"] for duty in town["duty"] if duty["watch"] == "outside")
