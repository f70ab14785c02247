"""The quarters an address lies in, as people name them: the ward and the 町名, without number and building."""

from __future__ import annotations

import re

from intents import canonical

_ABOVE = re.compile(r"^(?:〒?[0-9]{3}-?[0-9]{4})? ?(?:[^ 0-9]{2,4}?[都道府県])?(?:[^ 0-9]{1,6}?郡)?(?:[^ 0-9]{1,7}?市)?")
_WARD = re.compile("^([^ 0-9]{1,5}?区)")
_TOWN = re.compile("^(?:[^ 0-9]{1,5}?[町村](?=[^ 0-9]{2}))?")
# Where the number begins: 大覚寺1丁目, 本町8-3, 小川3392番地; the numbers inside 北12条東7丁目 do not end the name.
_NUMBER = re.compile("(?:[0-9]+|[一二三四五六七八九十]+)(?:丁目|番|号|-|の[0-9]|$| )")
_SHORTEST = 2


def quarters(address: str) -> tuple[str, ...]:
    """Return the names of the quarters of an address, the smallest last; empty when none can be told."""
    rest = canonical(address, 120)
    rest = rest[_ABOVE.match(rest).end() :].strip()  # type: ignore[union-attr]
    found: list[str] = []
    ward = _WARD.match(rest)
    if ward:
        found.append(ward[1])
        rest = rest[ward.end() :].strip()
    number = _NUMBER.search(rest)
    name = (rest[: number.start()] if number else rest.split(" ")[0]).removeprefix("字").removeprefix("大字").strip()
    if _SHORTEST <= len(name) <= 12:
        found.append(name)
    return tuple(found)
