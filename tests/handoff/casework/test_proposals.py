"""The forms are filled from a resident's own words: golden conversations, and no value without its message."""

from __future__ import annotations

import json
import tomllib
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.casework import forms, household, proposals
from handoff.casework.forms import FieldKind
from handoff.casework.proposals import Known, Told
from intents.codes import Topic
from resources.db import new_id

GOLDEN = tomllib.loads((Path(__file__).parent / "sheets.toml").read_text(encoding="utf-8"))["conversation"]
WORDS = [sentence for one in GOLDEN for sentence in one["said"]]


def told(*said: str, crisis: bool = False) -> list[Told]:
    return [Told(new_id(), words, crisis) for words in said]


@pytest.mark.parametrize("golden", GOLDEN, ids=range(len(GOLDEN)))
def test_golden_conversations_fill_the_forms(golden: dict[str, Any]) -> None:
    found = proposals.propose(told(*golden["said"]), Known())
    wanted = {code: tuple(value) if isinstance(value, list) else value for code, value in golden["fields"].items()}
    assert {code: found[code].value for code in wanted if code in found} == wanted
    assert not set(golden.get("never", ())) & set(found)


def test_every_option_and_field_is_named_once() -> None:
    known = [field for section in forms.sections() for field in section.fields]
    assert len({field.code for field in known}) == len(known) == len(forms.fields())
    for field in known:
        assert len({option.code for option in field.options}) == len(field.options)
        assert bool(field.options) == (field.kind in (FieldKind.ONE, FieldKind.MANY)), field.code
    boxes = [option.code for option in forms.fields()["worries"].options]
    assert boxes == [topic.value for topic in list(Topic)[:16]]
    assert len(forms.fields()["issues"].options) == 29
    # A form of a section stays under what the desk accepts in one piece.
    assert all(sum(max(1, len(field.options)) for field in part.fields) < 80 for part in forms.sections())


def test_what_was_understood_names_the_message_that_says_it() -> None:
    said = told("はじめまして", "夜になると眠れません", "母の介護もあって", "もう限界です")
    understood = json.dumps({"explanation": [["topic", "long_term_care", "母の介護", "care"]]}, ensure_ascii=False)
    known = Known(topics=["long_term_care"], crises=["self_harm"], understood=understood, complaint="はじめまして", need=0)
    alarming = [*said[:3], Told(said[3].message, said[3].words, crisis=True)]
    found = proposals.propose(alarming, known)
    assert found["worries"].value == ("long_term_care",) and found["worries"].message == said[2].message
    assert {"care", "suicide", "mental"} <= set(found["issues"].value)
    assert said[3].message in {source.message for source in found["issues"].sources}
    assert (found["urgency"].value, found["urgency"].message) == ("now", said[3].message)
    assert found["situation"].message == said[0].message


def test_who_tells_of_a_neighbour_tells_nothing_of_themselves() -> None:
    said = told("隣のおばあさんが心配です", "私は無職で、アパートです")
    found = proposals.propose(said, Known(reasons=["third_party"], complaint=said[0].words, channel="line"))
    assert not {"work", "housing"} & set(found)
    assert found["visitor"].value == "other" and found["route"].value == "family_remote"


def test_a_household_is_proposed_with_its_messages_and_patterns() -> None:
    said = told("80歳の母と暮らしています", "息子がひきこもりです")
    understood = json.dumps(
        {
            "household": [
                {"relation": "母", "words": "母", "age": 80, "living_together": True, "problems": ["認知症"]},
                {"relation": "息子", "words": "息子", "age": None, "problems": ["ひきこもり・不登校", "何か"]},
                {"relation": "", "age": "x"}, "何か",
            ],
            "explanation": [["reason", "complex", "ひきこもり", "8050"], ["topic", "family", "母", "8050"], ["x"]],
        },
        ensure_ascii=False,
    )  # fmt: skip
    mother, son = household.proposed(said, understood)
    assert (mother.person.age, mother.person.together, mother.person.problems) == (80, "yes", ("long_term_care",))
    assert (son.person.together, son.person.problems) == ("unknown", ("withdrawal",))
    assert [one.source.message for one in (mother, son) if one.source] == [one.message for one in said]
    assert household.patterns(understood) == ["8050"]
    for broken in ("", "[]", "{", '{"household": 3, "explanation": [1]}'):
        assert household.proposed(said, broken) == [] and household.patterns(broken) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=40)), max_size=6),
    st.lists(st.sampled_from([topic.value for topic in Topic]), max_size=4),
    st.text(max_size=30),
    st.integers(-1, 9),
)
def test_every_proposal_fits_its_field_and_comes_from_a_message_of_the_case(
    words: list[str], topics: list[str], complaint: str, need: int
) -> None:
    said = told(*words)
    found = proposals.propose(said, Known(topics=topics, complaint=complaint, need=need))
    own: set[uuid.UUID | None] = {one.message for one in said}
    for code, proposal in found.items():
        field = forms.fields()[code]
        chosen = proposal.value if isinstance(proposal.value, tuple) else (proposal.value,)
        assert proposal.value and isinstance(proposal.value, tuple) == (field.kind is FieldKind.MANY)
        assert not field.options or set(chosen) <= {option.code for option in field.options}
        assert proposal.sources and {one.message for one in proposal.sources} - {None} <= own
    assert found == proposals.propose(said, Known(topics=topics, complaint=complaint, need=need))
