"""The ear: one object that holds the vocabulary and the rules, and turns a message into an assessment."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from intents.acts import Act, Acts
from intents.assessment import Assessment, Evidence, Spoken, TopicScore, desk_for
from intents.codes import Crisis, Reason, Route, Topic
from intents.crisis import Alarm, Crises
from intents.cues import Hit, Reading, load
from intents.household import Person, ages, is_elderly, is_minor, members, people
from intents.inference import inferred
from intents.judgement import judge, together
from intents.language import Languages, told_role
from intents.leanings import Leanings
from intents.marks import Marks, marks
from intents.scene import YOUNG, Scene
from intents.situations import Situation, situations
from intents.social import Social
from intents.subjects import Subjects, ordered
from intents.text import CAP, canonical, kana_only
from intents.turning import Turnings
from intents.vocabulary import Mention, Vocabulary
from intents.vocabulary import load as load_vocabulary
from intents.windows import alarming_windows
from intents.words import Word, Words

_EARLIER = 1200
# So many stories are kept ready for their next message.
_STORIES = 256
_MANY = 40
_JAPANESE = re.compile("[ぁ-ゖァ-ヺ一-鿿]")
_FRAIL = frozenset({"dementia", "bedridden"})
# A lone 学校 or 息子 says too little to answer.
_BARE_NOUN = 6


class Ear:
    """Hears one message at a time; holds no conversation, is safe to share between threads."""

    def __init__(self, words: Words, vocabulary: Vocabulary) -> None:
        self.words = words
        self.vocabulary = vocabulary
        self.crises = Crises(vocabulary)
        self.reasons = load("reasons", vocabulary)
        self.subjects = Subjects(vocabulary)
        self.languages = Languages()
        self.social = Social()
        self.acts = Acts()
        self.turnings = Turnings()
        self._stories: dict[bytes, Assessment] = {}
        self.leanings = Leanings.load()

    @classmethod
    def standard(cls) -> Ear:
        """The ear with the shipped data files; raises BadVocabulary when a file cannot be used."""
        words = Words()
        ear = cls(words, load_vocabulary(words))
        words.rest()
        return ear

    def hear_act(self, text: str) -> Act | None:
        """The act a short message is (yes, a number, それ, stop …), or None when it is free speech."""
        return self.acts.hear(canonical(text, 200) if len(text) <= 200 else "")

    def assess(self, text: str, *, earlier: Sequence[str] = (), alone: Assessment | None = None) -> Assessment:
        """What this message says, in the light of the resident's earlier ones (oldest first); `alone` when that is known."""
        alone = alone or self._assess(text)
        # Orders to the bot are no part of a story.
        story = [one for one in earlier[-_MANY:] if not self._orders(one)]
        past = canonical("\n".join(story), _EARLIER) if story else ""
        if not past:
            return alone
        before = self._of_story(past)
        whole = before if self._orders(text) else self._of_story(canonical(past + "\n" + canonical(text), _EARLIER))
        return together(alone, before, whole)

    def _of_story(self, text: str) -> Assessment:
        """What a story says so far; the next message asks for it again, so the last ones are kept, by digest and not by words."""
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        known = self._stories.get(key)
        if known is None:
            known = replace(self._assess(text), spoken=None)
            if len(self._stories) >= _STORIES:
                self._stories.clear()
            self._stories[key] = known
        return known

    def marked(self, text: str) -> tuple[Marks, Assessment]:
        """What a message shows of itself and what the rules alone make of it, for learning from it."""
        message = canonical(text)
        reading, persons, cut = self._read(message)
        heard = self._by_rules(text, message, reading, persons)
        return marks(message, cut, reading, persons, heard), heard

    def _assess(self, text: str) -> Assessment:
        message = canonical(text)
        latin, kana = self._heard(text, message), self.languages.in_kana(message)
        spoken = self._heard(kana, kana) if kana else latin
        # No danger may depend on the script it is written in.
        return spoken if set(latin.crises) <= set(spoken.crises) else latin

    def _heard(self, text: str, message: str) -> Assessment:
        reading, persons, cut = self._read(message)
        heard = self._by_rules(text, message, reading, persons)
        if heard.language == "ja" and _JAPANESE.search(message):
            leaning = self.leanings.weigh(marks(message, cut, reading, persons, heard))
            heard = judge(message, heard, leaning, literal=self._orders(message))
        spoken = Spoken(message, cut, reading.mentions)
        return replace(heard, minor=self._young_writer(reading, persons, heard), spoken=spoken)

    def _orders(self, text: str) -> bool:
        """Whether a message only tells the bot what to do, or answers it."""
        act = self.hear_act(text)
        return act is not None and act.kind not in ("place", "number")

    def spoken(self, text: str) -> Spoken:
        """A canonical text with its words and everything the vocabulary knows in it."""
        reading, _, cut = self._read(text)
        return Spoken(text, cut, reading.mentions)

    def _read(self, text: str) -> tuple[Reading, list[Person], list[Word]]:
        cut = self.words.cut(text)
        mentions = [*self.vocabulary.read(text, cut), *inferred(text)]
        if kana_only(text):
            known = {(m.concept, m.start) for m in mentions}
            mentions += [m for m in self.vocabulary.read_by_sound(text, cut) if (m.concept, m.start) not in known]
        persons = people(text, mentions)
        frail = any(m.concept in _FRAIL for m in mentions)
        for start, end, age in ages(text):
            concept = "@minor" if age < 18 else "@elder" if age >= 65 else ""
            if concept:
                mentions.append(Mention(concept, start, end, text[start:end], 0, 0))
        mentions += [Mention("@minor", p.start, p.end, p.words, p.first, p.last, p.particle) for p in persons if is_minor(p)]
        mentions += [
            Mention("@elder", p.start, p.end, p.words, p.first, p.last, p.particle) for p in persons if is_elderly(p, frail)
        ]
        return Reading(text, mentions), persons, cut

    def _alarms(self, text: str, reading: Reading, persons: list[Person]) -> list[Alarm]:
        alarms = self.crises.hear(reading, persons)
        for spelling in self.crises.spellings(text):
            found = self.crises.hear(*self._read(spelling)[:2])
            alarms += [alarm for alarm in found if alarm.code not in {known.code for known in alarms}]
        if not alarms:
            alarms += self.crises.by_sound(text)
        return alarms

    def _by_rules(self, text: str, message: str, reading: Reading, persons: list[Person]) -> Assessment:
        """What the rules alone hear in one message; `text` is as it was typed."""
        alarms = self._alarms(message, reading, persons)
        for window in alarming_windows(text, CAP):
            alarms += self._alarms(window, *self._read(window)[:2])
        language = self.languages.recognise(message)
        heard = self.languages.heard(message, language)
        evidence = [Evidence("crisis", alarm.code.value, alarm.words, alarm.rule) for alarm in alarms]
        evidence += [Evidence(p.kind, p.code, words, f"languages.{p.language}") for p, words in heard if p.kind != "role"]
        found = {alarm.code for alarm in alarms} | {Crisis(p.code) for p, _ in heard if p.kind == "crisis"}
        crises = tuple(crisis for crisis in Crisis if crisis in found)
        social_kind = (
            None if crises else self.social.kind(message, reading) or next((p.code for p, _ in heard if p.kind == "social"), None)
        )
        hits = self.reasons.judge(reading)
        shown = [] if social_kind else situations(reading, persons)
        reasons = self._reasons(crises, hits, shown, {p.code for p, _ in heard if p.kind == "reason"})
        evidence += [
            Evidence("reason", hit.rule.code, hit.words, hit.rule.id) for hit in hits if Reason(hit.rule.code) in reasons
        ]
        evidence += [
            Evidence("reason", "complex", situation.words, situation.name) for situation in shown if Reason.COMPLEX in reasons
        ]
        scale = self.subjects.judge(reading)
        chatting = self.social.chatting(reading) and not scale.chosen()
        if not scale.chosen() and not social_kind:
            social_kind = None if crises else self.social.said(message)
        if not (crises or chatting or social_kind) and len(message) > _BARE_NOUN:
            scale.strengthen()
            if not scale.chosen() and not reasons and not heard and self.social.concrete(message):
                scale.scores[Topic.OTHER] = 0.5
        abroad = tuple(TopicScore(Topic(p.code), 0.8) for p, _ in heard if p.kind == "topic")
        topics = (abroad if language != "ja" and not crises else ()) or ordered(scale) or abroad
        named = {score.topic.value for score in topics}
        evidence += [told for told in scale.told if told.code in named]
        route = self._route(crises, reasons, social_kind, bool(topics), message, chatting)
        if route is Route.SOCIAL or (route is Route.CLARIFY and self.social.vague(message)):
            topics, reasons = (), ()
        return Assessment(
            route=route,
            topics=topics,
            crises=crises,
            desk=desk_for(crises, reasons),
            reasons=reasons,
            household=members(message, reading.mentions, persons),
            explanation=tuple(dict.fromkeys(evidence)),
            kinds=tuple(scale.kinds),
            third_person=any(p.concept in ("neighbor", "other_child", "friend") for p in persons)
            or Reason.THIRD_PARTY in reasons,
            social_kind=social_kind if route is Route.SOCIAL else None,
            crisis_role=(self._role(alarms) if alarms else told_role(heard)) if crises else None,
            hiragana_only=kana_only(message),
            language=language,
            patterns=tuple(situation.name for situation in shown),
        )

    @staticmethod
    def _reasons(
        crises: tuple[Crisis, ...],
        hits: list[Hit],
        shown: list[Situation],
        heard: set[str],
    ) -> tuple[Reason, ...]:
        codes = {hit.rule.code for hit in hits} | heard
        found = {Reason(code) for code in codes}
        if crises:
            found.add(Reason.CRISIS)
            found.discard(Reason.THIRD_PARTY)
            found.discard(Reason.PERSON_REQUESTED)
        if shown:
            found.add(Reason.COMPLEX)
        if {Crisis.DV, Crisis.SEXUAL_VIOLENCE} & set(crises):
            found.add(Reason.WIDE_AREA)
        counted_only = all(situation.name == "複合課題" for situation in shown)
        if Reason.THIRD_PARTY in found or (Reason.IMMEDIATE_NEED in found and counted_only):
            found.discard(Reason.COMPLEX)
        return tuple(reason for reason in Reason if reason in found)

    @staticmethod
    def _young_writer(reading: Reading, persons: list[Person], heard: Assessment) -> bool:
        """Whether a child writes: it says so, or it tells of abuse by an elder and names no child but itself."""
        told = Scene(reading, persons).writer_minor
        if told is not None:
            return told
        suffers = Crisis.CHILD_ABUSE in heard.crises and heard.crisis_role not in ("doer", "neighbour")
        return suffers and not any(p.concept in YOUNG | {"neighbor"} for p in persons)

    @staticmethod
    def _role(alarms: list[Alarm]) -> str:
        """The writer's part; to be the victim or the doer says more than to be the one who tells."""
        roles = [alarm.role for alarm in alarms if alarm.role]
        return next(
            (role for role in ("doer", "victim") if role in roles),
            roles[0] if roles else "self",
        )

    def _route(
        self,
        crises: tuple[Crisis, ...],
        reasons: tuple[Reason, ...],
        social_kind: str | None,
        topical: bool,
        message: str,
        chatting: bool,
    ) -> Route:
        if crises:
            return Route.URGENT
        if reasons:
            return Route.HANDOFF
        if social_kind:
            return Route.SOCIAL
        if topical and not self.social.vague(message):
            return Route.ANSWER
        if chatting and not topical:
            return Route.SOCIAL
        return Route.CLARIFY
