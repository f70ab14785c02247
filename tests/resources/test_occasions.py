"""「今日どこかやってる？」, and who offers what places need: heard in these words and in no others."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

import pytest

from resources import needs, occasions
from resources.drafts import Draft
from resources.hours import parse_hours
from resources.kinds import Kinds
from resources.needs import Need
from resources.records import Record
from resources.slots import JAPAN

# A Tuesday, 10:05.
NOW = datetime(2026, 11, 24, 10, 5, tzinfo=JAPAN)
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("今日どこかやってる？", [24]),
        ("今週どこかやってる？", [24, 25, 26, 27, 28, 29]),
        ("明日の朝どこかやってますか", [25]),
        ("今週末のイベント教えて", [28, 29]),
        ("土曜の午後どこか開いてる？", [28]),
        ("今日、行けるところある？", [24]),
        ("きょうやってる居場所ありますか", [24]),
        ("これからどこか行けるとこある？", [24]),
        ("今日どこか行けないかな", [24]),
        ("明日どこか行けませんか", [25]),
    ],
)
def test_a_question_for_anything_names_its_days(text: str, days: list[int]) -> None:
    when = occasions.anywhere(text, now=NOW)
    assert when is not None and [day.day for day in when.days] == days


@pytest.mark.parametrize(
    "text",
    [
        "今日仕事をやめさせられた", "今日食べるものがない", "今日泊まるところがない", "明日死にたい", "今日病院やってる？",
        "今日はどこにも行けない", "明日は行けません", "今週はどこにも行けなくて",
        "今日はなにもない", "今週お金がない", "どこかやってる？", "",
    ],
)  # fmt: skip
def test_another_message_is_no_such_question(text: str) -> None:
    assert occasions.anywhere(text, now=NOW) is None


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("どこかで手伝いたいです", Need.HELPERS),
        ("ボランティアをしたい", Need.HELPERS),
        ("お米が余っているので寄付したい", Need.FOOD),
        ("野菜をゆずりたいです", Need.FOOD),
        ("使っていない部屋を貸せます", Need.ROOM),
        ("集会所を使ってもらってもいいです", Need.ROOM),
        ("母の介護を手伝ってほしい", None),
        ("部屋を借りたい", None),
        ("保証人がいないと部屋は貸せないと言われた", None),
        ("親が家の店を手伝えって", None),
        ("お米をもらいたい", None),
        ("手伝いたいけど介護で忙しい", None),
    ],
)
def test_an_offer_is_heard_and_a_plea_is_none(text: str, need: Need | None) -> None:
    assert needs.offered(text) is need


@pytest.mark.parametrize(
    "text",
    [
        "食べ物を提供してくれるところ", "食料を提供している場所を知りたい", "食料の提供を受けたい", "食べ物を譲ってください",
        "食べ物の提供はありますか", "お米がなくて、もらっていいですか", "食べ物を提供できますか", "食品を無料で配っているところ",
        "余っている食べ物を分けてもらえますか", "娘に食べ物を届けたいけど体が動かない", "子どもにお菓子をあげたいのにお金がない",
        "場所を提供してくれるところ", "部屋を提供してくれる支援", "部屋を使っていいところありますか", "部屋を貸しません",
        "部屋を使ってもいいですか", "会場を使わせてもらえますか", "泊まる部屋を提供してください", "部屋を貸しますか",
        "家の手伝いができなくて困っている", "母の手伝いに行ってるけど疲れた", "買い物の手伝いができる人を探しています",
        "片付けの手伝いをお願いしたい", "親の役に立ちたいのに動けない", "ボランティアの人に来てもらいたい",
        "手伝いをしてくれる人はいますか",
    ],
)  # fmt: skip
def test_who_looks_for_what_others_give_offers_nothing(text: str) -> None:
    assert needs.offered(text) is None


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("使い道がないお米を寄付したいです", Need.FOOD),
        ("畑の野菜が余って困っています、だれかに差し上げたい", Need.FOOD),
        ("寄付したい食べ物があります", Need.FOOD),
        ("食べ物の寄付を受け付けていますか", Need.FOOD),
        ("困っている人に食べ物を届けたい", Need.FOOD),
        ("空き家を地域の人に使ってほしい", Need.ROOM),
        ("空き店舗を提供したいです", Need.ROOM),
        ("座敷を貸してもいいです", Need.ROOM),
        ("土曜なら手伝えます", Need.HELPERS),
        ("何かお手伝いできることはありますか", Need.HELPERS),
    ],
)
def test_an_offer_is_heard_in_other_words(text: str, need: Need) -> None:
    assert needs.offered(text) is need


@pytest.mark.parametrize(
    ("text", "any_place"),
    [
        ("どこかで手伝いたいです", True),
        ("ボランティアをしたい", True),
        ("傾聴ボランティアをしたい", False),
        ("子ども食堂を手伝いたい", False),
    ],
)
def test_who_names_what_to_help_with_wants_nothing_else(text: str, any_place: bool) -> None:
    assert needs.offered(text) is Need.HELPERS and needs.anywhere(text) is any_place


def entry(name: str, hours: str = "0Tu 13:00-15:00 祝休", **more: object) -> Record:
    said = {"kind": "salon", "assured_date": date(2026, 9, 1)} | more
    return Record(uuid.uuid4(), "990019", Draft(name, slots=parse_hours(hours), **said), "", "", True, NOW)


def test_the_nearest_comes_first_and_the_uncertain_last() -> None:
    here = (35.49, 141.79)
    near = entry("近い会", latitude=35.491, longitude=141.79)
    far = entry("遠い会", "0Tu 11:00-12:00 祝休", latitude=35.6, longitude=141.79)
    unchecked = entry("未確認の会", assured_date=None, latitude=35.49, longitude=141.79)
    over = entry("終わった会", "0Tu 08:00-10:00 祝休")
    tomorrow = entry("あしたの会", "0We 13:00-15:00 祝休")
    when = occasions.anywhere("今日どこかやってる？", now=NOW)
    assert when is not None
    found = list(occasions.of_places([near, far, unchecked, over, tomorrow], TODAY - timedelta(days=1), TODAY))
    assert [one.name for one in occasions.fitting(found, when, now=NOW, near=here)] == ["近い会", "遠い会", "未確認の会"]
    assert [one.name for one in occasions.fitting(found, when, now=NOW)] == ["遠い会", "近い会", "未確認の会"]


def test_only_places_to_meet_that_do_not_rest_are_gatherings() -> None:
    kinds = Kinds.load()
    kept = entry("会")
    others = [entry("窓口", kind="welfare_office"), entry("家", confidential=True), entry("休む会", status="temporarily_closed")]
    assert occasions.gatherings([kept, *others], kinds, today=TODAY) == [kept]


def test_who_rests_needs_nothing() -> None:
    asks, rests = entry("会", food_wanted="お米"), entry("休む会", food_wanted="お米", status="temporarily_closed")
    assert needs.places([asks, rests, entry("ほか")], (Need.FOOD,), today=TODAY) == [asks]
