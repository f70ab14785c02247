"""Finding a case by what is known of it: combined, paged, within what a person may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.desk import Browser, World

Enter = Callable[..., Browser]


def test_what_is_given_is_combined(world: World, enter: Enter) -> None:
    world.open_case("家賃のこと", name="はな", topics=["rent_loan"], ago=timedelta(days=3))
    world.open_case("仕事のこと", name="はな", topics=["job_search"])
    world.open_case("ほかの人", name="たろう", topics=["rent_loan"])
    browser = enter("yamada")
    for fields, found in (
        ({"topic": "rent_loan"}, {"家賃のこと", "ほかの人"}),
        ({"sought": "はな", "topic": "rent_loan"}, {"家賃のこと"}),
        ({"since": "2026-11-24"}, {"仕事のこと", "ほかの人"}),
        ({"until": "2026-11-21", "standing": "open"}, {"家賃のこと"}),
        ({"standing": "closed"}, set()),
        ({"desk": str(world.desk_id), "sought": "たろう"}, {"ほかの人"}),
        ({"desk": str(world.violence_desk_id), "topic": "job_search"}, {"仕事のこと"}),
    ):
        page = browser.post("/desk/search", **fields).text
        assert {words for words in ("家賃のこと", "仕事のこと", "ほかの人") if words in page} == found, fields


def test_odd_filters_are_refused_or_left_out_and_nothing_breaks(small_world: World, enter_small: Enter) -> None:
    small_world.open_case("カナリア")
    browser = enter_small("yamada")
    for odd in ({"since": "きのう"}, {"since": "2026-11-24", "until": "2026-11-01"}, {"until": "9999-12-32"}):
        answer = browser.post("/desk/search", sought="はな", **odd)
        assert answer.status_code == 422 and 'value="はな"' in answer.text, odd
    for odd in ({"desk": "' OR 1=1"}, {"topic": "%"}, {"standing": "x"}, {"after": "x"}):
        assert browser.post("/desk/search", sought="だれか", **odd).status_code == 200
    assert "カナリア" not in browser.post("/desk/search", sought="%").text
    assert "探すものが入っていません" in browser.post("/desk/search", standing="any").text


def test_pages_of_findings_show_every_case_once(small_world: World, enter_small: Enter) -> None:
    for number in range(53):
        small_world.open_case(f"第{number}号", topics=["food"])
    browser = enter_small("yamada")
    first = browser.post("/desk/search", topic="food").text
    after = first.split('name="after" value="')[1].split('"')[0]
    second = browser.post("/desk/search", topic="food", after=after).text
    assert first.count("data-case=") == 50 and second.count("data-case=") == 3 and 'name="after"' not in second
    assert all((f"「第{number}号」" in first) != (f"「第{number}号」" in second) for number in range(53))


def test_another_towns_and_walled_cases_are_not_found_by_filters(small_world: World, enter_small: Enter) -> None:
    small_world.open_case("カナリア", desk_id=small_world.violence_desk_id, crisis="dv", walled=True, topics=["violence"])
    for name in ("yamada", "suzuki", "tonari"):
        assert "カナリア" not in enter_small(name).post("/desk/search", topic="violence").text
    assert "カナリア" in enter_small("tanaka").post("/desk/search", topic="violence").text
