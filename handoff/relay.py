"""Where something may be said: asked every time, before anything leaves."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy.orm import Session

from handoff.accounts import Account, Platform
from handoff.outbox import Outgoing
from resources.places import Municipality, Relay


class Surface(StrEnum):
    """A place where words may appear."""

    CHANNEL = "channel"
    NOWHERE_YET = "nowhere_yet"  # kept, and shown at the desk as held


def surface_for(session: Session, account: Account, outgoing: Outgoing) -> Surface:
    """Return where a delivery may be said.

    Nothing leaves before the town has chosen. A town that keeps consultations off other companies' channels says only
    fixed sentences and directory entries there; help in danger to life is always said at once. Our own browser page and
    the terminal are not other companies' channels.
    """
    town = session.get(Municipality, account.custodian)
    if town is None or town.relay is None:
        return Surface.NOWHERE_YET
    if outgoing.crisis or town.relay == Relay.IN_CHANNEL:
        return Surface.CHANNEL
    ours = account.platform in (Platform.BROWSER, Platform.TERMINAL)
    return Surface.CHANNEL if ours or not outgoing.confidential else Surface.NOWHERE_YET
