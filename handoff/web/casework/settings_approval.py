"""The page on which a town says who stamps a record that goes round."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from handoff.casework import approval
from handoff.web.settings import attempt, said, shown, town_of
from resources.web.console import View, Visit

PATH = "/settings/approval"
_SAID = {"changed": "供覧・決裁の欄を変えました。次に印刷する用紙から変わります。"}


def settings_approval(visit: Visit) -> Response:
    """Show the boxes of the approval sheet."""
    return _page(visit, "", {})


def change(visit: Visit) -> Response | View:
    """Decide which boxes there are."""
    town = town_of(visit)

    def act() -> None:
        approval.change(
            visit.session, town.code, visit.form.get("labels", ""), seen=visit.form.get("seen", ""), actor=visit.actor,
            now=visit.now,
        )  # fmt: skip

    return attempt(visit, act, then=f"{PATH}?town={town.code}&said=changed", again=_page)


def _page(visit: Visit, trouble: str, kept: Mapping[str, str]) -> Response:
    town = town_of(visit)
    boxes = "\n".join(approval.of_town(visit.session, town.code))
    return shown(
        visit, "settings_approval.html", town, status=409 if trouble else 200, trouble=trouble, boxes=boxes,
        typed=kept.get("labels", boxes), said=said(visit, _SAID), longest=approval.LONGEST,
    )  # fmt: skip
