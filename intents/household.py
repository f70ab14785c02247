"""Who lives in the story a resident tells: each person, age, whether they live together, and what troubles them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intents.vocabulary import Mention, outermost

ELDERLY = 65
ADULT = 18
PERSON = {
    "me": "本人",
    "partner": "配偶者・交際相手",
    "ex_partner": "元配偶者・元交際相手",
    "mother": "母",
    "father": "父",
    "parent": "親",
    "grandparent": "祖父母",
    "child": "子",
    "baby": "乳幼児",
    "grandchild": "孫",
    "sibling": "きょうだい",
    "relative": "親族",
    "in_laws": "義理の親",
}
# People around a household, and words that tell only an age group.
_BYSTANDERS = frozenset(
    {"minor_role", "young_relative", "elder", "neighbor", "other_child", "staff"}
    | {"boss", "teacher", "stranger", "friend", "someone", "family_word"}
)
# Problems a member may carry; the names are the concepts of vocabulary/states.toml.
PROBLEMS = {
    "dementia": "認知症",
    "bedridden": "介護",
    "disability": "障害",
    "illness": "病気",
    "jobless": "失業・無職",
    "withdrawn": "ひきこもり・不登校",
    "no_money": "困窮",
    "debt_state": "借金・滞納",
    "rent_state": "住まい・家賃",
    "drink": "依存・飲酒",
    "hoarding": "ごみ屋敷",
    "foreign": "在留・ことば",
}
_NAMED = _BYSTANDERS.union(PERSON)
_AGE = re.compile(
    r"(?:([0-9]{1,3})|([〇一二三四五六七八九十]{1,4}))(?:歳|才|さい)"
    r"|([0-9]{1,2})(?:か月|ヶ月|カ月|ヵ月|かげつ)の?(?:赤ちゃん|子|息子|娘|乳児)"
    r"|([0-9])0代"
    r"|(?:^|[。、\n ]|(?:私|わたし|あたし|わし|僕|ぼく|俺|うち|自分)[はも]?)([1-9][0-9])(?=です(?:[。\n]|$)|[。\n♀♂]|$)"
    r"|(?<=[(])([1-9][0-9]?)(?=[)])"
)
_MAY_TELL_AGE = re.compile("[0-9歳才]|さい")
_KANJI = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
# Which part counts when one word may play several.
_RANK = {**dict.fromkeys(PERSON, 0), "in_laws": 1, "elder": 2, "someone": 3}
# Whose partner it is: the lover of one's mother stands in a father's place.
_PARENTS_OWN = re.compile("(?:ママ|まま|母|母親|母さん|母ちゃん|かあさん|親|お袋|おふくろ)の ?$")
_PARENTS = ("mother", "father", "parent", "in_laws")


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the household as told, never as known."""

    relation: str
    words: str
    age: int | None = None
    living_together: bool | None = None
    problems: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The member as the command line prints it."""
        return {
            "relation": self.relation,
            "words": self.words,
            "age": self.age,
            "living_together": self.living_together,
            "problems": list(self.problems),
        }


@dataclass(frozen=True, slots=True)
class Person:
    """One mention of a person: where, in which part, how old, and whether young, old or disabled."""

    concept: str
    start: int
    end: int
    words: str
    particle: str
    age: int | None
    first: int
    last: int


def ages(text: str) -> list[tuple[int, int, int]]:
    """Start, end and value of every age that is written out."""
    found: list[tuple[int, int, int]] = []
    if not _MAY_TELL_AGE.search(text):
        return found
    for match in _AGE.finditer(text):
        digits, kanji, _, decade, bare, bracketed = match.groups()
        value = 0
        if digits or bare or bracketed:
            value = int(digits or bare or bracketed)
        elif kanji:
            value = _kanji_number(kanji)
        elif decade:
            value = int(decade) * 10
        if value <= 120 and not text[match.end() : match.end() + 1].startswith(("以", "未", "か", "ま", "向", "対")):
            found.append((match.start(), match.end(), value))
    return found


def _kanji_number(kanji: str) -> int:
    if "十" in kanji:
        tens, _, ones = kanji.partition("十")
        return _KANJI.get(tens, 1) * 10 + _KANJI.get(ones, 0)
    return int("".join(str(_KANJI[char]) for char in kanji))


def people(text: str, mentions: list[Mention]) -> list[Person]:
    """Every person in order of appearance; a longer name (元夫) hides the shorter one inside it (夫)."""
    persons = _one_part_each(outermost(m for m in mentions if m.concept in _NAMED))
    written = ages(text)
    found = []
    for mention in persons:
        age = None
        for start, end, value in written:
            before = 0 <= mention.start - end <= 5 and not re.search("[、。,]", text[end : mention.start])
            after = 0 <= start - mention.end <= 3
            if before or after:
                age = value
        concept = mention.concept
        if concept == "partner" and _PARENTS_OWN.search(text, 0, mention.start):
            concept = "father"
        found.append(
            Person(concept, mention.start, mention.end, mention.words, mention.particle, age, mention.first, mention.last)
        )
    found += [
        Person("child" if value < ADULT else "someone", start, end, text[start:end], text[end], value, 0, 0)
        for start, end, value in written
        if text[end : end + 1] in ("を", "が", "に", "と", "も") and (value < ADULT or value >= ELDERLY)
    ]
    return sorted(found, key=lambda person: person.start)


def _one_part_each(mentions: list[Mention]) -> list[Mention]:
    """One part for each name: おばあさん is a grandmother before she is an old woman or somebody."""
    chosen: dict[tuple[int, int], Mention] = {}
    for mention in mentions:
        place = (mention.start, mention.end)
        known = chosen.get(place)
        if known is None or _RANK.get(mention.concept, 1) < _RANK.get(known.concept, 1):
            chosen[place] = mention
    return list(chosen.values())


def writer_age(text: str, persons: list[Person]) -> int | None:
    """The age of the one who writes: an age that belongs to nobody else (17歳です, 私は40代で)."""
    for start, end, value in ages(text):
        if any(p.concept == "me" and p.age == value and 0 <= start - p.end <= 3 for p in persons):
            return value
        if any(p.concept != "me" and p.age == value and (0 <= p.start - end <= 5 or 0 <= start - p.end <= 3) for p in persons):
            continue
        tail = text[end : end + 6]
        if (
            start == 0
            or re.match(
                r"$|[。♀♂\n]|です|の(?:女性|男性|主婦|会社員|学生|母です|父です|者です)|(?:女|男|女性|男性)|で[、す]|になり|、",
                tail,
            )
            or text[max(0, start - 3) : start] in ("私は", "僕は", "俺は", "わたしは")
        ):
            return value
    return None


def members(text: str, mentions: list[Mention], everybody: list[Person]) -> tuple[Member, ...]:
    """The household as the desk should see it: one line a relation, with each problem beside the nearest person."""
    persons = [person for person in everybody if person.concept in PERSON]
    by_relation: dict[str, list[Person]] = {}
    for person in persons:
        by_relation.setdefault(_relation(person), []).append(person)
    problems: dict[str, list[str]] = {}
    for mention in (mention for mention in mentions if mention.concept in PROBLEMS):
        if "neg" in mention.flags and mention.concept != "no_money":
            continue
        label = PROBLEMS[mention.concept]
        relation = _relation(owner) if (owner := _owner(mention, persons, text)) else "本人"
        if label not in problems.setdefault(relation, []):
            problems[relation].append(label)
    together = next((True for mention in mentions if mention.concept == "together"), None)
    apart = any(mention.concept == "apart" for mention in mentions)
    found = []
    for relation, named in by_relation.items():
        age = next((person.age for person in named if person.age is not None), None)
        if relation == "本人":
            age = age if age is not None else writer_age(text, persons)
        found.append(Member(relation, named[0].words, age, False if apart else together, tuple(problems.pop(relation, ()))))
    if "本人" in problems:
        found.append(Member("本人", "", writer_age(text, persons), None, tuple(problems["本人"])))
    return tuple(found)


def _relation(person: Person) -> str:
    if person.concept in ("child", "grandchild", "partner", "ex_partner", "sibling", "grandparent"):
        return person.words
    return PERSON[person.concept]


def _owner(problem: Mention, persons: list[Person], text: str) -> Person | None:
    """Whose problem it is: the person it describes (認知症の母), else the topic last set with は or が before it."""
    for person in persons:
        if 0 <= person.start - problem.end <= 12 and not re.search("[、。,はがをで]", text[problem.end : person.start]):
            return person
    before = [
        person for person in persons if person.end <= problem.start and person.particle in ("は", "が", "も", "の", "", "に")
    ]
    return before[-1] if before else None


def is_minor(person: Person) -> bool:
    """Under eighteen, by age or by the word used."""
    if person.age is not None:
        return person.age < ADULT
    return person.concept in ("minor_role", "baby", "other_child", "young_relative")


def is_elderly(person: Person, frail: bool) -> bool:
    """Sixty-five or more by age, by the word used, or a parent who is frail."""
    if person.age is not None:
        return person.age >= ELDERLY
    return person.concept in ("grandparent", "elder") or (frail and person.concept in _PARENTS)
