"""Recognises households in which several problems meet: 8050, double care, young carers, illness with job and home at stake."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intents.cues import Reading
from intents.household import ADULT, ELDERLY, Person, writer_age

_DOMAINS = {
    "illness": ("illness",),
    "work": ("jobless", "job_stop_care"),
    "money": ("no_money", "debt_state"),
    "home": ("rent_state",),
    "withdrawn": ("withdrawn",),
    "care": ("dementia", "bedridden", "caring", "care_need"),
    "child": ("child_rearing",),
    "disability": ("disability",),
    "single": ("single_parent",),
    "hoarding": ("hoarding", "many_pets"),
    "drink": ("drink",),
}
_ASKS = re.compile(
    r"(?:ありますか|ある\?|ない\?|どこ(?:です|で|に|へ|が|\?|$)|教えて|知りたい|聞きたい|とは|ですか|ますか|いつ|探して|参加したい|利用したい|使いたい|申し込み|について|方法|手続き|違い|いくら|会は|場所|窓口)"
)
_OLD_PARENT = ("mother", "father", "parent", "grandparent", "elder", "in_laws")


@dataclass(frozen=True, slots=True)
class Situation:
    """A named pattern with the words that show it."""

    name: str
    words: str


def situations(reading: Reading, persons: list[Person]) -> list[Situation]:
    """Every pattern the text tells as a situation; a plain request for one service shows none."""
    text, has = reading.text, reading.has
    age = writer_age(text, persons)
    present = {domain: _first(reading, names) for domain, names in _DOMAINS.items()}
    domains = {domain: words for domain, words in present.items() if words}
    kin = [p for p in persons if p.concept in (*_OLD_PARENT, "child", "baby", "sibling", "partner", "grandchild", "relative")]
    asks = bool(_ASKS.search(text))
    strained = has("limit") and "限界集落" not in text
    found: list[Situation] = []
    old = (
        [p for p in persons if (p.concept in _OLD_PARENT and (p.age or 0) >= ELDERLY) or p.concept in ("elder", "grandparent")]
        or has("dementia")
        or (age or 0) >= ELDERLY
    )
    younger = [p for p in kin if p.concept in ("child", "sibling") and (p.age is None or p.age >= 25)]
    told = len(text) >= 22
    if (has("withdrawn") and old and (younger or age is not None) and not has("school_absent")) or (
        has("withdrawn")
        and any(p.concept in _OLD_PARENT for p in kin)
        and (has("care_need", "illness", "dementia") or ("年金" in text and not asks))
        and told
        and not has("school_absent")
    ):
        found.append(Situation("8050", present["withdrawn"]))
    care_of_old = has("dementia", "bedridden") or (
        has("caring", "care_need") and ("介護" in text or any(p.concept in _OLD_PARENT for p in kin))
    )
    small = (
        any(p.concept == "baby" or (p.concept == "child" and (p.age is not None and p.age < 10)) for p in persons)
        or has("child_rearing")
        or "か月の子" in text
    )
    if care_of_old and small and (told or strained) and not (asks and not strained and "両方" not in text):
        found.append(Situation("ダブルケア", present["child"] or present["care"]))
    young = (
        (age is not None and age < ADULT)
        or any(
            p.concept == "minor_role"
            and re.match("です|だけど|なの|の(?:私|僕|娘|息子|子|女|男)|が|、|$", text[p.end : p.end + 4])
            for p in persons
        )
        or (has("school_life") and not any(p.concept in ("child", "partner", "baby") for p in persons))
    )
    cared = [p for p in kin if p.concept in ("mother", "father", "parent", "sibling", "grandparent")]
    if has("caring") and young and cared and told and not re.search("ヤングケアラー(?:について|の相談|とは)", text):
        found.append(Situation("ヤングケアラー", present["care"]))
    if "介護" in text and (
        (has("couple") and has("elder"))
        or ((age or 0) >= ELDERLY and kin)
        or sum((p.age or 0) >= ELDERLY for p in persons) >= 2
        or ("老老介護" in text and strained)
    ):
        if told and not asks:
            found.append(Situation("老老介護", present["care"]))
    if has("single_parent") and has("jobless") and told:
        found.append(Situation("ひとり親と失業", present["single"]))
    if has("job_stop_care") and (has("no_money", "limit") or not asks):
        found.append(Situation("介護離職", present["work"]))
    if has("many_pets") and not asks:
        found.append(Situation("多頭飼育", present["hoarding"]))
    if has("hoarding") and len(domains) >= 2 and kin:
        found.append(Situation("ごみ屋敷", present["hoarding"]))
    weight = len(domains) - ("child" in domains and "single" in domains)
    if (
        weight >= 4
        or (weight == 3 and ((told and not asks) or strained))
        or (weight == 2 and strained and len({p.concept for p in kin}) >= 2)
    ):
        found.append(Situation("複合課題", "・".join(list(domains.values())[:4])))
    return found


def _first(reading: Reading, names: tuple[str, ...]) -> str:
    for name in names:
        for mention in reading.by_concept.get(name, ()):
            return mention.words
    return ""
