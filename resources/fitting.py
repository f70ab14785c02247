"""How well a place that was found fits who asks and where: in the quarter that was named, and not for children only."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from intents import Assessment, canonical
from intents.codes import Topic
from intents.ranking import COMPANY
from resources.drafts import Draft
from resources.kinds import Kind

_CHILDREN_ONLY = 0.4
_ALSO_MEETS = 0.7
_GROWN_UP = 18
_CHILDREN = frozenset(("子", "乳幼児", "孫"))
# 「おおむね65歳以上」 is kept a few years wide; where the family is taken as well, no age that is told shuts anybody out.
_ABOUT = 5
_ALSO_FAMILY = re.compile("家族|保護者|親子|親も|どなたでも|だれでも|誰でも")
_FULL = re.compile(
    "(?:現在|いま|今|ただいま|只今)?は?(?:満[員室床](?!のこと|の場合|になる)|定員(?:に達|いっぱい|一杯)|空き[はが]?(?:な[しい]|ありません)"
    "|受け?入れ?(?:不可|停止)|募集(?:停止|終了)|×)"
)
# What a place loses that lies in another quarter than the one that was named; an office may serve it all the same.
_ELSEWHERE, _OFFICE_ELSEWHERE, _BESIDE, HERE = 0.35, 0.6, 0.8, 1.25
_HALF_BESIDE_M = 1_000.0
_FEWEST_DIGITS, _WHOLE_NUMBER = 4, 9
_DIGITS = re.compile(r"0[0-9()\- ]{8,}[0-9]|[0-9]{4,11}")
_OF_A_PHONE = re.compile("電話|番号|着信|桁|けた|ケタ|tel|fax|かかって|下4|だれ|誰|どこ", re.IGNORECASE)


def number_asked(text: str) -> str:
    """Return the digits of a telephone number that somebody asks about, whole or its end; empty when it is no such question."""
    plain = canonical(text)
    found = _DIGITS.search(plain)
    if found is None:
        return ""
    digits = re.sub("[^0-9]", "", found.group())
    rest = plain.replace(found.group(), "").strip()
    if len(digits) >= _WHOLE_NUMBER and digits.startswith("0"):
        return digits
    return digits if not rest or _OF_A_PHONE.search(rest) else ""


def has_number(draft: Draft, digits: str) -> bool:
    """Say whether a place is called by these digits, or by a number that ends with them."""
    numbers = [*(phone.number for phone in draft.phones), *draft.faxes]
    return any(re.sub("[^0-9]", "", canonical(number)).endswith(digits) for number in numbers)


def in_place(where: frozenset[str], asked: frozenset[str], *, office: bool, away: int | None = None) -> float:
    """Return what a score becomes when quarters were named; `where` are those of the place and those it serves.

    Elsewhere, who lies nearer to the middle of what was named (`away` in metres) comes first.
    """
    if not asked:
        return 1.0
    if where & asked:
        return HERE
    least = _OFFICE_ELSEWHERE if office else _ELSEWHERE
    return least if away is None else least + (_BESIDE - least) * math.exp2(-away / _HALF_BESIDE_M)


def of_use(kind: Kind | None, heard: Assessment | None) -> float:
    """Return what is left of a score for a trouble: who consults comes before a group that meets, unless company is sought."""
    if heard is None or kind is None or kind.group != "gathering" or heard.kinds:
        return 1.0
    return 1.0 if {score.topic for score in heard.topics} & COMPANY else _ALSO_MEETS


def is_full(draft: Draft) -> bool:
    """Say whether a place can take nobody now, as stands under 待機・空き状況; what is full at times only is not."""
    return _FULL.match(canonical(draft.wait_time)) is not None


def too_old_or_young(draft: Draft, told: Iterable[int], heard: Assessment | None) -> bool:
    """Say whether every age that was told lies outside those a place is for; somebody of no told age may fit."""
    unknown = heard is not None and any(one.age is None and one.relation != "本人" for one in heard.household)
    if unknown or draft.family_only or _ALSO_FAMILY.search(draft.eligibility_description):
        return False
    about = _ABOUT if draft.eligibility_description.startswith(("おおむね", "概ね")) else 0
    low, high = draft.minimum_age or 0, draft.maximum_age
    return not any(low - about <= age and (high is None or age <= high + about) for age in told)


def of_age(draft: Draft, heard: Assessment | None) -> float:
    """Return what is left of a score for who asks: a place for children only is none for somebody who named no child."""
    if heard is None or draft.maximum_age is None or draft.maximum_age > _GROWN_UP:
        return 1.0
    child = any(member.relation in _CHILDREN and (member.age or 0) <= _GROWN_UP for member in heard.household)
    about = {score.topic for score in heard.topics} & {Topic.CHILDCARE}
    return 1.0 if child or about or heard.minor or draft.kind in heard.kinds else _CHILDREN_ONLY
