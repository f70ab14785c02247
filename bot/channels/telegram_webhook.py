"""What Telegram tells us: checked by its secret, and understood update by update."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any, Final

from bot.channels.base import Act, Arrival, Heard
from bot.channels.reading import degrees, fingerprint, moment, number, packed, parse, table, words

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")
_KINDS: Final = {
    "photo": "image", "sticker": "sticker", "dice": "sticker", "animation": "sticker", "voice": "voice",
    "audio": "voice", "video_note": "voice", "video": "file", "document": "file", "contact": "file", "poll": "file",
    "story": "file", "game": "file", "paid_media": "file",
}  # fmt: skip
# An animation is a document, too.
_FETCHED: Final = ("voice", "audio", "video_note", "video", "document")
_LONGEST_ID: Final = 300
_GONE: Final = frozenset({"kicked", "left", "banned"})


def genuine(secret: bytes, given: bytes) -> bool:
    """Whether the caller knows the secret of this bot; a bot without secret believes nobody."""
    return bool(secret) and hmac.compare_digest(secret, given)


def arrivals(body: bytes, *, now: datetime) -> list[Arrival]:
    """Return the update of a webhook call; what cannot be read is set aside, for a refusal would block the chat."""
    try:
        update = parse(body)
    except ValueError:
        kept = packed({"raw": body.decode("utf-8", "replace")})
        return [Arrival(fingerprint(body), "", now, kept, "odd")]
    return [arrival(update, now=now)]


def arrival(update: Any, *, now: datetime) -> Arrival:
    """Return one update ready to be stored."""
    payload = packed(update)
    told = number(update, "update_id")
    key = str(told) if told is not None else fingerprint(payload)
    if not isinstance(update, dict):
        return Arrival(key, "", now, payload, "odd")
    part = _part(update)
    # Telegram brings one chat's updates one after another and dates them by whole seconds, presses not at all:
    # the order in which they arrive is the order in which they were said.
    return Arrival(key, _sender(part), now, payload)


def understand(payload: str, *, received_at: datetime) -> Heard:
    """Return one stored update in our own words; what nobody knows yet becomes Act.NOTHING."""
    update = parse(payload.encode())
    part = _part(update)
    chat, sender = table(part, "chat"), table(part, "from")
    common: dict[str, Any] = {"address": _sender(part), "happened_at": _second(part, received_at)}
    if sender.get("is_bot") is True:
        return Heard(Act.NOTHING, **common)
    if "callback_query" in update:
        return _pressed(part, common)
    if chat.get("type") not in (None, "private"):
        return _in_group(update, part, common)
    if "my_chat_member" in update:
        gone = words(table(part, "new_chat_member"), "status") in _GONE
        return Heard(Act.UNFOLLOW if gone else Act.FOLLOW, kind="system", **common)
    if "message" in update:
        return _message(part, common)
    if "edited_message" in update:
        said = words(part, "text") or words(part, "caption")
        act = Act.EDIT if said else Act.NOTHING  # a live location moves on without being said again
        return Heard(act, words=said, platform_id=_message_id(part), **common)
    return Heard(Act.NOTHING, **common)


def _message(message: dict[str, Any], common: dict[str, Any]) -> Heard:
    common["platform_id"] = _message_id(message)
    said = words(message, "text")
    command, _, payload = said.partition(" ")
    if command == "/start" or command.startswith("/start@"):
        return Heard(Act.FOLLOW, words=said, payload=payload.strip()[:64], first=True, **common)
    if said:
        return Heard(Act.SPEAK, words=said, **common)
    place = table(message, "location") or table(table(message, "venue"), "location")
    latitude, longitude = degrees(place, "latitude", 90), degrees(place, "longitude", 180)
    if latitude is not None and longitude is not None:
        venue = table(message, "venue")
        named = " ".join(filter(None, (words(venue, "title"), words(venue, "address"))))
        return Heard(Act.SPEAK, kind="location", words=named, latitude=latitude, longitude=longitude, **common)
    kind = next((ours for theirs, ours in _KINDS.items() if theirs in message), None)
    if kind is None:
        return Heard(Act.NOTHING, **common)  # a service note: pinned, photo changed, migrated
    person = table(message, "contact")
    shared = " ".join(filter(None, (words(person, part) for part in ("first_name", "last_name", "phone_number"))))
    content_id, name = _content(message)
    return Heard(
        Act.SPEAK, kind=kind, words=words(message, "caption") or shared, content_id=content_id, file_name=name, **common
    )


def _content(message: dict[str, Any]) -> tuple[str, str]:
    """Return by what a file is fetched, and its name; of a photo the largest size."""
    sizes = message.get("photo")
    if isinstance(sizes, list):
        known = [size for size in sizes if words(size, "file_id")]
        largest = max(known, key=lambda size: number(size, "width") or 0, default=None)
        return words(largest, "file_id")[:_LONGEST_ID], ""
    part = next((table(message, kind) for kind in _FETCHED if table(message, kind)), {})
    return words(part, "file_id")[:_LONGEST_ID], words(part, "file_name")


def _pressed(query: dict[str, Any], common: dict[str, Any]) -> Heard:
    message = table(query, "message")
    if table(message, "chat").get("type") not in (None, "private"):
        return Heard(Act.NOTHING, callback_id=words(query, "id"), **common)
    data = words(query, "data")
    rows = table(message, "reply_markup").get("inline_keyboard")
    buttons = [button for row in rows if isinstance(row, list) for button in row] if isinstance(rows, list) else []
    label = next((words(button, "text") for button in buttons if words(button, "callback_data") == data), "")
    return Heard(Act.SPEAK, kind="choice", data=data, words=label, callback_id=words(query, "id")[:120], **common)


def _in_group(update: dict[str, Any], part: dict[str, Any], common: dict[str, Any]) -> Heard:
    chat = table(part, "chat")
    group = str(number(chat, "id") or "")
    if chat.get("type") not in ("group", "supergroup") or "sender_chat" in part or not group:
        return Heard(Act.NOTHING, **common)
    common["address"] = group
    if "my_chat_member" in update:
        gone = words(table(part, "new_chat_member"), "status") in _GONE
        return Heard(Act.UNFOLLOW if gone else Act.GROUP, group=group, first=True, **common)
    spoken = "message" in update and "migrate_to_chat_id" not in part and "left_chat_member" not in part
    return Heard(Act.GROUP if spoken else Act.NOTHING, group=group, **common)


def _part(update: dict[str, Any]) -> dict[str, Any]:
    return next((table(update, name) for name in ALLOWED_UPDATES if isinstance(update.get(name), dict)), {})


def _sender(part: dict[str, Any]) -> str:
    chat = table(part, "chat")
    private = not chat or chat.get("type") == "private"
    found = number(chat if chat and not private else (table(part, "from") or chat), "id")
    return "" if found is None else str(found)


def _message_id(message: dict[str, Any]) -> str:
    found = number(message, "message_id")
    return "" if found is None else str(found)


def _second(part: dict[str, Any], received_at: datetime) -> datetime:
    # Whole seconds for all, or a press would seem to come after the message that followed it.
    return moment(part.get("date"), now=received_at).replace(microsecond=0)
