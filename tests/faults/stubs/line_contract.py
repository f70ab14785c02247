"""LINE's rules for the messages a bot may send."""

import re
from collections.abc import Callable
from typing import Any

from tests.faults.stubs.line_actions import check_quick_reply
from tests.faults.stubs.line_checks import Json, Problem, Report
from tests.faults.stubs.line_flex import check_container
from tests.faults.stubs.line_templates import check_template

RECIPIENT = re.compile(r"[UCR][0-9a-f]{32}")
USER = re.compile(r"U[0-9a-f]{32}")
UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
ALT_TEXT = 1500
_COMMON = ("quickReply", "sender")
_FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "text": (("text",), ("emojis", "quoteToken")),
    "textV2": (("text",), ("substitution", "quoteToken")),
    "sticker": (("packageId", "stickerId"), ("quoteToken",)),
    "image": (("originalContentUrl", "previewImageUrl"), ()),
    "video": (("originalContentUrl", "previewImageUrl"), ("trackingId",)),
    "audio": (("originalContentUrl", "duration"), ()),
    "location": (("title", "address", "latitude", "longitude"), ()),
    "template": (("altText", "template"), ()),
    "flex": (("altText", "contents"), ()),
}


def check_reply_body(body: Any) -> list[Problem]:
    """Everything wrong with the body of a reply."""
    return _check_envelope(body, "replyToken", ("notificationDisabled",))


def check_push_body(body: Any) -> list[Problem]:
    """Everything wrong with the body of a push."""
    return _check_envelope(body, "to", ("notificationDisabled", "customAggregationUnits"))


def check_messages_body(body: Any) -> list[Problem]:
    """Everything wrong with the body of a validation request."""
    report = Report()
    if report.keys(body, "body", ("messages",)):
        _messages(report, body.get("messages"))
    return report.problems


def _check_envelope(body: Any, address: str, optional: tuple[str, ...]) -> list[Problem]:
    report = Report()
    if report.keys(body, "body", (address, "messages"), optional):
        report.text(body.get(address), address, 1000)
        disabled = body.get("notificationDisabled")
        if disabled is not None and not isinstance(disabled, bool):
            report.add("must be a boolean", "notificationDisabled")
        _messages(report, body.get("messages"))
    return report.problems


def _messages(report: Report, messages: Any) -> None:
    for at, message in enumerate(report.items(messages, "messages", 1, 5)):
        _message(report, message, f"messages[{at}]")


def _message(report: Report, message: Any, where: str) -> None:
    kind = message.get("type") if isinstance(message, dict) else None
    if not isinstance(kind, str) or kind not in _FIELDS:
        report.add("must be specified" if kind is None else "unknown message type", f"{where}.type")
        return
    required, optional = _FIELDS[kind]
    report.keys(message, where, ("type", *required), (*optional, *_COMMON))
    if message.get("quickReply") is not None:
        check_quick_reply(report, message["quickReply"], f"{where}.quickReply")
    if message.get("sender") is not None and report.keys(message["sender"], f"{where}.sender", (), ("name", "iconUrl")):
        report.graphemes(message["sender"].get("name"), f"{where}.sender.name", 20)
        report.url(message["sender"].get("iconUrl"), f"{where}.sender.iconUrl")
    _BY_KIND[kind](report, message, where)


def _text(report: Report, message: Json, where: str) -> None:
    report.text(message.get("text"), f"{where}.text", 5000)
    if isinstance(message.get("text"), str) and message["text"] and not message["text"].strip():
        report.add("May not be empty", f"{where}.text")
    if message.get("emojis") is not None:
        for at, emoji in enumerate(report.items(message["emojis"], f"{where}.emojis", 1, 20)):
            report.keys(emoji, f"{where}.emojis[{at}]", ("index", "productId", "emojiId"))


def _sticker(report: Report, message: Json, where: str) -> None:
    for name in ("packageId", "stickerId"):
        if not str(message.get(name, "")).isdecimal():
            report.add("must be digits", f"{where}.{name}")


def _media(report: Report, message: Json, where: str) -> None:
    report.url(message.get("originalContentUrl"), f"{where}.originalContentUrl")
    report.url(message.get("previewImageUrl"), f"{where}.previewImageUrl")
    if "duration" in message:
        report.number(message["duration"], f"{where}.duration", 1, 10_000_000)


def _location(report: Report, message: Json, where: str) -> None:
    report.text(message.get("title"), f"{where}.title", 100)
    report.text(message.get("address"), f"{where}.address", 100)
    report.number(message.get("latitude"), f"{where}.latitude", -90, 90)
    report.number(message.get("longitude"), f"{where}.longitude", -180, 180)


def _template(report: Report, message: Json, where: str) -> None:
    report.text(message.get("altText"), f"{where}.altText", ALT_TEXT)
    check_template(report, message.get("template"), f"{where}.template")


def _flex(report: Report, message: Json, where: str) -> None:
    report.text(message.get("altText"), f"{where}.altText", ALT_TEXT)
    check_container(report, message.get("contents"), f"{where}.contents")


_BY_KIND: dict[str, Callable[[Report, Json, str], None]] = {
    "text": _text,
    "textV2": _text,
    "sticker": _sticker,
    "image": _media,
    "video": _media,
    "audio": _media,
    "location": _location,
    "template": _template,
    "flex": _flex,
}
