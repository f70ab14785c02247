"""What staff read when they are called in an emergency, and by which ways it reaches them."""

from __future__ import annotations

from bot.cli.saying import sentence
from bot.settings import Settings
from resources import alerts
from resources.alerts import Alerter, Alerting, Letter

# All endpoints of one alert together; the worker's other duties wait as long.
_PATIENCE = 8.0


def make(settings: Settings, alerter: Alerter | None = None) -> Alerting:
    """Return the operator's ways with our words; raises BadEndpoints when the operator's list cannot be used."""
    return Alerting(alerter or _alerter(settings), urgent, trial, settings.base_url)


def urgent(town: str, link: str) -> Letter:
    """Return an alert: which town, that it is urgent, and where to acknowledge; nothing about anybody."""
    return Letter(sentence("alert.title", town=town), sentence("alert.body", town=town, link=link))


def trial(town: str, contact: str) -> Letter:
    """Return a test alert, which nobody can take for a real one."""
    title = sentence("alert.trial_title", town=town)
    return Letter(title, sentence("alert.trial_body", town=town, contact=contact))


def _alerter(settings: Settings) -> Alerter:
    if settings.alerts_file is None:
        return alerts.Nobody()
    return alerts.Apprise(alerts.load(settings.alerts_file), timeout=_PATIENCE)
