"""The page on which a town says where consultations are held, which number to call, and who stands in for it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from handoff import settings, town_settings
from handoff.web.settings import attempt, said, shown, town_of
from resources.places import Relay
from resources.web.console import View, Visit

PATH = "/settings/town"
_SAID = {"changed": "町の設定を変えました。"}


def settings_town(visit: Visit) -> Response:
    """Show what the town has decided."""
    return _page(visit, "", {})


def change(visit: Visit) -> Response | View:
    """Decide."""
    town, form = town_of(visit), visit.form

    def act() -> None:
        town_settings.change(
            visit.session, town, relay=form.get("relay", ""), phone=form.get("phone", ""), served_by=form.get("served_by", ""),
            seen=form.get("seen", "?"), actor=visit.actor, now=visit.now,
        )  # fmt: skip

    return attempt(visit, act, then=f"{PATH}?town={town.code}&said=changed", again=_page)


def _page(visit: Visit, trouble: str, kept: Mapping[str, str]) -> Response:
    town = town_of(visit)
    decided = {"relay": town.relay or "", "phone": town.phone, "served_by": town.served_by_code or ""}
    return shown(
        visit, "settings_town.html", town, status=409 if trouble else 200, trouble=trouble, kept=kept or decided,
        said=said(visit, _SAID), seen=settings.mark_of(town), relays=Relay, serving=town_settings.serving(visit.session, town),
        decided=decided, changed=trouble == settings.ChangedMeanwhile.__doc__,
    )  # fmt: skip
