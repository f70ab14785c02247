"""Whoever sets up one town sees and changes nothing of another: its settings do not exist."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select, text

from handoff.accounts import Account
from handoff.routing import RoutingRule
from resources.db import new_id
from resources.desks import Desk, DeskClosure
from resources.staff import Role
from tests.desk import Browser, World


def test_another_towns_settings_do_not_exist(small_world: World, enter_small: Callable[..., Browser]) -> None:
    small_world.add_person("admin", "管理", [Role.ADMINISTRATOR], [])
    admin = enter_small("admin")
    admin.get("/settings")
    other = small_world.other_town
    with small_world.database.writing(other) as session:
        desk = session.scalars(select(Desk).where(Desk.municipality_code == other)).one()
        rule = RoutingRule(id=new_id(), municipality_code=other, position=1, desk_id=desk.id)
        closure = DeskClosure(
            id=new_id(), municipality_code=other, starts=small_world.now.date(), ends=small_world.now.date()
        )
        account = Account(id=new_id(), custodian=other, name="theirs", platform="line")
        session.add_all([rule, closure, account])
    before = _everything(small_world)
    for path in ("", "/desks", "/closures", "/routing", "/routing/try", "/town", "/channels"):
        assert admin.get(f"/settings{path}?town={other}").status_code == 404, path
        if path:
            assert admin.post(f"/settings{path}", town=other, relay="in_channel", name="x").status_code == 404, path
    for path in (f"/desks/{desk.id}", f"/routing/{rule.id}"):
        assert admin.get(f"/settings{path}").status_code == 404
    done = ("/desks/{}", "/desks/{}/absences", "/desks/{}/absences/delete")
    for path in (*(part.format(desk.id) for part in done), f"/closures/{closure.id}/delete"):
        assert admin.post(f"/settings{path}", name="x").status_code == 404, path
    for part in ("", "/up", "/down", "/delete"):
        wanted = {"desk": str(small_world.desk_id), "seen": "0"}
        assert admin.post(f"/settings/routing/{rule.id}{part}", **wanted).status_code == 404, part
    for part in ("secrets", "switch"):
        assert admin.post(f"/settings/channels/{account.id}/{part}", secret="s" * 40, token="t").status_code == 404
    assert _everything(small_world) == before


def _everything(world: World) -> list[object]:
    tables = ("desk", "desk_closure", "routing_rule", "municipality", "account", "absence", "journal_entry")
    with world.database.reader.connect() as connection:
        return [connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all() for table in tables]
