"""`uketome check` names whatever still forbids real residents, and stops naming it when it is put right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.cli.saying import sentence
from bot.readiness import obstacles
from bot.settings import Settings
from bot.store import Store, upgrade
from handoff import accounts
from handoff.accounts import Platform
from handoff.alert_contacts import AlertContact
from handoff.duty import Duty, Watch
from intents import Crisis
from resources import places, sign_in
from resources.db import new_id
from resources.desks import Desk
from resources.places import Relay
from resources.staff import Role, Staff
from tests.conftest import NOW, TOWN, found_town

OWN = {
    "not_production", "plain_http", "fixed_clock", "failpoint", "open_file", "key_beside_data", "no_town", "idle_towns",
    "demo_town", "relay", "safe_page", "no_channel", "no_desk", "desk_without_staff", "desk_without_hours", "no_violence_desk",
    "no_administrator", "duty_empty", "account_unreachable", "account_token_refused", "account_quota_spent",

    "contact_without_endpoints", "duty_without_contact", "alerts_file", "alerts_unknown", "account_polled_elsewhere",
    "account_odd", "account_elsewhere", "account_secret_short",
}  # fmt: skip


def _settings(tmp_path: Path, **changed: object) -> Settings:
    values: dict[str, object] = {
        "database_url": f"sqlite:///{tmp_path}/data.db", "keys_url": f"sqlite:///{tmp_path}/keys.db",
        "key_file": tmp_path / "apart" / "the.key", "production": True, "base_url": "https://uketome.example.jp",
    }  # fmt: skip
    return Settings(_env_file=None, **{**values, **changed})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An installation in which a town has decided everything."""
    made, _, _ = upgrade(_settings(tmp_path))
    found_town(made.database)
    with made.database.writing(TOWN) as session:
        session.scalars(select(Desk)).one().for_violence = True
        for crisis in Crisis:
            for watch in Watch:
                session.add(Duty(municipality_code=TOWN, crisis=crisis, watch=watch, decided_at=NOW))
        sign_in.add_staff(
            session, login="chief@example.jp", display_name="課長", sender_name="課長", password_hash="-",
            municipality=TOWN, roles=[Role.ADMINISTRATOR], desks=[], now=NOW,
        )  # fmt: skip
        accounts.add(session, municipality=TOWN, platform=Platform.LINE, name="line", secret="s", token="t")
    yield made
    made.close()


def _named(store: Store) -> set[str]:
    found = obstacles(store)
    for obstacle in found:
        assert sentence(f"check.{obstacle.code}", **obstacle.values)
    return {obstacle.code for obstacle in found} & OWN


def test_town_that_decided_everything_waits_for_reviewed_sentences_only(store: Store) -> None:
    assert not _named(store)
    assert {"texts_drafted", "hotlines_drafted"} <= {obstacle.code for obstacle in obstacles(store)}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"production": False}, "not_production"),
        ({"base_url": "http://127.0.0.1:8000"}, "plain_http"),
        ({"production": False, "now": NOW}, "fixed_clock"),
        ({"failpoint": "after_200"}, "failpoint"),
    ],
)
def test_unsafe_settings_are_named(store: Store, tmp_path: Path, changed: dict[str, object], named: str) -> None:
    assert named in _named(replace(store, settings=_settings(tmp_path, **changed)))


@pytest.mark.parametrize("file", ["data.db", "keys.db"])
def test_files_that_others_can_read_are_named(store: Store, tmp_path: Path, file: str) -> None:
    (tmp_path / file).chmod(0o644)
    assert _named(store) == {"open_file"}


def test_key_file_beside_the_data_is_named(store: Store, tmp_path: Path) -> None:
    assert _named(replace(store, settings=_settings(tmp_path, key_file=tmp_path / "the.key"))) == {"key_beside_data"}


def test_what_a_town_has_not_decided_is_named(store: Store) -> None:
    with store.database.writing(TOWN) as session:
        town = session.get_one(places.Municipality, TOWN)
        desk = session.scalars(select(Desk)).one()
        town.relay, desk.hours, desk.for_violence = None, "", False
        session.delete(session.scalars(select(Duty).limit(1)).one())
        session.scalars(select(Staff).where(Staff.login == "chief@example.jp")).one().active = False
    assert {"relay", "desk_without_hours", "duty_empty", "no_administrator"} <= _named(store)
    with store.database.writing(TOWN) as session:
        town = session.get_one(places.Municipality, TOWN)
        town.relay, town.demo = Relay.SAFE_PAGE, True
        for person in session.scalars(select(Staff)):
            person.active = False
    assert {"safe_page", "demo_town", "desk_without_staff", "no_violence_desk", "no_desk"} <= _named(store)


def test_contacts_that_no_alert_reaches_and_a_list_that_cannot_be_used_are_named(store: Store, tmp_path: Path) -> None:
    with store.database.writing(TOWN) as session:
        contact = AlertContact(id=new_id(), municipality_code=TOWN, name="当直", endpoints=["toban"], changed_at=NOW)
        session.add(contact)
        session.scalars(select(Duty).limit(1)).one().role = "当直"
    assert _named(store) == {"contact_without_endpoints", "duty_without_contact"}
    file = tmp_path / "alerts.toml"
    listed = replace(store, settings=_settings(tmp_path, alerts_file=file))
    for written, named in (
        ('[endpoint.toban]\nurl = "json://127.0.0.1/"\nlabel = "当直"\n', set()),
        ('[endpoint.toban]\nurl = "json://127.0.0.1/"\ntowns = ["990027"]\n', {"contact_without_endpoints"}),
        ('[endpoint.toban]\nurl = "nonsense://127.0.0.1/"\n', {"alerts_unknown"}),
        ('[endpoint.toban]\nurl = "no address"\n', {"alerts_file", "contact_without_endpoints"}),
        ('[endpoint."../x"]\nurl = "json://127.0.0.1/"\n', {"alerts_file", "contact_without_endpoints"}),
        ("not toml", {"alerts_file", "contact_without_endpoints"}),
    ):
        file.write_text(written, encoding="utf-8")
        file.chmod(0o600)
        assert _named(listed) == {"duty_without_contact", *named}, written
    file.write_text('[endpoint.toban]\nurl = "json://127.0.0.1/"\n', encoding="utf-8")
    file.chmod(0o644)
    assert _named(listed) == {"duty_without_contact", "open_file"}


def test_accounts_that_do_not_reach_residents_are_named(store: Store) -> None:
    for trouble in ("unreachable", "token_refused", "quota_spent", "polled_elsewhere", "odd"):
        with store.database.writing(TOWN) as session:
            account = accounts.active(session)[0]
            account.trouble, account.api_base_url = trouble, "http://127.0.0.1:9"
        assert _named(store) == {f"account_{trouble}", "account_elsewhere"}
    with store.database.writing(TOWN) as session:
        accounts.active(session)[0].active = False
    assert _named(store) == {"no_channel"}
    with store.database.writing(TOWN) as session:
        accounts.add(session, municipality=TOWN, platform=Platform.TELEGRAM, name="tg", secret="short", token="1:a")
    assert _named(store) == {"account_secret_short"}


def test_towns_that_came_with_a_file_are_one_line(store: Store) -> None:
    with store.database.writing() as session:
        for five in range(1101, 1161):
            places.add(session, places.checked_code(f"{five:05}"), f"町{five}", now=NOW)
    assert _named(store) == {"idle_towns"}
    assert len([obstacle for obstacle in obstacles(store) if obstacle.code == "idle_towns"]) == 1


def test_installation_without_any_town_is_named(tmp_path: Path) -> None:
    store, _, _ = upgrade(_settings(tmp_path))
    assert _named(store) == {"no_town"}
    store.close()
