"""What was understood of a household, in words the desk reads; always as told, never as known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from intents.codes import Crisis, Reason, Topic

_ADULT = 18
_CHILDREN = ("子", "娘", "息子", "孫", "乳幼児", "赤ちゃん")
_NOT_CHILDREN = ("親子", "子ども食堂")


@dataclass(frozen=True)
class Picture:
    """A household as told, and the words that led there."""

    members: tuple[str, ...] = ()
    child: bool = False
    alone: bool = False
    why: tuple[str, ...] = ()


def read(understood: str) -> Picture:
    """Return the picture that was stored with a case; anything unexpected in it is left out, never an error."""
    raw = _loaded(understood)
    household = [member for member in _list(raw.get("household")) if isinstance(member, dict)]
    named = tuple(dict.fromkeys(filter(None, map(_member, household))))
    alone = bool(raw.get("alone")) or any(member.get("living_alone") for member in household)
    why = tuple(dict.fromkeys(filter(None, (_reason(item) for item in _list(raw.get("explanation"))))))
    return Picture(named, any(map(_is_child, household)), alone, why)


def merged(known: str, told: str, persons: Sequence[tuple[str, str]] = ()) -> str:
    """Return a stored picture with what was told since; `persons` are those named by mistake, and who was meant."""
    before, now = _loaded(known), _loaded(told)
    meant = dict(persons)
    household: dict[str, dict[str, Any]] = {}
    for member in (*_list(before.get("household")), *_list(now.get("household"))):
        if not isinstance(member, dict):
            continue
        name = str(member.get("words") or member.get("relation") or "")
        if name in meant:
            member = member | {"relation": meant[name], "words": meant[name]}
        name = meant.get(name, name)
        was = household.get(name, {})
        problems = dict.fromkeys((*_list(was.get("problems")), *_list(member.get("problems"))))
        household[name] = was | {key: value for key, value in member.items() if value is not None} | {"problems": list(problems)}
    why = [*_list(before.get("explanation")), *_list(now.get("explanation"))]
    once = [reason for number, reason in enumerate(why) if reason not in why[:number]]
    return json.dumps(before | now | {"household": list(household.values()), "explanation": once}, ensure_ascii=False)


def adds(known: str, told: str, persons: Sequence[tuple[str, str]] = ()) -> bool:
    """Whether something told since changes who lives in a stored picture, or how."""
    return read(merged(known, told, persons)).members != read(known).members


def topics(codes: Iterable[str]) -> list[str]:
    """Return topics as the consultation form words them."""
    return [_label(Topic, code) for code in codes]


def crises(codes: Iterable[str]) -> list[str]:
    """Return dangers as the desk words them."""
    return [_label(Crisis, code) for code in codes]


def reasons(codes: Iterable[str]) -> list[str]:
    """Return reasons as the desk words them."""
    return [_label(Reason, code) for code in codes]


def _label(kind: type[Topic] | type[Crisis] | type[Reason], code: str) -> str:
    return next((known.label for known in kind if known.value == code), code)


def _loaded(understood: str) -> dict[str, Any]:
    try:
        raw = json.loads(understood or "{}")
    except ValueError:
        return {}
    return raw if isinstance(raw, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _member(member: dict[str, Any]) -> str:
    age = member.get("age")
    problems = "・".join(str(problem) for problem in _list(member.get("problems")))
    return f"{member.get('relation') or ''}{age if age is not None else ''}{f'（{problems}）' if problems else ''}"


def _is_child(member: dict[str, Any]) -> bool:
    age, relation = member.get("age"), str(member.get("relation") or "")
    if isinstance(age, int):
        return age < _ADULT
    return any(word in relation for word in _CHILDREN) and relation not in _NOT_CHILDREN


def _reason(item: Any) -> str:
    if isinstance(item, dict):
        return "、".join(str(value) for value in item.values() if isinstance(value, str) and value)
    return str(item) if isinstance(item, str) else ""
