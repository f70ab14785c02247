"""Recognises households in which several problems meet: 8050, double care, young carers, illness with job and home at stake."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from intents.cues import Reading
from intents.household import ADULT, ELDERLY, Person, writer_age

# Fields of life; a situation is complex when problems come from several of them.
_FIELDS = {
    "illness": ("illness", "mental", "low_spirits", "complaint", "ill_now"),
    "work": ("jobless", "job_stop_care", "out_of_work"),
    "money": (
        "no_money",
        "debt_state",
        "short_of_money",
        "debt",
        "debt_more",
        "tax_behind",
    ),
    "home": ("rent_state", "home_lost", "rent"),
    "withdrawn": ("withdrawn", "shut_in", "absent"),
    "care": ("dementia", "bedridden", "caring", "care_need", "frail_now"),
    "child": ("child_rearing", "pregnant"),
    "disability": ("disability", "disability_words"),
    "single": ("single_parent", "single_short"),
    "hoarding": ("hoarding", "many_pets"),
    "drink": ("drink", "habit"),
    "foreign": ("no_papers",),
}
_HEAVY = ("illness", "withdrawn", "care", "disability", "drink")
# 障害の窓口 or 介護保険 speak of a desk or a law, not of somebody's trouble.
_NO_TROUBLE = re.compile(
    r"(?:の?(?:窓口|課|係|センター|担当|福祉|年金|手帳|保険|サービス|認定|施設|相談|講座|会)|者?(?:福祉|支援)|課|福祉|保険|年金)"
)
_ASKS = re.compile(
    r"(?:ありますか|ある\?|ない\?|どこ(?:です|で|に|へ|が|\?|$)|教えて|知りたい|聞きたい|とは|ですか|ますか|いつ|探して|参加したい|利用したい"
    r"|使いたい|申し込|について|方法|手続き|違い|いくら|会は|場所|頼みたい|入れたい|預けたい|借りたい|受けたい|通いたい|行きたい|予約)"
)
# Asking whom to turn to is no request for one service.
_WHOM = re.compile(
    r"(?:どこ|だれ|誰|どちら|何)(?:に|へ|から|を)?[^。]{0,6}(?:相談|頼|話|手をつけ|言え|連絡)[^。]*|どうし(?:たら|て)[^。]*|どうすれ[^。]*"
)
_BARE_AGE = re.compile(
    r"(?:私|わたし|わし|僕|俺|息子|娘|母|父|兄|姉|弟|妹|夫|妻|親|祖母|祖父)[はがもの]?([1-9][0-9])(?=[、。でだと]|です|歳|才|$)"
)
_PET_CARE = re.compile("避妊|去勢|引き取り|譲渡|里親|保護団体")
_OWN_SCHOOL = re.compile("です|だけど|なの|の(?:私|僕|娘|息子|子|女|男)|が|、|$")
_ABOUT_YOUNG_CARERS = re.compile("ヤングケアラー(?:について|の相談|とは)")
_OLD = ("mother", "father", "parent", "grandparent", "elder", "in_laws")
_KIN = (*_OLD, "child", "baby", "sibling", "partner", "grandchild", "relative")
_TOLD = 18
_GROWN = 25
_SMALL = 10


@dataclass(frozen=True, slots=True)
class Situation:
    """A named pattern with the words that show it."""

    name: str
    words: str


class _Story:
    """What a text tells of a household, as yes and no."""

    def __init__(self, reading: Reading, persons: list[Person]) -> None:
        self.text, self.has, self.persons = reading.text, reading.has, persons
        self.kin = [p for p in persons if p.concept in _KIN]
        self.age = writer_age(reading.text, persons) or 0
        self.carriers: set[str] = set()
        self.bare_ages = [int(age) for age in _BARE_AGE.findall(reading.text)]
        told = {field: self._told(reading, field, names) for field, names in _FIELDS.items()}
        self.fields = {field: words for field, words in told.items() if words}
        self.asks = bool(_ASKS.search(_WHOM.sub("", reading.text)))
        self.strained = reading.has("limit")
        self.long = len(reading.text) >= _TOLD

    def _told(self, reading: Reading, field: str, names: tuple[str, ...]) -> str:
        """The words that tell a trouble of this field, and, aside, who carries it."""
        first = ""
        for mention in (mention for name in names for mention in reading.by_concept.get(name, ())):
            if "neg" in mention.flags and field not in (
                "money",
                "work",
                "withdrawn",
                "home",
            ):
                continue
            if _NO_TROUBLE.match(reading.text, mention.end):
                continue
            first = first or mention.words
            near = [p for p in self.kin if p.end <= mention.start <= p.end + 14 or 0 <= p.start - mention.end <= 3]
            if near and field in _HEAVY:
                self.carriers.add(near[-1].words)
        return first

    def of(self, *concepts: str) -> list[Person]:
        return [p for p in self.persons if p.concept in concepts]

    def eight_fifty(self) -> bool:
        if "withdrawn" not in self.fields or self.has("school_absent"):
            return False
        if any(age >= ELDERLY for age in self.bare_ages) and any(_GROWN <= age < ELDERLY for age in self.bare_ages):
            return True
        old = any((p.age or 0) >= ELDERLY for p in self.of(*_OLD)) or self.of("elder", "grandparent") or self.has("dementia")
        grown = any(p.age is None or p.age >= _GROWN for p in self.of("child", "sibling"))
        if (old or self.age >= ELDERLY) and (grown or self.age):
            return True
        frail = self.has("care_need", "illness", "dementia") or ("年金" in self.text and not self.asks)
        return bool(self.of(*_OLD)) and frail and self.long

    def double_care(self) -> bool:
        old = self.has("dementia", "bedridden") or (self.has("caring", "care_need") and ("介護" in self.text or self.of(*_OLD)))
        small = self.of("baby") or any((p.age or ADULT) < _SMALL for p in self.of("child")) or self.has("child_rearing")
        only_asks = self.asks and not self.strained and "両方" not in self.text
        return bool(old and small and (self.long or self.strained) and not only_asks)

    def young_carer(self) -> bool:
        pupil = any(_OWN_SCHOOL.match(self.text, p.end) for p in self.of("minor_role"))
        at_school = self.has("school_life") and not self.of("child", "partner", "baby")
        cared_for = self.of("mother", "father", "parent", "sibling", "grandparent")
        young = 0 < self.age < ADULT or pupil or at_school
        return bool(young and self.has("caring") and cared_for and self.long and not _ABOUT_YOUNG_CARERS.search(self.text))

    def old_carer(self) -> bool:
        two_old = sum((p.age or 0) >= ELDERLY for p in self.persons) >= 2 or (self.has("couple") and self.has("elder"))
        old = two_old or (self.age >= ELDERLY and self.kin) or ("老老介護" in self.text and self.strained)
        return bool("介護" in self.text and old and self.long and not self.asks)

    def several_problems(self) -> bool:
        count = len(self.fields) - ("child" in self.fields and "single" in self.fields)
        if count >= 4 or len(self.carriers) >= 3:
            return True
        if count == 3:
            return self.strained or not self.asks
        if len(self.carriers) >= 2 and self.long and not self.asks:
            return True
        return count == 2 and self.strained and len({p.concept for p in self.kin}) >= 2


# Name of the pattern, the question that shows it, and the field whose words prove it.
_PATTERNS: tuple[tuple[str, Callable[[_Story], bool], str], ...] = (
    ("8050", _Story.eight_fifty, "withdrawn"),
    ("ダブルケア", _Story.double_care, "child"),
    ("ヤングケアラー", _Story.young_carer, "care"),
    ("老老介護", _Story.old_carer, "care"),
    (
        "ひとり親と失業",
        lambda story: {"single", "work"} <= set(story.fields) and story.long,
        "single",
    ),
    (
        "介護離職",
        lambda story: story.has("job_stop_care") and (story.strained or not story.asks),
        "work",
    ),
    (
        "多頭飼育",
        lambda story: story.has("many_pets") and not story.asks and not _PET_CARE.search(story.text),
        "hoarding",
    ),
    (
        "ごみ屋敷",
        lambda story: story.has("hoarding") and len(story.fields) >= 2 and bool(story.kin),
        "hoarding",
    ),
)


def situations(reading: Reading, persons: list[Person]) -> list[Situation]:
    """Every pattern the text tells as a situation; a plain request for one service shows none."""
    story = _Story(reading, persons)
    found = [Situation(name, story.fields.get(field, "")) for name, shows, field in _PATTERNS if shows(story)]
    if story.several_problems():
        found.append(Situation("複合課題", "・".join(list(story.fields.values())[:4])))
    return found
