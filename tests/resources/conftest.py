"""What the tests of the town map share: a town, and one entry that says everything an entry can say."""

from __future__ import annotations

from datetime import date

import pytest

from resources import importing, places
from resources.drafts import Draft, PhoneNumber
from resources.hours import Closure, parse_hours
from resources.kinds import Kinds
from resources.services import Status

TOWN = "990019"


@pytest.fixture
def bare_town(database, now):
    """A town with an empty directory."""
    with database.writing() as session:
        places.add(session, TOWN, "みらい市", now=now)
    return TOWN


@pytest.fixture(scope="session")
def kinds():
    """The table of kinds as shipped."""
    return Kinds.load()


@pytest.fixture
def salon() -> Draft:
    """A salon whose every field is filled in."""
    return Draft(
        name="ひだまりサロン",
        kind="salon",
        kind_label="ふれあいサロン",
        name_kana="ヒダマリサロン",
        plain_name="ひだまりの会（かい）",
        description="お茶を飲んで話します。",
        eligibility_description="どなたでも",
        minimum_age=60.0,
        maximum_age=99.0,
        residency="市内在住",
        family_only=True,
        anonymous_ok=True,
        application_process="不要",
        fees_description="100円",
        documents=("飲み物", "室内ばき"),
        postcode="999-9001",
        address="あけぼの県みらい市本町8-3",
        town="本町",
        building="本町会館",
        latitude=35.4964,
        longitude=141.7957,
        areas=("本町", "中央町"),
        phones=(PhoneNumber("099-000-2101", "12"), PhoneNumber("099-000-2102")),
        faxes=("099-000-8101",),
        emails=("salon@example.jp",),
        forms=("https://example.jp/form",),
        lines=("@salon-demo",),
        voiceless="FAX;メール",
        slots=parse_hours("24We 10:00-12:00 祝休; 7Su@2026-04-05 13:00-15:00 祝開"),
        hours_note="雨の日は休み",
        closures=(Closure(date(2026, 8, 10), date(2026, 8, 20), "夏休み"),),
        closed_at_year_end=True,
        transportation="バス停から3分",
        pick_up="可",
        parking="6台",
        accessibility="車椅子可;多目的トイレ",
        stairs="2階。エレベーターあり",
        noise="静か",
        alone_ok=True,
        companion="入口で待っています",
        men_welcome=True,
        children_welcome=False,
        home_visits=False,
        wait_time="なし",
        capacity="15人",
        allergies="卵を抜けます",
        languages=("ja", "en"),
        topics=("gathering", "health"),
        helpers_wanted="お茶出し",
        food_wanted="お米",
        room_wanted="調理室",
        organization="本町はつらつ会",
        tax_id="1234567890123",
        url="https://example.jp/salon",
        status=Status.TEMPORARILY_CLOSED,
        status_reason="改修",
        reopens_on=date(2027, 1, 13),
        alert="会場が変わります",
        assured_date=date(2026, 9, 11),
        assurer="編集担当",
        assured_how="電話",
        note="猫がいます",
    )


@pytest.fixture
def take(database, bare_town, now):
    """Import a text or bytes and return the report; the entries are read with `entries`."""

    def run(content, name="一覧.csv", **more):
        data = content.encode() if isinstance(content, str) else content
        return importing.run(database, data, name, municipality=bare_town, by="編集", now=now, **more)

    return run
