"""Whose residents a place of a neighbour or of the prefecture serves, as its area and its rule of residence say."""

from __future__ import annotations

import re

from resources.drafts import Draft

# A prefecture's office for those towns that have none of their own.
_TOWNS_AND_VILLAGES = re.compile("町村|郡部")
_WHOLE = re.compile("全域|全県|全国|全市町村|県内|都内|道内|府内|県下")
_A_MUNICIPALITY = re.compile("[市区町村]$")
_EVERYWHERE = re.compile("(?:[^ ]{1,8}市|[市区町村]内?)?(?:全域|一円)|全[市区町村](?:内|域)?|[市区町村]内")
_OWN_RESIDENTS = re.compile("[市区町村]内|圏域|[学校]区")


def serves(draft: Draft, home: str, *, above: bool, named: bool = False) -> bool:
    """Say whether residents of `home`, a town by its name, may go there; `above`: a prefecture's or the nation's place.

    `named`: its town offers it to this one by name, whatever areas it names itself.
    """
    if not allows(draft.residency, home, above=above):
        return False
    return named or not draft.areas or any(_covers(area, home, above=above) for area in draft.areas)


def everywhere(draft: Draft) -> bool:
    """Say whether a place is there for the whole of its own town, and not for some of its streets."""
    return not draft.areas or any(_EVERYWHERE.fullmatch(area) for area in draft.areas)


def allows(residency: str, home: str, *, above: bool) -> bool:
    """Say whether a rule of residence lets residents of `home` in; no home is a town that the rule does not name."""
    if not residency or (home and home in residency):
        return True
    if _TOWNS_AND_VILLAGES.search(residency):
        return home.endswith(("町", "村"))
    return above or not _OWN_RESIDENTS.search(residency)


def _covers(area: str, home: str, *, above: bool) -> bool:
    if home in area:
        return True
    if _WHOLE.search(area) and not _TOWNS_AND_VILLAGES.search(area.replace("市町村", "")):
        return above
    if _TOWNS_AND_VILLAGES.search(area):
        return home.endswith(("町", "村"))
    # The quarters of another town, or other towns of the prefecture, are not home; a vague 「東部」 may be.
    return above and not _A_MUNICIPALITY.search(area)
