"""What the bot says as Telegram shows it: plain text without markup, buttons under it, a keyboard for the place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.channels.limits import (
    TELEGRAM_BUTTONS,
    TELEGRAM_CALLBACK_BYTES,
    TELEGRAM_TEXT,
    divide,
    sendable,
    utf16,
    web_uri,
)
from bot.channels.line_rendering import AGAIN, card_words
from bot.reply import Bubble, Card, Choice, Press, Reply

Message = dict[str, Any]

_ROOM: Final = TELEGRAM_TEXT - 8
_LABEL: Final = 64


def render(reply: Reply) -> list[Message]:
    """Return the fields of sendMessage for each message of a reply, without the chat.

    Words that belong together share one message; in danger each bubble stands alone, because the first is all that a
    locked screen may show.
    """
    rows = [row for bubble in reply.bubbles for row in _card_rows(bubble.cards)]
    rows += [[button] for button in map(_button, reply.choices) if button]
    spelled = [choice.label for choice in reply.choices if choice.press is Press.CHOOSE and not _button(choice)]
    texts = [_words(bubble) for bubble in reply.bubbles]
    texts += ["\n".join(f"・{label}" for label in spelled)]
    texts = [sendable(words).strip() for words in texts if words.strip()]
    together = texts if reply.crisis else _joined(texts)
    messages: list[Message] = [{"text": piece} for words in together for piece in divide(words, _ROOM)]
    if reply.sender and messages:
        messages[0]["text"] = _signed(reply.sender, messages[0]["text"])
    if rows and messages:
        messages[-1]["reply_markup"] = {"inline_keyboard": rows[:TELEGRAM_BUTTONS]}
    messages += list(_keyboard(reply.choices))
    return messages


def marked(message: Message) -> Message:
    """Return the same message with a word that the reader may have seen it before."""
    return {**message, "text": f"{AGAIN}\n{message['text']}"}


def _words(bubble: Bubble) -> str:
    if not bubble.cards:
        return bubble.words
    numbered = len(bubble.cards) > 1
    cards = [f"{at}. {card_words(card)}" if numbered else card_words(card) for at, card in enumerate(bubble.cards, 1)]
    return "\n\n".join(cards)


def _joined(texts: Sequence[str]) -> list[str]:
    """Put words together as long as they fit into one message."""
    together: list[str] = []
    for words in texts:
        if together and utf16(together[-1]) + utf16(words) + 2 <= _ROOM:
            together[-1] = f"{together[-1]}\n\n{words}"
        else:
            together.append(words)
    return together


def _signed(sender: str, words: str) -> str:
    line = f"【{sendable(sender)[:20]}】\n"
    return line + words if utf16(line) + utf16(words) <= _ROOM else words


def _card_rows(cards: Sequence[Card]) -> Iterator[list[Message]]:
    for at, card in enumerate(cards, 1):
        mark = f"{at}. " if len(cards) > 1 else ""
        row = [button for button in (_button(choice, mark) for choice in card.buttons) if button]
        if row:
            yield row


def _button(choice: Choice, mark: str = "") -> Message | None:
    label = f"{mark}{sendable(choice.label).strip()}"[:_LABEL]
    if not label.strip():
        return None
    if choice.press is Press.OPEN:
        address = web_uri(choice.data)
        return {"text": label, "url": address} if address else None
    clean = sendable(choice.data) == choice.data
    fits = clean and 0 < len(choice.data.encode()) <= TELEGRAM_CALLBACK_BYTES
    return {"text": label, "callback_data": choice.data} if choice.press is Press.CHOOSE and fits else None


def _keyboard(choices: Sequence[Choice]) -> Iterator[Message]:
    """The place can only be asked for by a keyboard, and a keyboard needs a message of its own."""
    for choice in choices:
        label = sendable(choice.label).strip()[:_LABEL]
        if choice.press is Press.LOCATION and label:
            button = {"text": label, "request_location": True}
            markup = {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}
            yield {"text": label, "reply_markup": markup}
            return
