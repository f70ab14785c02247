"""A place of a neighbour or of the prefecture is shown only to residents it serves."""

import pytest

from resources.drafts import Draft
from resources.reach import serves


@pytest.mark.parametrize(
    ("areas", "residency", "above", "served"),
    [
        ((), "", False, True),
        ((), "なし", False, True),
        ((), "となり町・みらい市", False, True),
        ((), "町内在住", False, False),
        ((), "市内在住（家族は問わない）", False, False),
        ((), "北部圏域に在住", False, False),
        (("町内全域",), "", False, False),
        (("本町", "緑町"), "", False, False),
        (("県内全域",), "", True, True),
        (("県内全市町村",), "", True, True),
        (("みらい市", "となり町"), "", True, True),
        (("そのほか市",), "", True, False),
        (("東部",), "", True, True),
        (("となり町ほか県内町村",), "", True, False),
        (("県内全域",), "県内の町村に在住", True, False),
        ((), "県内在住", True, True),
    ],
)
def test_a_resident_of_a_city(areas, residency, above, served):
    assert serves(Draft("窓口", areas=areas, residency=residency), "みらい市", above=above) is served


@pytest.mark.parametrize("home", ["となり町", "おく村"])
def test_a_resident_of_a_town_without_an_office_of_its_own(home):
    draft = Draft("県の窓口", areas=("となり町ほか県内町村",), residency="県内の町村に在住")
    assert serves(draft, home, above=True)
