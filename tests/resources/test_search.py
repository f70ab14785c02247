"""The right place: own town first, fresh before stale, open when asked for, hidden houses never."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from resources import directory, places
from resources.drafts import Draft
from resources.hours import parse_hours
from resources.jsonl import search_lines
from resources.places import Neighbour
from resources.search import Search
from resources.services import Status

HOME, NEXT, ABOVE = "990019", "990027", "990001"
ASSURED = date(2026, 11, 1)


def salon_in(name="ひだまりサロン", **said):
    return Draft(name, kind="salon", assured_date=ASSURED, **said)


@pytest.fixture
def towns(database, now):
    with database.writing() as session:
        places.add(session, ABOVE, "あけぼの県", now=now)
        places.add(session, HOME, "みらい市", now=now, prefecture=ABOVE)
        places.add(session, NEXT, "となり町", now=now, prefecture=ABOVE)
        session.add(Neighbour(municipality_code=HOME, neighbour_code=NEXT))
    return database


@pytest.fixture
def search(towns, ear, kinds):
    return Search(towns, ear, kinds)


@pytest.fixture
def put(towns, now):
    def add(draft, town=HOME):
        with towns.writing() as session:
            return directory.add(session, draft, municipality=town, by="編集", now=now)

    return add


def test_the_own_town_comes_before_the_neighbour(search, put, now):
    put(salon_in("となりのサロン"), NEXT)
    put(salon_in("みらいのサロン"))
    found = search.find("サロンを探しています", municipality=HOME, now=now)
    assert [place.name for place in found] == ["みらいのサロン", "となりのサロン"]


def test_the_prefecture_answers_when_the_town_has_nothing(search, put, now):
    put(Draft("難病相談支援センター", kind="intractable_disease_center", assured_date=ASSURED), ABOVE)
    assert search.find("難病の相談", municipality=HOME, now=now)[0].name == "難病相談支援センター"


def test_the_prefectures_office_for_towns_and_villages_is_not_for_a_city(search, put, now):
    put(Draft("県くらし相談", kind="self_reliance_desk", areas=("県内町村",), assured_date=ASSURED), ABOVE)
    assert search.find("くらし相談", municipality=HOME, now=now) == []
    assert [place.name for place in search.find("くらし相談", municipality=NEXT, now=now)] == ["県くらし相談"]


def test_an_edit_is_found_by_the_next_question(search, put, towns, now):
    made = put(salon_in())
    assert [place.name for place in search.find("囲碁の会", municipality=HOME, now=now)] == ["ひだまりサロン"]
    with towns.writing() as session:
        directory.edit(session, made, salon_in("囲碁の会"), by="佐藤", now=now + timedelta(seconds=1))
    assert [place.name for place in search.find("囲碁の会", municipality=HOME, now=now)] == ["囲碁の会"]


def test_entries_nobody_checked_and_resting_ones_sink(search, put, now):
    put(replace(salon_in("三のサロン"), assured_date=None))
    put(replace(salon_in("二のサロン"), assured_date=date(2020, 1, 1)))
    put(replace(salon_in("一のサロン")))
    put(replace(salon_in("四のサロン"), status=Status.TEMPORARILY_CLOSED))
    found = search.find("サロン", municipality=HOME, now=now, limit=9)
    assert [place.name[0] for place in found] == ["一", "二", "三", "四"]


def test_a_retired_entry_is_not_found(search, put, now):
    put(replace(salon_in(), status=Status.DEFUNCT))
    assert search.find("サロン", municipality=HOME, now=now) == []


def test_a_hidden_house_is_found_by_the_desk_only(search, put, now):
    put(Draft("一時保護の家", kind="shelter", address="秘密町1", town="秘密町", confidential=True))
    assert search.find("一時保護の家", municipality=HOME, now=now) == []
    assert search.find("秘密町", municipality=HOME, now=now, for_desk=True) == []
    found = search.find("一時保護の家", municipality=HOME, now=now, for_desk=True, near=(35.0, 139.0))
    assert [(place.name, place.distance_m) for place in found] == [("一時保護の家", None)]


def test_open_now_asks_the_one_hours_function(search, put, now):
    put(salon_in("火のサロン", slots=parse_hours("0Tu 10:00-12:00 祝休")))
    put(salon_in("水のサロン", slots=parse_hours("0We 10:00-12:00 祝休")))
    put(replace(salon_in("未確認のサロン", slots=parse_hours("0Tu 10:00-12:00 祝休")), assured_date=None))
    found = search.find("サロン", municipality=HOME, now=now, open_only=True)
    assert [place.name for place in found] == ["火のサロン"]


def test_the_nearest_comes_first_when_asked(search, put, now):
    put(salon_in("遠いサロン", latitude=35.60, longitude=141.80))
    put(salon_in("近いサロン", latitude=35.501, longitude=141.80))
    put(salon_in("所在不明サロン"))
    found = search.find("サロン", municipality=HOME, now=now, near=(35.5, 141.8), nearest=True)
    assert [(place.name, place.distance_m) for place in found] == [("近いサロン", 111), ("遠いサロン", 11119)]


def test_topics_kinds_and_a_name_of_a_quarter_choose_without_words(search, put, now):
    put(salon_in("本町のサロン", town="本町"))
    put(salon_in("緑町のサロン", town="緑町"))
    put(Draft("通いの場", kind="kayoi_no_ba", areas=("本町",)))
    found = search.find("", municipality=HOME, now=now, town="本町", limit=9)
    assert {place.name for place in found} == {"本町のサロン", "通いの場"}
    assert [p.name for p in search.find("", municipality=HOME, now=now, town="本町", kinds=("salon",))] == ["本町のサロン"]
    assert len(search.find("", municipality=HOME, now=now, topics=("gathering",), limit=9)) == 3


def test_pages_follow_each_other(search, put, now):
    for number in range(5):
        put(salon_in(f"サロン{number}"))
    first = search.find("サロン", municipality=HOME, now=now, limit=3)
    second = search.find("サロン", municipality=HOME, now=now, limit=3, offset=3)
    assert len({place.id for place in (*first, *second)}) == 5


def test_lines_in_and_lines_out(search, put, now):
    made = put(salon_in())
    lines = ['{"id": "a", "text": "サロン", "gold": 1}', "", "rubbish", '{"id": 2}', "[" * 5000, '{"id": "b", "text": ""}']
    said = [json.loads(line) for line in search_lines(lines, search, HOME, 3, now)]
    assert said[0]["id"] == "a"
    assert said[0]["results"][0].keys() == {"id", "name", "score"}
    assert said[0]["results"][0]["id"] == str(made)
    assert [("error" in answer) for answer in said] == [False, True, True, True, False]


def test_an_unknown_town_has_no_places(search, now):
    assert search.find("サロン", municipality="222127", now=now) == []
