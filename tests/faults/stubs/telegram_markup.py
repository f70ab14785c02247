"""Telegram's rules for buttons and keyboards."""

from typing import Any
from urllib.parse import urlsplit

from tests.faults.stubs.counting import unsendable, utf16_length
from tests.faults.stubs.telegram_methods import BadRequest

CALLBACK_BYTES = 64
_BUTTON_ACTIONS = {
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
}  # fmt: skip
_LOOKS = {"text", "style", "icon_custom_emoji_id"}
_REQUESTS = {
    "request_users", "request_chat", "request_managed_bot", "request_contact", "request_location", "request_poll",
    "web_app",
}  # fmt: skip
_KEYBOARD = {
    "keyboard",
    "is_persistent",
    "resize_keyboard",
    "one_time_keyboard",
    "input_field_placeholder",
    "selective",
}


def check_markup(markup: Any, *, private: bool) -> None:
    """Any reply_markup; raises BadRequest."""
    if not isinstance(markup, dict):
        raise BadRequest("object expected as reply markup", "invalid_markup")
    keys = set(markup)
    if "inline_keyboard" in keys:
        _no_more(keys, {"inline_keyboard"})
        check_inline(markup)
    elif "keyboard" in keys:
        _no_more(keys, _KEYBOARD)
        placeholder = markup.get("input_field_placeholder")
        if placeholder is not None and not 1 <= utf16_length(str(placeholder)) <= 64:
            raise BadRequest("wrong input field placeholder", "placeholder_length")
        for button in _buttons(markup["keyboard"]):
            _reply_button({"text": button} if isinstance(button, str) else button, private)
    elif "remove_keyboard" in keys or "force_reply" in keys:
        _no_more(keys, {"remove_keyboard", "force_reply", "input_field_placeholder", "selective"})
        if markup.get("remove_keyboard", markup.get("force_reply")) is not True:
            raise BadRequest("object expected as reply markup", "invalid_markup")
    else:
        raise BadRequest("object expected as reply markup", "invalid_markup")


def check_inline(markup: Any) -> None:
    """An inline keyboard: each button does exactly one thing; raises BadRequest."""
    if not isinstance(markup, dict) or set(markup) != {"inline_keyboard"}:
        raise BadRequest("inline keyboard expected", "invalid_markup")
    for button in _buttons(markup["inline_keyboard"]):
        if not isinstance(button, dict):
            raise BadRequest("InlineKeyboardButton must be an Object", "invalid_markup")
        _label(button)
        _no_more(set(button), _LOOKS | _BUTTON_ACTIONS)
        if len(set(button) & _BUTTON_ACTIONS) != 1:
            raise BadRequest("text buttons are unallowed in the inline keyboard", "button_without_one_action")
        if "callback_data" in button:
            data = button["callback_data"]
            if not isinstance(data, str) or not 1 <= len(data.encode("utf-8", "surrogatepass")) <= CALLBACK_BYTES:
                raise BadRequest("BUTTON_DATA_INVALID", "callback_data_bytes")
        if "url" in button:
            _button_url(str(button["url"]))
        if "copy_text" in button:
            text = button["copy_text"].get("text") if isinstance(button["copy_text"], dict) else None
            if not isinstance(text, str) or not 1 <= utf16_length(text) <= 256:
                raise BadRequest("BUTTON_COPY_TEXT_INVALID", "copy_text_length")


def _button_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme.lower() not in ("http", "https", "tg") or not parts.netloc or any(c.isspace() for c in url):
        raise BadRequest(f"inline keyboard button URL '{parts.scheme}:' is invalid: Wrong HTTP URL", "button_url")


def _reply_button(button: Any, private: bool) -> None:
    if not isinstance(button, dict):
        raise BadRequest("KeyboardButton must be a String or an Object", "invalid_markup")
    _label(button)
    _no_more(set(button), _LOOKS | _REQUESTS)
    if len(set(button) & _REQUESTS) > 1:
        raise BadRequest("a keyboard button can request one thing only", "invalid_markup")
    if not private and {"request_location", "request_contact"} & set(button):
        raise BadRequest("location can be requested in private chats only", "request_outside_private_chat")


def _buttons(rows: Any) -> list[Any]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BadRequest("field keyboard must be an Array of Arrays", "invalid_markup")
    found = [button for row in rows for button in row]
    if len(found) > 100:
        raise BadRequest("reply markup is too long", "too_many_buttons")
    return found


def _label(button: dict[str, Any]) -> None:
    text = button.get("text")
    if not isinstance(text, str) or not text.strip() or unsendable(text):
        raise BadRequest("inline keyboard button text must be non-empty", "button_text")


def _no_more(keys: set[str], known: set[str]) -> None:
    if more := keys - known:
        raise BadRequest(f"unknown field {sorted(more)[0]}", "unknown_field")
