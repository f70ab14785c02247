"""What stands over a conversation: it adds up, is put right or taken back, and begins anew; no danger is ever lost."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents import Assessment, Crisis, Ear, Heard, Reason, Route, Standing, Topic, TopicScore, hear, separating, torn
from intents.standing import after
from intents.turning import Turning
from tests.intents.samples import unnamed

_UNSAID = "死ぬつもりはないです、言いすぎました"
_MESSAGES = (
    "ねえ", "はい", "ありがとう", "ごめんなさい、変なこと書いて", "うそうそ、冗談です", "もう大丈夫です", "やっぱりいいです",
    "話は変わるんですけど", "別件ですが、粗大ごみはどこに出せばいいですか", "そうじゃなくて、介護のことです",
    "母じゃなくて義母です",
    "死にたい", "夫に殴られています", "母が倒れて息をしていません", "デイサービスはどこですか", "家賃が払えません",
)  # fmt: skip


def _talk(ear: Ear, *said: str, standing: Standing | None = None) -> list[Heard]:
    found: list[Heard] = []
    for number, text in enumerate(said):
        found.append(hear(ear, found[-1].standing if found else standing or Standing(), text, said[:number]))
    return found


def test_subjects_of_one_story_add_up_to_a_case_for_a_person(ear: Ear) -> None:
    said = _talk(ear, "小1の娘と二人で暮らしています", "先月パートを切られました", "電気代が払えていません")
    assert [heard.standing.route for heard in said] == [Route.ANSWER, Route.ANSWER, Route.HANDOFF]
    assert {Topic.CHILDCARE, Topic.JOB_SEARCH, Topic.TAX_UTILITIES} <= set(said[-1].standing.topics)
    assert said[-1].standing.reasons == (Reason.COMPLEX,)


@pytest.mark.parametrize("word", ["話は変わるんですけど、", "別件で、", "ところで", "すみません、話変わりますが"], ids=unnamed)
def test_another_subject_begins_a_new_list(ear: Ear, word: str) -> None:
    last = _talk(ear, "母の介護で困っています", f"{word}粗大ごみの出し方を知りたいです")[-1].standing
    assert last.topics == (Topic.OTHER,) and last.messages == 1


def test_a_whole_question_about_something_else_begins_a_new_list_and_a_near_one_does_not(ear: Ear) -> None:
    other = _talk(ear, "デイサービスはどこにありますか", "保育園の申し込みはどうすればいいですか")[-1].standing
    assert other.topics == (Topic.CHILDCARE,)
    near = _talk(ear, "サロンはどこにありますか", "買い物に行くバスはありますか")[-1].standing
    assert set(near.topics) == {Topic.GATHERING, Topic.COMMUNITY}


def test_a_correction_replaces(ear: Ear) -> None:
    club = _talk(ear, "母が通えるデイサービスはどこ？", "ごめん、介護じゃなくて趣味の会でした")[-1]
    assert club.standing.topics == (Topic.GATHERING,)
    pointed = _talk(ear, "仕事さがしの窓口はどこですか", "そうじゃなくて、介護のことです")[-1]
    assert pointed.standing.topics == (Topic.LONG_TERM_CARE,) and pointed.words == "介護のことです"
    added = _talk(ear, "仕事がつらいです", "仕事だけじゃなくて介護もつらいです")[-1].standing
    assert {Topic.WORK_TROUBLE, Topic.LONG_TERM_CARE} <= set(added.topics)


def test_who_was_meant_takes_the_place_of_who_was_named(ear: Ear) -> None:
    last = _talk(ear, "認知症の母の介護で困っています", "母じゃなくて義母です")[-1]
    assert [(member.relation, member.problems) for member in last.joined.household] == [("義母", ("認知症",))]
    assert last.standing.topics == (Topic.LONG_TERM_CARE,)


def test_a_wish_is_given_up_and_a_need_is_not(ear: Ear) -> None:
    assert _talk(ear, "人と話したい", "やっぱりいいです")[-1].standing.reasons == ()
    assert _talk(ear, "今夜泊まるところがありません", "やっぱりいいです")[-1].standing.reasons == (Reason.IMMEDIATE_NEED,)


def test_thanks_stand_beside_what_stands(ear: Ear) -> None:
    said = _talk(ear, "介護の申請はどこですか", "ありがとうございます", "土曜も開いていますか")
    thanked, again = (heard.standing for heard in said[1:])
    assert thanked.route is Route.SOCIAL and again.route is Route.ANSWER and again.topics == (Topic.LONG_TERM_CARE,)


def test_a_danger_is_taken_back_in_words_and_told_again(ear: Ear) -> None:
    said = _talk(ear, "死にたい", _UNSAID, "介護の相談です", "やっぱり死にたい")
    told, unsaid, after_it, again = (heard.standing for heard in said)
    assert told.crises == (Crisis.SELF_HARM,)
    assert unsaid.crises == () and unsaid.withdrawn == (Crisis.SELF_HARM,)
    assert after_it.route is Route.ANSWER and after_it.withdrawn == (Crisis.SELF_HARM,)
    assert again.crises == (Crisis.SELF_HARM,) and again.withdrawn == ()
    drama = _talk(ear, "夫に殴られています", "もう大丈夫、さっきのは夫のことじゃなくてドラマの話です")[-1].standing
    assert (drama.crises, drama.withdrawn, drama.reasons, drama.topics) == ((), (Crisis.DV,), (), ())


@pytest.mark.parametrize(
    "words",
    [
        "ごめんなさい、変なこと書いて", "うそうそ、冗談です。気にしないで", "もう大丈夫です", "忘れてください",
        "死ぬつもりはないです", "言いすぎました",
        f"{_UNSAID}。でも消えてしまいたい", "ドラマみたいな話ですよね", "死なないとは言えない、大げさかな",
    ],
    ids=unnamed,
)  # fmt: skip
def test_softer_words_take_no_danger_back(ear: Ear, words: str) -> None:
    assert Crisis.SELF_HARM in _talk(ear, "死にたい", words)[-1].standing.crises


def test_words_that_take_back_alarm_where_nothing_stood(ear: Ear) -> None:
    assert _talk(ear, _UNSAID)[-1].standing.crises == (Crisis.SELF_HARM,)
    assert _talk(ear, "死にたいわけじゃなくて、ただ疲れました")[-1].alone.crises == (Crisis.SELF_HARM,)


def test_a_danger_in_pieces_is_heard_across_two_subjects(ear: Ear) -> None:
    pieces = ("もう生きて", "いたくない")
    assert Crisis.SELF_HARM in _talk(ear, *pieces)[-1].standing.crises
    fresh = Standing(topics=(Topic.OTHER,), messages=0)
    assert Crisis.SELF_HARM in hear(ear, fresh, pieces[1], pieces[:1]).joined.crises


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(_MESSAGES), max_size=6))
def test_no_danger_disappears_without_words_that_take_it_back(ear: Ear, said: list[str]) -> None:
    known: set[Crisis] = set()
    for heard in _talk(ear, *said):
        known |= {*heard.alone.crises, *heard.joined.crises}
        assert heard.standing.crises == tuple(crisis for crisis in Crisis if crisis in known)


_CODES = st.lists(st.sampled_from(list(Crisis)), unique=True)
_HEARD = st.builds(
    Assessment,
    st.sampled_from(list(Route)),
    topics=st.lists(st.builds(TopicScore, st.sampled_from(list(Topic)), st.floats(0, 1)), max_size=3).map(tuple),
    crises=_CODES.map(tuple),
    reasons=st.lists(st.sampled_from(list(Reason)), max_size=3).map(tuple),
    social_kind=st.sampled_from([None, "thanks"]),
)
_MAYBE = st.booleans()
_TURNING = st.builds(Turning, st.just("x"), changes=_MAYBE, gives_up=_MAYBE, asks=_MAYBE, unsays=_CODES.map(tuple))


@given(st.lists(st.tuples(_HEARD, _HEARD, _TURNING), max_size=8))
def test_after_any_messages_dangers_stand_in_their_order(steps: Sequence[tuple[Assessment, Assessment, Turning]]) -> None:
    standing = Standing()
    for alone, joined, turning in steps:
        before, standing = standing, after(standing, alone, joined, turning)
        assert set(before.crises) - set(turning.unsays) <= set(standing.crises)
        assert list(standing.crises) == [crisis for crisis in Crisis if crisis in standing.crises]
        assert not set(standing.crises) & set(standing.withdrawn)
        assert standing.route in (Route.URGENT, Route.SOCIAL) or not standing.crises
        assert Standing.read(json.loads(json.dumps(standing.as_dict()))) == standing


def test_what_was_stored_by_others_is_read_as_far_as_it_is_known() -> None:
    read = Standing.read({"topics": ["housing", "gone"], "crises": None, "reasons": ["complex"], "route": 3, "more": 1})
    assert read == Standing(topics=(Topic.HOUSING,), reasons=(Reason.COMPLEX,))


def test_the_question_offers_what_tells_most_and_leads_elsewhere() -> None:
    near = [TopicScore(Topic.CHILDCARE, 0.45), *(TopicScore(topic, 0.4) for topic in (Topic.FAMILY, Topic.VIOLENCE, Topic.OTHER))]
    assert separating(near, lambda topic: topic.value) == (Topic.CHILDCARE, Topic.FAMILY, Topic.VIOLENCE)
    # Two subjects that lead to the same places are one answer; one that leads nowhere is none.
    same = {Topic.CHILDCARE: "a", Topic.FAMILY: "a", Topic.VIOLENCE: "b"}
    assert separating(near, same.get) == (Topic.CHILDCARE, Topic.VIOLENCE)
    assert separating(near, {Topic.FAMILY: "a"}.get) == ()
    assert separating([TopicScore(Topic.CHILDCARE, 1.0), TopicScore(Topic.FAMILY, 0.21)], lambda topic: topic.value) == ()
    assert len(separating([TopicScore(topic, 0.4) for topic in Topic], lambda topic: topic.value)) == 4


def test_unsure_is_who_names_neither_a_subject_nor_a_kind_of_place(ear: Ear) -> None:
    assert torn(ear.assess("グループのみんなに無視されてる"))
    assert not torn(ear.assess("母の介護で困っています"))
    assert Topic.CHILDCARE in [score.topic for score in ear.assess("娘のことで悩んでいます").candidates]
