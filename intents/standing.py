"""What stands in a conversation: evidence adds up, is corrected or taken back, and a new subject begins anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from intents.assessment import Assessment, desk_for
from intents.codes import Crisis, Desk, Reason, Route, Topic
from intents.ear import Ear
from intents.household import Member
from intents.judgement import MORTAL, fitting, in_order
from intents.town_ear import TownEar
from intents.turning import Turning

Code = TypeVar("Code", bound=StrEnum)

# A subject is named from here on; one that only comes nearest is not.
_NAMED = 0.5
# So clear a subject counts even when the whole talk leans elsewhere, and so clear a question opens another subject.
_CLEAR = 0.7
# A person is all that is named when so few letters stand beside: 義母です, 義母のほう.
_BESIDE_NAME = 3
# Thanks and the like end in an answer of their own, whatever stands.
_POLITE = frozenset({"thanks", "greeting", "scolding", "who_are_you"})
# Wishes end when they are given up; needs do not.
_WISHES = frozenset({Reason.PERSON_REQUESTED, Reason.APPLY_INTENT})
# Reasons and subjects that came with a danger go with it when it is taken back.
_WITH_DANGER = frozenset({Reason.CRISIS, Reason.WIDE_AREA})
# So many burdens in one story are for a person, whichever they are.
_MANY = 3
_BURDENS = frozenset(
    {Topic.HEALTH, Topic.HOUSING, Topic.INCOME, Topic.RENT_LOAN, Topic.TAX_UTILITIES, Topic.DEBT, Topic.JOB_SEARCH}
    | {Topic.WORK_TROUBLE, Topic.CHILDCARE, Topic.LONG_TERM_CARE, Topic.WITHDRAWAL, Topic.FOOD}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true after all messages so far."""

    topics: tuple[Topic, ...] = ()
    crises: tuple[Crisis, ...] = ()
    reasons: tuple[Reason, ...] = ()
    route: Route = Route.CLARIFY
    withdrawn: tuple[Crisis, ...] = ()  # dangers that were taken back in words; the desk still sees them
    persons: tuple[tuple[str, str], ...] = ()  # who was named by mistake, and who was meant
    messages: int | None = None  # how many of the latest messages are evidence; None: all of them

    def as_dict(self) -> dict[str, Any]:
        """What is stored of it."""
        return asdict(self)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Standing:
        """What was stored; codes that are unknown by now are left out."""
        count = raw.get("messages")
        return cls(
            topics=_codes(Topic, raw.get("topics")),
            crises=_codes(Crisis, raw.get("crises")),
            reasons=_codes(Reason, raw.get("reasons")),
            route=next(iter(_codes(Route, [raw.get("route")])), Route.CLARIFY),
            withdrawn=_codes(Crisis, raw.get("withdrawn")),
            persons=tuple((str(wrong), str(right)) for wrong, right in raw.get("persons") or ()),
            messages=count if isinstance(count, int) else None,
        )

    @property
    def desk(self) -> Desk | None:
        """The tier of desk proposed for what stands."""
        return desk_for(self.crises, self.reasons)

    def chosen(self, topic: Topic) -> Standing:
        """What stands after the resident pointed at a subject."""
        route = self.route if self.crises or self.reasons else Route.ANSWER
        return replace(self, topics=tuple(dict.fromkeys((*self.topics, topic))), route=route)

    def household(self, told: Sequence[Member]) -> tuple[Member, ...]:
        """The members of a household, with who was meant in the place of who was named by mistake."""
        meant = dict(self.persons)
        right = [replace(one, relation=meant[one.words], words=meant[one.words]) if one.words in meant else one for one in told]
        return tuple({one.words or one.relation: one for one in reversed(right)}.values())[::-1]


@dataclass(frozen=True, slots=True)
class Heard:
    """One message in a conversation: by itself, with the others, the words of it that count, and what stands after it."""

    alone: Assessment
    joined: Assessment
    words: str
    standing: Standing


def hear(ear: Ear | TownEar, standing: Standing, text: str, earlier: Sequence[str] = ()) -> Heard:
    """Hear the next message of a conversation, of which `earlier` (oldest first) is what was written before."""
    turning, alone = ear.turnings.hear(text), ear.assess(text)
    words = text
    if turning.words != text:
        rest = ear.assess(turning.words)
        unsays = () if rest.crises else in_order(Crisis, set(turning.unsays) & set(standing.crises))
        turning = replace(turning, unsays=unsays)
        # No danger is corrected away: it counts as it was written unless it stood and was taken back.
        if set(alone.crises) <= set(unsays):
            alone, words = rest, turning.words
    alone = _continued(standing, alone)
    persons = _persons(ear, standing, alone, turning)
    if persons != standing.persons and turning.before:
        # Who is meant was put right; that is no other subject, and no matter between relatives.
        turning = replace(turning, before="")
        alone = replace(alone, route=Route.CLARIFY, topics=()) if alone.route is Route.ANSWER else alone
    turning = _weighed(ear, standing, alone, turning)
    if turning.changes and turning.before and alone.route is Route.CLARIFY:
        named = tuple(score for score in alone.candidates if score.weight > _NAMED)
        alone = replace(alone, route=Route.ANSWER if named else Route.CLARIFY, topics=named)
    left = 0 if turning.changes or turning.unsays else standing.messages
    past = list(earlier) if left is None else list(earlier)[max(0, len(earlier) - left) :]
    joined = ear.assess(words, earlier=past, alone=alone)
    if len(past) < len(earlier):
        joined = _across(joined, ear.assess(words, earlier=earlier, alone=alone), {*standing.withdrawn, *turning.unsays})
    following = replace(after(standing, alone, joined, turning), persons=persons)
    joined = replace(joined, household=following.household(joined.household))
    return Heard(alone, joined, words, following)


def after(standing: Standing, alone: Assessment, joined: Assessment, turning: Turning) -> Standing:
    """What stands after one more message; no danger ends here unless the message takes it back."""
    if turning.unsays:
        standing = _without_danger(standing)
    told = {*standing.crises, *alone.crises, *joined.crises}
    crises = in_order(Crisis, told - set(turning.unsays))
    count = 0 if turning.changes or turning.unsays else standing.messages
    following = replace(
        standing,
        crises=crises,
        withdrawn=in_order(Crisis, ({*standing.withdrawn, *turning.unsays}) - set(crises)),
        messages=None if count is None else count + 1,
    )
    polite = alone.social_kind in _POLITE or not (standing.topics or standing.reasons or crises)
    if alone.route is Route.SOCIAL and polite and not alone.crises:
        return replace(following, route=Route.SOCIAL)
    topics = _topics(() if turning.changes else standing.topics, alone, joined, fresh=turning.changes)
    sure = turning.asks or any(score.weight > _NAMED for score in (*alone.topics, *joined.topics))
    if not (standing.topics or sure):
        topics = ()
    reasons = {*joined.reasons, *(() if turning.changes else standing.reasons)} - {Reason.CRISIS}
    reasons -= _WISHES if turning.gives_up else set()
    if not (reasons or crises or turning.asks) and len(_BURDENS & set(topics)) >= _MANY:
        reasons.add(Reason.COMPLEX)
    fit = fitting({*reasons, *({Reason.CRISIS} if crises else ())}, crises)
    if crises:
        route = Route.URGENT
    elif fit:
        route = Route.HANDOFF
    else:
        route = Route.ANSWER if topics else Route.CLARIFY
    return replace(following, topics=topics, reasons=fit, route=route)


def _continued(standing: Standing, alone: Assessment) -> Assessment:
    """A blow that names nobody goes on with the violence that stands: 「また殴られた」."""
    known = [crisis for crisis in standing.crises if crisis not in MORTAL]
    if alone.household or not known or set(alone.crises) <= MORTAL:
        return alone
    crises = in_order(Crisis, {*(crisis for crisis in alone.crises if crisis in MORTAL), *known})
    reasons = fitting(alone.reasons, crises)
    return replace(alone, crises=crises, reasons=reasons, desk=desk_for(crises, reasons))


def _without_danger(standing: Standing) -> Standing:
    topics = tuple(topic for topic in standing.topics if topic != Topic.VIOLENCE)
    return replace(standing, topics=topics, reasons=tuple(reason for reason in standing.reasons if reason not in _WITH_DANGER))


def _topics(known: tuple[Topic, ...], alone: Assessment, joined: Assessment, *, fresh: bool) -> tuple[Topic, ...]:
    """The subjects of one story: those named in all of it, and the clear ones of this message."""
    whole = {score.topic for score in joined.candidates if score.weight > _NAMED}
    named = [score.topic for score in alone.topics if score.weight > (_NAMED if fresh else _CLEAR) or score.topic in whole]
    told = [score.topic for score in joined.candidates if score.topic in whole] if joined.route is not Route.CLARIFY else []
    found = tuple(dict.fromkeys((*known, *named, *told)))
    return found or tuple(score.topic for score in alone.topics or joined.topics)


def _weighed(ear: Ear | TownEar, standing: Standing, alone: Assessment, turning: Turning) -> Turning:
    """Whether another subject begins: said so, corrected, or asked a whole question about something quite different."""
    clear = [score.topic for score in alone.topics if score.weight > _NAMED]
    if turning.before and alone.candidates and not turning.unsays:
        wrong = {score.topic for score in ear.assess(turning.before).candidates}
        return replace(turning, changes=turning.points or bool(wrong & set(standing.topics)))
    if turning.changes or not (clear and standing.topics):
        return turning
    other = not ear.turnings.near(clear, standing.topics)
    asked = turning.asks and alone.topics[0].weight > _CLEAR and standing.route is Route.ANSWER and not alone.household
    return replace(turning, changes=other and (turning.aside or asked))


def _persons(ear: Ear | TownEar, standing: Standing, alone: Assessment, turning: Turning) -> tuple[tuple[str, str], ...]:
    """Who stands for whom after 「母じゃなくて義母です」."""
    right = alone.household
    bare = bool(right) and len(turning.words) <= len(right[0].words) + _BESIDE_NAME
    wrong = ear.assess(turning.before).household if bare and turning.before and not turning.points else ()
    pairs = dict(standing.persons) | ({wrong[0].words: right[0].words} if wrong and right else {})
    meant = {one.words for one in right}
    return tuple((one, other) for one, other in pairs.items() if one and one not in meant)


def _across(joined: Assessment, wide: Assessment, withdrawn: set[Crisis]) -> Assessment:
    """A message with all that was ever written: a danger told across two subjects is a danger."""
    more = set(wide.crises) - set(joined.crises) - withdrawn
    if not more:
        return joined
    crises = in_order(Crisis, {*joined.crises, *more})
    reasons = fitting({*joined.reasons, *wide.reasons, Reason.CRISIS}, crises)
    return replace(joined, route=Route.URGENT, crises=crises, reasons=reasons, desk=wide.desk, crisis_role=wide.crisis_role)


def _codes(kind: type[Code], raw: Any) -> tuple[Code, ...]:
    known: Iterable[Code] = kind
    told = raw if isinstance(raw, list | tuple) else ()
    return tuple(code for one in told for code in known if code.value == one)
