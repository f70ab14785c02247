"""Brings together what the rules heard and what a message leans to: one assessment, each part with the words for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import takewhile
from typing import TypeVar

from intents import welfare
from intents.assessment import Assessment, Evidence, Lead, TopicScore, desk_for
from intents.codes import Crisis, Reason, Route, Topic
from intents.leanings import DANGER, ROLES, Leaning

Code = TypeVar("Code", bound=StrEnum)

LEARNED = "learned"
# So short a message is only taken for what it says to the letter: もういい, 消して.
_TELLING = 8
# A longer story may hold a danger in one sentence that all the others speak against.
_LONG = 120
# The leaning to danger as such, with so much of that to its surest kind and a little against it for a plain subject that is
# no violence, is a danger from here on; where rules heard one, from there. Judged on messages not learned from, nine of ten
# dangers are heard, and five of a hundred likenesses are taken for one.
_KIND, _SUBJECT = 0.6, 0.12
_CLEAR = 0.12
_HEARD = 0.0
# Another danger is named beside the surest one from here on, and one that the rules heard unless the message leans away.
_BESIDE = 0.15
_AWAY = -0.1
# What rules hear only across several messages, told for different reasons, is dropped when the whole leans away like this.
_APART = -0.1
# What no rule and no single message tells must be as clear as this in the whole conversation.
_TOGETHER = 0.4
# The rules' own opinion of the writer's part weighs so much beside the leaning.
_AS_HEARD = 0.25
# What an answer is given for: the leaning to answer, half as telling as those to ask back or to chat, and the plainest subject.
_ANSWER, _PLAIN = 0.5, 0.3
# Something definite that the rules would answer is rather answered than asked about.
_DEFINITE = 0.1
# A subject that falls short by no more is named when nothing else is.
_NEARLY = -0.15
# A subject as plain as this is answered where the rules would answer it, however the rest of a story sounds.
_BEYOND_DOUBT = 0.5
_QUOTED = 40
# A subject that falls short by more was not considered at all.
_CONSIDERED = -0.3
# How many kinds of places are looked for, how sure one is that is just named, and what is too faint to lead anywhere.
_MOST_LEADS = 4
_EVEN = 0.5
_NO_LEAD = -0.08
# Spellings that are heard by sound or in another language show no marks that could speak against them.
_UNSEEN = ("kana.", "languages.")
_PARTS = {"doer": "doer", "near": "someone_else", "outside": "neighbour"}
MORTAL = frozenset({Crisis.SELF_HARM, Crisis.EMERGENCY})
_ABUSE = frozenset(Crisis) - MORTAL


def judge(text: str, heard: Assessment, leaning: Leaning, *, literal: bool = False) -> Assessment:
    """The assessment of a canonical text, of which `heard` is what the rules made of it.

    A `literal` one (家族には言わないで, 見せて) is an order to the bot: it holds the dangers that rules hear in it, no others.
    """
    crises = heard.crises if literal else _crises(text, heard, leaning)
    reasons = _reasons(text, heard, leaning, crises)
    topics = _topics(heard, leaning)
    route = _route(heard, leaning, crises, reasons)
    if route in (Route.SOCIAL, Route.CLARIFY):
        topics = ()
    elif route is Route.ANSWER and not topics:
        topics = _nearest(leaning)
    role = _role(heard, leaning, crises)
    return replace(
        heard,
        route=route,
        topics=topics,
        candidates=_candidates(leaning),
        crises=crises,
        danger=leaning.surplus(DANGER),
        reasons=reasons,
        desk=desk_for(crises, reasons),
        explanation=_explained(text, heard, leaning, crises, reasons, topics),
        leads=_leads(leaning),
        third_person=heard.third_person or Reason.THIRD_PARTY in reasons or role == "neighbour",
        social_kind=heard.social_kind if route is Route.SOCIAL else None,
        crisis_role=role,
    )


def _leads(leaning: Leaning) -> tuple[Lead, ...]:
    """The kinds of places a message leads to, the surest first; the nearest one when it falls short of all."""
    ranked = leaning.ranked("kind")
    found = [(kind, surplus) for kind, surplus in ranked if surplus > 0][:_MOST_LEADS] or ranked[:1]
    telling = [(kind, surplus) for kind, surplus in found if surplus > _NO_LEAD]
    return tuple(Lead(kind, round(min(1.0, max(0.0, _EVEN + surplus)), 3), leaning.led_by) for kind, surplus in telling)


def together(alone: Assessment, before: Assessment, whole: Assessment) -> Assessment:
    """A message in the light of the earlier ones: what only the whole conversation tells is added to it."""
    # Once a danger was told, more of its story is not another danger, unless life is at stake now.
    fresh = MORTAL if before.crises else frozenset(Crisis)
    ruled = {e.code for e in whole.explanation if e.kind == "crisis" and e.rule != LEARNED}
    leans = whole.danger is None or whole.danger > _APART
    clear = whole.danger is not None and whole.danger > _TOGETHER
    heard = [crisis for crisis in whole.crises if clear or (leans and crisis.value in ruled)]
    new = [crisis for crisis in heard if crisis in fresh and crisis not in before.crises]
    crises = in_order(Crisis, (*alone.crises, *new))
    told = {*alone.reasons, *whole.reasons} - (set() if crises else {Reason.CRISIS})
    reasons = fitting({*told, *([Reason.CRISIS] if crises else [])}, crises)
    if alone.route is Route.SOCIAL and not crises:
        reasons = ()
    route = Route.URGENT if crises else Route.HANDOFF if reasons else alone.route
    if route is Route.CLARIFY and whole.route is Route.ANSWER:
        route = Route.ANSWER
    return replace(
        alone,
        route=route,
        topics=alone.topics or (whole.topics if route is not alone.route else ()),
        crises=crises,
        crises_before=before.crises,
        reasons=reasons,
        desk=desk_for(crises, reasons),
        household=whole.household,
        leads=alone.leads if alone.topics else whole.leads,
        candidates=whole.candidates,
        explanation=tuple(dict.fromkeys((*alone.explanation, *whole.explanation))),
        third_person=alone.third_person or whole.third_person,
        minor=alone.minor or whole.minor,
        social_kind=alone.social_kind if route is Route.SOCIAL else None,
        crisis_role=alone.crisis_role or (whole.crisis_role if crises else None),
        patterns=whole.patterns,
    )


def _crises(text: str, heard: Assessment, leaning: Leaning) -> tuple[Crisis, ...]:
    told = {evidence.rule for evidence in heard.explanation if evidence.kind == "crisis"}
    if any(rule.startswith(_UNSEEN) for rule in told):
        return heard.crises
    if len(text) < _TELLING:
        return heard.crises
    sure = {Crisis(code): surplus for code, surplus in leaning.ranked("crisis")}
    first = next(iter(sure))
    subject = next(surplus for code, surplus in leaning.ranked("topic") if code != Topic.VIOLENCE)
    danger = leaning.surplus(DANGER) + _KIND * sure[first] - _SUBJECT * subject
    kept = {crisis for crisis in heard.crises if sure[crisis] > _AWAY}
    if danger > _CLEAR:
        return in_order(Crisis, {crisis for crisis in Crisis if crisis is first or sure[crisis] > _BESIDE} | kept)
    return in_order(Crisis, kept or heard.crises) if danger > _HEARD or len(text) > _LONG else ()


def _reasons(text: str, heard: Assessment, leaning: Leaning, crises: Sequence[Crisis]) -> tuple[Reason, ...]:
    found = {Reason(code) for code in leaning.named("reason")}
    if welfare.asks_in_need(text):
        found.add(Reason.APPLY_INTENT)
    elif Reason.APPLY_INTENT not in heard.reasons and welfare.wishes_nothing(text):
        found.discard(Reason.APPLY_INTENT)
    if leaning.ranked("topic")[0][1] <= _CONSIDERED and Reason.WIDE_AREA not in heard.reasons:
        # A journey that belongs to no subject is no case for two prefectures.
        found.discard(Reason.WIDE_AREA)
    if crises:
        found.add(Reason.CRISIS)
    return fitting(in_order(Reason, found), crises)


def fitting(reasons: Iterable[Reason], crises: Sequence[Crisis]) -> tuple[Reason, ...]:
    """Reasons as they go with dangers: help in danger asks neither for a person nor whose household it is."""
    found = set(reasons)
    if crises:
        found -= {Reason.THIRD_PARTY, Reason.PERSON_REQUESTED}
    if {Crisis.DV, Crisis.SEXUAL_VIOLENCE} & set(crises):
        found.add(Reason.WIDE_AREA)
    return in_order(Reason, found)


def _topics(heard: Assessment, leaning: Leaning) -> tuple[TopicScore, ...]:
    named = [Topic(code) for code in leaning.named("topic")]
    own = [Topic(e.code) for e in heard.explanation if e.kind == "topic" and e.rule.startswith("town_")]
    return tuple(_score(topic, leaning) for topic in dict.fromkeys((*own, *named)))


def _candidates(leaning: Leaning) -> tuple[TopicScore, ...]:
    near = takewhile(lambda one: one[1] > _CONSIDERED, leaning.ranked("topic"))
    return tuple(TopicScore(Topic(code), round(min(1.0, _EVEN + surplus), 3)) for code, surplus in near)


def _nearest(leaning: Leaning) -> tuple[TopicScore, ...]:
    code, surplus = leaning.ranked("topic")[0]
    return (_score(Topic(code), leaning),) if surplus > _NEARLY else (TopicScore(Topic.OTHER, _EVEN),)


def _score(topic: Topic, leaning: Leaning) -> TopicScore:
    return TopicScore(topic, round(min(1.0, max(0.5, 0.5 + leaning.surplus(f"topic {topic.value}"))), 3))


def _route(heard: Assessment, leaning: Leaning, crises: Sequence[Crisis], reasons: Sequence[Reason]) -> Route:
    if crises:
        return Route.URGENT
    if reasons:
        return Route.HANDOFF
    subject = leaning.ranked("topic")[0][1]
    if heard.route is Route.ANSWER and subject > _BEYOND_DOUBT:
        return Route.ANSWER
    answer = _ANSWER * leaning.surplus("route answer") + _PLAIN * subject
    answer += _DEFINITE if heard.route is Route.ANSWER else 0
    others = {route: leaning.surplus(f"route {route.value}") for route in (Route.SOCIAL, Route.CLARIFY)}
    return max({Route.ANSWER: answer, **others}.items(), key=lambda one: one[1])[0]


def _role(heard: Assessment, leaning: Leaning, crises: Sequence[Crisis]) -> str | None:
    if not crises:
        return None
    told = next((role for role, part in _PARTS.items() if part == heard.crisis_role), "self") if heard.crises else ""
    part = max(ROLES, key=lambda role: leaning.score(f"role {role}") + (_AS_HEARD if role == told else 0))
    return _PARTS.get(part) or ("victim" if crises[0] in _ABUSE else "self")


def _explained(
    text: str,
    heard: Assessment,
    leaning: Leaning,
    crises: Sequence[Crisis],
    reasons: Sequence[Reason],
    topics: Sequence[TopicScore],
) -> tuple[Evidence, ...]:
    named = {("crisis", crisis.value) for crisis in crises} | {("topic", score.topic.value) for score in topics}
    named |= {("reason", reason.value) for reason in reasons if reason is not Reason.CRISIS}
    kept = [evidence for evidence in heard.explanation if (evidence.kind, evidence.code) in named]
    told = {(evidence.kind, evidence.code) for evidence in kept}
    asked = sorted(named - told)
    words = leaning.words([f"{kind} {code}" for kind, code in asked])
    learned = (Evidence(*one, led_by or text[:_QUOTED], LEARNED) for one, led_by in zip(asked, words, strict=True))
    return (*kept, *learned)


def in_order(kind: type[Code], found: Iterable[Code]) -> tuple[Code, ...]:
    """Codes in the order of their list."""
    known = set(found)
    return tuple(code for code in kind if code in known)
