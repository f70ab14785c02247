"""Quarters are read off addresses as municipalities write them."""

import pytest

from intents import Ear
from resources.addresses import quarters
from resources.drafts import Draft
from resources.quarters import Quarters


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("あけぼの県みらい市本町8-3", ("本町",)),
        ("あけぼの県みらい市橋場3392番地の9", ("橋場",)),
        ("みらい市栄町三丁目1-1", ("栄町",)),
        ("北海道札幌市東区北１２条東７丁目１−１５", ("東区", "北12条東")),
        ("札幌市南区石山東3丁目3-33", ("南区", "石山東")),
        ("東京都新宿区西新宿2-8-1", ("新宿区", "西新宿")),
        ("〒999-9005 あけぼの県みらい市桜町2-14", ("桜町",)),
        ("", ()),
        ("1-2-3", ()),
    ],
)
def test_quarters_of_an_address(address: str, names: tuple[str, ...]) -> None:
    assert quarters(address) == names


def test_a_message_names_quarters_in_kanji_and_in_kana(ear: Ear) -> None:
    drafts = {
        "a": Draft("A", address="みらい市桜町1-1"),
        "b": Draft("B", town="港町"),
        "c": Draft("C", town="橋場", confidential=True),
    }
    known = Quarters.of(drafts, ear.words)
    assert known.asked("桜町あたりで碁を打ちたい").names == {"桜町"}
    assert known.asked("さくらまちの ちかくに ありますか").names == {"桜町"}
    assert known.asked("橋場で").names == frozenset() == known.asked("").names
    asked = known.asked("")
    assert asked.of_entry("a") == {"桜町"} and asked.of_entry("c") == asked.of_entry("z") == frozenset()
