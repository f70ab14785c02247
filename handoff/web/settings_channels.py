"""The page of the LINE and Telegram accounts: their state, and fields for secrets that are only written."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from handoff import channel_settings, settings, troubles
from handoff.accounts import Account
from handoff.channel_settings import PLATFORMS, Secrets
from handoff.web.settings import attempt, said, shown, town_of
from resources.access import Permission
from resources.places import Municipality
from resources.web.console import NoSuchPage, View, Visit

PATH = "/settings/channels"
_MAY = Permission.ADMINISTER
_SAID = {
    "added": "アカウントを登録しました。下のWebhookのアドレスを、LINEまたはTelegramに登録してください。",
    "renewed": "秘密の値を入れ替えました。", "on": "使いはじめました。",
    "off": "止めました。このアカウントでは、受けも送りもしません。",
}  # fmt: skip


def settings_channels(visit: Visit) -> Response:
    """Show the accounts of a town."""
    return _page(visit, "", {})


def add(visit: Visit) -> Response | View:
    """Put an account in."""
    town, form = town_of(visit, _MAY), visit.form

    def act() -> None:
        channel_settings.add(
            visit.session, town.code, form.get("platform", ""), form.get("name", "").strip(), _secrets(visit),
            destination=form.get("destination", "").strip(), actor=visit.actor, now=visit.now,
        )  # fmt: skip

    return attempt(visit, act, then=_back(town, "added"), again=_page)


def renew(visit: Visit) -> Response | View:
    """Replace the secrets of an account."""
    town, account = _of(visit)

    def act() -> None:
        channel_settings.renew(
            visit.session, town.code, account, _secrets(visit), destination=visit.form.get("destination", "").strip(),
            actor=visit.actor, now=visit.now,
        )  # fmt: skip

    return attempt(visit, act, then=_back(town, "renewed"), again=_page)


def switch(visit: Visit) -> Response | View:
    """Close the door of an account, or open it again."""
    town, account = _of(visit)
    on = visit.form.get("on") == "yes"

    def act() -> None:
        channel_settings.switch(visit.session, town.code, account, on=on, actor=visit.actor, now=visit.now)

    return attempt(visit, act, then=_back(town, "on" if on else "off"), again=_page)


def _page(visit: Visit, trouble: str, kept: Mapping[str, str]) -> Response:
    town = town_of(visit, _MAY)
    found = [(one, troubles.account(one.trouble)) for one in channel_settings.of_town(visit.session, town.code)]
    return shown(
        visit, "settings_channels.html", town, status=409 if trouble else 200, trouble=trouble, kept=kept, accounts=found,
        platforms=PLATFORMS, said=said(visit, _SAID), base_url=visit.console.base_url.rstrip("/"),
        renewing=visit.request.path_params.get("account_id", "") if trouble else "",
    )  # fmt: skip


def _of(visit: Visit) -> tuple[Municipality, Account]:
    town = town_of(visit, _MAY)
    try:
        return town, channel_settings.find(visit.session, town.code, visit.id("account_id"))
    except settings.NoSuchRow:
        raise NoSuchPage(NoSuchPage.__doc__) from None


def _secrets(visit: Visit) -> Secrets:
    return Secrets(visit.form.get("secret", "").strip(), visit.form.get("token", "").strip())


def _back(town: Municipality, done: str) -> str:
    return f"{PATH}?town={town.code}&said={done}"
