"""What the bot says as LINE shows it: bubbles, cards large enough to read, quick replies; nothing is cut silently."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.channels.limits import (
    LINE_ALT,
    LINE_BUBBLE_BYTES,
    LINE_BUBBLES,
    LINE_CAROUSEL_BYTES,
    LINE_DISPLAY,
    LINE_LABEL,
    LINE_POSTBACK,
    LINE_QUICK_REPLIES,
    LINE_SENDER,
    LINE_TEXT,
    clip,
    divide,
    sendable,
    utf16,
    web_uri,
)
from bot.reply import Card, Choice, Press, Reply
from resources.phones import phone_uri

Message = dict[str, Any]

AGAIN: Final = "（再送）"
# The mark of a repeat and a line break must still fit in front.
_ROOM: Final = LINE_TEXT - 8
_TEXT, _QUIET, _LINE, _BLUE, _BAND = "#1a1a1a", "#4d4d4d", "#cccccc", "#0017c1", "#e8f1fe"


def render(reply: Reply) -> list[Message]:
    """Return LINE's messages for a reply; more than five are sent in several steps."""
    messages: list[Message] = []
    for bubble in reply.bubbles:
        if bubble.cards:
            messages += _cards(sendable(bubble.words), bubble.cards)
        else:
            messages += [_text(piece) for piece in divide(sendable(bubble.words), _ROOM)]
    quick = [(choice, item) for choice in reply.choices if (item := _quick(choice))]
    if len(quick) > LINE_QUICK_REPLIES:
        # What does not fit as a button can still be written by hand, so it is at least named.
        rest = [sendable(choice.label) for choice, _ in quick[LINE_QUICK_REPLIES:]]
        messages += [_text(piece) for piece in divide("\n".join(f"・{label}" for label in rest), _ROOM)]
    if messages and quick:
        messages[-1]["quickReply"] = {"items": [item for _, item in quick[:LINE_QUICK_REPLIES]]}
    name = clip(sendable(reply.sender).strip(), LINE_SENDER)
    if name:
        for message in messages:
            message["sender"] = {"name": name}
    return messages


def marked(messages: Sequence[Message]) -> list[Message]:
    """Return the same messages with a word that the reader may have seen them before."""
    said_again: list[Message] = []
    done = False
    for message in messages:
        again = dict(message)
        if message["type"] == "text" and not done:
            again["text"], done = f"{AGAIN}\n{message['text']}", True
        elif message["type"] == "flex":
            again["altText"] = clip(f"{AGAIN} {message['altText']}", LINE_ALT)
            if not done:
                again["contents"], done = _marked_cards(message["contents"]), True
        said_again.append(again)
    return said_again


def _text(words: str) -> Message:
    return {"type": "text", "text": words}


def _cards(alt: str, cards: Sequence[Card]) -> Iterator[Message]:
    """Return carousels for as many cards as fit into one; a card too large for LINE becomes words."""
    group: list[Message] = []
    rest: list[Card] = []
    for card in cards:
        bubble = _bubble(card)
        if _bytes(bubble) > LINE_BUBBLE_BYTES:
            rest.append(card)
            continue
        full = len(group) == LINE_BUBBLES or _bytes([*group, bubble]) > LINE_CAROUSEL_BYTES - 200
        if full:
            yield _flex(alt, group)
            group = []
        group.append(bubble)
    if group:
        yield _flex(alt, group)
    elif not rest and alt.strip():
        yield from map(_text, divide(alt, _ROOM))
    for card in rest:
        yield from map(_text, divide(sendable(card_words(card)), _ROOM))


def _flex(alt: str, bubbles: list[Message]) -> Message:
    contents = bubbles[0] if len(bubbles) == 1 else {"type": "carousel", "contents": bubbles}
    named = alt.strip() or " / ".join(bubble["body"]["contents"][0]["text"] for bubble in bubbles)
    return {"type": "flex", "altText": clip(named, LINE_ALT), "contents": contents}


def card_words(card: Card) -> str:
    """Return a card as plain words, its numbers and addresses included."""
    ways = [button.data for button in card.buttons if button.press in (Press.CALL, Press.OPEN)]
    return "\n".join(line for line in (card.title, card.now, card.whom, card.where, *card.lines, *ways) if line.strip())


def _bubble(card: Card) -> Message:
    """Return one card: the name large, is it open, for whom; then where and the rest, smaller but never faint."""
    actions = [(button, _action(button)) for button in card.buttons]
    # A number or address that cannot be a button is still read out as a line.
    spelled = [
        f"{button.label} {button.data}"
        for button, action in actions
        if action is None and button.press in (Press.CALL, Press.OPEN) and button.data.strip()
    ]
    parts = [_line(card.title, size="xl", weight="bold", color=_TEXT)]
    if card.now.strip():
        parts.append(_line(card.now, size="lg", weight="bold", color=_TEXT, margin="md"))
    if card.whom.strip():
        parts.append(_line(card.whom, size="lg", color=_TEXT, margin="sm"))
    more = [words for words in (card.where, *card.lines, *spelled) if words.strip()]
    if more:
        parts.append({"type": "separator", "margin": "lg", "color": _LINE})
        parts += [_line(words, size="md", color=_QUIET, margin="md") for words in more]
    bubble: Message = {
        "type": "bubble",
        "size": "mega",
        "body": {"type": "box", "layout": "vertical", "paddingAll": "16px", "contents": parts},
    }
    buttons = [action for _, action in actions if action]
    if buttons:
        shown = [_button(action, first=at == 0) for at, action in enumerate(buttons)]
        bubble["footer"] = {"type": "box", "layout": "vertical", "spacing": "sm", "contents": shown}
    return bubble


def _line(words: str, **look: str) -> Message:
    return {"type": "text", "text": sendable(words) or "-", "wrap": True, "scaling": True, **look}


def _button(action: Message, *, first: bool) -> Message:
    look = {"style": "primary", "color": _BLUE} if first else {"style": "secondary", "color": _BAND}
    return {"type": "button", "height": "md", "scaling": True, "adjustMode": "shrink-to-fit", "action": action, **look}


def _marked_cards(contents: Message) -> Message:
    bubbles = contents["contents"] if contents["type"] == "carousel" else [contents]
    first = dict(bubbles[0])
    first["body"] = {**first["body"], "contents": [_line(AGAIN, size="md", color=_QUIET), *first["body"]["contents"]]}
    return {"type": "carousel", "contents": [first, *bubbles[1:]]} if contents["type"] == "carousel" else first


def _quick(choice: Choice) -> Message | None:
    if choice.press is Press.LOCATION:
        return {"type": "action", "action": {"type": "location", "label": _label(choice)}}
    action = _action(choice)
    return {"type": "action", "action": action} if action else None


def _action(choice: Choice) -> Message | None:
    label = _label(choice)
    match choice.press:
        case Press.CHOOSE if 0 < utf16(choice.data) <= LINE_POSTBACK and sendable(choice.data) == choice.data:
            shown = clip(sendable(choice.label).strip() or label, LINE_DISPLAY)
            return {"type": "postback", "label": label, "data": choice.data, "displayText": shown}
        case Press.CALL:
            uri = phone_uri(choice.data)
        case Press.OPEN:
            uri = web_uri(choice.data)
        case _:
            uri = None
    return {"type": "uri", "label": label, "uri": uri} if uri else None


def _label(choice: Choice) -> str:
    return clip(sendable(choice.label).strip() or "…", LINE_LABEL)


def _bytes(value: Any) -> int:
    # The SDK sends ASCII escapes; LINE weighs what it reads. The heavier of the two is safe.
    return max(len(json.dumps(value)), len(json.dumps(value, ensure_ascii=False).encode()))
