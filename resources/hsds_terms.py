"""The words of ours that HSDS files may name: kinds of places and topics, as taxonomies with their terms."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any, Final

from intents import Topic
from resources.kinds import Kinds

KIND: Final = "uketome_kind"
TOPIC: Final = "uketome_topic"
# Carries what HSDS has no word for, from one export to the next import; it sorts nothing.
FIELD: Final = "uketome_field"
_TAXONOMIES: Final = {KIND: ("種別", "窓口、集いの場、制度などの種類"), TOPIC: ("話題", "相談の内容と、参加のしかた")}

Object = dict[str, Any]


@lru_cache(maxsize=512)
def term(taxonomy: str, code: str, label: str) -> Object:
    """Return one term; its id is the same in every town."""
    return {"id": _id(f"{taxonomy}:{code}"), "code": code, "name": label, "description": label, "taxonomy": taxonomy}


def terms(kinds: Kinds) -> tuple[Object, ...]:
    """Return the terms by which services are sorted: all kinds, then all topics."""
    labels = [*((KIND, kind.code, kind.label) for kind in kinds.kinds), *((TOPIC, one.value, one.label) for one in Topic)]
    return tuple(term(*label) for label in labels)


def taxonomies() -> tuple[Object, ...]:
    """Return the taxonomies to which these terms belong."""
    return tuple(
        {"id": taxonomy_id(name), "name": f"{name} {label}", "description": says} for name, (label, says) in _TAXONOMIES.items()
    )


def taxonomy_id(name: str) -> str:
    """Return the id of a taxonomy."""
    return _id(name)


def _id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"uketome:{name}"))
