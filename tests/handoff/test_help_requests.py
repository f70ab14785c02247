"""A 民生委員 is asked with the person's consent, sees what was told and nothing else, and may say no."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from handoff import consent
from handoff.cases import Case
from handoff.help_requests import HelpRequest
from handoff.states import Consent
from resources.staff import Role
from tests.desk import Browser, World

Enter = Callable[..., Browser]
ASKED = "近くを通ったら、声をかけてください"


@pytest.fixture
def asked(small_world: World, enter_small: Enter) -> tuple[uuid.UUID, str, Browser]:
    """A taken case, and its page in the owner's browser."""
    small_world.add_person("iinkai", "民生 一郎", [Role.COMMISSIONER], [])
    case_id = small_world.open_case("カナリアのことば", name="はな")
    owner = enter_small("yamada")
    owner.post(f"/desk/cases/{case_id}/take")
    return case_id, f"/desk/cases/{case_id}", owner


def ask(world: World, owner: Browser, path: str, **more: str) -> int:
    fields = {"helper": str(world.people["iinkai"]), "request": ASKED, "means": "oral", **more}
    return owner.post(f"{path}/requests", **fields).status_code


def request_of(world: World) -> HelpRequest:
    with world.database.reading(world.town) as session:
        return session.scalars(select(HelpRequest)).one()


def test_the_person_asked_sees_what_was_told_and_nothing_else(
    small_world: World, enter_small: Enter, asked: tuple[uuid.UUID, str, Browser]
) -> None:
    case_id, path, owner = asked
    helper = enter_small("iinkai")
    assert "お願いはありません" in helper.get("/requests").text
    assert ask(small_world, owner, path, share_name="yes") == 303
    base = f"/requests/{request_of(small_world).id}"
    assert ASKED in helper.get("/requests").text
    shown = helper.get(base).text
    assert ASKED in shown and "はなさん" in shown and "カナリア" not in shown
    assert helper.get(path).status_code == 403
    assert helper.post(f"{base}/accept").headers["location"] == "/requests?said=accepted"
    assert helper.post(f"{base}/report", words="お元気でした", done="yes").headers["location"].endswith("finished")
    seen = owner.get(path).text
    assert "お元気でした" in seen and "終わりました" in seen
    assert "民生 一郎　1回" in owner.get(f"{path}/history").text
    assert helper.get(base).status_code == 404
    assert small_world.read_case(case_id).owner_id == small_world.people["yamada"]


def test_without_consent_nothing_is_asked_and_what_was_typed_stays(
    small_world: World, asked: tuple[uuid.UUID, str, Browser]
) -> None:
    _, path, owner = asked
    answer = owner.post(f"{path}/requests", helper=str(small_world.people["iinkai"]), request=ASKED, means="")
    assert answer.status_code == 409 and "同意が、まだ記録されていません" in answer.text and ASKED in answer.text
    assert ask(small_world, owner, path, request=" ") == 409
    assert ask(small_world, owner, path, helper=str(small_world.people["sato"])) == 409
    with small_world.database.reading(small_world.town) as session:
        assert session.scalars(select(HelpRequest)).all() == []


def test_no_needs_no_reason_and_counts_once(
    small_world: World, enter_small: Enter, asked: tuple[uuid.UUID, str, Browser]
) -> None:
    _, path, owner = asked
    ask(small_world, owner, path)
    base, helper, again = f"/requests/{request_of(small_world).id}", enter_small("iinkai"), enter_small("iinkai")
    helper.get(base), again.get(base)
    assert helper.post(f"{base}/refuse").headers["location"].endswith("refused")
    assert again.post(f"{base}/accept").headers["location"].endswith("gone")
    assert "今回は難しい" in owner.get(path).text


@pytest.mark.parametrize("change", ["withdrawn", "walled", "consent", "elsewhere"])
def test_what_is_taken_back_is_gone_at_once(
    small_world: World, enter_small: Enter, asked: tuple[uuid.UUID, str, Browser], change: str
) -> None:
    case_id, path, owner = asked
    ask(small_world, owner, path, share_name="yes")
    base, helper = f"/requests/{request_of(small_world).id}", enter_small("iinkai")
    assert "はなさん" in helper.get(base).text
    if change == "withdrawn":
        owner.post(f"{path}/requests/{request_of(small_world).id}/withdraw")
    elif change == "elsewhere":
        small_world.add_person("betsu", "別の委員", [Role.COMMISSIONER], [])
        helper = enter_small("betsu")
    else:
        with small_world.database.writing(small_world.town) as session:
            case = session.get_one(Case, case_id)
            if change == "walled":
                case.walled = True
            else:
                consent.give(session, case, Consent.REFUSED, recipient="commissioner", now=small_world.now)
    shown = helper.get(base)
    assert "はなさん" not in shown.text and shown.status_code == (200 if change == "consent" else 404)


def test_a_case_of_violence_is_never_told(small_world: World, enter_small: Enter) -> None:
    small_world.add_person("iinkai", "民生 一郎", [Role.COMMISSIONER], [])
    case_id = small_world.open_case(
        "カナリアのことば", desk_id=small_world.violence_desk_id, crisis="dv", reasons=["crisis"], walled=True
    )
    owner, path = enter_small("tanaka"), f"/desk/cases/{case_id}"
    owner.post(f"{path}/take")
    assert "民生委員にお願いする" not in owner.get(path).text
    assert ask(small_world, owner, path) == 409
