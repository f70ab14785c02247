"""Finds danger to life and limb in a message, in every spelling people use to say it or to half-hide it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from intents.codes import Crisis
from intents.cues import DATA, Reading, Rulebook, load
from intents.dialect import standard
from intents.household import ADULT, ELDERLY, Person, is_minor
from intents.scene import MOTHERS_PARTNER, YOUNG, Scene
from intents.text import hiragana, kana_only, unscattered, unspaced
from intents.violence import violence
from intents.vocabulary import Vocabulary

_FAMILY = {Crisis.CHILD_ABUSE, Crisis.ELDER_ABUSE, Crisis.DISABILITY_ABUSE, Crisis.DV, Crisis.FAMILY_VIOLENCE}
_BOOKS = ("emergency", "life", "self_harm", "despair", "sexual_violence", "intrusion")
_ABUSE = ("abuse", "home")
# Who writes of this in kana alone is nearly always the one who suffers it.
_KANA_ROLES = {Crisis.CHILD_ABUSE: "victim", Crisis.SEXUAL_VIOLENCE: "victim", Crisis.DV: "victim"}
_NOT_KANA = re.compile("[^ぁ-ゖー]")
# Spellings that hide a word on purpose or by slip of the keyboard.
_DISGUISES = (
    (re.compile("タヒ|夕ヒ|ﾀﾋ|タ匕|夕匕"), "死"),
    (re.compile("氏(?=にた|のう|にそう|んで|にてえ)"), "死"),
    (re.compile("(?<![0-9])4(?=にたい|にたく)|シ(?=にた|のう|にてぇ)"), "死"),
    (re.compile("[志市](?=にたい[^。]*(?:です|よ|な|$))|4ニ(?=タイ)"), "死"),
    (re.compile("逝(?=きた)"), "死に行"),
    (re.compile("死ンで"), "死んで"),
    (re.compile("自[殺〇○×*●さサ][殺つツ〇○×*●]?(?=した|す|し)"), "自殺"),
    (re.compile("(?<=[死消])(?:にて[ぇえー]|にて|にたひ|にたぃ)"), "にたい"),
    (re.compile("(?<=[死し消き][にえ])たぃ"), "たい"),
    (re.compile("死にた[ぁあー~w]*(?=$|[。\n!笑])"), "死にたい"),
    (re.compile("消え(?:てぇ|てー|てえ)"), "消えたい"),
)
# One of these letters stands in every one of them.
_DISGUISED = re.compile("[ヒﾋ匕氏4シ志市逝ン自死消ぃ]")

# Letters that stand apart, a column written downwards among them.
_SCATTERED = re.compile(r"(?:[ぁ-ヺ一-鿿][.。,、・/_*\\\-~…!?ー \n]{1,2}){2}[ぁ-ヺ一-鿿]")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One danger with the words that told it."""

    code: Crisis
    words: str
    rule: str
    role: str
    span: tuple[int, int]


class Crises:
    """All crisis rules, loaded once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.book = Rulebook([rule for name in _BOOKS for rule in load(name, vocabulary).rules])
        self.abuse = Rulebook([rule for name in _ABUSE for rule in load(name, vocabulary).rules])
        sounds = tomllib.loads((DATA / "kana.toml").read_text(encoding="utf-8"))
        self._sounds = tuple(
            (Crisis(code), re.compile(entry["sounds"]), re.compile(entry["except"]) if entry.get("except") else None)
            for code, entry in sounds.items()
        )

    def hear(self, reading: Reading, persons: list[Person]) -> list[Alarm]:
        """Every danger told in this reading, with who is meant."""
        scene = Scene(reading, persons)
        alarms: list[Alarm] = []
        for hit in self.book.judge(reading):
            role = hit.rule.role or self._role(hit.words, persons, hit.start, hit.end)
            alarms.append(Alarm(Crisis(hit.rule.code), hit.words, hit.rule.id, role, (hit.start, hit.end)))
        acts = violence(scene)
        told = [] if any(act.sure for act in acts) else self._told(reading)
        if told:
            alarms += self._strongest([self._grown(alarm, scene) for alarm in told], scene)
        else:
            alarms += [Alarm(act.code, act.words, act.rule, act.role, (act.start, act.end)) for act in acts]
        return self._settled(alarms, scene, persons)

    def _told(self, reading: Reading) -> list[Alarm]:
        """Violence told by its signs, when no act names its doer."""
        hits = self.abuse.judge(reading)
        return [Alarm(Crisis(hit.rule.code), hit.words, hit.rule.id, hit.rule.role, (hit.start, hit.end)) for hit in hits]

    def by_sound(self, text: str) -> list[Alarm]:
        """Danger written in kana alone, whatever the spacing: compared by sound, letter for letter."""
        if not kana_only(text):
            return []
        plain = _NOT_KANA.sub("", hiragana(text)).replace("ー", "")
        alarms = []
        for code, sounds, exceptions in self._sounds:
            match = sounds.search(exceptions.sub("", plain) if exceptions else plain)
            if match:
                alarms.append(Alarm(code, match.group(), f"kana.{code.value}", _KANA_ROLES.get(code, ""), (0, 0)))
        return alarms

    @staticmethod
    def spellings(text: str) -> Iterator[str]:
        """Other readings of the same text: disguises undone, blanks and signs between letters removed, katakana as hiragana."""
        seen = {text}
        plain = text
        if _DISGUISED.search(text):
            for pattern, replacement in _DISGUISES:
                plain = pattern.sub(replacement, plain)
        candidates = [plain, standard(plain)]
        if " " in text or "\n" in text:
            candidates.append(unspaced(plain))
        if _SCATTERED.search(plain):
            candidates.append(unscattered(plain))
        if kana_only(text) and len(re.findall("[ァ-ヺ]", text)) > len(re.findall("[ぁ-ゖ]", text)):
            candidates.append(hiragana(unspaced(plain)))
        for candidate in candidates:
            if candidate not in seen:
                seen.add(candidate)
                yield candidate

    @staticmethod
    def _role(words: str, persons: list[Person], start: int, end: int) -> str:
        subjects = [p for p in persons if p.particle in ("が", "は", "も", "") and p.start < end and p.end > start - 12]
        others = [p for p in subjects if p.concept not in ("me", "someone", "family_word")]
        if not others or any(p.concept == "me" for p in subjects):
            return "self"
        return "neighbour" if any(p.concept in ("neighbor", "other_child") for p in others) else "someone_else"

    @staticmethod
    def _grown(alarm: Alarm, scene: Scene) -> Alarm:
        """Somebody who says to be grown up is no child, whoever does it."""
        age = scene.writer_age
        if alarm.code is not Crisis.CHILD_ABUSE or alarm.role != "victim" or age is None or age < ADULT:
            return alarm
        return replace(alarm, code=Crisis.ELDER_ABUSE if age >= ELDERLY else Crisis.FAMILY_VIOLENCE)

    @staticmethod
    def _strongest(told: list[Alarm], scene: Scene) -> list[Alarm]:
        """Without a clear doer several readings may fit; the most specific one for this household is kept."""
        codes = {alarm.code for alarm in told}
        if Crisis.DISABILITY_ABUSE in codes and (codes & {Crisis.CHILD_ABUSE, Crisis.ELDER_ABUSE}):
            told = [alarm for alarm in told if alarm.code is Crisis.DISABILITY_ABUSE or not scene.disabled]
        if Crisis.DISABILITY_ABUSE in codes and Crisis.ELDER_ABUSE in codes and not scene.disabled:
            told = [alarm for alarm in told if alarm.code is not Crisis.DISABILITY_ABUSE]
        if {Crisis.DV, Crisis.CHILD_ABUSE} <= codes and not any(p.concept in YOUNG for p in scene.persons):
            loser = Crisis.DV if scene.childlike else Crisis.CHILD_ABUSE
            told = [alarm for alarm in told if alarm.code is not loser]
        if Crisis.ELDER_ABUSE in codes and Crisis.CHILD_ABUSE in codes:
            loser = Crisis.CHILD_ABUSE if scene.frail else Crisis.ELDER_ABUSE
            told = [alarm for alarm in told if alarm.code is not loser]
        return told

    @staticmethod
    def _settled(alarms: list[Alarm], scene: Scene, persons: list[Person]) -> list[Alarm]:
        codes = {alarm.code for alarm in alarms}
        if codes & (_FAMILY - {Crisis.FAMILY_VIOLENCE}):
            alarms = [alarm for alarm in alarms if alarm.code is not Crisis.FAMILY_VIOLENCE]
        if Crisis.SEXUAL_VIOLENCE in codes:
            sexual = next(alarm for alarm in alarms if alarm.code is Crisis.SEXUAL_VIOLENCE)
            kin = bool(MOTHERS_PARTNER.search(scene.reading.text)) or any(
                p.concept in ("father", "mother", "sibling", "relative", "grandparent", "parent") and p.start <= sexual.span[1]
                for p in persons
            )
            young = (
                scene.writer_minor
                or any(
                    is_minor(p) or (p.concept in ("child", "grandchild", "baby") and (p.age is None or p.age < 18))
                    for p in persons
                )
                or (kin and scene.writer_minor is None)
            )
            if young and Crisis.CHILD_ABUSE not in codes:
                alarms.append(Alarm(Crisis.CHILD_ABUSE, sexual.words, "sexual_violence.under_18", sexual.role, sexual.span))
            elif not young:
                alarms = [alarm for alarm in alarms if alarm.code not in (Crisis.FAMILY_VIOLENCE, Crisis.CHILD_ABUSE)]
        return alarms
