"""Our own doors, the page /chat and the terminal: what was typed there, and words that arrive by being written down."""

from __future__ import annotations

from datetime import datetime

from bot.channels.base import Act, Arrival, Delivered, Fetch, Heard, Outcome, Parcel, Quota, Unfetchable
from bot.channels.limits import storable
from bot.channels.reading import degrees, packed, parse, words


def arrival(
    visitor: str,
    *,
    key: str,
    now: datetime,
    text: str = "",
    data: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    opened: bool = False,
) -> Arrival:
    """Return what a visitor did as an event to be stored; `key` names it once, `opened` means they just came."""
    said = {"visitor": visitor, "text": storable(text), "data": data, "opened": opened}
    place = {"latitude": latitude, "longitude": longitude}
    return Arrival(key, visitor, now, packed({**said, **place}))


def understand(payload: str, *, received_at: datetime) -> Heard:
    """Return what a visitor did in our own words; when it happened is what the stored event says."""
    event = parse(payload.encode())
    visitor, said, data = words(event, "visitor"), words(event, "text"), words(event, "data")
    latitude, longitude = degrees(event, "latitude", 90), degrees(event, "longitude", 180)
    if event.get("opened") is True:
        return Heard(Act.FOLLOW, address=visitor, kind="system", first=True)
    located = latitude is not None and longitude is not None
    return Heard(
        Act.SPEAK if said or data or located else Act.NOTHING,
        address=visitor,
        kind="choice" if data else "location" if located else "text",
        words=said,
        data=data,
        latitude=latitude,
        longitude=longitude,
    )


class OwnDoor:
    """A door of our own: what is stored is there for the page to show, so it has arrived."""

    def pause(self, address: str) -> float:
        """Nobody limits us here."""
        return 0.0

    async def send(self, parcel: Parcel) -> Outcome:
        """Nothing to carry anywhere."""
        return Delivered()

    async def answer_press(self, callback_id: str) -> Outcome:
        """Nothing to tell anybody."""
        return Delivered()

    async def fetch(self, content_id: str, *, most: int) -> Fetch:
        """Nothing is sent here but words."""
        return Unfetchable("gone")

    async def leave(self, group: str) -> None:
        """There are no groups here."""

    async def quota(self) -> Quota | None:
        """Nobody counts here."""
        return None

    async def close(self) -> None:
        """Nothing to give back."""
