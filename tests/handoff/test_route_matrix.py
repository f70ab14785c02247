"""Every page for every role on every kind of case and town: a page without a line here fails."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select, text
from starlette.responses import Response

from handoff import accounts, contacts
from handoff.accounts import Platform
from handoff.inbox import EventState, InboundEvent
from resources import sign_in
from resources.access import Permission
from resources.db import EVERYWHERE, new_id
from resources.desks import Desk
from resources.sealing import seal
from resources.staff import Invitation, Role
from resources.web.console import Page, Visit
from tests.desk import HOURS, Browser, World, all_pages, served
from tests.handoff.route_lines import CASE, EVENT, INVITED, LINES, PERSON
from tests.sent_files import put_file

CANARY = "カナリア"
# Which cases a role sees: at its own desk, at another desk of its town, walled off, in another town.
SEES = {
    "desk_worker": {"own"},
    "stand_in": {"own"},
    "prefecture": {"own"},
    "coordinator": {"own", "colleague"},
    "supervisor": {"own", "colleague"},
    "violence": {"walled"},
}


def test_every_page_has_a_line_and_every_line_a_page() -> None:
    assert {(page.method, page.path) for page in all_pages()} == set(LINES)


@pytest.fixture
def cases(small_world: World) -> dict[str, uuid.UUID]:
    """One case of each kind."""
    world = small_world
    second = Desk(id=new_id(), municipality_code=world.town, name="障害福祉課", hours=HOURS)
    with world.database.writing() as session:
        session.add(second)
    return {
        "own": world.open_case(CANARY),
        "colleague": world.open_case(CANARY, desk_id=second.id),
        "walled": world.open_case(CANARY, desk_id=world.violence_desk_id, crisis="dv", walled=True),
        "foreign": world.open_case(CANARY, town=world.other_town, desk_id=_desk_of(world, world.other_town)),
        "none": new_id(),
    }


def _desk_of(world: World, town: str) -> uuid.UUID:
    with world.database.reading() as session:
        return session.scalars(select(Desk.id).where(Desk.municipality_code == town)).one()


@pytest.fixture
def files(small_world: World, cases: dict[str, uuid.UUID]) -> dict[str, uuid.UUID]:
    """One photo in each case."""
    return {kind: put_file(small_world, case_id) if kind != "none" else new_id() for kind, case_id in cases.items()}


@pytest.fixture
def events(small_world: World, now: datetime) -> dict[str, uuid.UUID]:
    """One message nobody could read in each town."""
    return {
        "own": _set_aside(small_world, small_world.town, now),
        "foreign": _set_aside(small_world, small_world.other_town, now),
        "none": new_id(),
    }


def _set_aside(world: World, town: str, now: datetime) -> uuid.UUID:
    with world.database.writing(town) as session:
        account = accounts.of_town(session, town, Platform.LINE)
        event = InboundEvent(
            id=new_id(), custodian=town, account_id=account.id, event_key=uuid.uuid4().hex,
            lane=contacts.lane(session, account, "U1"), happened_at=now, received_at=now, state=EventState.SET_ASIDE,
        )  # fmt: skip
        seal(session, event, "payload_sealed", f'{{"text": "{CANARY}"}}')
        session.add(event)
        return event.id


def _people(world: World) -> list[str]:
    for role in Role:
        world.add_person(role.value, role.label, [role], [world.desk_id])
    world.add_person("violence", "専門", [Role.DESK_WORKER], [world.violence_desk_id])
    return [*(role.value for role in Role), "violence"]


def filled(path: str, case_id: uuid.UUID, **more: uuid.UUID) -> str:
    """Return the path of a case's page; whatever else it names does not exist."""
    return path.format(**{name: new_id() for name in re.findall(r"{(\w+)}", path)} | {"case_id": case_id} | more)


def _call(browser: Browser, page: Page, path: str) -> tuple[int, str]:
    answer = browser.get(path) if page.method == "GET" else browser.post(path)
    return answer.status_code, answer.text


@pytest.mark.timeout(900)  # every role on every page of every kind of case
def test_each_role_reaches_exactly_its_cases_on_every_page(
    small_world: World, enter_small: Callable[..., Browser], cases: dict[str, uuid.UUID], files: dict[str, uuid.UUID]
) -> None:
    for person in _people(small_world):
        browser = enter_small(person)
        for page in (page for page in all_pages() if CASE in page.path):
            for kind, case_id in cases.items():
                status, shown = _call(browser, page, filled(page.path, case_id, file_id=files[kind]))
                may = person in (LINES[page.method, page.path] or ())
                seen = kind in SEES.get(person, ())
                assert status == 403 if not may else (status == 404) == (not seen), (person, page.path, kind, status)
                assert status < 500 and (seen or CANARY not in shown), (person, page.path, kind)


def test_each_role_reaches_exactly_the_unreadable_messages_of_its_town(
    small_world: World, enter_small: Callable[..., Browser], events: dict[str, uuid.UUID]
) -> None:
    for person in _people(small_world):
        browser = enter_small(person)
        # Looking comes first: what is settled is no longer there for anybody.
        for page in (page for page in all_pages() if page.path == EVENT):
            for kind, event_id in events.items():
                status, shown = _call(browser, page, page.path.format(event_id=event_id))
                may = person in (LINES[page.method, page.path] or ())
                assert status == (403 if not may else 200 if kind == "own" else 404), (person, kind, status)
                assert (CANARY in shown) == (may and kind == "own")
        for page in (page for page in all_pages() if page.path.startswith(EVENT) and page.method == "POST"):
            # Another town's message is answered like one that is there no more: with the list of what is left.
            status, shown = _call(browser, page, page.path.format(event_id=events["foreign"]))
            assert status == (303 if person in (LINES[page.method, page.path] or ()) else 403), (person, page.path)
            assert (status, shown) == _call(browser, page, page.path.format(event_id=events["none"]))
    with small_world.database.reading(EVERYWHERE) as session:
        foreign = session.scalars(select(InboundEvent).where(InboundEvent.id == events["foreign"])).one()
    assert foreign.state == EventState.SET_ASIDE and foreign.attempts == 0


def test_each_role_reaches_exactly_the_people_of_towns_it_administers(
    small_world: World, enter_small: Callable[..., Browser]
) -> None:
    world = small_world
    people = _people(world)
    world.add_person("far", CANARY, [Role.ADMINISTRATOR], [], world.other_town)
    for person in people:
        browser = enter_small(person)
        for page in (page for page in all_pages() if PERSON in page.path):
            may = person in (LINES[page.method, page.path] or ())
            for kind, staff_id in {"own": world.people["sato"], "far": world.people["far"], "none": new_id()}.items():
                status, shown = _call(browser, page, page.path.format(staff_id=staff_id))
                assert status == 403 if not may else (status == 404) == (kind != "own"), (person, page.path, kind, status)
                assert status < 500 and CANARY not in shown, (person, page.path, kind)
        if person == "administrator":
            listed = browser.get("/people").text + browser.get(f"/people?sought={CANARY}").text.replace(CANARY, "", 2)
            assert "佐藤" in listed and CANARY not in listed and str(world.people["far"]) not in listed


def test_each_role_withdraws_exactly_the_invitations_of_its_town(
    small_world: World, enter_small: Callable[..., Browser]
) -> None:
    world, kinds = small_world, {"own": small_world.town, "far": small_world.other_town}
    for person in _people(world):
        browser = enter_small(person)
        with world.database.writing() as session:
            for town in kinds.values():
                sign_in.invite(session, municipality=town, role=Role.STAND_IN, now=world.now)
            rows = {row.municipality_code: row.id for row in session.scalars(select(Invitation).order_by(Invitation.id))}
        for kind, invitation_id in {**{kind: rows[town] for kind, town in kinds.items()}, "none": new_id()}.items():
            status = browser.post(INVITED.format(invitation_id=invitation_id)).status_code
            assert status == (403 if person != "administrator" else 303 if kind == "own" else 404), (person, kind)
    with world.database.reading() as session:
        foreign = select(Invitation).where(Invitation.municipality_code == world.other_town)
        assert all(row.expires_at > world.now for row in session.scalars(foreign))


def test_lists_and_search_show_each_role_its_own_cases_only(
    small_world: World, enter_small: Callable[..., Browser], cases: dict[str, uuid.UUID]
) -> None:
    receipts = {kind: small_world.read_case(case_id).receipt for kind, case_id in cases.items() if kind != "none"}
    for person in _people(small_world):
        browser = enter_small(person)
        for tab in ("waiting", "desks", "urgent", "held"):
            page = browser.get(f"/desk?tab={tab}")
            live = browser.get(f"/desk/live?tab={tab}")
            for kind, case_id in cases.items():
                if kind not in SEES.get(person, ()):
                    assert str(case_id) not in page.text + live.text, (person, tab, kind)
        for kind, receipt in receipts.items():
            found = browser.post("/desk/search", sought=receipt)
            link = f"/desk/cases/{cases[kind]}"
            reached = link in found.text or found.headers.get("location") == link
            assert reached == (kind in SEES.get(person, ())), (person, kind)


def test_who_reads_is_written_down_before_the_page_and_without_that_there_is_no_page(
    small_world: World, enter_small: Callable[..., Browser], cases: dict[str, uuid.UUID], events: dict[str, uuid.UUID]
) -> None:
    browser = enter_small("yamada")
    shown = {
        f"/desk/cases/{cases['own']}": ("case.read", cases["own"]),
        f"/desk/cases/{cases['own']}/lines": ("case.read", cases["own"]),
        "/desk?tab=waiting": ("queue.read", None),
        f"/desk/unreadable/{events['own']}": ("event.read", events["own"]),
    }
    query = text("SELECT act, subject_id, staff_id FROM journal_entry ORDER BY id DESC LIMIT 1")
    for path, (act, subject) in shown.items():
        assert CANARY in browser.get(path).text
        with small_world.database.reader.connect() as connection:
            row = connection.execute(query).one()
        wanted = (act, subject.hex if subject else None, small_world.people["yamada"].hex)
        assert tuple(row) == wanted, path
    with small_world.database.writer.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON journal_entry BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    browser.client.headers["connection"] = "close"  # after a failure the server hangs up
    for path in (*shown, f"/desk/cases/{cases['own']}?before={new_id()}"):
        answer = browser.get(path)
        assert answer.status_code >= 500 and CANARY not in answer.text, path
    answer = browser.post("/desk/search", sought=CANARY)
    assert answer.status_code >= 500
    refused = browser.post(f"/desk/cases/{cases['own']}/note", note="")
    assert refused.status_code >= 500 and CANARY not in refused.text


def test_a_page_that_only_reads_cannot_write(small_world: World) -> None:
    def careless(visit: Visit) -> Response:
        visit.session.add(Desk(id=new_id(), municipality_code=small_world.town, name="x", hours=""))
        visit.session.flush()
        return visit.go("/start")

    with served(small_world, Page("/careless", careless, Permission.SIGNED_IN)) as address:
        browser = Browser(address)
        browser.sign_in("yamada")
        assert browser.get("/careless").status_code >= 500
        browser.close()
    with small_world.database.reading() as session:
        assert session.scalar(select(func.count()).where(Desk.name == "x")) == 0
