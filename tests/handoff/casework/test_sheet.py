"""The sheet of a case at the desk: proposals, edits that win, two editors, and what is kept of every change."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from handoff import transcript
from handoff.cases import Case, CaseEvent
from handoff.casework import forms, household, sheet, sources
from handoff.casework.sheet import Manner
from handoff.transcript import Message
from resources.access import Actor, actor_for
from resources.journal import JournalEntry
from resources.staff import Staff
from tests.desk import Browser, World

Enter = Callable[..., Browser]
UNDERSTOOD = json.dumps(
    {
        "household": [{"relation": "母", "words": "母", "age": 80, "living_together": True, "problems": ["介護"]}],
        "explanation": [["reason", "complex", "要介護3", "8050"], ["topic", "long_term_care", "要介護3", "care"]],
    },
    ensure_ascii=False,
)
SAID = ("80歳の母と二人暮らしです", "母は要介護3です", "アパートです。家賃を滞納しています")


@pytest.fixture
def case_id(small_world: World) -> uuid.UUID:
    """A case with a conversation the forms can be filled from."""
    return small_world.open_case(*SAID, name="はな", understood=UNDERSTOOD, topics=["long_term_care", "rent_loan"])


def held(shown: str, section: str) -> dict[str, str]:
    """The hidden fields and typed values of the form of one section."""
    form = re.search(rf'<form[^>]*>(?:(?!</form>).)*name="section" value="{section}".*?</form>', shown, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form[0]))
    ticked = {name: "yes" for name, more in re.findall(r'type="checkbox" name="([^"]+)" value="yes"([^>]*)', form[0]) if more}
    fields = {name: value for name, value in fields.items() if "." not in name or name in ticked}
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        fields[name] = (re.findall(r'value="([^"]*)" selected', inside) or [""])[0]
    return fields | dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)', form[0]))


def opened(browser: Browser, case_id: uuid.UUID, section: str) -> dict[str, str]:
    return held(browser.get(f"/desk/cases/{case_id}/sheet?edit={section}").text, section)


def values(world: World, case_id: uuid.UUID) -> dict[str, tuple[forms.Value, Manner, uuid.UUID | None]]:
    with world.database.reading(world.town) as session:
        known = sheet.decided(session, session.get_one(Case, case_id))
        return {code: (value, Manner(row.manner), row.message_id) for code, (row, value) in known.items()}


def message_of(world: World, case_id: uuid.UUID, words: str) -> uuid.UUID:
    with world.database.reading(world.town) as session:
        case = session.get_one(Case, case_id)
        rows = session.scalars(select(Message).where(Message.contact_id == case.contact_id)).all()
        return next(row.id for row in rows if words in transcript.words(session, row))


def settle(browser: Browser, path: str, shown: str, code: str, right: str) -> int:
    mark = re.search(rf'name="code" value="{code}"><input type="hidden" name="mark" value="([^"]*)"', shown)
    assert mark is not None
    written = mark[1].replace("&#34;", '"')
    return browser.post(f"{path}/settle", code=code, mark=written, right=right).status_code


def test_a_proposal_leads_to_its_message_and_stays_one_until_somebody_confirms(
    small_world: World, enter_small: Enter, case_id: uuid.UUID
) -> None:
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}/sheet"
    shown = browser.get(path).text
    message = message_of(small_world, case_id, "アパート")
    assert f"/desk/cases/{case_id}#line-{message}" in shown and "会話から・未確認" in shown and "8050" in shown
    assert f'id="line-{message}"' in browser.get(f"/desk/cases/{case_id}").text
    assert values(small_world, case_id) == {}
    assert settle(browser, path, shown, "housing", "yes") == 303
    assert settle(browser, path, shown, "housing", "yes") == 303  # the second click of one press
    assert values(small_world, case_id) == {"housing": ("rent", Manner.CONFIRMED, message)}
    assert settle(browser, path, shown, "care_level", "no") == 303
    assert values(small_world, case_id)["care_level"][:2] == ((), Manner.DENIED)
    small_world.hear(case_id, "父は要介護1です")
    shown = browser.get(path).text
    assert "空欄（確かめました）" in shown and "会話では：要介護1、要介護3" in shown
    with small_world.database.reading(small_world.town) as session:
        moves = session.scalars(select(CaseEvent.move).where(CaseEvent.case_id == case_id)).all()
        read = session.scalars(select(JournalEntry.act).where(JournalEntry.subject_id == case_id)).all()
    assert moves.count("sheet_confirmed") == 1 and "sheet_denied" in moves and "case.read" in read


def test_what_was_seen_is_what_is_confirmed(small_world: World, enter_small: Enter, case_id: uuid.UUID) -> None:
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}/sheet"
    shown = browser.get(path).text
    small_world.hear(case_id, "いまは車で寝ています")
    assert settle(browser, path, shown, "housing", "yes") == 409
    assert browser.post(f"{path}/settle", code="nothing", mark="x", right="yes").status_code == 409
    assert values(small_world, case_id) == {}


def test_words_taken_back_propose_nothing(small_world: World, case_id: uuid.UUID) -> None:
    message = message_of(small_world, case_id, "アパート")
    with small_world.database.writing(small_world.town) as session:
        session.get_one(Message, message).withdrawn_at = small_world.now
    with small_world.database.reading(small_world.town) as session:
        found = sources.proposed(session, session.get_one(Case, case_id))
    assert "housing" not in found
    assert message not in {one.message for proposal in found.values() for one in proposal.sources}


def test_saving_a_part_keeps_who_when_and_before(small_world: World, enter_small: Enter, case_id: uuid.UUID) -> None:
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}/sheet"
    form = opened(browser, case_id, "home")
    assert form["housing"] == "rent" and form["cohabitants"] == "yes"
    typed = {"housing": "public", "cohabitant_count": "", "neighbours": "=町内会長と仲がよい"}
    answer = browser.post(f"{path}/save", **form | typed)
    assert answer.headers["location"] == f"{path}?said=saved#home"
    kept = values(small_world, case_id)
    assert kept["housing"][:2] == ("public", Manner.WRITTEN) and kept["cohabitants"][1] is Manner.CONFIRMED
    assert kept["cohabitant_count"][:2] == ("", Manner.DENIED) and "birth" not in kept and "marital" not in kept
    browser.post(f"{path}/save", **opened(browser, case_id, "home") | {"housing": "own"})
    shown = browser.get(path).text
    assert "前の内容：公営住宅" in shown and "山田" in shown
    with small_world.database.reading(small_world.town) as session:
        stored = session.connection().exec_driver_sql("SELECT value_sealed FROM case_sheet_field").scalars().all()
        told = session.scalars(select(CaseEvent.detail).where(CaseEvent.move == "sheet_changed")).all()
    assert not [one for one in stored if "町内会長".encode() in one]
    assert told[-1] == {"fields": ["housing"]}


def test_of_two_editors_the_second_is_told_and_loses_no_word(
    small_world: World, enter_small: Enter, case_id: uuid.UUID
) -> None:
    path = f"/desk/cases/{case_id}/sheet"
    first, second = enter_small("yamada"), enter_small("sato")
    ours, theirs = opened(first, case_id, "home"), opened(second, case_id, "home")
    assert first.post(f"{path}/save", **ours | {"family_state": "山田の見立て"}).status_code == 303
    late = second.post(f"{path}/save", **theirs | {"family_state": "佐藤の見立て"})
    assert late.status_code == 409 and "先にほかの人がこの欄を変えました" in late.text
    again = held(late.text, "home")
    assert again["family_state"] == "佐藤の見立て" and "いま保存されている内容：山田の見立て（山田" in late.text
    assert values(small_world, case_id)["family_state"][0] == "山田の見立て"
    assert second.post(f"{path}/save", **again).status_code == 303
    assert values(small_world, case_id)["family_state"][0] == "佐藤の見立て"
    assert second.post(f"{path}/save", **again).status_code == 303  # the second click changes nothing and is no refusal


@pytest.mark.parametrize(
    ("section", "typed"),
    [
        ("person", {"birth": "きのう"}), ("person", {"full_name": "長" * 201}), ("home", {"housing": "castle"}),
        ("situation", {"situation": "長" * 2001}), ("nowhere", {"full_name": "x"}),
        ("person", {"full_name": "はな", "seen": "x"}),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_stays(
    small_world: World, enter_small: Enter, case_id: uuid.UUID, section: str, typed: Mapping[str, str]
) -> None:
    browser = enter_small("yamada")
    answer = browser.post(f"/desk/cases/{case_id}/sheet/save", **{"section": section, "seen": "0"} | dict(typed))
    assert answer.status_code == 409 and "まだ保存していません" in answer.text
    assert values(small_world, case_id) == {}
    assert section in ("nowhere", "home") or next(iter(typed.values())) in answer.text


def actor_of(world: World, name: str) -> Actor:
    with world.database.reading() as session:
        return actor_for(session, session.get_one(Staff, world.people[name]))


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from([*SAID, "市営住宅です", "無職です", "働いています", "母は要介護5です"])),
        st.tuples(st.just("write"), st.sampled_from(["own", "public", ""])),
        st.tuples(st.just("settle"), st.sampled_from(["housing", "work", "care_level", "cohabitants"])),
    ),
    max_size=8,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_later_words_never_overwrite_what_a_person_decided(small_world: World, acts: list[tuple[str, str]]) -> None:
    world, actor = small_world, actor_of(small_world, "yamada")
    case_id, decided = world.open_case("こんにちは"), {}
    home = forms.section("home")
    assert home is not None
    for act, what in acts:
        if act == "say":
            world.hear(case_id, what)
        with world.database.writing(world.town) as session:
            case = session.get_one(Case, case_id)
            proposed = sources.proposed(session, case)
            own = set(session.scalars(select(Message.id).where(Message.contact_id == case.contact_id)))
            assert {one.message for proposal in proposed.values() for one in proposal.sources} - {None} <= own
            if act == "write":
                part = next(one for one in sheet.filled(session, case, proposed) if one.section == home)
                typed = {entry.field.code: entry.value for entry in part.entries} | {"housing": what}
                offered = [entry.field.code for entry in part.entries if entry.proposed]
                sheet.save(
                    session, case, home, typed, seen=part.version, offered=offered, proposals=proposed, actor=actor, now=world.now
                )  # fmt: skip
            elif act == "settle" and what in proposed and what not in decided:
                sheet.settle(
                    session, case, what, proposed[what].mark, right=True, proposals=proposed, actor=actor, now=world.now
                )
            now_stands = {code: value for code, (_, value) in sheet.decided(session, case).items()}
        changed = {code for code, value in now_stands.items() if decided.get(code) != value}
        assert act != "say" or not changed
        assert act != "settle" or changed <= {what}
        assert set(decided) <= set(now_stands)
        decided = now_stands


def people_of(world: World, case_id: uuid.UUID) -> list[household.Person]:
    with world.database.reading(world.town) as session:
        case = session.get_one(Case, case_id)
        said = sources.told(session, case)
        return [one.person for one in household.listed(session, case, said, UNDERSTOOD) if not one.proposed]


def test_the_household_is_confirmed_changed_raced_and_taken_off(
    small_world: World, enter_small: Enter, case_id: uuid.UUID
) -> None:
    path = f"/desk/cases/{case_id}/sheet"
    browser, other = enter_small("yamada"), enter_small("sato")
    assert "見て加える" in browser.get(path).text and "母を世帯に加える" in browser.get(f"{path}?person=told-0").text
    mother = {"person": "told-0", "origin": "母", "relation": "母", "age": "80", "together": "yes"}
    mother["problem.long_term_care"] = "yes"
    assert browser.post(f"{path}/household", **mother, key="a").status_code == 303
    assert browser.post(f"{path}/household", **mother, key="a").status_code == 303
    assert other.post(f"{path}/household", **mother, key="b").status_code == 409
    assert browser.post(f"{path}/household", person="new", relation="猫", age="千", together="yes").status_code == 409
    assert browser.post(f"{path}/household", person="new", relation=" ", together="no").status_code == 409
    assert [(one.relation, one.age, one.problems) for one in people_of(small_world, case_id)] == [("母", 80, ("long_term_care",))]
    row = re.search(rf"{path}\?person=([0-9a-f-]{{36}})#person", browser.get(path).text)
    assert row is not None
    one = f"{path}/household/{row[1]}"
    changed = {"person": row[1], "version": "1", "origin": "母", "relation": "母", "together": "no"}
    assert browser.post(one, **changed, age="81").status_code == 303
    late = other.post(one, **changed, age="79")
    assert late.status_code == 409 and 'value="79"' in late.text and "いま保存されている内容：母　81歳　別居" in late.text
    assert browser.post(one, act="remove", version="2").status_code == 303
    assert browser.post(one, act="remove", version="2").status_code == 303
    assert people_of(small_world, case_id) == [] and "見て加える" not in browser.get(path).text
    assert "前の内容：母・81歳・別居" in browser.get(path).text


def test_somebody_the_conversation_misread_does_not_come_again(
    small_world: World, enter_small: Enter, case_id: uuid.UUID
) -> None:
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}/sheet"
    assert browser.post(f"{path}/household", act="deny", origin="母").status_code == 303
    assert browser.post(f"{path}/household", act="deny", origin="母").status_code == 303
    assert "見て加える" not in browser.get(path).text and people_of(small_world, case_id) == []


def test_a_long_conversation_is_linked_by_pages(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("アパートです", *(f"はい{number}" for number in range(130)))
    message = message_of(small_world, case_id, "アパート")
    shown = enter_small("yamada").get(f"/desk/cases/{case_id}/sheet").text
    link = re.search(rf'href="(/desk/cases/{case_id}\?before=[^"]+#line-{message})"', shown)
    assert link is not None and f'id="line-{message}"' in enter_small("yamada").get(link[1]).text
