"""How the fields of an entry are read out to editors: in a history, beside another's words, in a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from intents.codes import Topic
from resources.drafts import PhoneNumber
from resources.editing.hours_lines import write_closures, write_hours
from resources.kinds import Kinds
from resources.services import Status

NOTHING: Final = "（空）"
ACTS: Final = {
    "added": "作った", "changed": "変えた", "retired": "なくなったとした", "rested": "休みにした", "undone": "取り消した",
}  # fmt: skip
STATUSES: Final = {
    Status.ACTIVE: "使えます", Status.TEMPORARILY_CLOSED: "休んでいます", Status.INACTIVE: "載せるのを止めています",
    Status.DEFUNCT: "なくなりました",
}  # fmt: skip
_TOPICS: Final = {topic.value: topic.label for topic in Topic}


def kind(code: str, kinds: Kinds) -> str:
    """Return what a kind is called."""
    known = kinds.by_code.get(code)
    return known.label if known else code


def value(field: str, said: Any, kinds: Kinds) -> str:
    """Return what one field of an entry says."""
    if said is None or said in ("", ()):
        return NOTHING
    if isinstance(said, bool):
        return "はい" if said else "いいえ"
    match field:
        case "kind":
            return kind(said, kinds)
        case "topics":
            return "、".join(_TOPICS.get(topic, topic) for topic in said)
        case "status":
            return STATUSES[Status(said)]
        case "slots":
            return write_hours(said)
        case "closures":
            return write_closures(said)
        case "phones":
            return phones(said)
        case "minimum_age" | "maximum_age":
            return f"{said:g}歳"
    return "\n".join(said) if isinstance(said, tuple) else str(said)


def phones(said: Sequence[PhoneNumber]) -> str:
    """Return numbers with their extensions."""
    return "、".join(f"{one.number} 内線{one.extension}" if one.extension else one.number for one in said)
