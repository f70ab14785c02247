"""A place that is nearly the answer is noted with the reason, by day and codes only."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from resources import directory, near_misses, places
from resources.areas import Area
from resources.drafts import Draft
from resources.hours import parse_hours
from resources.near_misses import Missed, NearMiss, Reason, Weighed
from resources.places import Neighbour
from resources.search import Search
from resources.services import Status

HOME, NEXT, ABOVE = "990019", "990027", "990001"
ASSURED = date(2026, 11, 1)
SALON = Draft("ひだまりサロン", kind="salon", assured_date=ASSURED, slots=parse_hours("0We 10:00-12:00 祝休"))
DAY = Draft("デイサービス なぎさ", kind="day_service", assured_date=ASSURED)


@pytest.fixture
def towns(database, now):
    with database.writing() as session:
        places.add(session, ABOVE, "あけぼの県", now=now)
        places.add(session, HOME, "みらい市", now=now, prefecture=ABOVE)
        places.add(session, NEXT, "となり町", now=now, prefecture=ABOVE)
        session.add(Neighbour(municipality_code=HOME, neighbour_code=NEXT))
        session.add(Area(municipality_code=HOME, name="港町", school_district="みなと小", catchment="北部"))
        session.add(Area(municipality_code=HOME, name="桜町", school_district="さくら小", catchment="中央"))
    return database


@pytest.fixture
def put(towns, now):
    def add(draft, town=HOME):
        with towns.writing() as session:
            return directory.add(session, draft, municipality=town, by="編集", now=now)

    return add


@pytest.fixture
def missed(towns, ear, kinds, now):
    search = Search(towns, ear, kinds)

    def look(text, **more):
        return [(miss.id, miss.reason) for miss in search.look(text, municipality=HOME, now=now, **more).missed]

    return look


@pytest.mark.parametrize(
    ("draft", "text", "reason"),
    [
        (SALON, "土曜の夜に行けるサロンはありますか", Reason.HOURS),
        (replace(SALON, status=Status.TEMPORARILY_CLOSED), "サロンに行きたい", Reason.RESTING),
        (replace(SALON, minimum_age=65), "40歳です。サロンに行きたい", Reason.AGE),
        (replace(SALON, areas=("北部",), town="港町"), "桜町のサロン", Reason.AREA),
        (replace(DAY, wait_time="満員"), "デイサービスを使いたい", Reason.FULL),
        (replace(DAY, eligibility_description="要介護の方"), "介護認定がないけどデイサービスはある？", Reason.REQUIREMENT),
        (replace(DAY, eligibility_description="手帳をお持ちの方"), "手帳を持っていません。デイサービスは？", Reason.REQUIREMENT),
    ],
)
def test_the_reason_is_told(put, missed, draft, text, reason):
    made = put(draft)
    assert missed(text) == [(made, reason)]


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        (SALON, "水曜の朝に行けるサロンはありますか"),
        (replace(SALON, slots=()), "土曜の夜に行けるサロンはありますか"),
        (replace(SALON, status=Status.TEMPORARILY_CLOSED, reopens_on=ASSURED), "サロンに行きたい"),
        (replace(SALON, minimum_age=65), "70歳の母が行けるサロン"),
        (replace(SALON, minimum_age=65), "母と行けるサロン。私は40歳です"),
        (replace(SALON, minimum_age=65, eligibility_description="おおむね65歳以上"), "63歳です。サロンに行きたい"),
        (replace(SALON, minimum_age=65, eligibility_description="65歳以上の方と家族"), "40歳です。サロンに行きたい"),
        (replace(SALON, areas=("北部",), town="港町"), "港町のサロン"),
        (replace(SALON, areas=("市内全域",), town="港町"), "桜町のサロン"),
        (replace(DAY, wait_time="なし（木曜は満員）"), "デイサービスを使いたい"),
        (replace(DAY, wait_time="満室のことがあります"), "デイサービスを使いたい"),
        (replace(DAY, eligibility_description="手帳がなくても可"), "手帳がないけどデイサービスはある？"),
        (replace(DAY, eligibility_description="障害者手帳をお持ちの方"), "手帳をなくしました。デイサービスは？"),
        (replace(DAY, eligibility_description="要支援・要介護の方"), "デイサービスを使いたい"),
    ],
)
def test_what_fits_or_is_not_known_is_no_near_miss(put, missed, draft, text):
    put(draft)
    assert missed(text) == []


def test_a_neighbours_own_place_is_missed_only_where_the_town_has_none_of_its_kind(put, missed):
    theirs = put(replace(SALON, name="となりのサロン", residency="町内在住"), NEXT)
    assert missed("サロンに行きたい") == [(theirs, Reason.AREA)]
    put(SALON)
    assert missed("サロンに行きたい") == []


def test_a_hidden_house_is_never_nearly_found_by_a_resident(put, missed):
    put(Draft("一時保護の家", kind="shelter", confidential=True, status=Status.TEMPORARILY_CLOSED, postcode="999-9001"))
    assert missed("一時保護の家に泊まりたい") == missed("999-9001") == []
    assert [reason for _, reason in missed("一時保護の家", for_desk=True)] == [Reason.RESTING]


def test_only_the_nearest_few_are_told_and_the_weightiest_reason_of_each():
    ids = [uuid.UUID(int=number) for number in range(5)]
    weighed = [Weighed(id_, "salon", 10.0 - at, {Reason.HOURS: 0.12, Reason.AGE: 0.5}) for at, id_ in enumerate(ids)]
    assert [(miss.id, miss.reason) for miss in near_misses.nearest(weighed, most=3, least=0.3)] == [
        (id_, Reason.HOURS) for id_ in ids[:3]
    ]
    far = Weighed(ids[4], "salon", 1.0, {Reason.FULL: 0.6})
    assert near_misses.nearest([weighed[0], far], most=3, least=0.3) == near_misses.nearest([weighed[0]], most=3, least=0.3)


def test_the_ledger_counts_by_reason_topic_and_kind(towns, put, now):
    first, second = put(SALON), put(DAY)
    with towns.writing() as session:
        for miss in (Missed(first, "salon", Reason.HOURS), Missed(second, "day_service", Reason.FULL)):
            near_misses.record(session, [miss], municipality=HOME, topics=("gathering",), kinds=(), now=now)
        late = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)  # the 25th in Japan
        again = [Missed(first, "salon", Reason.HOURS)]
        near_misses.record(session, again, municipality=HOME, topics=("gathering", "health"), kinds=("kayoi_no_ba",), now=late)
    with towns.reading() as session:
        told = near_misses.tally(session, HOME, first=date(2026, 11, 24), last=date(2026, 11, 25))
        assert (told.reasons, told.topics) == ({"hours": 2, "full": 1}, {"gathering": 3, "health": 1})
        assert told.kinds == {"salon": 1, "day_service": 1, "kayoi_no_ba": 1}
        assert near_misses.tally(session, HOME, first=date(2026, 11, 25), last=date(2026, 11, 25)).reasons == {"hours": 1}
        assert not near_misses.tally(session, NEXT, first=date(2026, 11, 24), last=date(2026, 11, 25)).reasons


def test_a_row_holds_no_word_no_person_and_no_time_of_day(towns, put, now):
    columns = set(NearMiss.__table__.columns.keys())
    assert columns == {"id", "municipality_code", "happened_on", "service_id", "reason", "topics", "kinds"}
    made = put(SALON)
    with towns.writing() as session:
        near_misses.record(session, [Missed(made, "", Reason.FULL)], municipality=HOME, topics=(), kinds=(), now=now)
    with towns.reading() as session:
        row = session.scalars(select(NearMiss)).one()
        assert (row.id.version, row.kinds) == (4, [])
