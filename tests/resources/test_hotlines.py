"""Hotlines: what is shown in danger is open now, free, right, and reachable without a voice."""

import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intents.codes import Crisis
from resources.hotlines import BadHotlines, Hotlines, load
from resources.slots import JAPAN

ROOT = Path(__file__).resolve().parents[2]
SATURDAY_NIGHT = datetime(2026, 11, 21, 22, 0, tzinfo=JAPAN)
TUESDAY_BEFORE_DAWN = datetime(2026, 11, 24, 3, 0, tzinfo=JAPAN)


@pytest.fixture(scope="module")
def hotlines() -> Hotlines:
    return load()


def ids(hotlines: Hotlines, crisis: str, now: datetime, *, minor: bool = False, limit: int = 9) -> list[str]:
    return [line.id for line in hotlines.for_crisis(crisis, now=now, minor=minor, limit=limit)]


@pytest.mark.parametrize("now", [SATURDAY_NIGHT, TUESDAY_BEFORE_DAWN], ids=["saturday-22", "tuesday-03"])
@pytest.mark.parametrize("minor", [False, True])
@pytest.mark.parametrize("crisis", list(Crisis))
def test_every_danger_has_an_open_free_line_and_one_without_voice(
    hotlines: Hotlines, crisis: Crisis, minor: bool, now: datetime
) -> None:
    lines = hotlines.for_crisis(crisis, now=now, minor=minor)
    assert 1 <= len(lines) <= 2
    assert all(line.is_open(now) for line in lines)
    assert any(line.fee == "free" for line in lines)
    assert crisis == Crisis.EMERGENCY or any(line.without_voice for line in lines)


def test_fire_and_police_stand_apart(hotlines: Hotlines) -> None:
    assert [line.numbers[0].number for line in hotlines.immediate()] == ["119", "110"]
    assert not {"fire_ambulance", "police"} & set(ids(hotlines, Crisis.SELF_HARM, SATURDAY_NIGHT))


def test_childline_answers_only_from_four_to_nine(hotlines: Hotlines) -> None:
    childline = hotlines.get("childline_phone")
    assert not childline.is_open(datetime(2026, 11, 24, 15, 59, tzinfo=JAPAN))
    assert childline.is_open(datetime(2026, 11, 24, 16, 0, tzinfo=JAPAN))
    assert childline.is_open(datetime(2026, 11, 24, 20, 59, tzinfo=JAPAN))
    assert not childline.is_open(datetime(2026, 11, 24, 21, 0, tzinfo=JAPAN))
    assert "childline_phone" not in ids(hotlines, Crisis.SELF_HARM, SATURDAY_NIGHT, minor=True)


@pytest.mark.parametrize(
    ("month", "day", "open_"), [(12, 28, True), (12, 29, False), (12, 31, False), (1, 3, False), (1, 4, True)]
)
def test_childline_rests_over_the_new_year(hotlines: Hotlines, month: int, day: int, open_: bool) -> None:
    assert hotlines.get("childline_phone").is_open(datetime(2027, month, day, 18, 0, tzinfo=JAPAN)) is open_


def test_a_childs_line_is_offered_to_children_only(hotlines: Hotlines) -> None:
    assert ids(hotlines, Crisis.SELF_HARM, SATURDAY_NIGHT, minor=True)[0] == "child_sos"
    assert "child_sos" not in ids(hotlines, Crisis.SELF_HARM, SATURDAY_NIGHT)


def test_the_tenth_of_the_month_runs_until_eight_next_morning(hotlines: Hotlines) -> None:
    line = hotlines.get("inochi_free")
    assert not line.is_open(datetime(2026, 12, 10, 7, 59, tzinfo=JAPAN))
    assert line.is_open(datetime(2026, 12, 10, 8, 0, tzinfo=JAPAN))
    assert line.is_open(datetime(2026, 12, 11, 7, 59, tzinfo=JAPAN))
    assert not line.is_open(datetime(2026, 12, 11, 8, 0, tzinfo=JAPAN))
    assert not line.is_open(datetime(2026, 12, 9, 22, 0, tzinfo=JAPAN))


def test_an_announced_week_runs_through_the_night(hotlines: Hotlines) -> None:
    line = hotlines.get("inochi_free")
    assert line.is_open(datetime(2026, 3, 13, 3, 0, tzinfo=JAPAN))
    assert not line.is_open(datetime(2027, 3, 13, 3, 0, tzinfo=JAPAN))


def test_the_resident_can_be_told_until_when(hotlines: Hotlines) -> None:
    assert hotlines.get("childline_phone").opening(datetime(2026, 11, 24, 18, 0, tzinfo=JAPAN)).until == datetime(
        2026, 11, 24, 21, 0, tzinfo=JAPAN
    )


def test_offices_rest_on_holidays(hotlines: Hotlines) -> None:
    rights = hotlines.get("child_rights")
    assert rights.is_open(datetime(2026, 11, 24, 10, 0, tzinfo=JAPAN))
    assert not rights.is_open(datetime(2026, 11, 23, 10, 0, tzinfo=JAPAN))  # 勤労感謝の日, a Monday


def test_hours_are_read_in_japanese_time(hotlines: Hotlines) -> None:
    assert hotlines.get("childline_phone").is_open(datetime(2026, 11, 24, 7, 30, tzinfo=UTC))
    with pytest.raises(ValueError):
        hotlines.get("childline_phone").is_open(datetime(2026, 11, 24, 16, 30))


def test_unverified_and_announced_lines_never_count_as_open(hotlines: Hotlines) -> None:
    uncertain = [line for line in hotlines.lines if line.announced or not line.hours_verified]
    assert {"cure_time", "police_sexual_crime", "loneliness", "inochi_paid"} <= {line.id for line in uncertain}
    week = [datetime(2026, 11, day, hour, 30, tzinfo=JAPAN) for day in range(16, 23) for hour in range(24)]
    assert not any(line.is_open(now) for line in uncertain for now in week)
    assert not any("loneliness" in ids(hotlines, Crisis.SELF_HARM, now) for now in week)


def test_a_paid_line_never_stands_alone(hotlines: Hotlines) -> None:
    paid = Hotlines(tuple(line for line in hotlines.lines if line.fee == "paid"), ())
    assert all(paid.for_crisis(crisis, now=SATURDAY_NIGHT) == [] for crisis in Crisis)


def test_when_nothing_is_open_unverified_lines_come_back_marked_as_such(hotlines: Hotlines) -> None:
    few = Hotlines((hotlines.get("cure_time"), hotlines.get("police_sexual_crime")), ())
    lines = few.for_crisis(Crisis.SEXUAL_VIOLENCE, now=TUESDAY_BEFORE_DAWN)
    assert lines and not any(line.hours_verified or line.is_open(TUESDAY_BEFORE_DAWN) for line in lines)


def test_the_voiceless_line_is_kept_when_the_list_is_short(hotlines: Hotlines) -> None:
    noon = datetime(2026, 11, 24, 12, 30, tzinfo=JAPAN)
    assert ids(hotlines, Crisis.DV, noon, limit=2) == ["dv_plus_phone", "dv_plus_chat"]
    assert ids(hotlines, Crisis.DV, TUESDAY_BEFORE_DAWN, limit=2) == ["dv_plus_phone", "dv_plus_mail"]


def test_no_line_is_reviewed_before_a_person_said_so(hotlines: Hotlines) -> None:
    assert all(line.state == "drafted" or (line.reviewed_by and line.reviewed_on) for line in hotlines.lines)


@pytest.mark.parametrize(
    "written",
    [
        "0570-046-556",
        "0570 046 556",
        "０５７０－０４６－５５６",
        "(0570)046556",
        "電話0570-0783-55まで",
        "0570ー064ー000",
    ],
)
def test_wrong_numbers_are_recognised_however_written(hotlines: Hotlines, written: str) -> None:
    assert len(hotlines.denied_in(written)) == 1


@pytest.mark.parametrize(
    "written", ["0570-064-556", "0570-783-556", "0120-0-78310", "0120-189-783", "2026-11-23", "10570-046-5561"]
)
def test_right_numbers_are_not_mistaken_for_wrong_ones(hotlines: Hotlines, written: str) -> None:
    assert hotlines.denied_in(written) == []


def test_no_committed_data_file_carries_a_wrong_number(hotlines: Hotlines) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    names = [name for name in listed.split("\0") if name] or [
        str(p.relative_to(ROOT)) for p in (ROOT / "resources").rglob("*.*")
    ]
    data = [
        ROOT / name for name in names if name.endswith((".toml", ".csv", ".json", ".jsonl", ".md", ".txt", ".html"))
    ]
    found = {}
    for path in data:
        if not path.is_file() or path.name == "requirements.lock":
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.name == "hotlines.toml":
            text = text.split("[[denied]]")[0]
        if wrong := hotlines.denied_in(text):
            found[path.name] = [denied.number for denied in wrong]
    assert found == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('number = "0120-061-338"', 'number = "0570-046-556"'),
        ('number = "0120-061-338"', 'number = "0120-279-338"'),
        ('number = "0120-061-338"', 'number = "0120.061.338"'),
        ('id = "inochi_sos"', 'id = "yorisoi"'),
        ("source_date = 2022-08-26", ""),
        ("source_date = 2022-08-26", "source_date = 2027-08-26"),
        ('opens = "06:00", closes = "24:00"', 'opens = "24:00", closes = "06:00"'),
        ('opens = "06:00", closes = "24:00"', 'opens = "朝", closes = "24:00"'),
        ('crises = ["self_harm"]', 'crises = ["sadness"]'),
        ('state = "drafted"', 'state = "reviewed"'),
        ("from = 2026-03-10", "from = 2026-03-20"),
        ('\nyear_end = "closed"', '\nyear_end = "never"'),
        ("\n    { monthly_day = 10", "\n    { monthly_day = 32"),
        ('\nholidays = "closed"', '\nholidays = "perhaps"'),
        ("nationwide = true", "nationwide = true\nopening = 1"),
    ],
)
def test_a_file_that_contradicts_itself_is_not_loaded(tmp_path: Path, old: str, new: str) -> None:
    good = (ROOT / "resources" / "hotlines.toml").read_text(encoding="utf-8")
    broken = tmp_path / "hotlines.toml"
    assert old in good
    broken.write_text(good.replace(old, new, 1), encoding="utf-8")
    with pytest.raises((BadHotlines, tomllib.TOMLDecodeError)):
        load(broken)
