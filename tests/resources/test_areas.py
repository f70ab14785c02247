"""A 町名, a 小学校区 and a postcode narrow what is found, and lead to a point on the map."""

from datetime import date

import pytest

from resources import addresses, areas, directory, places
from resources.areas import Area
from resources.drafts import Draft
from resources.importing import CannotRead, area_rows
from resources.places import Neighbour
from resources.search import Search

HOME, NEXT = "990019", "990027"
AREAS = (
    ("港町", "みなと小", "北部", "999-9009", 35.527, 141.811),
    ("浜町", "みなと小", "北部", "9999010", 35.527, 141.819),
    ("桜町", "さくら小学校", "中央", "999-9005", 35.505, 141.782),
)


@pytest.fixture
def towns(database, now):
    with database.writing() as session:
        places.add(session, HOME, "みらい市", now=now)
        places.add(session, NEXT, "となり町", now=now)
        session.add(Neighbour(municipality_code=HOME, neighbour_code=NEXT))
        for name, school, catchment, code, north, east in AREAS:
            session.add(
                Area(
                    municipality_code=HOME,
                    name=name,
                    school_district=school,
                    catchment=catchment,
                    postcode=code,
                    latitude=north,
                    longitude=east,
                )
            )
        for name, town, said in (
            ("港のサロン", HOME, {"town": "港町", "latitude": 35.527, "longitude": 141.811}),
            ("浜のサロン", HOME, {"town": "浜町", "latitude": 35.527, "longitude": 141.819}),
            ("桜のサロン", HOME, {"town": "桜町", "latitude": 35.505, "longitude": 141.782}),
            ("北のサロン", HOME, {"areas": ("北部",)}),
            ("遠いサロン", HOME, {"postcode": "999-8001", "latitude": 35.6, "longitude": 141.9}),
            ("となりのサロン", NEXT, {"postcode": "999-9501", "town": "町場", "latitude": 35.55, "longitude": 141.73}),
        ):
            draft = Draft(name, kind="salon", assured_date=date(2026, 11, 1), **said)
            directory.add(session, draft, municipality=town, by="編集", now=now)
        hidden = Draft("家", kind="shelter", postcode="999-7001", latitude=35.5, longitude=141.8, confidential=True)
        directory.add(session, hidden, municipality=HOME, by="編集", now=now)
    return database


@pytest.fixture
def found(towns, ear, kinds, now):
    search = Search(towns, ear, kinds)
    return lambda text: [place.name for place in search.find(text, municipality=HOME, now=now, limit=9)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("港町のサロン", {"港のサロン", "北のサロン"}),
        ("みなと小学校区のサロン", {"港のサロン", "浜のサロン", "北のサロン"}),
        ("みなと小の近くのサロン", {"港のサロン", "浜のサロン", "北のサロン"}),
        ("みなとしょうがっこうのちかくのさろん", {"港のサロン", "浜のサロン", "北のサロン"}),
        ("〒999-9010のサロン", {"浜のサロン", "北のサロン"}),
        ("９９９９００５ サロン", {"桜のサロン"}),
        ("999-8001あたりのサロン", {"遠いサロン"}),
    ],
)
def test_what_is_there_comes_first(found, text, first):
    assert set(found(text)[: len(first)]) == first


def test_beside_what_is_there_the_nearest_comes_before_the_farther(found):
    assert found("浜町のサロン").index("港のサロン") < found("浜町のサロン").index("桜のサロン")


@pytest.mark.parametrize("text", ["999-9005", "〒9999005", "さくら小の近く", "さくら小学校区です"])
def test_a_place_alone_shows_what_is_there(found, text):
    assert found(text) == ["桜のサロン"]


def test_the_clinic_for_children_is_no_school():
    assert not addresses.written("みなと小学校区").search("みなと小児科はどこ")
    assert addresses.written("みなと小学校区").search("みなと小のそば")


@pytest.mark.parametrize(
    ("words", "spot"),
    [
        ("港町です", ("港町", 35.527, 141.811)),
        ("みなと小学校区", ("みなと小学校区", 35.527, 141.815)),
        ("さくら小のあたり", ("さくら小学校区", 35.505, 141.782)),
        ("９９９−９０１０", ("浜町", 35.527, 141.819)),
        ("999-8001", ("999-8001", 35.6, 141.9)),
        ("〒9999501", ("町場", 35.55, 141.73)),
        ("999-7001", None),
        ("123-4567", None),
        ("遠町", None),
    ],
)
def test_words_lead_to_a_point_and_never_to_a_hidden_house(towns, words, spot):
    with towns.reading() as session:
        told = areas.locate(session, HOME, words)
    assert (told and (told.name, round(told.latitude, 3), round(told.longitude, 3))) == spot


def test_a_file_adds_and_renews_the_areas_of_registered_towns(towns, now):
    head = "市区町村コード,町名,小学校区,郵便番号,緯度,経度"
    harbour_row, foreign, broken = "990019,港町,新みなと小,999-9009,35.6,139.9", "011011,本町,,,,", "990019,丘,,12,,"
    rows = "\n".join((head, harbour_row, "99002,町場,,9999501,,", foreign, broken))
    with towns.writing() as session:
        before = session.get_one(places.Municipality, HOME).directory_version
        taken = area_rows.take(session, rows.encode("cp932"))
        assert (taken.written, taken.skipped) == (2, 2)
    with towns.reading() as session:
        harbour = next(area for area in areas.of_town(session, HOME) if area.name == "港町")
        assert (harbour.school_district, harbour.catchment, harbour.latitude) == ("新みなと小", "北部", 35.6)
        assert [area.postcode for area in areas.of_town(session, NEXT)] == ["999-9501"]
        assert session.get_one(places.Municipality, HOME).directory_version > before


def test_a_file_without_headings_is_refused_and_changes_nothing(towns):
    with pytest.raises(CannotRead), towns.writing() as session:
        area_rows.take(session, b"a,b\n1,2\n")
