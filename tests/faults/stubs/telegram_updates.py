"""Updates as Telegram words them."""

import itertools
import time
from typing import Any

Update = dict[str, Any]
_update_ids = itertools.count(int(time.time()) % 10**8 * 1000)
_message_ids = itertools.count(1)
_callback_ids = itertools.count(int(time.time() * 1000))


def person(user: int) -> dict[str, Any]:
    """Who writes."""
    return {"id": user, "is_bot": False, "first_name": "花子", "language_code": "ja"}


def private(user: int) -> dict[str, Any]:
    """The private chat of a person with the bot."""
    return {"id": user, "type": "private", "first_name": "花子"}


def update(**fields: Any) -> Update:
    """Any update, with the next update_id."""
    return {"update_id": next(_update_ids), **fields}


def message(user: int, **content: Any) -> Update:
    """A message of any kind in the private chat."""
    base = {"message_id": next(_message_ids), "from": person(user), "chat": private(user), "date": int(time.time())}
    return update(message={**base, **content})


def text(user: int, words: str) -> Update:
    """A text message; a command carries its entity."""
    command = words.split()[0] if words.startswith("/") else ""
    entities = {"entities": [{"type": "bot_command", "offset": 0, "length": len(command)}]} if command else {}
    return message(user, text=words, **entities)


def location(user: int, latitude: float, longitude: float) -> Update:
    """A shared place."""
    return message(user, location={"latitude": latitude, "longitude": longitude})


def callback(user: int, data: str, *, message_id: int = 0, words: str = "") -> Update:
    """A pressed button; `message_id` is the bot's message that carried it."""
    shown = {
        "message_id": message_id or next(_message_ids),
        "from": {"id": 123456, "is_bot": True, "first_name": "stub", "username": "uketome_stub_bot"},
        "chat": private(user),
        "date": int(time.time()),
        "text": words or "…",
    }
    query = {"id": str(next(_callback_ids)), "from": person(user), "chat_instance": "1", "message": shown, "data": data}
    return update(callback_query=query)


def membership(user: int, status: str) -> Update:
    """The person blocked ("kicked") or unblocked ("member") the bot."""
    bot = {"id": 123456, "is_bot": True, "first_name": "stub", "username": "uketome_stub_bot"}
    old = "member" if status == "kicked" else "kicked"
    change = {"chat": private(user), "from": person(user), "date": int(time.time())}
    states = {"old_chat_member": {"user": bot, "status": old}, "new_chat_member": {"user": bot, "status": status}}
    return update(my_chat_member={**change, **states})
