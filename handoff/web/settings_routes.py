"""The pages of the town's settings, and who may open them."""

from __future__ import annotations

from handoff.web import (
    settings,
    settings_channels,
    settings_closures,
    settings_desks,
    settings_routing,
    settings_town,
    settings_try,
)
from resources.access import Permission
from resources.web.console import Page

_MAY = Permission.SET_UP
_ADMINISTER = Permission.ADMINISTER
_LINE, _DESK = "/settings/routing/{rule_id}", "/settings/desks/{desk_id}"
_CHANNEL = "/settings/channels/{account_id}"


def settings_pages() -> list[Page]:
    """Return the pages of the settings; more specific paths come first."""
    start = Page("/settings", settings.settings, _MAY, entry="町の設定")
    return [start, *_desks(), *_closures(), *_routing(), *_town(), *_channels()]


def _routing() -> list[Page]:
    return [
        Page("/settings/routing", settings_routing.settings_routing, _MAY, setting="振り分け表"),
        Page("/settings/routing", settings_routing.add, _MAY, "POST"),
        Page("/settings/routing/try", settings_try.settings_try, _MAY, setting="だれに届く？（ためす）"),
        Page("/settings/routing/try", settings_try.attempt, _MAY, "POST"),
        Page(_LINE, settings_routing.settings_line, _MAY),
        Page(_LINE, settings_routing.change, _MAY, "POST"),
        Page(f"{_LINE}/up", settings_routing.up, _MAY, "POST"),
        Page(f"{_LINE}/down", settings_routing.down, _MAY, "POST"),
        Page(f"{_LINE}/delete", settings_routing.delete, _MAY, "POST"),
    ]


def _desks() -> list[Page]:
    return [
        Page("/settings/desks", settings_desks.settings_desks, _MAY, setting="窓口と開いている時間"),
        Page("/settings/desks", settings_desks.add, _MAY, "POST"),
        Page(_DESK, settings_desks.settings_desk, _MAY),
        Page(_DESK, settings_desks.change, _MAY, "POST"),
        Page(f"{_DESK}/absences", settings_desks.add_absence, _MAY, "POST"),
        Page(f"{_DESK}/absences/delete", settings_desks.delete_absence, _MAY, "POST"),
    ]


def _closures() -> list[Page]:
    return [
        Page("/settings/closures", settings_closures.settings_closures, _MAY, setting="休みの日"),
        Page("/settings/closures", settings_closures.add, _MAY, "POST"),
        Page("/settings/closures/{closure_id}/delete", settings_closures.delete, _MAY, "POST"),
    ]


def _town() -> list[Page]:
    return [
        Page("/settings/town", settings_town.settings_town, _MAY, setting="相談の受け方・代表電話"),
        Page("/settings/town", settings_town.change, _MAY, "POST"),
    ]


def _channels() -> list[Page]:
    return [
        Page("/settings/channels", settings_channels.settings_channels, _ADMINISTER, setting="LINE・Telegram"),
        Page("/settings/channels", settings_channels.add, _ADMINISTER, "POST"),
        Page(f"{_CHANNEL}/secrets", settings_channels.renew, _ADMINISTER, "POST"),
        Page(f"{_CHANNEL}/switch", settings_channels.switch, _ADMINISTER, "POST"),
    ]
