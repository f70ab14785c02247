"""Places are found by need, by kind, by name with a slip of the finger, and by sound."""

from __future__ import annotations

import threading

import pytest

from intents import Ear
from intents.ranking import Index
from intents.terms import Entry
from tests.intents.samples import unnamed


@pytest.fixture(scope="module")
def index(ear: Ear) -> Index:
    return Index.build(
        [
            Entry(
                "care",
                "ひだまり地域包括支援センター",
                "ひだまりちいきほうかつしえんせんたー",
                "高齢者の介護や認知症の相談",
                ("long_term_care",),
                ("community_general_support_center",),
                ("包括",),
                ("桜町",),
            ),
            Entry(
                "salon",
                "ふれあいサロンなごみ",
                "ふれあいさろんなごみ",
                "お茶とおしゃべりの集まり。毎週水曜",
                ("gathering", "community"),
                ("salon",),
                ("お茶飲み",),
                ("緑町",),
            ),
            Entry(
                "meal",
                "にじいろ子ども食堂",
                "にじいろこどもしょくどう",
                "だれでも来られる夕ごはん",
                ("gathering", "food", "childcare"),
                ("childrens_cafeteria",),
                (),
                ("桜町",),
            ),
            Entry(
                "work",
                "あおぞら自立相談窓口",
                "あおぞらじりつそうだんまどぐち",
                "生活費や家賃、仕事の相談",
                ("income", "rent_loan", "job_search"),
                ("self_reliance_desk",),
                ("生活困窮",),
            ),
            Entry(
                "debt",
                "くらしの法律相談",
                "くらしのほうりつそうだん",
                "借金や離婚の無料法律相談",
                ("debt", "family"),
                ("legal_consultation",),
                ("弁護士",),
            ),
            Entry(
                "free",
                "フリースペースもぐら",
                "ふりーすぺーすもぐら",
                "学校に行きにくい子の居場所",
                ("withdrawal", "gathering"),
                ("free_school",),
                ("不登校",),
            ),
        ],
        ear,
    )


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("母の物忘れがひどい", "care"),
        ("ボケてきたばあちゃんのこと", "care"),
        ("話し相手がほしい", "salon"),
        ("子ども食堂", "meal"),
        ("借金が返せない", "debt"),
        ("家賃が払えない", "work"),
        ("学校に行けない子が通えるところ", "free"),
        ("ふりーすぺーす", "free"),
        ("にじいろ", "meal"),
        ("フリースペースもぐら", "free"),
        ("フリースペスもぐら", "free"),
        ("ひだまり地域方括支援センター", "care"),
        ("さろん なごみ", "salon"),
        ("緑町", "salon"),
        ("弁護士", "debt"),
    ],
    ids=unnamed,
)
def test_the_right_place_comes_first(index: Index, query: str, place: str) -> None:
    hits = index.search(query, limit=3)
    assert hits[0].id == place
    assert hits[0].why


def test_odd_queries_find_nothing_and_break_nothing(index: Index) -> None:
    for query in ("", " ", "\0", "\ud800", "ｘ" * 100_000, "9" * 100_000, "(((", "%_\\"):
        assert isinstance(index.search(query), list)


def test_an_empty_town_answers_nothing(ear: Ear) -> None:
    assert Index.build([], ear).search("介護") == []


def test_several_threads_find_the_same(index: Index) -> None:
    results: list[list[str]] = []

    def look() -> None:
        results.extend([hit.id for hit in index.search("母の物忘れがひどい")] for _ in range(20))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert all(found == results[0] for found in results)


@pytest.mark.parametrize("query", ["パスポートの更新", "犬の登録をしたい", "飛行機の予約", "カブトムシをとりたい"], ids=unnamed)
def test_where_nothing_fits_nothing_is_shown(ear: Ear, query: str) -> None:
    wide = ("other", "income", "health")
    about = "登録や予約はいりません。時間のあるときにどうぞ"
    index = Index.build(
        [
            Entry("desk", "なんでも相談", "なんでもそうだん", about, wide, ("welfare_consultation_desk",), ()),
            Entry("salon", "月見サロン", "つきみさろん", about, ("gathering", "other"), ("salon",), (), consults=False),
        ],
        ear,
    )
    assert index.search(query) == []


def test_a_group_that_meets_is_no_answer_to_a_trouble_of_the_same_subject(ear: Ear) -> None:
    index = Index.build(
        [
            Entry("gym", "筋トレ塾", "きんとれ", "体を動かす会", ("gathering", "health"), ("kayoi_no_ba",), (), consults=False),
            Entry("nurse", "保健センター", "ほけんせんたー", "保健師の相談", ("health",), ("health_center_municipal",), ()),
        ],
        ear,
    )
    assert [hit.id for hit in index.search("夜眠れなくて気分が沈む")] == ["nurse"]
    assert index.search("体を動かす集まりに行きたい")[0].id == "gym"


def test_words_that_the_dictionary_writes_with_one_sign_are_found(ear: Ear) -> None:
    entry = Entry("waste", "ごみの窓口", "ごみのまどぐち", "収集の日", ("other",), ("citizens_desk",), ())
    assert [hit.id for hit in Index.build([entry], ear).search("ごみ")] == ["waste"]
