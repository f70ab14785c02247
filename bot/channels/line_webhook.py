"""What LINE tells us: checked by its signature, split into events, and understood one by one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any, Final

from bot.channels.base import Act, Arrival, Heard
from bot.channels.reading import degrees, fingerprint, key, moment, packed, parse, table, words

# A token lives one minute from receipt, and never more than twenty from the event; some of it is spent on our way.
TOKEN_LIFE: Final = timedelta(seconds=50)
_TOKEN_END: Final = timedelta(minutes=20)
# A genuine webhook that somebody kept and sends again a day later is not answered.
_STALE: Final = timedelta(hours=24)
_UNREADABLE: Final = {"image": "image", "video": "file", "audio": "voice", "file": "file", "sticker": "sticker"}
_FETCHED: Final = frozenset({"image", "video", "audio", "file"})


def genuine(secret: bytes, body: bytes, signature: bytes) -> bool:
    """Whether LINE itself signed these bytes for this account; an account without secret believes nobody."""
    if not secret:
        return False
    # Not the one-shot digest: that one lets every other thread go first, at every message.
    expected = base64.b64encode(hmac.new(secret, body, hashlib.sha256).digest())
    return hmac.compare_digest(expected, signature)


def arrivals(body: bytes, destination: str, *, now: datetime) -> list[Arrival]:
    """Split a signed body into events; what is odd is set aside by itself and costs no sibling."""
    try:
        told = parse(body)
    except ValueError:
        return [_aside("odd", body, now)]
    events = told.get("events") if isinstance(told, dict) else None
    if not isinstance(events, list):
        return [_aside("odd", body, now)]
    if destination and told.get("destination", destination) != destination:
        # Another account's residents: that it came is noted, what they wrote is not ours to keep.
        return [Arrival(fingerprint(body), "", now, "{}", "foreign_destination")] if events else []
    return [_arrival(event, at, now=now) for at, event in enumerate(events)]


def _arrival(event: Any, at: int, *, now: datetime) -> Arrival:
    try:
        payload = packed(event)
    except ValueError:
        return Arrival(fingerprint(f"{now.timestamp()}:{at}"), "", now, "{}", "odd")
    if not isinstance(event, dict):
        return Arrival(fingerprint(payload), "", now, payload, "odd")
    happened_at = moment(_seconds(event.get("timestamp")), now=now)
    # A message of nobody cannot be answered; the desk shall see that it came.
    from_nobody = event.get("type") == "message" and not table(event, "source")
    trouble = "odd" if from_nobody or not isinstance(event.get("type"), str) else ""
    if now - happened_at > _STALE and table(event, "deliveryContext").get("isRedelivery") is not True:
        trouble = trouble or "stale"
    return Arrival(key(event.get("webhookEventId"), payload), _place(event), happened_at, payload, trouble)


def _aside(trouble: str, body: bytes, now: datetime) -> Arrival:
    kept = packed({"raw": body.decode("utf-8", "replace")})
    return Arrival(fingerprint(body), "", now, kept, trouble)


def understand(payload: str, *, received_at: datetime) -> Heard:
    """Return one stored event in our own words; what nobody knows yet becomes Act.NOTHING."""
    event = parse(payload.encode())
    happened_at = moment(_seconds(event.get("timestamp")), now=received_at)
    source = table(event, "source")
    group = words(source, "groupId") or words(source, "roomId")
    address = group or words(source, "userId")
    token = words(event, "replyToken")
    common: dict[str, Any] = {
        "address": address,
        "happened_at": happened_at,
        "may_answer": event.get("mode", "active") == "active",
        "reply_token": token,
        "reply_until": min(received_at + TOKEN_LIFE, happened_at + _TOKEN_END) if token else None,
    }
    kind = event.get("type")
    if kind == "leave":
        return Heard(Act.UNFOLLOW, **common)
    if group or source.get("type") in ("group", "room"):
        wanted = kind in ("join", "message", "postback")
        return Heard(Act.GROUP if wanted and group else Act.NOTHING, group=group, first=kind == "join", **common)
    match kind:
        case "message" | "messageEdited":
            return _message(event, Act.SPEAK if kind == "message" else Act.EDIT, common)
        case "postback":
            return Heard(Act.SPEAK, kind="choice", data=words(table(event, "postback"), "data")[:300], **common)
        case "follow":
            again = table(event, "follow").get("isUnblocked") is True
            return Heard(Act.FOLLOW, kind="system", first=not again, **common)
        case "unfollow":
            return Heard(Act.UNFOLLOW, kind="system", **common)
        case "unsend":
            return Heard(Act.UNSEND, kind="system", platform_id=words(table(event, "unsend"), "messageId"), **common)
    return Heard(Act.NOTHING, kind="system", **common)


def _message(event: dict[str, Any], act: Act, common: dict[str, Any]) -> Heard:
    message = table(event, "message")
    if not message:
        return Heard(Act.NOTHING, **common)
    platform_id = words(message, "id")
    kind = message.get("type")
    if kind == "text":
        return Heard(act, words=words(message, "text"), platform_id=platform_id, **common)
    if act is Act.EDIT:
        return Heard(Act.NOTHING, **common)
    latitude, longitude = degrees(message, "latitude", 90), degrees(message, "longitude", 180)
    if kind == "location" and latitude is not None and longitude is not None:
        named = " ".join(filter(None, (words(message, "title"), words(message, "address"))))
        return Heard(
            act, kind="location", words=named, latitude=latitude, longitude=longitude, platform_id=platform_id, **common
        )
    # A kind that LINE adds one day is something the bot cannot read, never something it passes over.
    named = words(message, "fileName") if kind == "file" else ""
    # What lies elsewhere is not LINE's to give, and an address somebody wrote into a message is never opened.
    ours = table(message, "contentProvider").get("type", "line") == "line" and kind in _FETCHED
    return Heard(
        act, kind=_UNREADABLE.get(str(kind), "file"), words=named, file_name=named, platform_id=platform_id,
        content_id=platform_id if ours else "", **common,
    )  # fmt: skip


def _place(event: dict[str, Any]) -> str:
    source = table(event, "source")
    return words(source, "groupId") or words(source, "roomId") or words(source, "userId")


def _seconds(timestamp: Any) -> Any:
    is_number = isinstance(timestamp, int | float) and not isinstance(timestamp, bool)
    try:
        return timestamp / 1000 if is_number else None
    except OverflowError:
        return None
