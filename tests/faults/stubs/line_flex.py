"""LINE's rules for Flex cards: which parts exist, what they may hold, how large they may be."""

import json
import re
from typing import Any

from tests.faults.stubs.line_actions import check_action
from tests.faults.stubs.line_checks import Json, Report

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
_PLACED = ("margin", "position", "offsetTop", "offsetBottom", "offsetStart", "offsetEnd")
_SIZES = ("xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl")
_GAPS = ("none", "xs", "sm", "md", "lg", "xl", "xxl")
_PIXELS = re.compile(r"\d+(\.\d+)?px")
_LENGTH = re.compile(r"\d+(\.\d+)?(px|%)")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")

# type: (required, optional)
_PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "box": (
        ("layout", "contents"),
        (
            "flex", "spacing", *_PLACED, "backgroundColor", "borderColor", "borderWidth", "cornerRadius", "width",
            "maxWidth", "height", "maxHeight", "paddingAll", "paddingTop", "paddingBottom", "paddingStart",
            "paddingEnd", "action", "justifyContent", "alignItems", "background",
        ),
    ),
    "button": (
        ("action",),
        ("flex", "color", "style", "gravity", *_PLACED, "height", "adjustMode", "scaling"),
    ),
    "image": (
        ("url",),
        ("flex", *_PLACED, "align", "gravity", "size", "aspectRatio", "aspectMode", "backgroundColor", "action",
            "animated"),
    ),
    "video": (("url", "previewUrl", "altContent"), ("aspectRatio", "action")),
    "icon": (("url",), ("size", "aspectRatio", *_PLACED, "scaling")),
    "text": (
        (),
        (
            "flex", "text", "size", "align", "gravity", "color", "weight", "style", "decoration", "wrap", "lineSpacing",
            *_PLACED, "action", "maxLines", "contents", "adjustMode", "scaling",
        ),
    ),
    "span": ((), ("text", "size", "color", "weight", "style", "decoration")),
    "separator": ((), ("margin", "color")),
    "filler": ((), ("flex",)),
}  # fmt: skip
_INSIDE = {
    "horizontal": ("box", "button", "image", "text", "separator", "filler"),
    "vertical": ("box", "button", "image", "text", "separator", "filler"),
    "baseline": ("icon", "text", "filler"),
}
_CHOICES: dict[str, tuple[str, ...]] = {
    "align": ("start", "end", "center"),
    "gravity": ("top", "bottom", "center"),
    "weight": ("regular", "bold"),
    "decoration": ("none", "underline", "line-through"),
    "position": ("relative", "absolute"),
    "aspectMode": ("fit", "cover"),
    "adjustMode": ("shrink-to-fit",),
    "layout": ("horizontal", "vertical", "baseline"),
    "justifyContent": ("center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"),
    "alignItems": ("center", "flex-start", "flex-end"),
}


def check_container(report: Report, container: Any, where: str) -> None:
    """A bubble of at most 30 KB, or a carousel of at most 12 bubbles and 50 KB."""
    kind = container.get("type") if isinstance(container, dict) else None
    if kind == "bubble":
        _bubble(report, container, where)
    elif kind == "carousel":
        report.keys(container, where, ("type", "contents"))
        for at, bubble in enumerate(report.items(container.get("contents"), f"{where}.contents", 1, 12)):
            _bubble(report, bubble, f"{where}.contents[{at}]")
        _weigh(report, container, where, CAROUSEL_BYTES)
    else:
        report.add("must be bubble or carousel", f"{where}.type")


def json_bytes(value: Any) -> int:
    """The size of a card as compact JSON in UTF-8."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def _weigh(report: Report, value: Any, where: str, most: int) -> None:
    if json_bytes(value) > most:
        report.add(f"larger than {most // 1024} KB", where)


def _bubble(report: Report, bubble: Any, where: str) -> None:
    if not report.keys(
        bubble, where, ("type",), ("size", "direction", "header", "hero", "body", "footer", "styles", "action")
    ):
        return
    report.one_of(bubble.get("type"), f"{where}.type", ("bubble",))
    report.one_of(bubble.get("size"), f"{where}.size", ("nano", "micro", "deca", "hecto", "kilo", "mega", "giga"))
    report.one_of(bubble.get("direction"), f"{where}.direction", ("ltr", "rtl"))
    for block in ("header", "body", "footer"):
        if block in bubble:
            _part(report, bubble[block], f"{where}.{block}", ("box",))
    if "hero" in bubble:
        _part(report, bubble["hero"], f"{where}.hero", ("box", "image", "video"))
    if not any(bubble.get(block) for block in ("header", "hero", "body", "footer")):
        report.add("at least one block must be specified", where)
    if bubble.get("action") is not None:
        check_action(report, bubble["action"], f"{where}.action", label=40, needs_label=False)
    if "styles" in bubble and report.keys(
        bubble["styles"], f"{where}.styles", (), ("header", "hero", "body", "footer")
    ):
        for block, style in bubble["styles"].items():
            report.keys(style, f"{where}.styles.{block}", (), ("backgroundColor", "separator", "separatorColor"))
    _weigh(report, bubble, where, BUBBLE_BYTES)


def _part(report: Report, part: Any, where: str, allowed: tuple[str, ...]) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(kind, str) or kind not in _PARTS:
        report.add("unknown component", f"{where}.type")
        return
    if kind not in allowed:
        report.add(f"{kind} is not allowed here", f"{where}.type")
    required, optional = _PARTS[kind]
    report.keys(part, where, ("type", *required), optional)
    _looks(report, part, where, kind)
    if part.get("action") is not None:
        check_action(report, part["action"], f"{where}.action", label=40, needs_label=kind == "button")
    if kind == "box":
        inside = _INSIDE.get(str(part.get("layout")), ())
        for at, inner in enumerate(report.items(part.get("contents"), f"{where}.contents", 0, 10_000)):
            _part(report, inner, f"{where}.contents[{at}]", inside)
    if kind == "text":
        _text(report, part, where)
    if kind == "span":
        report.text(part.get("text"), f"{where}.text", 5000)
    if kind == "video":
        _part(report, part.get("altContent"), f"{where}.altContent", ("box", "image"))


def _text(report: Report, part: Json, where: str) -> None:
    if part.get("text") is None and not part.get("contents"):
        report.add("text or contents must be specified", where)
    report.text(part.get("text"), f"{where}.text", BUBBLE_BYTES)
    if part.get("contents") is not None:
        for at, inner in enumerate(report.items(part["contents"], f"{where}.contents", 1, 10_000)):
            _part(report, inner, f"{where}.contents[{at}]", ("span",))
    lines = part.get("maxLines")
    if lines is not None and (not isinstance(lines, int) or lines < 0):
        report.add("must be 0 or more", f"{where}.maxLines")


def _looks(report: Report, part: Json, where: str, kind: str) -> None:
    for name, choices in _CHOICES.items():
        report.one_of(part.get(name), f"{where}.{name}", choices)
    styles = ("primary", "secondary", "link") if kind == "button" else ("normal", "italic")
    report.one_of(part.get("style"), f"{where}.style", styles)
    if kind == "button":
        report.one_of(part.get("height"), f"{where}.height", ("sm", "md"))
    for name in ("color", "backgroundColor", "borderColor"):
        value = part.get(name)
        if value is not None and not (isinstance(value, str) and _COLOUR.fullmatch(value)):
            report.add("invalid color", f"{where}.{name}")
    for name in ("margin", "spacing"):
        value = part.get(name)
        if value is not None and value not in _GAPS and not _PIXELS.fullmatch(str(value)):
            report.add("invalid property", f"{where}.{name}")
    size = part.get("size")
    if (
        kind in ("text", "span", "icon")
        and size is not None
        and size not in _SIZES
        and not _PIXELS.fullmatch(str(size))
    ):
        report.add("invalid property", f"{where}.size")
    if kind == "image" and size is not None and size not in (*_SIZES, "full") and not _LENGTH.fullmatch(str(size)):
        report.add("invalid property", f"{where}.size")
    for name in ("url", "previewUrl"):
        report.url(part.get(name), f"{where}.{name}")
    flex = part.get("flex")
    if flex is not None and (isinstance(flex, bool) or not isinstance(flex, int) or flex < 0):
        report.add("must be 0 or more", f"{where}.flex")
