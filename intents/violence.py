"""Names the kind of violence from who did what to whom."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from intents.codes import Crisis
from intents.household import ADULT, Person, is_minor
from intents.scene import COUPLE, ELDERS, KIN, PARENTS, YOUNG, Scene
from intents.vocabulary import Mention

_ACTS = ("hit", "threaten", "control", "harsh_verbal", "verbal", "neglect", "money_taken", "restrain")


@dataclass(frozen=True, slots=True)
class Violence:
    """One act with its kind, and the part the writer has in it."""

    code: Crisis
    role: str
    words: str
    rule: str
    start: int
    end: int
    sure: bool = True


# A text that tells more acts than these repeats itself; each costs a look at everybody in it.
_MOST = 120


def violence(scene: Scene) -> list[Violence]:
    """Every act of violence the text tells, in its order."""
    found: list[Violence] = []
    told: tuple[Person | None, list[Person]] | None = None
    acts = (mention for mention in scene.reading.mentions if mention.concept in _ACTS)
    for act in islice(acts, _MOST):
        if scene.harmless(act):
            continue
        alone = told is not None and not scene.someone_in_sentence(act)
        doer, victims = told if alone and told is not None else scene.parts(act)
        if doer is not None:
            told = (doer, victims)
        for victim in victims or [scene.writer()]:
            code = _Judge(scene).kind(act, doer, victim)
            if code is not None:
                words = scene.quote(act, doer, victims)
                role, rule = _role(scene, doer, victim), f"violence.{act.concept}"
                found.append(Violence(code, role, words, rule, act.start, act.end, bool(doer)))
    return found


def _role(scene: Scene, doer: Person | None, victim: Person) -> str:
    if doer is not None and doer.concept == "me":
        return "doer"
    if victim.concept == "me":
        return "victim"
    return "neighbour" if scene.outside else "someone_else"


@dataclass(frozen=True, slots=True)
class _Judge:
    """The table of who to whom, written as questions in the order in which they decide."""

    scene: Scene

    def kind(self, act: Mention, doer: Person | None, victim: Person) -> Crisis | None:
        """The kind of violence when `doer` does `act` to `victim`, None when it is none."""
        by, to, kind, fear = doer.concept if doer else "", victim.concept, act.concept, self.scene.afraid
        physical = kind in ("hit", "threaten", "restrain")
        if by == "me" and to == "me":
            return None
        if by == "staff" or (not by and self.scene.reading.has("facility") and kind != "control"):
            return self._by_carers(kind, to, fear)
        if by in ELDERS and to == "me" and self.scene.reading.has("dementia") and not self.scene.writer_minor:
            return Crisis.FAMILY_VIOLENCE if kind == "hit" and not self.scene.reading.has("strike_objects") else None
        if (by in ("friend", "minor_role", "other_child") and to == "child" and "passive" in act.flags) or (by, to) == (
            "child",
            "friend",
        ):
            return None
        if by == "boss":
            return (
                Crisis.DISABILITY_ABUSE
                if self.scene.disabled and kind in ("hit", "money_taken", "threaten", "harsh_verbal")
                else None
            )
        if (by in COUPLE and to in ("me", "someone", "friend", "sibling", "relative")) or (
            to in COUPLE and by in ("me", *COUPLE, "")
        ):
            if by == "partner" and to == "me" and doer is not None and doer.words.endswith("嫁") and self.scene.writer_elder:
                return Crisis.ELDER_ABUSE
            return self._in_couple(kind, by, to, fear, physical)
        if by in ("me", *COUPLE, *ELDERS, "relative", "neighbor", "someone", "friend", "teacher", "") and (
            to in YOUNG or (to == "sibling" and by in ELDERS | COUPLE)
        ):
            return self._to_the_young(kind, by, victim, physical)
        if to in ELDERS and by not in ("friend", "stranger", "boss"):
            return self._to_the_old(act, by, to, physical)
        if by in PARENTS | {"grandparent", "relative", "teacher"} and to in ("me", "friend", "sibling", "someone"):
            return self._by_parents(kind, by, to, fear, physical)
        if by in ("child", "grandchild", "minor_role", "baby") and (physical or kind == "money_taken"):
            if (doer is not None and doer.age is not None and doer.age < 7) or by == "baby":
                return None
            pension = kind == "money_taken" and "年金" in act.words and not self.scene.disabled
            if by == "grandchild" or pension or self.scene.writer_elder:
                return Crisis.ELDER_ABUSE
            return Crisis.FAMILY_VIOLENCE if physical and (to != "other_child") and not self.scene.between_pupils else None
        if by in ("sibling", "family_word") and physical:
            return Crisis.DISABILITY_ABUSE if self.scene.disabled and to != "me" else Crisis.FAMILY_VIOLENCE
        if (
            self.scene.disabled
            and by in KIN | {""}
            and to in ("sibling", "child", "me")
            and kind in ("money_taken", "neglect", "restrain")
            and by
        ):
            return Crisis.DISABILITY_ABUSE
        if (
            not by
            and to == "me"
            and kind in ("hit", "restrain")
            and "passive" in act.flags
            and not self.scene.between_pupils
            and not self.scene.reading.has("stranger", "boss", "friend", "pet", "pest", "注射", "点滴")
        ):
            return Crisis.CHILD_ABUSE if self.scene.childlike else Crisis.FAMILY_VIOLENCE
        return None

    def _by_carers(self, kind: str, to: str, fear: bool) -> Crisis | None:
        if kind in ("verbal", "control") and not fear:
            return None
        if self.scene.reading.has("nursery") or to in ("baby", "other_child"):
            return Crisis.CHILD_ABUSE
        if self.scene.reading.has("放課後デイ") and to not in ELDERS:
            return Crisis.DISABILITY_ABUSE
        if self.scene.reading.has("nursing_home", "dementia") or to in ELDERS:
            return Crisis.DISABILITY_ABUSE if self.scene.reading.has("disability") and to not in ELDERS else Crisis.ELDER_ABUSE
        return Crisis.DISABILITY_ABUSE

    def _in_couple(self, kind: str, by: str, to: str, fear: bool, physical: bool) -> Crisis | None:
        if by == "me" and self.scene.reading.has("dementia", "bedridden", "caring") and (physical or kind == "neglect"):
            return Crisis.ELDER_ABUSE
        if "me" not in (by, to) and self.scene.outside and self.scene.reading.has("care_need", "bedridden", "dementia"):
            return Crisis.ELDER_ABUSE
        if not by and to in COUPLE and not self.scene.outside:
            return None
        if kind == "verbal":
            return Crisis.DV if fear and by in COUPLE else None
        if kind == "neglect":
            return Crisis.DV if self.scene.reading.has("control") else None
        return Crisis.DV

    def _to_the_young(self, kind: str, by: str, victim: Person | None, physical: bool) -> Crisis | None:
        age = victim.age if victim else None
        if victim and victim.concept == "sibling" and self.scene.disabled and not is_minor(victim):
            return Crisis.DISABILITY_ABUSE
        if (age is not None and age >= ADULT) or (age is None and "成人" in self.scene.reading.text):
            if kind in ("verbal", "control"):
                return None
            return Crisis.DISABILITY_ABUSE if self.scene.disabled else Crisis.FAMILY_VIOLENCE if physical else None
        if kind == "verbal" or kind == "control":
            return (
                Crisis.CHILD_ABUSE
                if victim
                and victim.concept in ("other_child", "baby", "grandchild")
                and self.scene.reading.has("cry", "fear")
                and by != "me"
                else None
            )
        if kind == "money_taken":
            return Crisis.DISABILITY_ABUSE if self.scene.disabled else None
        if (
            not by
            and not (self.scene.outside or self.scene.reading.has("cry"))
            and not (victim and is_minor(victim))
            and self.scene.between_pupils
        ):
            return None
        if not by and self.scene.between_pupils:
            return None
        return Crisis.CHILD_ABUSE

    def _to_the_old(self, act: Mention, by: str, to: str, physical: bool) -> Crisis | None:
        kind = act.concept
        if kind in ("verbal", "control") and not (self.scene.frail and self.scene.reading.has("fear")):
            return Crisis.ELDER_ABUSE if self.scene.frail and kind == "control" and by else None
        old = (
            to in ("grandparent", "elder")
            or self.scene.frail
            or kind in ("money_taken", "neglect", "restrain")
            or self.scene.reading.has("caring")
            or (by == "me" and self.scene.reading.has("care_scene"))
        )
        if by in PARENTS and to in PARENTS and not old:
            return Crisis.CHILD_ABUSE if self.scene.childlike else Crisis.DV
        if old or (by == "me" and "regret" in act.flags and self.scene.writer_minor is not True):
            return Crisis.ELDER_ABUSE
        return Crisis.FAMILY_VIOLENCE if physical else None

    def _by_parents(self, kind: str, by: str, to: str, fear: bool, physical: bool) -> Crisis | None:
        young = self.scene.writer_minor if to != "friend" else True
        if kind == "verbal":
            return Crisis.CHILD_ABUSE if young is not False and fear and by != "teacher" else None
        if by == "teacher":
            return Crisis.CHILD_ABUSE if physical and young is not False else None
        if kind in ("control", "money_taken"):
            if self.scene.disabled:
                return Crisis.DISABILITY_ABUSE
            return Crisis.CHILD_ABUSE if young else None
        if young is False:
            if self.scene.disabled:
                return Crisis.DISABILITY_ABUSE
            return Crisis.FAMILY_VIOLENCE if physical else None
        return Crisis.CHILD_ABUSE
