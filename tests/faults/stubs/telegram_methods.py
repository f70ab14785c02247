"""Which calls of the Bot API the stand-in knows, with the fields each may carry (Bot API 10)."""

import json
from dataclasses import dataclass
from typing import Any

from tests.faults.stubs.counting import unsendable
from tests.faults.stubs.server import parse_json

_SEND = {
    "business_connection_id": "str",
    "chat_id": "!chat",
    "message_thread_id": "int",
    "direct_messages_topic_id": "int",
    "disable_notification": "bool",
    "protect_content": "bool",
    "allow_paid_broadcast": "bool",
    "message_effect_id": "str",
    "suggested_post_parameters": "json",
    "reply_parameters": "json",
    "reply_markup": "json",
}
_TEXT = {"parse_mode": "str", "entities": "json", "link_preview_options": "json"}
_EDIT = {
    "business_connection_id": "str",
    "chat_id": "chat",
    "message_id": "int",
    "inline_message_id": "str",
    "reply_markup": "json",
}

# "!" marks what must be present.
METHODS: dict[str, dict[str, str]] = {
    "getMe": {},
    "setWebhook": {
        "url": "!str",
        "certificate": "str",
        "ip_address": "str",
        "max_connections": "int",
        "allowed_updates": "json",
        "drop_pending_updates": "bool",
        "secret_token": "str",
    },
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "getWebhookInfo": {},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "json"},
    "sendMessage": {**_SEND, **_TEXT, "text": "!str"},
    "sendLocation": {
        **_SEND,
        "latitude": "!float",
        "longitude": "!float",
        "horizontal_accuracy": "float",
        "live_period": "int",
        "heading": "int",
        "proximity_alert_radius": "int",
    },
    "sendVenue": {
        **_SEND,
        "latitude": "!float",
        "longitude": "!float",
        "title": "!str",
        "address": "!str",
        "foursquare_id": "str",
        "foursquare_type": "str",
        "google_place_id": "str",
        "google_place_type": "str",
    },
    "editMessageText": {**_EDIT, **_TEXT, "text": "str", "rich_message": "json"},
    "editMessageReplyMarkup": _EDIT,
    "deleteMessage": {"chat_id": "!chat", "message_id": "!int"},
    "answerCallbackQuery": {
        "callback_query_id": "!str",
        "text": "str",
        "show_alert": "bool",
        "url": "str",
        "cache_time": "int",
    },
    "sendChatAction": {
        "business_connection_id": "str",
        "chat_id": "!chat",
        "message_thread_id": "int",
        "action": "!str",
    },
    "leaveChat": {"chat_id": "!chat"},
    "getFile": {"file_id": "!str"},
    "setMyCommands": {"commands": "!json", "scope": "json", "language_code": "str"},
}
CARRYING = ("sendMessage", "sendLocation", "sendVenue", "editMessageText", "editMessageReplyMarkup")
ACTIONS = ("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
           "choose_sticker", "find_location", "record_video_note", "upload_video_note")  # fmt: skip


@dataclass(eq=False)
class BadRequest(Exception):
    """The call breaks a rule of the Bot API."""

    description: str
    rule: str = "invalid_request"
    code: int = 400
    parameters: dict[str, int] | None = None


def read_fields(
    method: str, content_type: str, body: bytes, query: dict[str, str], form: dict[str, str]
) -> dict[str, Any]:
    """The fields of a call with the types the method demands; raises BadRequest."""
    raw: dict[str, Any] = {**query, **form}
    if content_type == "application/json" and body:
        try:
            parsed = parse_json(body)
        except (ValueError, RecursionError):
            raise BadRequest("can't parse request body", "unreadable_body") from None
        if not isinstance(parsed, dict):
            raise BadRequest("can't parse request body", "unreadable_body")
        raw.update(parsed)
    known = METHODS[method]
    for name in raw:
        if name not in known:
            raise BadRequest(f"unknown field {name}", "unknown_field")
    for name, kind in known.items():
        if kind.startswith("!") and raw.get(name) in (None, ""):
            raise BadRequest(
                "message text is empty" if name == "text" else f"parameter {name} is required", "missing_field"
            )
    return {name: _typed(name, value, known[name].lstrip("!")) for name, value in raw.items() if value is not None}


def _typed(name: str, value: Any, kind: str) -> Any:
    wrong = BadRequest(f"field {name} must be of type {kind}", "wrong_type")
    try:
        match kind:
            case "int":
                if isinstance(value, bool) or not isinstance(value, int | str):
                    raise wrong
                return int(value)
            case "float":
                if isinstance(value, bool):
                    raise wrong
                return float(value)
            case "bool":
                if value in (True, "true", "True", "1"):
                    return True
                if value in (False, "false", "False", "0"):
                    return False
                raise wrong
            case "chat":
                return int(value) if str(value).lstrip("-").isdecimal() else str(value)
            case "json":
                return json.loads(value) if isinstance(value, str) else value
            case _:
                if not isinstance(value, str):
                    raise wrong
                if trouble := unsendable(value):
                    raise BadRequest(f"strings must be encoded in UTF-8: {trouble}", "unsendable_text")
                return value
    except (ValueError, TypeError):
        raise wrong from None
