"""What the public form withstands: fields of any length, odd paths, many senders, and proposals nobody decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import process_time
from urllib.parse import quote_plus

import pytest

from resources import proposals
from resources.proposals import Said, Sort
from resources.web.pace import Pace
from tests.desk import World
from tests.resources.web.test_proposals import FORM, SALON, Enter, editors, kept, proposed

__all__ = ["editors"]


@pytest.mark.parametrize(
    ("field", "unit", "says"),
    [
        ("about", "a", "600文字まで"),
        ("reach", "a@", "300文字まで"),
        ("place", "<!--", "300文字まで"),
        ("name", "<script ", "100文字まで"),
        ("held", "佐藤さん", "300文字まで"),
        ("day", "1 11:11", "日付を読み取れません"),
    ],
)
def test_a_field_of_any_length_is_refused_without_much_work(
    small_world: World, enter_small: Enter, field: str, unit: str, says: str
) -> None:
    stranger = enter_small()
    stranger.get(FORM)
    long = unit * (200_000 // len(quote_plus(unit)))
    before = process_time()
    page = stranger.post(FORM, **SALON | {field: long})
    assert process_time() - before < 1
    assert page.status_code == 409 and says in page.text and kept(small_world) == []


def test_a_path_that_names_no_town_is_a_page_that_does_not_exist(world: World, enter: Enter) -> None:
    stranger = enter()
    stranger.get(FORM)
    for code in ("%00", "99%000019", "９９００１９", "990019%0A", "99001", "9900190", "%FF", "990000", "nothing"):
        assert stranger.get(f"/propose/{code}").status_code == 404, code
        assert stranger.post(f"/propose/{code}", **SALON).status_code == 404, code


def test_what_nobody_decides_does_not_wait_for_ever(world: World, enter: Enter) -> None:
    page, written, editor = proposed(world), proposed(world), enter("editor")
    assert "180日で消します" in enter().get(FORM).text
    editor.get(written)
    editor.post(f"{written}/write")
    proposals.purge(world.database, world.now + timedelta(days=179))
    assert f"/directory/proposals/{kept(world)[0].id}" == page
    proposals.purge(world.database, world.now + timedelta(days=181))
    assert [f"/directory/proposals/{row.id}" for row in kept(world)] == [written]


def test_the_editors_list_comes_in_pages(world: World, enter: Enter) -> None:
    with world.database.writing() as session:
        for number in range(53):
            proposals.keep(session, Said(Sort.PLACE, f"第{number:02}サロン"), town=world.town, now=world.now)
    editor = enter("editor")
    first, second = (editor.get(f"/directory/proposals?page={page}").text for page in (1, 2))
    assert "決めていない（53）" in first and "第00サロン" in first and "第50サロン" not in first
    assert "第50サロン" in second and "第49サロン" not in second and "2 / 2ページ" in second
    for odd in ("0", "99", "９", "x"):
        assert editor.get(f"/directory/proposals?page={odd}").status_code == 200


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("", "unknown", False),
    ],
)
def test_the_addresses_of_one_network_share_one_count(now: datetime, first: str, second: str, one: bool) -> None:
    pace = Pace(1, timedelta(hours=1))
    pace.count(first, now)
    assert pace.allows(second, now) is not one
