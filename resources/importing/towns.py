"""Decides of each row which town it is about: by its code, by the name of the town, by the code in the file's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from resources.importing.problems import Row
from resources.importing.values import PREFECTURES
from resources.places import check_digit

UNKNOWN = "全国地方公共団体コードがないため、どの町の行か分かりません。6桁のコードの列を加えてください。"
_CITY = re.compile(r".+[市区町村]")


@dataclass(frozen=True)
class Towns:
    """The town a file is imported for, the towns there are, and the code in the file's name."""

    home: str
    home_name: str
    by_name: dict[str, str]
    of_file: str = ""

    @classmethod
    def know(cls, home: str, file_name: str, towns: Iterable[tuple[str, str]]) -> Towns:
        """Gather what is known of the towns there are (codes and names) and of the file."""
        names = dict(towns)
        return cls(home, names.get(home, ""), {name: code for code, name in names.items()}, _code_in(file_name, set(names)))

    def of(self, row: Row) -> str:
        """Return the code of the town that a row is about, or its name when only that is known."""
        if row.code:
            return self.home if self._belongs(row.code, row.city) else row.code
        city = unicodedata.normalize("NFKC", row.city).strip()
        if _CITY.fullmatch(city):
            short = next((city.removeprefix(name) for name in PREFECTURES if city.startswith(name)), city)
            short = re.sub(r"^.{1,4}郡(?=.)", "", short)
            if self.home_name and (short in self.home_name or city.endswith(self.home_name) or self._is_ward_name(short)):
                return self.home
            return self.by_name.get(short, self.by_name.get(city, city))
        if self.of_file and not self._belongs(self.of_file, ""):
            return self.of_file
        return self.home

    def _belongs(self, code: str, city: str) -> bool:
        """Say whether a code is the home town's, or that of a ward of it (札幌市中央区 belongs to 札幌市)."""
        return code == self.home or self._is_ward_name(city) or _is_ward(code, self.home)

    def _is_ward_name(self, city: str) -> bool:
        return bool(self.home_name) and city != self.home_name and city.startswith(self.home_name) and city.endswith("区")


def _is_ward(code: str, city: str) -> bool:
    """Say whether a code is that of a ward of a designated city: 14101 to 14118 belong to 14100 (横浜市)."""
    city_number, ward = int(city[:5]), int(code[:5])
    return city[2] == "1" and city_number % 10 == 0 and 0 < ward - city_number < 30 and code[:3] == city[:3]


def _code_in(file_name: str, known: set[str]) -> str:
    """Return the town's code that a file's name begins with or holds (222127_facility.csv); empty when none is certain."""
    for digits in re.findall(r"(?<!\d)\d{5,6}(?!\d)", unicodedata.normalize("NFKC", file_name)):
        code = digits + check_digit(digits) if len(digits) == 5 else digits
        looks_like_a_month = bool(re.fullmatch(r"20\d\d(?:0[1-9]|1[0-2])", digits))
        if check_digit(code[:5]) == code[5] and (code in known or (len(digits) == 6 and not looks_like_a_month)):
            return code if 1 <= int(code[:2]) <= 47 or code in known else ""
    return ""
