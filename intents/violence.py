"""Who hurts whom: finds the doer and the victim of each act and names the kind of violence that makes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intents.codes import Crisis
from intents.cues import Reading
from intents.household import ADULT, ELDERLY, Person, is_minor, writer_age
from intents.vocabulary import Mention

_ACTS = ("hit", "threaten", "control", "harsh_verbal", "verbal", "neglect", "money_taken", "restrain")
_PARENTS = frozenset({"mother", "father", "parent", "in_laws"})
_ELDERS = _PARENTS | {"grandparent", "elder"}
_COUPLE = frozenset({"partner", "ex_partner"})
_YOUNG = frozenset({"child", "baby", "grandchild", "minor_role", "other_child", "young_relative"})
_KIN = _ELDERS | _YOUNG | _COUPLE | {"sibling", "relative", "family_word"}
_OUTSIDERS = frozenset({"neighbor", "someone", "other_child", "friend"})
_DOER_PARTICLES = frozenset({"が", "は", "も", ""})
_BODY = "(?:の)?(?:顔|頭|体|からだ|腕|足|首|背中|お腹|腹|頬|ほほ|お尻|髪|手|胸|目の前で?|前で)?[をにがも]?"


@dataclass(frozen=True, slots=True)
class Violence:
    """One act with its kind, and the part the writer has in it."""

    code: Crisis
    role: str
    words: str
    rule: str
    start: int
    end: int


class Scene:
    """One text with its people, ready to be asked who did what to whom."""

    def __init__(self, reading: Reading, persons: list[Person]) -> None:
        self.reading = reading
        self.persons = persons
        self.writer_age = writer_age(reading.text, persons)
        has = reading.has
        self.frail = has("dementia", "bedridden", "care_need") or any(p.age is not None and p.age >= ELDERLY for p in persons)
        self.disabled = has("disability", "disability_home")
        self.outside = any(p.concept in _OUTSIDERS for p in persons) or has("supporter")

    @property
    def writer_minor(self) -> bool | None:
        """True or False when the text tells the writer's age group, None when it does not."""
        if self.writer_age is not None:
            return self.writer_age < ADULT
        for person in self.persons:
            if person.concept == "minor_role" and re.match(
                r"です|だけど|だよ|なんだけど|なのに|の(?:女|男)|。|、|$", self.reading.text[person.end : person.end + 5]
            ):
                return True
        if self.reading.has("adult_life") or any(p.concept in ("partner", "child", "baby") for p in self.persons):
            return False
        return None

    def violence(self) -> list[Violence]:
        """Every act of violence the text tells, mildest guess last."""
        found: list[Violence] = []
        for act in self.reading.mentions:
            if act.concept not in _ACTS or self._harmless(act):
                continue
            doer, victims = self.parts(act)
            for code, role in self._kinds(act, doer, victims):
                found.append(Violence(code, role, self._quote(act, doer, victims), f"violence.{act.concept}", act.start, act.end))
        return found

    def _harmless(self, act: Mention) -> bool:
        low, high = self.reading.sentence_of(act.start)
        if act.concept == "neglect" and re.search("何歳|いくつから|何才", self.reading.text):
            return True
        if "neg" in act.flags and act.concept in ("hit", "threaten", "harsh_verbal", "verbal") and "give" not in act.flags:
            return True
        around = [
            m
            for name in ("study", "fiction", "pest", "hotline_ask")
            for m in self.reading.by_concept.get(name, ())
            if low <= m.start < high
        ]
        if around and not any(p.concept == "me" for p in self.persons if low <= p.start < high):
            return True
        if (
            "past" in act.flags
            and "come" not in act.flags
            and any(low <= m.start < high for m in self.reading.by_concept.get("long_ago", ()))
        ):
            return True
        if act.concept == "hit" and not self.reading.has("strike_objects"):
            return any(
                0 <= act.start - m.end <= 1 or m.end == act.end
                for m in self.reading.by_concept.get("harmless_object", ())
                if m.particle in ("を", "に", "が")
            )
        return False

    def parts(self, act: Mention) -> tuple[Person | None, list[Person]]:
        """The doer and the victims of one act, from particles and word order; the nearest fitting person wins."""
        text = self.reading.text
        low = self.reading.sentence_of(act.start)[0]
        before = [p for p in self.persons if p.end <= act.start]
        near = [p for p in before if p.start >= low] or before[-2:]
        after = next(
            (
                p
                for p in self.persons
                if 0 <= p.start - act.end <= 9
                and not re.search(
                    r"[、。,!?のがはをにでと]",
                    re.sub(
                        "^(?:ふるう|振るう|をふるう|を振るう|てくる|する|される|られる|られた|された|してくる|をしている|している|している|られている|されている|り)*",
                        "",
                        text[act.end : p.start],
                    ),
                )
            ),
            None,
        )
        suffered = bool({"passive", "get"} & act.flags or re.search("もらえ|られ|され", act.words)) or text[
            act.end : act.end + 4
        ].startswith(("を受け", "うけ", "を受", "にあっ", "に遭", "にあう"))
        linked = [p for p in near if p.particle == "の" and act.start - p.end <= 3] + [p for p in near if p.particle == "から"]
        if suffered:
            doers = [p for p in near if p.particle in ("に", "から", "の") and p.concept != "me"]
            victims = [p for p in near if p.particle in ("が", "は", "も", "を", "と", "")]
            doer = doers[-1] if doers else None
            if doer is not None:
                victims = [p for p in victims if p is not doer]
            elif after is not None and not victims:
                victims = [after]
            else:
                others = [p for p in near if p.particle in _DOER_PARTICLES and p.concept in _COUPLE | _PARENTS | {"staff"}]
                if others and not any(v.concept in _YOUNG for v in victims):
                    doer, victims = others[-1], [v for v in victims if v is not others[-1]]
            return doer, victims or [self._me()]
        if (
            linked
            and act.concept in ("hit", "harsh_verbal", "verbal", "control", "threaten")
            and re.search(
                "暴力|DV|暴言|虐待|モラハラ|怒鳴り声|束縛|監視|ストーカー|ネグレクト|体罰",
                act.words + text[act.start - 1 : act.end + 1],
            )
        ):
            doer = linked[-1]
            return doer, [p for p in near if p is not doer and p.particle in ("を", "に", "へ", "が")] or [self._me()]
        victims = [
            p
            for p in near
            if p.particle in ("を", "に", "へ", "と") or (p.particle == "の" and re.fullmatch(_BODY, text[p.end : act.start]))
        ]
        doers = [p for p in near if p.particle in _DOER_PARTICLES and p not in victims]
        doer = doers[-1] if doers else None
        if doer is None and after is not None and after not in victims and after.concept in _KIN:
            doer = after
        inward = bool({"regret", "seem", "want", "will"} & act.flags) and not {"come"} & act.flags
        if inward and (doer is None or (doer.concept in _YOUNG | _ELDERS and not victims and doer.particle == "")):
            victims = victims or ([doer] if doer else [])
            return self._me(), victims
        if (
            doer is None
            and victims
            and act.concept in ("hit", "threaten", "neglect", "restrain")
            and "come" not in act.flags
            and not self.outside
            and not any(v.concept == "me" for v in victims)
        ):
            return self._me(), victims
        if doer is None and not victims:
            kin = [p for p in before if p.concept in _KIN | {"staff"}]
            if "come" in act.flags or act.concept in ("control", "threaten", "neglect", "money_taken"):
                doer = kin[-1] if kin else None
        return doer, victims

    def _me(self) -> Person:
        return Person("me", 0, 0, "", "", self.writer_age, 0, 0)

    def _quote(self, act: Mention, doer: Person | None, victims: list[Person]) -> str:
        low, high = self.reading.sentence_of(act.start)
        starts = [p.start for p in [doer, *victims] if p is not None and p.words and low <= p.start < act.start]
        return self.reading.text[min([*starts, act.start]) : act.end]

    def _kinds(self, act: Mention, doer: Person | None, victims: list[Person]) -> list[tuple[Crisis, str]]:
        found: list[tuple[Crisis, str]] = []
        for victim in victims or [None]:
            code = self._kind(act, doer, victim)
            if code is not None:
                found.append((code, self._role(doer, victim)))
        return found

    def _role(self, doer: Person | None, victim: Person | None) -> str:
        if doer is not None and doer.concept == "me":
            return "doer"
        if victim is None or victim.concept == "me":
            return "victim"
        return "neighbour" if self.outside else "someone_else"

    def _kind(self, act: Mention, doer: Person | None, victim: Person | None) -> Crisis | None:
        by, to, kind = doer.concept if doer else "", victim.concept if victim else "me", act.concept
        fear = self.reading.has("fear")
        physical = kind in ("hit", "threaten", "restrain")
        if by == "me" and to == "me":
            return None
        if by == "staff" or (not by and self.reading.has("facility") and kind != "control"):
            return self._by_carers(kind, to, fear)
        if by == "boss":
            return (
                Crisis.DISABILITY_ABUSE if self.disabled and kind in ("hit", "money_taken", "threaten", "harsh_verbal") else None
            )
        if (by in _COUPLE and to in ("me", "someone", "friend", "sibling", "relative")) or (
            to in _COUPLE and by in ("me", *_COUPLE, "")
        ):
            return self._in_couple(kind, by, to, fear, physical)
        if by in ("me", *_COUPLE, *_ELDERS, "relative", "neighbor", "someone", "friend", "teacher", "") and (
            to in _YOUNG or (to == "sibling" and by in _ELDERS | _COUPLE)
        ):
            return self._to_the_young(kind, by, victim, physical)
        if to in _ELDERS and by not in ("friend", "stranger", "boss"):
            return self._to_the_old(kind, by, to, physical)
        if by in _PARENTS | {"grandparent", "relative", "teacher"} and to in ("me", "friend", "sibling", "someone"):
            return self._by_parents(kind, by, fear, physical)
        if by in ("child", "grandchild", "minor_role", "baby") and (physical or kind == "money_taken"):
            if (doer is not None and doer.age is not None and doer.age < 7) or by == "baby":
                return None
            if by == "grandchild" or (self.writer_age or 0) >= ELDERLY:
                return Crisis.ELDER_ABUSE
            return Crisis.FAMILY_VIOLENCE if physical and (to != "other_child") and not self._between_pupils() else None
        if by in ("sibling", "family_word") and physical:
            return Crisis.DISABILITY_ABUSE if self.disabled and to != "me" else Crisis.FAMILY_VIOLENCE
        if (
            self.disabled
            and by in _KIN | {""}
            and to in ("sibling", "child", "me")
            and kind in ("money_taken", "neglect", "restrain")
            and by
        ):
            return Crisis.DISABILITY_ABUSE
        if (
            not by
            and to == "me"
            and kind in ("hit",)
            and "passive" in act.flags
            and not self._between_pupils()
            and not self.reading.has("stranger", "boss", "friend")
        ):
            return Crisis.CHILD_ABUSE if self.writer_minor else Crisis.FAMILY_VIOLENCE
        return None

    def _between_pupils(self) -> bool:
        return self.reading.has("school", "nursery", "school_life") and not self.reading.has("mother", "father", "parent")

    def _by_carers(self, kind: str, to: str, fear: bool) -> Crisis | None:
        if kind in ("verbal", "control") and not fear:
            return None
        if self.reading.has("nursery") or to in ("baby", "other_child"):
            return Crisis.CHILD_ABUSE
        if self.reading.has("nursing_home", "dementia") or to in _ELDERS:
            return Crisis.DISABILITY_ABUSE if self.reading.has("disability") and to not in _ELDERS else Crisis.ELDER_ABUSE
        return Crisis.DISABILITY_ABUSE

    def _in_couple(self, kind: str, by: str, to: str, fear: bool, physical: bool) -> Crisis | None:
        if by == "me" and self.reading.has("dementia", "bedridden", "caring") and (physical or kind == "neglect"):
            return Crisis.ELDER_ABUSE
        if not by and to in _COUPLE and not self.outside:
            return None
        if kind == "verbal":
            return Crisis.DV if fear and by in _COUPLE else None
        if kind == "neglect":
            return Crisis.DV if self.reading.has("control") else None
        return Crisis.DV

    def _to_the_young(self, kind: str, by: str, victim: Person | None, physical: bool) -> Crisis | None:
        age = victim.age if victim else None
        if victim and victim.concept == "sibling" and self.disabled and not is_minor(victim):
            return Crisis.DISABILITY_ABUSE
        if age is not None and age >= ADULT:
            if kind in ("verbal", "control"):
                return None
            return Crisis.DISABILITY_ABUSE if self.disabled else Crisis.FAMILY_VIOLENCE if physical else None
        if kind == "verbal" or kind == "control":
            return (
                Crisis.CHILD_ABUSE
                if victim
                and victim.concept in ("other_child", "baby", "grandchild")
                and self.reading.has("cry", "fear")
                and by != "me"
                else None
            )
        if kind == "money_taken":
            return Crisis.DISABILITY_ABUSE if self.disabled else None
        if (
            not by
            and not (self.outside or self.reading.has("cry"))
            and not (victim and is_minor(victim))
            and self._between_pupils()
        ):
            return None
        if not by and self._between_pupils():
            return None
        return Crisis.CHILD_ABUSE

    def _to_the_old(self, kind: str, by: str, to: str, physical: bool) -> Crisis | None:
        if kind in ("verbal", "control") and not (self.frail and self.reading.has("fear")):
            return Crisis.ELDER_ABUSE if self.frail and kind == "control" and by else None
        old = to in ("grandparent", "elder") or self.frail or kind in ("money_taken", "neglect", "restrain") or self.reading.has("caring")
        if by in _PARENTS and to in _PARENTS and not old:
            return Crisis.CHILD_ABUSE if self.writer_minor else Crisis.DV
        if old:
            return Crisis.ELDER_ABUSE
        return Crisis.FAMILY_VIOLENCE if physical else None

    def _by_parents(self, kind: str, by: str, fear: bool, physical: bool) -> Crisis | None:
        young = self.writer_minor
        if kind == "verbal":
            return Crisis.CHILD_ABUSE if young is not False and fear and by != "teacher" else None
        if by == "teacher":
            return Crisis.CHILD_ABUSE if physical and young is not False else None
        if kind in ("control", "money_taken"):
            if self.disabled:
                return Crisis.DISABILITY_ABUSE
            return Crisis.CHILD_ABUSE if young else None
        if young is False:
            if self.disabled:
                return Crisis.DISABILITY_ABUSE
            return Crisis.FAMILY_VIOLENCE if physical else None
        return Crisis.CHILD_ABUSE
