"""What an answer may say about a place."""

from dataclasses import replace
from datetime import date

import pytest

from resources import directory, freshness
from resources.cards import NotForAnswers, PlaceCard, Where, card, for_answer
from resources.drafts import Draft
from resources.hours import OpeningState, parse_hours
from resources.services import Status

OPEN_NOW = parse_hours("0Tu 10:00-12:00 祝休")


@pytest.fixture
def shown(database, bare_town, kinds, now):
    def show(draft, **more):
        with database.writing() as session:
            made = directory.add(session, draft, municipality=bare_town, by="編集", now=now)
        with database.reading() as session:
            return for_answer(directory.get(session, made), now=now, kinds=kinds, **more)

    return show


def test_a_card_says_what_residents_ask(shown, salon):
    said = shown(replace(salon, status=Status.ACTIVE, reopens_on=None, slots=OPEN_NOW), distance_m=250)
    assert (said.name, said.kind_label, said.for_whom, said.fee) == (
        "ひだまりサロン",
        "ふれあい・いきいきサロン",
        "どなたでも",
        "100円",
    )
    assert said.opening.is_open
    assert said.hours == "火 10:00〜12:00、祝日は休み、年末年始は休み"
    assert said.where.town == "本町"
    assert (said.distance_m, said.stale, said.confidential) == (250, False, False)
    assert said.phones[0].number == "099-000-2101"
    assert said.men_welcome is True


def test_a_hidden_house_has_no_card_for_residents_and_no_place_for_the_desk(shown, salon):
    hidden = replace(salon, confidential=True, status=Status.ACTIVE, reopens_on=None)
    assert shown(hidden) is None
    said = shown(hidden, for_desk=True, distance_m=5)
    assert said.name == salon.name
    everything = repr(said)
    for secret in (salon.address, salon.building, "2101", "example.jp", "35.49", salon.description, salon.note, "バス停", "本町"):
        assert secret not in everything


def test_a_card_of_a_hidden_house_cannot_be_given_a_place(shown, salon):
    said = shown(replace(salon, confidential=True, status=Status.ACTIVE, reopens_on=None), for_desk=True)
    where = Where("秘密町1", "", "", None, None, "", "", "")
    with pytest.raises(NotForAnswers):
        replace(said, where=where)


@pytest.mark.parametrize("status", [Status.DEFUNCT, Status.INACTIVE])
def test_what_is_over_has_no_card(shown, status):
    assert shown(Draft("会", status=status)) is None


def test_what_rests_is_closed_until_its_day(shown, now):
    resting = Draft("会", slots=OPEN_NOW, assured_date=date(2026, 11, 1), status=Status.TEMPORARILY_CLOSED)
    assert shown(replace(resting, reopens_on=date(2026, 12, 1))).opening.state is OpeningState.CLOSED
    assert shown(resting).opening.state is OpeningState.CLOSED
    assert shown(replace(resting, reopens_on=date(2026, 11, 24))).opening.is_open


def test_hours_nobody_checked_must_be_asked(shown):
    said = shown(Draft("会", slots=OPEN_NOW))
    assert (said.opening.state, said.stale) == (OpeningState.ASK, True)


def test_cadence_by_kind_decides_when_an_entry_is_stale(kinds):
    assured = date(2026, 1, 31)
    due = freshness.due_on(assured, "salon", kinds)
    assert due > assured
    assert not freshness.is_stale(assured, "salon", kinds, today=due)
    assert freshness.is_stale(assured, "salon", kinds, today=date(2028, 1, 1))
    assert freshness.weight(None, today=due) < freshness.weight(due, today=date(2028, 1, 1)) < 1


def test_ages_stand_in_for_missing_words(kinds, now):
    from resources.records import Record

    def whom(**ages):
        return card(Record(None, "", Draft("会", **ages), "", "", True, now), now=now, kinds=kinds).for_whom

    assert (whom(minimum_age=65.0), whom(maximum_age=18.0), whom(minimum_age=0.0, maximum_age=3.0), whom()) == (
        "65歳〜",
        "〜18歳",
        "0歳〜3歳",
        "",
    )
    assert PlaceCard.__dataclass_params__.frozen
