"""For whom a place is, where it lies and how it is called move what is found."""

import pytest

from resources import fitting
from resources.drafts import Draft, PhoneNumber

HERE, THERE = frozenset(("桜町",)), frozenset(("港町",))


def test_a_place_for_small_children_is_none_for_somebody_who_named_no_child(ear):
    small = Draft("ひろば", maximum_age=3)
    assert fitting.of_age(small, ear.assess("定年して暇で行けるところがほしい")) < 1.0
    assert fitting.of_age(small, ear.assess("孫を連れて遊びに行ける所")) == 1.0
    assert fitting.of_age(small, ear.assess("育児の相談がしたい")) == 1.0
    assert fitting.of_age(Draft("サロン", minimum_age=65), ear.assess("お茶を飲みたい")) == 1.0


def test_the_quarter_that_was_named_comes_first_and_an_office_elsewhere_is_not_lost():
    assert fitting.in_place(HERE, HERE, office=False) > 1.0 == fitting.in_place(HERE, frozenset(), office=False)
    assert fitting.in_place(THERE, HERE, office=False) < fitting.in_place(THERE, HERE, office=True) < 1.0


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0990001153", "0990001153"),
        ("０９９－０００－１１１６ どこですか", "0990001116"),
        ("きのう099-000-1105から着信があったんだけど誰？", "0990001105"),
        ("下4けた1133", "1133"),
        ("1124ってどこの電話？", "1124"),
        ("1124", "1124"),
        ("2024年に父が亡くなりました", ""),
        ("家賃が45000円払えない", ""),
        ("999-9005", ""),
        ("介護の相談", ""),
    ],
)
def test_a_telephone_number_is_asked_for_by_its_digits(text, digits):
    assert fitting.number_asked(text) == digits


def test_a_place_is_known_by_the_end_of_its_number_or_fax():
    place = Draft("窓口", phones=(PhoneNumber("099-000-1133"),), faxes=("099-000-2133",))
    assert fitting.has_number(place, "1133") and fitting.has_number(place, "0990002133")
    assert not fitting.has_number(place, "1134")
