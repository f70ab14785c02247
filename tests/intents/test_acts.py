"""Short answers are heard as acts, and only when they are the whole message."""

from __future__ import annotations

import pytest

from intents import Act, Ear
from tests.intents.samples import unnamed


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("はい", "yes"),
        ("うん", "yes"),
        ("ええ", "yes"),
        ("はい、お願いします", "yes"),
        ("いいえ", "no"),
        ("いや", "no"),
        ("それ", "choice"),
        ("それでお願いします", "choice"),
        ("ちがう", "wrong"),
        ("違います", "wrong"),
        ("もっと見る", "more"),
        ("近い順", "nearest"),
        ("人に相談する", "person"),
        ("相談はどうなった", "status"),
        ("この前の相談どうなりました？", "status"),
        ("先日の件はどうなりましたか", "status"),
        ("やさしいにほんごで かいてください", "easy_japanese"),
        ("ふつうの日本語に戻して", "plain_japanese"),
        ("電話しないで", "do_not_call"),
        ("家族に言わないでください", "do_not_tell_family"),
        ("家族には内緒で", "do_not_tell_family"),
        ("息子には言わないで", "do_not_tell_family"),
        ("私の相談はどうなりましたか", "status"),
        ("ふつうの日本語でお願いします", "plain_japanese"),
        ("消してください", "erase"),
        ("私の情報を見せて", "disclose"),
        ("やさしい日本語", "easy_japanese"),
        ("通常", "plain_japanese"),
        ("やめる", "stop"),
        ("通知停止", "stop"),
        ("メニュー", "menu"),
        ("最初から", "restart"),
    ],
    ids=unnamed,
)
def test_acts_are_heard(ear: Ear, text: str, act: str) -> None:
    heard = ear.hear_act(text)
    assert heard is not None
    assert heard.kind == act


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), ("１", 1), ("いち", 1), ("二", 2), ("3番", 3), ("２です", 2), ("①", 1)], ids=unnamed
)
def test_numbers_are_heard(ear: Ear, text: str, number: int) -> None:
    assert ear.hear_act(text) == Act("number", number)


@pytest.mark.parametrize(
    ("text", "place"),
    [("桜町", "桜町"), ("本町2丁目です", "本町2丁目"), ("〒123-4567", "123-4567"), ("1234567", "123-4567")],
    ids=unnamed,
)
def test_places_are_heard(ear: Ear, text: str, place: str) -> None:
    assert ear.hear_act(text) == Act("place", place)


@pytest.mark.parametrize(
    "text",
    [
        "はい、でも夫には知られたくないんです",
        "電話しないでほしいんですが相談はしたい",
        "仕事をやめる",
        "父が違うことを言う",
        "",
        "あ" * 5000,
        "市役所に相談したい町民です",
        "しね",
        "くよ",
    ],
    ids=unnamed,
)
def test_acts_inside_sentences_are_not_heard(ear: Ear, text: str) -> None:
    assert ear.hear_act(text) is None
