"""What a place asks of those who come, 手帳 or 要介護認定, and whether somebody says plainly that they lack it."""

from __future__ import annotations

import re

from intents import canonical
from resources.drafts import Draft

_LACKS = (
    "(?:[はがをもの]|とか|など)?(?:まだ)?(?:何も|なにも)?"
    "(?:(?:持って|取って|受けて|もらって|出て)い?(?:ない|ません|なく)|持たない|(?:無|な)(?:い(?!と)|し|く(?!し|な[りっ]))|ありません)"
)
_WAIVED = re.compile("なくて|ない[方人]|受けていな|問わ|問いません|不要|[要い]りません|必要(?:ない|ありません)|(?:関|かか)わらず")
# What the place asks for, and what somebody lacks in the same words.
_REQUIREMENTS = (
    ("手帳", "(?:障害者?|障がい者?|療育|身体|精神|福祉|愛護)*手帳"),
    ("要支援|要介護|介護認定", "(?<!保育)(?<!保育の)認定"),
)
_MAY_LACK = re.compile("手帳|認定")
_OF_A_CHILD = re.compile("母子(?:健康)?手帳|親子手帳|お薬手帳")


def asks(draft: Draft) -> frozenset[str]:
    """Return what a place asks of those who come."""
    told = canonical(draft.eligibility_description)
    if not told or _WAIVED.search(told):
        return frozenset()
    return frozenset(asked for asked, _ in _REQUIREMENTS if re.search(asked, told))


def lacks(plain: str) -> frozenset[str]:
    """Return what somebody writes that they lack; what is not said is not held against anybody."""
    if not _MAY_LACK.search(plain):
        return frozenset()
    own = _OF_A_CHILD.sub("", plain)
    return frozenset(asked for asked, thing in _REQUIREMENTS if re.search(thing + _LACKS, own))
