"""The first reply in each kind of danger, for the person it concerns: one line a situation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue.turn import Turn
from bot.reply import Bubble
from intents import Assessment
from resources.hotlines import Line


@dataclass(frozen=True)
class Plan:
    """Which sentences are said, which answer to the question means danger, and whose numbers are given."""

    name: str  # the sentences urgent.<name>.first, .more, .ask, .danger or .yes, .safe or .no
    lines: str = ""  # the danger whose hotlines are given; empty: none yet
    asks: str = "danger"  # danger: はい means danger · safe: いいえ means danger · story: when and what · screen
    first_line: str = ""  # a line that comes before the others
    not_lines: frozenset[str] = frozenset()


_SELF, _OTHER, _DOER = "self", "other", "doer"
PLANS: dict[tuple[str, str], Plan] = {
    ("emergency", _SELF): Plan("emergency", asks="call"),
    ("self_harm", _SELF): Plan("self_harm", "self_harm"),
    ("self_harm", _OTHER): Plan("self_harm_other", "self_harm", asks="safe"),
    ("sexual_violence", _SELF): Plan("sexual_violence", "sexual_violence", asks="safe"),
    ("sexual_violence", _OTHER): Plan("sexual_violence_other", "sexual_violence", asks="safe"),
    ("child_abuse", _SELF): Plan("child_victim", "child_abuse"),
    ("child_abuse", _DOER): Plan(
        "child_doer", "child_abuse", first_line="child_guidance", not_lines=frozenset({"child_abuse_189"})
    ),
    ("child_abuse", _OTHER): Plan("child_other", "child_abuse", asks="story"),
    ("dv", _SELF): Plan("dv", asks="screen"),
    ("dv", "safe"): Plan("dv_safe", "dv", asks="none"),
    ("dv", _OTHER): Plan("violence_other", "dv", asks="story"),
    ("dv", _DOER): Plan("violence_doer", "family_violence"),
    ("family_violence", _SELF): Plan("violence_self", "family_violence", asks="safe"),
    ("family_violence", _DOER): Plan("violence_doer", "family_violence"),
    ("family_violence", _OTHER): Plan("violence_other", "family_violence", asks="story"),
} | {
    (crisis, role): plan
    for crisis in ("elder_abuse", "disability_abuse")
    for role, plan in {
        # The frail person or a relative may be writing; the words fit both.
        _SELF: Plan("violence_near", crisis),
        _DOER: Plan("carer", crisis, asks="safe"),
        _OTHER: Plan("violence_other", crisis, asks="story"),
    }.items()
}
# What the ear may call a person's part in a danger, and the part a plan is written for.
ROLES = {
    "self": _SELF, "victim": _SELF, "doer": _DOER, "parent": _DOER, "carer": _DOER, "other": _OTHER,
    "someone_else": _OTHER, "third_party": _OTHER, "neighbour": _OTHER, "neighbor": _OTHER, "family": _OTHER,
}  # fmt: skip


def role(heard: Assessment, crisis: str) -> str | None:
    """Whose danger it is; without somebody else being named it is taken as the writer's own."""
    if heard.crisis_role == "someone_else" and not heard.household and not heard.third_person:
        return "self"
    if crisis == "dv" and heard.crisis_role != "doer" and not heard.third_person and len(heard.household) <= 1:
        return "self"
    if crisis in ("sexual_violence", "child_abuse") and heard.minor and not heard.third_person:
        # A child who writes about somebody at home writes about what happens to itself.
        return "self"
    return heard.crisis_role


def choose(crisis: str, part_told: str | None, *, minor: bool, crises: Sequence[str] = ()) -> Plan:
    """Return the plan for a danger; a child who is a victim of sexual violence gets a child's words."""
    part = ROLES.get(part_told or "", _SELF)
    if crisis == "sexual_violence" and part == _SELF and (minor or "child_abuse" in crises):
        return Plan("child_victim", "sexual_violence")
    return PLANS.get((crisis, part)) or PLANS[(crisis, _SELF)]


def by_name(name: str) -> Plan:
    """Return a plan that was given earlier in a conversation."""
    return next((plan for plan in PLANS.values() if plan.name == name), PLANS[("self_harm", _SELF)])


def contacts(turn: Turn, plan: Plan, *, minor: bool) -> Bubble:
    """Give at most two ways to reach somebody who answers now: free, and one of them without voice."""
    found = _lines(turn, plan, minor=minor)
    if not found:
        return turn.says("urgent.no_lines")
    sure = all(line.is_open(turn.now) for line in found)
    listed = "\n".join(written(turn, line) for line in found)
    return turn.says("urgent.lines" if sure else "urgent.lines_unsure", lines=listed)


def voiceless(turn: Turn, plan: Plan, *, minor: bool) -> tuple[Bubble, ...]:
    """Give the one way to reach somebody by writing, if there is any."""
    found = [line for line in _lines(turn, plan, minor=minor) if line.without_voice][:1]
    return tuple(turn.says("urgent.lines_written", lines=written(turn, line)) for line in found)


def _lines(turn: Turn, plan: Plan, *, minor: bool) -> list[Line]:
    hotlines, now = turn.tools.hotlines, turn.now
    if not plan.lines:
        return []
    language = turn.point.language.partition("-")[0]
    if not plan.first_line:
        return hotlines.for_crisis(plan.lines, now=now, minor=minor, language=language)
    first = hotlines.get(plan.first_line)
    others = [
        line
        for line in hotlines.for_crisis(plan.lines, now=now, minor=minor, limit=6)
        if line.id not in plan.not_lines and line.id != first.id
    ]
    return [first, *sorted(others, key=lambda line: not line.without_voice)[:1]]


def written(turn: Turn, line: Line) -> str:
    """Return one line as it stands in a list: its quiet name and how to reach it."""
    register = turn.conversation.register
    key = f"urgent.name.{line.id}"
    # The name a window carries may itself tell what the matter is; such windows have a quieter name in our texts.
    name = turn.words(key) if turn.tools.texts.has(key) else (line.kana if register == "easy" else line.name)
    spoken = turn.point.language.partition("-")[0] in line.languages[1:]
    speaks = (turn.abroad("abroad.speaks") or "") if spoken else ""
    if line.without_voice:
        return turn.words("urgent.line_written", name=name, url=line.url) + speaks
    return turn.words("urgent.line", name=name, number=line.numbers[0].number) + speaks
