"""Who has a place and wants it known is led to the form; who looks for one never is."""

from __future__ import annotations

import pytest

from resources import own_places


@pytest.mark.parametrize(
    "text",
    [
        "うちの集会所でサロンをやっています、載せてほしい", "居場所を作りたい", "サロンを始めたい",
        "地域の居場所を作りたいです", "催しを知らせたい", "サロンを載せてほしい",
        "毎週火曜に茶話会を開いています。名簿に載せてください", "子ども食堂を運営しているので登録したいです",
        "自治会で体操教室をしています、町の地図に掲載してほしい", "来月マルシェを開催します。紹介していただけますか",
        "夏祭りを載せたい", "場所を紹介したい", "町内でこども食堂を始めました。登録をお願いします",
    ],
)  # fmt: skip
def test_who_has_a_place_and_wants_it_known_is_heard(text: str) -> None:
    assert own_places.told(text)


@pytest.mark.parametrize(
    "text",
    [
        "日本語教室に登録したい", "子ども食堂を紹介してもらいたい", "サロンを紹介してもらいたいです",
        "学童の教室に登録したい", "葬祭費の口座を登録したい", "ひきこもりの息子の居場所をつくりたい",
        "不登校の娘の居場所を作りたい", "家に居場所を作りたい", "食堂を開きたいが資金がない",
        "やっているサロンを紹介してほしい", "母にサロンを紹介してもらいたい", "うちの近くのサロンを紹介してほしい",
        "うちの母が通えるサロンを紹介してほしい", "体操教室をやっているところを紹介してください",
        "自治会のサロンに登録したい", "職場に居場所を作りたい", "居場所がほしい",
        "うちの子が行ける教室を紹介してもらいたい", "うちで閉じこもっている父に集まりを紹介してほしい",
        "自分の居場所を作りたい", "カフェを始めたいので融資の相談をしたい", "教室に登録しています、登録をやめたい",
        "自治会の名簿に載せてほしくない", "お祭りの日を知らせてほしい",
    ],
)  # fmt: skip
def test_who_looks_for_a_place_is_not_asked_about_their_own(text: str) -> None:
    assert not own_places.told(text)
