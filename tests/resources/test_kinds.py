"""Kinds: every institution and gathering place of the field has a code, words and a date of verification."""

from pathlib import Path

import pytest

from resources.kinds import BadKinds, Kinds

GOOD = (
    '{ code = "salon", label = "サロン", group = "gathering", level = "municipal", '
    'topics = ["gathering"], words = ["お茶"], cadence_months = 6 }'
)


def test_the_table_holds_what_the_field_knows() -> None:
    kinds = Kinds.load()
    assert len(kinds.of_group("institution")) >= 55
    assert len(kinds.of_group("gathering")) >= 16
    assert kinds.get("community_general_support_center").label == "地域包括支援センター"
    with pytest.raises(KeyError):
        kinds.get("castle")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"salon"', '"Salon"'),
        ('"gathering", level', '"castle", level'),
        ('"municipal"', '"village"'),
        ('["gathering"]', '["fun"]'),
        ('["お茶"]', '["お茶", "お茶"]'),
        ("= 6", "= 0"),
        ("= 6", "= 17"),
        ("= 6 ", '= 6, poi = "13" '),
        ("= 6 ", "= 6, colour = 1 "),
        ("GOOD", "TWICE"),
    ],
)
def test_a_broken_table_is_not_loaded(tmp_path: Path, old: str, new: str) -> None:
    row = GOOD.replace(old, new)
    rows = [row, row] if new == "TWICE" else [row]
    path = tmp_path / "kinds.toml"
    path.write_text(f"kind = [{', '.join(rows)}]\n", encoding="utf-8")
    with pytest.raises(BadKinds):
        Kinds.load(path)
