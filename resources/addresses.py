"""How people name a part of a town: the quarters an address lies in, a postcode, a 小学校区."""

from __future__ import annotations

import re
from collections.abc import Iterable

from intents import canonical

_ABOVE = re.compile(r"^(?:〒?[0-9]{3}-?[0-9]{4})? ?(?:[^ 0-9]{2,4}?[都道府県])?(?:[^ 0-9]{1,6}?郡)?(?:[^ 0-9]{1,7}?市)?")
_WARD = re.compile("^([^ 0-9]{1,5}?区)")
_TOWN = re.compile("^(?:[^ 0-9]{1,5}?[町村](?=[^ 0-9]{2}))?")
# Where the number begins: 大覚寺1丁目, 本町8-3, 小川3392番地; the numbers inside 北12条東7丁目 do not end the name.
_NUMBER = re.compile("(?:[0-9]+|[一二三四五六七八九十]+)(?:丁目|番|号|-|の[0-9]|$| )")
_SHORTEST = 2
_POSTCODE = re.compile("(?<![0-9-])(?:〒 ?)?([0-9]{3})[-−‐–ー]?([0-9]{4})(?![0-9-])")
_SCHOOL = re.compile("(?:小学校?|小)(?:の?(?:通学)?[校学]?区域?)?$")
# What follows 「さくら小」 where the school is meant; みなと小児科 is none.
_AFTER = "小(?:学校|(?=の?[校学]?区|の|に|へ|で|と|は|が|も|や|周|付|あたり|近|[、。 !?]|$))(?:の?(?:通学)?[校学]?区域?)?"
_AROUND = "近く|ちかく|近所|そば|周辺|付近|あたり|辺り|方面|です|だよ|[のをにはがでへ、。 ]"
_HERE = "\N{OBJECT REPLACEMENT CHARACTER}"


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


def postcodes(text: str) -> tuple[str, ...]:
    """Return the postcodes that are written in a text, as 123-4567."""
    return tuple(f"{found[1]}-{found[2]}" for found in _POSTCODE.finditer(canonical(text)))


def district(name: str) -> str:
    """Return a school district in the one form 〇〇小学校区; empty when the name is none."""
    plain = canonical(name, 60)
    found = _SCHOOL.search(plain)
    return f"{plain[: found.start()]}小学校区" if found and found.start() else ""


def written(name: str) -> re.Pattern[str]:
    """Return how a quarter or a school district may stand in a text."""
    school = district(name)
    return re.compile(re.escape(school.removesuffix("小学校区")) + _AFTER if school else re.escape(name))


def beside(text: str, names: Iterable[str]) -> str:
    """Return what a text says beside postcodes and these school districts; empty when it only says near what."""
    rest = _POSTCODE.sub(_HERE, canonical(text))
    for name in names:
        rest = written(name).sub(_HERE, rest) if district(name) else rest
    return re.sub(f"〒?{_HERE}(?:{_AROUND})*", " ", rest).strip()
