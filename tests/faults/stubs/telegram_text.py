"""How Telegram reads formatted text, and what it refuses."""

import html
import re

from tests.faults.stubs.counting import utf16_length
from tests.faults.stubs.telegram_methods import BadRequest

TEXT = 4096
RAW_BYTES = 32_768
_TAGS = {
    "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "tg-emoji", "code", "pre",
    "blockquote",
}  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:=(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)\s*>")
_RESERVED = set("_*[]()~`>#+-=|{}.!")
_MARKS = ("||", "__", "*", "_", "~")


def visible_text(text: str, parse_mode: str | None) -> str:
    """The text as the reader sees it; raises BadRequest when it cannot be parsed, is empty or too long."""
    if len(text.encode()) > RAW_BYTES:
        raise BadRequest("Text is too long", "text_too_long")
    match (parse_mode or "").lower():
        case "":
            shown = text
        case "html":
            shown = _html(text)
        case "markdownv2":
            shown = _markdown(text)
        case "markdown":
            shown = _old_markdown(text)
        case _:
            raise BadRequest("unsupported parse_mode", "unsupported_parse_mode")
    if not shown.strip():
        raise BadRequest("message text is empty", "text_empty")
    if utf16_length(shown) > TEXT:
        raise BadRequest("message is too long", "text_too_long")
    return shown


def _unparsable(why: str) -> BadRequest:
    return BadRequest(f"can't parse entities: {why}", "cannot_parse_entities")


def _html(text: str) -> str:
    shown: list[str] = []
    opened: list[str] = []
    at = 0
    while at < len(text):
        if text[at] != "<":
            stop = text.find("<", at)
            stop = len(text) if stop < 0 else stop
            shown.append(html.unescape(text[at:stop]))
            at = stop
            continue
        tag = _TAG.match(text, at)
        if tag is None:
            raise _unparsable(f"Unsupported start tag at byte offset {len(text[:at].encode())}")
        closing, name, attributes = tag.group(1), tag.group(2).lower(), tag.group(3)
        if closing:
            if not opened or opened.pop() != name:
                raise _unparsable("Unmatched end tag")
        elif name not in _TAGS or (name == "span" and "tg-spoiler" not in attributes):
            raise _unparsable(f'Unsupported start tag "{name}"')
        else:
            opened.append(name)
        at = tag.end()
    if opened:
        raise _unparsable(f"Can't find end tag corresponding to start tag {opened[-1]}")
    return "".join(shown)


def _markdown(text: str) -> str:
    shown: list[str] = []
    opened: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text) and ord(text[at + 1]) < 127:
            shown.append(text[at + 1])
            at += 2
        elif char == "`":
            fence = "```" if text.startswith("```", at) else "`"
            stop = text.find(fence, at + len(fence))
            if stop < 0:
                raise _unparsable("Can't find end of the entity")
            shown.append(text[at + len(fence) : stop])
            at = stop + len(fence)
        elif mark := next((m for m in _MARKS if text.startswith(m, at)), ""):
            if opened and opened[-1] == mark:
                opened.pop()
            elif mark in opened:
                raise _unparsable("Entities overlap")
            else:
                opened.append(mark)
            at += len(mark)
        elif char == "[" or (char == "!" and text.startswith("![", at)):
            opened.append("[")
            at += 1 if char == "[" else 2
        elif char == "]" and opened and opened[-1] == "[":
            link = re.match(r"\]\(((?:[^()\\]|\\.)*)\)", text[at:])
            if link is None:
                raise _unparsable("Can't find end of a URL")
            opened.pop()
            at += link.end()
        elif char == ">" and (at == 0 or text[at - 1] == "\n"):
            at += 1
        elif char in _RESERVED:
            raise _unparsable(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")
        else:
            shown.append(char)
            at += 1
    if opened:
        raise _unparsable("Can't find end of the entity")
    return "".join(shown)


def _old_markdown(text: str) -> str:
    bare = re.sub(r"\\([_*`\[])", "", text)
    bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", bare)
    for mark in ("```", "`", "*", "_"):
        if bare.count(mark) % 2:
            raise _unparsable("Can't find end of the entity")
        bare = bare.replace(mark, "")
    if "[" in bare:
        raise _unparsable("Can't find end of the entity")
    return bare


def check_entities(entities: object, shown: str) -> None:
    """Entities must lie inside the text, counted in UTF-16 units; raises BadRequest."""
    if not isinstance(entities, list):
        raise BadRequest("can't parse entities: must be an array", "cannot_parse_entities")
    length = utf16_length(shown)
    for entity in entities:
        good = (
            isinstance(entity, dict)
            and isinstance(entity.get("type"), str)
            and isinstance(entity.get("offset"), int)
            and isinstance(entity.get("length"), int)
            and entity["offset"] >= 0
            and entity["length"] > 0
            and entity["offset"] + entity["length"] <= length
        )
        if not good:
            raise BadRequest("can't parse entities: entity is outside of the text", "cannot_parse_entities")
