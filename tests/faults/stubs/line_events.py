"""Webhook events as LINE words them."""

import itertools
import os
import time
from typing import Any

Event = dict[str, Any]
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_message_ids = itertools.count(int(time.time()) * 10**8)


def ulid() -> str:
    """A webhookEventId: time first, then chance."""
    number = int(time.time() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def event(kind: str, user: str, *, token: bool = True, **fields: Any) -> Event:
    """An event of any type from one person, now."""
    made: Event = {
        "type": kind,
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": user},
        "webhookEventId": ulid(),
        "deliveryContext": {"isRedelivery": False},
    }
    if token:
        made["replyToken"] = os.urandom(16).hex()
    return {**made, **fields}


def message(kind: str, user: str, **content: Any) -> Event:
    """A message event of any message type."""
    return event(
        "message", user, message={"type": kind, "id": str(next(_message_ids)), "markAsReadToken": "m", **content}
    )


def text(user: str, words: str) -> Event:
    """A text message."""
    return message("text", user, quoteToken="q", text=words)


def location(user: str, latitude: float, longitude: float) -> Event:
    """A shared place, without title and address as phones often send it."""
    return message("location", user, latitude=latitude, longitude=longitude)


def sticker(user: str) -> Event:
    """A sticker."""
    return message("sticker", user, quoteToken="q", packageId="446", stickerId="1988", stickerResourceType="STATIC")


def postback(user: str, data: str) -> Event:
    """A pressed button."""
    return event("postback", user, postback={"data": data})


def follow(user: str, *, unblocked: bool = False) -> Event:
    """The person became a friend, or lifted a block."""
    return event("follow", user, follow={"isUnblocked": unblocked})


def unfollow(user: str) -> Event:
    """The person blocked the account."""
    return event("unfollow", user, token=False)


def unsend(user: str, message_id: str) -> Event:
    """The person took a message back."""
    return event("unsend", user, token=False, unsend={"messageId": message_id})
