"""What Telegram itself knows about a bot: its chats, messages, open buttons, rates and waiting updates."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults.stubs.contents import Way


@dataclass
class Bucket:
    """A token bucket: so many at once, refilled at a rate."""

    rate: float
    burst: float
    level: float = -1.0
    at: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until one more is allowed; 0 takes it."""
        self.level = self.burst if self.level < 0 else min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.rate


@dataclass(frozen=True)
class Rates:
    """How much a bot may send; `scale` makes the same limits looser for fast tests."""

    chat_per_second: float = 1.0
    chat_burst: float = 3.0
    bot_per_second: float = 30.0
    group_per_minute: float = 20.0
    scale: float = 1.0

    def for_chat(self, group: bool) -> Bucket:
        """The bucket of one chat."""
        if group:
            return Bucket(self.group_per_minute / 60 * self.scale, max(1.0, self.group_per_minute))
        return Bucket(self.chat_per_second * self.scale, self.chat_burst * max(1.0, self.scale))

    def for_bot(self) -> Bucket:
        """The bucket of the whole bot."""
        return Bucket(self.bot_per_second * self.scale, self.bot_per_second * self.scale)


@dataclass
class Chat:
    """One chat as the bot may reach it."""

    id: int
    bucket: Bucket
    type: str = "private"
    blocked: bool = False
    deactivated: bool = False
    migrated_to: int | None = None
    told_gone: bool = False
    silent_until: float = 0.0
    acted_at: float = 0.0


@dataclass
class Callback:
    """A pressed button that waits for its answer."""

    id: str
    chat: int
    pressed: float
    answered: bool = False


@dataclass
class TelegramBot:
    """One bot token with everything behind it."""

    token: str
    rates: Rates
    webhook_secret: str = "telegram-webhook-secret"
    name: str = "telegram"
    id: int = 123456
    username: str = "uketome_stub_bot"
    chats: dict[int, Chat] = field(default_factory=dict)
    messages: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    file_ways: dict[str, list[Way]] = field(default_factory=dict)
    delivered_files: set[str] = field(default_factory=set)  # ids the product was told; others it cannot know
    pending: list[dict[str, Any]] = field(default_factory=list)
    confirmed: int = 0
    webhook: dict[str, Any] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    commands: list[Any] = field(default_factory=list)
    next_message: int = 1000
    bucket: Bucket = field(init=False)

    def __post_init__(self) -> None:
        self.bucket = self.rates.for_bot()

    def chat(self, chat_id: int, kind: str = "private") -> Chat:
        """The chat with this id, made known to the bot when new."""
        if chat_id not in self.chats:
            self.chats[chat_id] = Chat(chat_id, self.rates.for_chat(kind != "private"), kind)
        return self.chats[chat_id]

    def throttle(self, chat: Chat) -> int:
        """Whole seconds the bot must be silent towards this chat; 0 lets the message through."""
        now = time.monotonic()
        wait = max(chat.bucket.wait(now), self.bucket.wait(now))
        if wait <= 0:
            return 0
        seconds = max(1, math.ceil(wait))
        chat.silent_until = now + seconds
        return seconds

    def witness(self, update: Any) -> None:
        """Learn from one update, however odd, whom the product may write to and which button waits."""
        if not isinstance(update, dict):
            return
        self.delivered_files.update(_file_ids(update))
        for key in ("message", "edited_message", "my_chat_member", "callback_query"):
            part = update.get(key)
            if not isinstance(part, dict):
                continue
            self._meet(part.get("chat"))
            if isinstance(part.get("message"), dict):
                self._meet(part["message"].get("chat"))
            if key == "my_chat_member":
                self._membership(part)
            if key == "callback_query":
                self._pressed(part)

    def acknowledged(self, update: Any) -> None:
        """Remember that the product was told about a block."""
        member = update.get("my_chat_member") if isinstance(update, dict) else None
        if isinstance(member, dict) and isinstance(member.get("chat"), dict):
            chat = self.chats.get(member["chat"].get("id"))
            if chat is not None and chat.blocked:
                chat.told_gone = True

    def _meet(self, chat: Any) -> None:
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            self.chat(chat["id"], str(chat.get("type", "private")))

    def _membership(self, part: dict[str, Any]) -> None:
        new, chat = part.get("new_chat_member"), part.get("chat")
        if isinstance(new, dict) and isinstance(chat, dict) and chat.get("id") in self.chats:
            known = self.chats[chat["id"]]
            known.blocked = new.get("status") in ("kicked", "left")
            known.told_gone = known.told_gone and known.blocked

    def _pressed(self, part: dict[str, Any]) -> None:
        sender, key = part.get("from"), str(part.get("id", ""))
        if key and key not in self.callbacks and isinstance(sender, dict):
            self.callbacks[key] = Callback(key, int(sender.get("id", 0)), time.monotonic())


def _file_ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("file_id"), str):
            yield value["file_id"]
        for inner in value.values():
            yield from _file_ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _file_ids(inner)
