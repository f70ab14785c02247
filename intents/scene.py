"""One text with its people: who does an act, who suffers it, and which acts are no violence at all."""

from __future__ import annotations

import re

from intents.cues import Reading
from intents.household import ADULT, ELDERLY, Person, writer_age
from intents.text import kana_only
from intents.vocabulary import Mention

PARENTS = frozenset({"mother", "father", "parent", "in_laws"})
ELDERS = PARENTS | {"grandparent", "elder"}
COUPLE = frozenset({"partner", "ex_partner"})
YOUNG = frozenset({"child", "baby", "grandchild", "minor_role", "other_child", "young_relative"})
KIN = ELDERS | YOUNG | COUPLE | {"sibling", "relative", "family_word"}
_OUTSIDERS = frozenset({"neighbor", "someone", "other_child", "friend"})
_DOER_PARTICLES = ("が", "は", "も", "")
_BODY = re.compile(
    "(?:の)?(?:顔|頭|体|からだ|腕|足|首|背中|お腹|腹|頬|ほほ|ほっぺ|お尻|髪|髪の毛|手|胸|耳|目の前で?|前で)?[をにがも]?"
    "(?:何度も|何回も|毎日|強く|思いきり|思い切り|つい|また|思わず|[^、。]{1,4}で)?"
)
_RECEIVED = re.compile("(?:を受|うけ|にあ|に遭)")
_RECEIVED_WORDS = re.compile("もらえ|[らさかたばま]れ")
_NOUN_ACT = re.compile("暴力|DV|暴言|虐待|モラハラ|怒鳴り声|束縛|監視|ストーカー|ネグレクト|体罰")
# What may stand between an act and the person it describes: 暴力をふるう父, 殴られている子.
_CLAUSE_END = re.compile(
    "(?:を?(?:ふるう|振るう|している)|て(?:くる|いる)|する|さ?れ(?:る|た|ている)|られ(?:る|た|ている)|してくる|り)*"
)
_SAYS_OWN_AGE = re.compile("です|だけど|だよ|なんだけど|なのに|の(?:女|男)|。|、|$")
MOTHERS_PARTNER = re.compile("(?:ママ|まま|母|母親|お母さん|おかあさん|母さん)の(?:彼|かれ|カレ|恋人|再婚|男)")
# An elder's way of speaking, and households only the old describe so.
_ELDER_SPEECH = re.compile(
    "わし(?!づか)|ワシ|老い先|年寄りだから|年寄りなんで|息子夫婦と|長男夫婦|息子の嫁|(?:とる|とん|んの|な)じゃ(?:[。、]|$)|のう[。、]"
    "|年金暮らしの私|ばばあと|くそばばあ|くそじじい"
)
_CHILD_SPEECH = re.compile(
    "ママ|パパ|まま|ぱぱ|おかあさん|おとうさん|お母さん|お父さん|学校|テスト|宿題|たたか|なぐら|なぐる|たたく"
)
# Shut in by a lock, a lift or a lost key: nobody did it.
_BY_ACCIDENT = re.compile("鍵を(?:なく|無く|忘れ|落と)|故障|エレベーター|停電|オートロック")
_SHORTLY_BEFORE = 20
# What stands between somebody who does something and what happens to another: 父が酒を飲むと|殴られる.
_NEXT_CLAUSE = re.compile("[、。!?\n]|(?:る|た|い)と|て|たら|れば|から|ので|けど|し(?=[、 ])")
_BY_AUTHORITY = re.compile("委任状|後見|手続き|遺言|相続")
_GREW_UP = re.compile("て(?:育|大きくな|おとなにな|大人にな)")
_UNTHINKABLE = re.compile("(?:の|こと)は?(?:心配|不安|かわいそう|可哀想|無理|できな|避けた)")
_AMONG_CHILDREN = re.compile("(?:子ども|子供|友達|兄弟|生徒)同士|兄弟(?:げんか|喧嘩)|友(?:達|だち)(?:に|を|と)")
_LONG_PAST = frozenset({"come", "prog"})


class Scene:
    """What the rules about violence may ask of a text."""

    def __init__(self, reading: Reading, persons: list[Person]) -> None:
        self.reading = reading
        self.persons = persons
        self.writer_age = writer_age(reading.text, persons)
        self.frail = reading.has("dementia", "bedridden", "care_need") or any((p.age or 0) >= ELDERLY for p in persons)
        self.disabled = reading.has("disability", "disability_home")
        self.outside = any(p.concept in _OUTSIDERS for p in persons) or reading.has("supporter")
        self.afraid = reading.has("fear")

    @property
    def writer_minor(self) -> bool | None:
        """True or False when the text tells the writer's age group, None when it does not."""
        if self.writer_age is not None:
            return self.writer_age < ADULT
        text = self.reading.text
        if self.reading.has("supporter"):
            return False
        if any(p.concept == "minor_role" and _SAYS_OWN_AGE.match(text, p.end) for p in self.persons):
            return True
        lover = MOTHERS_PARTNER.search(text)
        own = not any(
            p.concept in ("child", "baby", "grandchild") or (p.concept == "partner" and not lover) for p in self.persons
        )
        if own and self.reading.has("school_life") and self.reading.has("mother", "father", "parent"):
            return True
        grown = [m for m in self.reading.by_concept.get("adult_life", ()) if not (lover and m.words.startswith("彼"))]
        if grown or not (own or self.persons == []):
            return False
        return None

    @property
    def writer_elder(self) -> bool:
        """True when the writer tells or shows in speaking to be old."""
        return (self.writer_age or 0) >= ELDERLY or (self.writer_age is None and bool(_ELDER_SPEECH.search(self.reading.text)))

    @property
    def childlike(self) -> bool:
        """True when it reads as if a child wrote it, though no age is told."""
        if self.writer_minor is not None:
            return self.writer_minor
        text = self.reading.text
        return not self.writer_elder and (kana_only(text) and len(text) <= 60 and bool(_CHILD_SPEECH.search(text)))

    @property
    def between_pupils(self) -> bool:
        """True when it happens at school or nursery and no parent is named."""
        if _AMONG_CHILDREN.search(self.reading.text):
            return True
        return self.reading.has("school", "nursery", "school_life") and not self.reading.has("mother", "father", "parent")

    def harmless(self, act: Mention) -> bool:
        """True when the act is denied, studied, played, long past, or done to a thing."""
        low, high = self.reading.sentence_of(act.start)
        if act.concept == "neglect" and re.search("何歳|いくつから|何才", self.reading.text):
            return True
        if act.concept == "money_taken" and _BY_AUTHORITY.search(self.reading.text):
            return True
        if act.concept in ("hit", "threaten", "harsh_verbal", "verbal") and "neg" in act.flags and "give" not in act.flags:
            return True
        if _GREW_UP.match(self.reading.text, act.end):
            return True
        if act.concept == "neglect" and _UNTHINKABLE.match(self.reading.text, act.end):
            return True
        if act.concept == "restrain" and _BY_ACCIDENT.search(self.reading.text, max(0, act.start - _SHORTLY_BEFORE), act.start):
            return True
        if act.concept == "hit" and self._near(("contest",), low, high):
            return True
        spoken_of = self._near(("study", "fiction", "pest", "hotline_ask"), low, high)
        if spoken_of and not any(p.concept == "me" for p in self.persons if low <= p.start < high):
            return True
        if not _LONG_PAST & act.flags and self._near(("long_ago",), low, high):
            return True
        if act.concept != "hit" or self.reading.has("strike_objects"):
            return False
        things = self.reading.by_concept.get("harmless_object", ())
        return any((0 <= act.start - m.end <= 1 or m.end == act.end) and m.particle in ("を", "に", "が") for m in things)

    def _near(self, names: tuple[str, ...], low: int, high: int) -> bool:
        return any(low <= m.start < high for name in names for m in self.reading.by_concept.get(name, ()))

    def someone_in_sentence(self, act: Mention) -> bool:
        """True when the sentence of the act names anybody at all."""
        low, high = self.reading.sentence_of(act.start)
        return any(low <= p.start < high and p.concept != "me" for p in self.persons)

    def parts(self, act: Mention) -> tuple[Person | None, list[Person]]:
        """The doer and the victims of one act, from particles and word order; the nearest fitting person wins."""
        low = self.reading.sentence_of(act.start)[0]
        before = [p for p in self.persons if p.end <= act.start]
        near = [p for p in before if p.start >= low] or before[-2:]
        after = self._described_by(act)
        if {"passive", "get"} & act.flags or _RECEIVED_WORDS.search(act.words) or _RECEIVED.match(self.reading.text, act.end):
            return self._suffered(act, near, after)
        linked = [p for p in near if (p.particle == "の" and act.start - p.end <= 3) or p.particle == "から"]
        if linked and _NOUN_ACT.search(act.words + self.reading.text[act.start - 1 : act.end + 1]):
            doer = linked[-1]
            return doer, [p for p in near if p is not doer and p.particle in ("を", "に", "へ", "が")] or [self.writer()]
        return self._done(act, before, near, after)

    def _suffered(self, act: Mention, near: list[Person], after: Person | None) -> tuple[Person | None, list[Person]]:
        owners = ("に", "から", "の") if _NOUN_ACT.search(act.words) else ("に", "から")
        doers = _told_apart([p for p in near if p.particle in owners and p.concept != "me"])
        victims = [p for p in near if p.particle in ("が", "は", "も", "を", "と", "")]
        doer = doers[-1] if doers else None
        if doer is not None:
            victims = [p for p in victims if p is not doer]
        elif after is not None and not victims:
            victims = [after]
        elif not any(victim.concept in YOUNG for victim in victims):
            known = [
                p
                for p in near
                if p.particle in _DOER_PARTICLES
                and p.concept in COUPLE | PARENTS | {"staff"}
                and (_NEXT_CLAUSE.search(self.reading.text, p.end, act.start) or p.concept not in PARENTS)
            ]
            doer = known[-1] if known else None
            victims = [victim for victim in victims if victim is not doer]
        return doer, victims or [self.writer()]

    def _done(
        self, act: Mention, before: list[Person], near: list[Person], after: Person | None
    ) -> tuple[Person | None, list[Person]]:
        text = self.reading.text
        victims = [
            p
            for p in near
            if p.particle in ("を", "に", "へ", "と") or (p.particle == "の" and _BODY.fullmatch(text[p.end : act.start]))
        ]
        doers = _told_apart([p for p in near if p.particle in _DOER_PARTICLES and p not in victims])
        doer = doers[-1] if doers else None
        if doer is None and after is not None and after not in victims and after.concept in KIN:
            doer = after
        if "want" in act.flags and "come" not in act.flags and not victims and doer is not None and doer.concept in KIN:
            return self.writer(), [doer]
        inward = {"regret", "seem", "want", "will"} & act.flags and "come" not in act.flags
        if inward and (doer is None or (doer.concept in YOUNG | ELDERS and not victims and doer.particle == "")):
            kin = [p for p in before if p.concept in KIN]
            return self.writer(), victims or ([doer] if doer else kin[-1:])
        if doer is not None:
            return doer, victims
        if victims:
            own = act.concept in ("hit", "threaten", "neglect", "restrain") and "come" not in act.flags and not self.outside
            return (self.writer() if own and all(v.concept != "me" for v in victims) else None), victims
        known = [p for p in before if p.concept in KIN | {"staff"}]
        if known and ("come" in act.flags or act.concept in ("control", "threaten", "neglect", "money_taken")):
            doer = known[-1]
        return doer, victims

    def _described_by(self, act: Mention) -> Person | None:
        text = self.reading.text
        for person in self.persons:
            if 0 <= person.start - act.end <= 9:
                between = text[act.end : person.start]
                ending = _CLAUSE_END.match(between)
                if not re.search(r"[、。,!?のがはをにでと]", between[ending.end() if ending else 0 :]):
                    return person
        return None

    def writer(self) -> Person:
        """The one who writes, as a person of the scene."""
        return Person("me", 0, 0, "", "", self.writer_age, 0, 0)

    def quote(self, act: Mention, doer: Person | None, victims: list[Person]) -> str:
        """The words from the first person named in the sentence to the act."""
        low = self.reading.sentence_of(act.start)[0]
        starts = [p.start for p in [doer, *victims] if p is not None and p.words and low <= p.start < act.start]
        return self.reading.text[min([*starts, act.start]) : act.end]


def _told_apart(persons: list[Person]) -> list[Person]:
    """Those who are named by their part in the family or at work; 人 and 家 count only when nobody else does."""
    return [p for p in persons if p.concept != "someone"] or persons
