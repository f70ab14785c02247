"""Consent by recipient: given, changed and taken back at the desk; help goes on, and what rests on it is gone at once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from handoff import consent, help_requests
from handoff.cases import Case, CaseEvent
from handoff.casework import grounds
from handoff.consent import ConsentRecord
from handoff.help_requests import HelpRequest
from handoff.states import Consent
from resources.staff import Role
from tests.desk import Browser, World

Enter = Callable[..., Browser]


def seen(browser: Browser, path: str, recipient: str) -> str:
    shown = browser.get(f"{path}?consent={recipient}").text
    found = re.search(r'name="seen" value="([^"]*)"><input type="hidden" name="key"', shown)
    assert found is not None
    return found[1]


def give(browser: Browser, path: str, recipient: str, **more: str) -> int:
    fields = {
        "recipient": recipient, "state": "given", "means": "oral", "scope.name": "yes", "key": uuid.uuid4().hex,
        "seen": seen(browser, path, recipient), **more,
    }  # fmt: skip
    return browser.post(f"{path}/consents", **fields).status_code


def rows(world: World, case_id: uuid.UUID, recipient: str) -> list[ConsentRecord]:
    with world.database.reading(world.town) as session:
        return [row for row in consent.answers(session, session.get_one(Case, case_id)) if row.recipient == recipient]


def test_given_with_scope_then_taken_back_and_both_stay_on_record(small_world: World, enter_small: Enter) -> None:
    case_id, browser = small_world.open_case("話を聞いて", name="はな"), enter_small("yamada")
    path = f"/desk/cases/{case_id}/sheet"
    assert give(browser, path, "school", **{"scope.health": "yes", "said_on": "2026-11-01"}) == 303
    shown = browser.get(path).text
    assert "名前・呼び名・健康・障害のこと" in shown and "2026年11月1日（日）　口頭" in shown
    with small_world.database.reading(small_world.town) as session:
        case = session.get_one(Case, case_id)
        assert consent.may_be_told(session, case, "school") == {"name", "health"}
        grounds.require(session, case, "school", None)
    mark = seen(browser, path, "school")
    assert "すでに伝えたことは取り戻せません" in browser.get(f"{path}?consent=school").text
    for _ in range(2):  # the second click of one press
        answer = browser.post(f"{path}/consents/withdraw", recipient="school", seen=mark)
        assert answer.headers["location"].endswith("said=withdrawn#consents")
    assert "支援は続けます" in browser.get(f"{path}?said=withdrawn").text
    (row,) = rows(small_world, case_id, "school")
    assert row.state == Consent.GIVEN and row.withdrawn_at is not None
    with small_world.database.reading(small_world.town) as session:
        case = session.get_one(Case, case_id)
        assert consent.latest(session, case, "school") is Consent.UNCONFIRMED
        assert consent.may_be_told(session, case, "school") == frozenset()
        with pytest.raises(grounds.MayNotBeTold):
            grounds.require(session, case, "school", None)
        moves = session.scalars(select(CaseEvent.move).where(CaseEvent.case_id == case_id)).all()
    assert moves.count("consent_withdrawn") == 1
    assert "同意の取消し（学校）" in browser.get(f"/desk/cases/{case_id}/history").text


def test_consent_toward_the_desk_decides_which_paper_it_is(small_world: World, enter_small: Enter) -> None:
    case_id, browser = small_world.open_case("話を聞いて"), enter_small("yamada")
    path = f"/desk/cases/{case_id}/sheet"
    assert give(browser, path, "desk") == 303
    assert "【本人同意あり】" in browser.get(f"{path}/print").text
    assert give(browser, path, "desk", state="refused") == 303
    assert rows(small_world, case_id, "desk")[-1].scope == []
    shown = browser.get(f"{path}/print").text
    assert "【本人同意なし】" in shown and "本人の同意は記録されていません" in shown
    assert small_world.read_case(case_id).consent == Consent.REFUSED and small_world.read_case(case_id).state == "waiting"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"scope.name": ""}, ""), ({"state": "perhaps"}, "まだ記録していません"), ({"means": ""}, "まだ記録していません"),
        ({"said_on": "2999-01-01"}, "まだ記録していません"), ({"said_on": "きのう"}, "まだ記録していません"),
        ({"seen": "somebody-else-was-faster"}, "先にほかの人が"),
    ],
)  # fmt: skip
def test_what_is_not_an_answer_is_refused(small_world: World, enter_small: Enter, typed: dict[str, str], why: str) -> None:
    case_id, browser = small_world.open_case("話を聞いて"), enter_small("yamada")
    path = f"/desk/cases/{case_id}/sheet"
    fields = {"recipient": "council", "state": "given", "means": "oral", "seen": "", **({"scope.name": "yes"} if why else {})}
    answer = browser.post(f"{path}/consents", **fields | {name: value for name, value in typed.items() if value or why})
    assert answer.status_code == 409 and (why or "何を伝えてよいか") in answer.text
    assert rows(small_world, case_id, "council") == []


def test_one_press_is_one_answer_and_of_two_people_the_second_is_told(small_world: World, enter_small: Enter) -> None:
    case_id, browser, other = small_world.open_case("話を聞いて"), enter_small("yamada"), enter_small("sato")
    path = f"/desk/cases/{case_id}/sheet"
    mark, stale = seen(browser, path, "town"), seen(other, path, "town")
    assert [give(browser, path, "town", key="k", seen=mark) for _ in range(2)] == [303, 303]
    assert give(other, path, "town", seen=stale, state="refused") == 409
    assert [row.state for row in rows(small_world, case_id, "town")] == [Consent.GIVEN]
    assert other.post(f"{path}/consents/withdraw", recipient="town", seen=stale).status_code == 409
    assert other.post(f"{path}/consents/withdraw", recipient="nobody", seen="").status_code == 409


def test_without_consent_a_commissioner_sees_nothing_any_more(small_world: World, enter_small: Enter) -> None:
    world = small_world
    helper = world.add_person("iinkai", "民生 一郎", [Role.COMMISSIONER], [])
    case_id, browser = world.open_case("話を聞いて", name="はな"), enter_small("yamada")
    path = f"/desk/cases/{case_id}/sheet"
    browser.post(f"/desk/cases/{case_id}/take")
    give(browser, path, "commissioner")
    asked = {"helper": str(helper), "request": "声をかけて", "share_name": "yes"}
    assert browser.post(f"/desk/cases/{case_id}/requests", **asked).status_code == 303
    assert "声をかけて" in enter_small("iinkai").get("/requests").text
    mark = seen(browser, path, "commissioner")
    assert browser.post(f"{path}/consents/withdraw", recipient="commissioner", seen=mark).status_code == 303
    assert "声をかけて" not in enter_small("iinkai").get("/requests").text
    with world.database.reading(world.town) as session:
        assert session.scalars(select(HelpRequest)).one().standing is help_requests.RequestState.WITHDRAWN
