"""Who told of abuse is sealed apart: no page, paper or list shows it, and who may read it says why first."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from handoff.casework.report_tables import Reporter, StatutoryReport
from resources.journal import JournalEntry
from resources.sealing import Unreadable, reveal, sealer
from resources.staff import Role
from tests.desk import Browser, World, all_pages
from tests.handoff.casework.test_reports import FORM, child_case
from tests.handoff.test_route_matrix import filled

Enter = Callable[..., Browser]
CANARY = "カナリア"
WHO = {
    "who_name": f"{CANARY}花子", "who_phone": f"{CANARY}電話", "who_relation": f"{CANARY}大家",
    "who_sighting": f"{CANARY}公園で",
}  # fmt: skip


@pytest.fixture
def told(small_world: World, enter_small: Enter) -> tuple[uuid.UUID, uuid.UUID, Browser]:
    """A case taken by 山田, with a report whose reporter is known, and the owner's browser."""
    case_id = child_case(small_world)
    owner = enter_small("yamada")
    owner.post(f"/desk/cases/{case_id}/take")
    assert owner.post(f"/desk/cases/{case_id}/reports", **FORM, **WHO).status_code == 303
    with small_world.database.reading(small_world.town) as session:
        return case_id, session.scalars(select(StatutoryReport.id)).one(), owner


def acts(world: World) -> list[tuple[uuid.UUID | None, str]]:
    with world.database.reading(world.town) as session:
        query = select(JournalEntry).where(JournalEntry.act == "report.reporter_read").order_by(JournalEntry.id)
        return [(one.staff_id, one.detail) for one in session.scalars(query)]


@pytest.mark.timeout(600)
def test_no_page_for_any_role_shows_who_told(
    small_world: World, enter_small: Enter, told: tuple[uuid.UUID, uuid.UUID, Browser]
) -> None:
    case_id, report_id, _ = told
    for role in Role:
        small_world.add_person(role.value, role.label, [role], [small_world.desk_id])
    known = {"case_id": case_id, "report_id": report_id}
    looked = 0
    for person in ("yamada", "suzuki", *(role.value for role in Role)):
        browser = enter_small(person)
        for page in (page for page in all_pages() if page.method == "GET" and not page.path.startswith(("/ack", "/sign"))):
            answer = browser.get(filled(page.path, **known))
            assert CANARY not in answer.text + str(answer.headers), (person, page.path)
            looked += answer.status_code == 200
        for tab in ("waiting", "desks", "urgent"):
            assert CANARY not in browser.get(f"/desk?tab={tab}").text
        assert CANARY not in browser.post("/desk/search", sought=CANARY).text.replace(f'value="{CANARY}"', "")
    assert looked > 50
    assert acts(small_world) == []


def test_only_the_owner_and_who_oversees_the_town_read_it_and_say_why(
    small_world: World, enter_small: Enter, told: tuple[uuid.UUID, uuid.UUID, Browser]
) -> None:
    case_id, report_id, owner = told
    path = f"/desk/cases/{case_id}/reports/{report_id}"
    small_world.add_person("coordinator", "調整", [Role.COORDINATOR], [small_world.desk_id])
    for person in ("sato", "coordinator"):
        refused = enter_small(person).post(f"{path}/reporter/read", why="safety")
        assert refused.status_code == 409 and "主担当と、町の統括だけ" in refused.text and CANARY not in refused.text
    for why in ("", "気になるから"):
        unsaid = owner.post(f"{path}/reporter/read", why=why)
        assert unsaid.status_code == 409 and "理由を選んでください" in unsaid.text and CANARY not in unsaid.text
    assert acts(small_world) == []
    seen = owner.post(f"{path}/reporter/read", why="authority")
    assert all(one in seen.text for one in WHO.values())
    assert f"{CANARY}花子" in enter_small("suzuki").post(f"{path}/reporter/read", why="oversight").text
    assert acts(small_world) == [
        (small_world.people["yamada"], "authority"), (small_world.people["suzuki"], "oversight")
    ]  # fmt: skip
    assert CANARY not in owner.get(path).text


def test_who_no_longer_has_the_case_does_not_read_it(
    small_world: World, enter_small: Enter, told: tuple[uuid.UUID, uuid.UUID, Browser]
) -> None:
    case_id, report_id, owner = told
    owner.post(f"/desk/cases/{case_id}/return")
    answer = owner.post(f"/desk/cases/{case_id}/reports/{report_id}/reporter/read", why="safety")
    assert answer.status_code == 409 and CANARY not in answer.text


def test_it_is_sealed_under_a_key_of_its_own(
    small_world: World, told: tuple[uuid.UUID, uuid.UUID, Browser]
) -> None:
    with small_world.database.reading(small_world.town) as session:
        row = session.scalars(select(Reporter)).one()
        assert reveal(session, row, "name_sealed") == WHO["who_name"]
        sealer(session).forget(row.id)
        with pytest.raises(Unreadable):
            reveal(session, row, "name_sealed")
        report = session.scalars(select(StatutoryReport)).one()
        assert reveal(session, report, "told_sealed") == FORM["words"]
    with small_world.database.reader.connect() as connection:
        events = connection.execute(text("SELECT move, detail FROM case_event")).all()
    assert CANARY not in str(events)


def test_more_can_be_kept_later_and_nothing_is_no_record(
    small_world: World, told: tuple[uuid.UUID, uuid.UUID, Browser]
) -> None:
    case_id, report_id, owner = told
    path = f"/desk/cases/{case_id}/reports/{report_id}"
    assert owner.post(f"{path}/reporter", who_name=" ").status_code == 409
    assert owner.post(f"{path}/reporter", who_name="あとで名乗った人").status_code == 303
    seen = owner.post(f"{path}/reporter/read", why="confirm").text
    assert seen.index("あとで名乗った人") < seen.index(f"{CANARY}花子")
