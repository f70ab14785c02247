"""What points at a person is taken out of a message; what a town calls things stays."""

from __future__ import annotations

import pytest

from intents import Words
from intents.masking import letters, masked

CASES = {
    "田中花子といいます。電話は０９０－１２３４－５６７８です": "〔名前〕といいます。電話は〔連絡先〕です",
    "みらい市緑町3丁目5-2に住んでいます": "〔住所〕に住んでいます",
    "東京都新宿区西新宿2の8の1の田中": "〔住所〕の〔名前〕",
    "三丁目五番地の家": "〔住所〕の家",
    "山口県岩国市から来た": "〔住所〕から来た",
    "福島さんにいじわるされる": "〔名前〕さんにいじわるされる",
    "たっくんが学校に行かない": "〔名前〕くんが学校に行かない",
    "林さんと森さん": "〔名前〕さんと〔名前〕さん",
    "グエンさん": "〔名前〕さん",
    "名前はカルロスです": "名前は〔名前〕です",
    "スズキ ハナコ hanako.s@example.com 09012345678": "〔名前〕 〔連絡先〕",
    "ﾀﾅｶ ﾀﾛｳです": "〔名前〕です",
    "たなかはなこです": "〔名前〕です",
    "昭和25年3月4日生まれです": "〔数字〕生まれです",
    "90歳の母": "〔数字〕歳の母",
    "LINEのIDはabc123です": "LINEのIDは〔数字〕です",
    "https://x.example/abc?d=1": "〔連絡先〕",
    "田\u200b中花子です": "〔名前〕です",
}
KEPT = (
    "さくらの会に行きたい", "ぽかぽかってどこ", "お医者さんに行きたい", "保健師さんと話したい", "民生委員さん",
    "赤ちゃんのおむつ", "おばあちゃんの家", "大家さんがうるさい", "緑町の体操", "3歳児健診",
    "一人暮らし", "十分です", "ぐるりんバスの乗り方",
)  # fmt: skip


@pytest.fixture(scope="module")
def words() -> Words:
    return Words()


def test_what_points_at_a_person_is_taken_out(words: Words) -> None:
    assert {said: masked(said, words) for said in CASES} == CASES


def test_what_a_town_calls_things_stays(words: Words) -> None:
    assert [masked(said, words) for said in KEPT] == list(KEPT)


def test_masking_once_more_changes_nothing(words: Words) -> None:
    for said in CASES.values():
        assert masked(said, words) == said


def test_odd_writing_is_masked_in_no_time(words: Words) -> None:
    for said in ("", " ", "\u200b", "😀" * 10, "0" * 5000, "あ" * 5000, "-" * 3000, "1の" * 2000, "@" * 3000, "1-" * 2500):
        assert len(masked(said, words)) <= 5000


def test_only_the_letters_of_the_message_count() -> None:
    assert letters("〔名前〕です。〔数字〕") == 2 and letters("〔連絡先〕！") == 0
