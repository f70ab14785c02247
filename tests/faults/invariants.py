"""What must hold after a run, however often the product was killed: nothing lost, nothing said twice unmarked."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.conversations import Plan, Resident
from tests.faults.database import Facts
from tests.faults.stubs.deliveries import Log
from tests.faults.stubs.recorder import Sent, Violation

# After a kill the product cannot know that these had already happened.
_EXCUSED_AFTER_A_KILL = frozenset(
    {
        "callback_answered_twice",
        "edit_changes_nothing",
        "sent_before_retry_after",
        "chat_action_too_often",
        "sent_after_block",
        "offset_went_back",
        "push_with_live_token",
    }
)
_EXCUSE_SECONDS = 60.0


@dataclass
class Repeats:
    """Answers that reached a person more than once."""

    unmarked: int = 0
    marked: int = 0
    real_marked: int = 0
    said: list[str] = field(default_factory=list)  # what was repeated unmarked, to whom and when


@dataclass
class Report:
    """The figures of one run and the invariants it broke."""

    figures: dict[str, Any]
    broken: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether every invariant held."""
        return not self.broken

    def text(self) -> str:
        """The report for people."""
        lines = [f"{name:32} {value}" for name, value in self.figures.items()]
        return "\n".join(
            [*lines, *(f"BROKEN  {sentence}" for sentence in self.broken), "OK" if self.good else "FAILED"]
        )

    def write(self, path: Path) -> None:
        """The report for machines."""
        path.write_text(json.dumps({**self.figures, "broken": self.broken}, ensure_ascii=False, indent=1), "utf-8")


def examine(
    residents: Sequence[Resident],
    sent: dict[str, list[Sent]],
    logs: dict[str, Log],
    violations: Sequence[Violation],
    facts: Facts,
    killed_at: Sequence[float],
) -> Report:
    """Check I1 to I7; `sent` and `logs` are by channel, "line" and "telegram"."""
    by_person: dict[tuple[str, str], list[Sent]] = {}
    for channel, entries in sent.items():
        for entry in entries:
            if entry.delivered and not entry.via.startswith("edit"):
                by_person.setdefault((channel, entry.recipient), []).append(entry)
    repeats = {"line": Repeats(), "telegram": Repeats()}
    lost = 0
    for resident in residents:
        heard = by_person.get((resident.channel, resident.address), [])
        lost += unanswered(resident, heard, logs[resident.channel])
        count_repeats(resident, heard, repeats[resident.channel])
    acked = sum(delivery.acked_at is not None for log in logs.values() for delivery in log.all)
    told = {receipt for resident in residents for receipt in resident.receipts}
    endangered = sum(resident.plan is Plan.DANGER and bool(resident.turns) for resident in residents)
    rules = Counter(v.rule for v in violations if not _excused(v, killed_at))
    excused = Counter(v.rule for v in violations if _excused(v, killed_at))
    deliveries = [delivery for log in logs.values() for delivery in log.all]
    figures = {
        "messages": sum(len(resident.turns) for resident in residents),
        "residents": len(residents),
        "kills": len(killed_at),
        "webhooks_acknowledged": acked,
        "webhook_attempts": sum(len(delivery.statuses) for delivery in deliveries),
        "slowest_acknowledgement_s": round(max((delivery.took for delivery in deliveries), default=0.0), 3),
        "delivered": sum(len(entries) for entries in by_person.values()),
        "lost": lost,
        "repeated_unmarked": repeats["line"].unmarked + repeats["telegram"].unmarked,
        "marked_line": repeats["line"].marked,
        "marked_telegram": repeats["telegram"].marked,
        "marked_and_really_repeats": repeats["line"].real_marked + repeats["telegram"].real_marked,
        "ambiguous_sendings": sum(e.accepted and e.answered != 200 for entries in sent.values() for e in entries),
        "receipts_told": len(told),
        "receipts_lost": len(told - facts.receipts),
        "danger_cases": f"{facts.crisis_cases} of {endangered}",
        "failed_deliveries": facts.failed,
        "repeated": [said for count in repeats.values() for said in count.said],
        "contract_violations": dict(rules),
        "excused_by_a_kill": dict(excused),
    }
    report = Report(figures)
    for bad, sentence in (
        (facts.events_stored < acked, f"I1: {acked} webhooks acknowledged, only {facts.events_stored} events stored"),
        (facts.events_stored > len(deliveries), f"I1: {facts.events_stored} events stored of {len(deliveries)} sent"),
        (facts.events_waiting > 0, f"I1: {facts.events_waiting} events without an end"),
        (facts.events_set_aside > 0, f"I1: {facts.events_set_aside} good events set aside"),
        (lost > 0, f"I1: {lost} messages without an answer"),
        (facts.unsent > 0, f"I1: {facts.unsent} deliveries never sent"),
        (repeats["line"].unmarked > 0, f"I2: {repeats['line'].unmarked} unmarked repeats on LINE"),
        (repeats["telegram"].unmarked > 0, f"I3: {repeats['telegram'].unmarked} unmarked repeats on Telegram"),
        (bool(told - facts.receipts), f"I4: {len(told - facts.receipts)} receipts told without a case"),
        (facts.crisis_cases < endangered, f"I4: {facts.crisis_cases} danger cases for {endangered} people in danger"),
        (facts.journal_broken > 0, f"I5: the journal is broken at {facts.journal_broken} places"),
        (facts.out_of_order > 0, f"I6: {facts.out_of_order} messages out of order"),
        (not facts.whole, "I7: the database file is damaged"),
        (bool(rules), f"contract: {dict(rules)}"),
    ):
        if bad:
            report.broken.append(sentence)
    return report


def unanswered(resident: Resident, heard: Sequence[Sent], log: Log) -> int:
    """How many of a resident's acknowledged messages nothing was said to before the resident gave up waiting."""
    starts = [turn.sent_at for turn in resident.turns]
    missing = 0
    for turn, end in zip(resident.turns, [*starts[1:], float("inf")], strict=True):
        if log.acked(turn.event_id) and not any(turn.sent_at <= entry.at < end for entry in heard):
            missing += 1
    return missing


def count_repeats(resident: Resident, heard: Sequence[Sent], count: Repeats) -> None:
    """Find what one person read twice.

    Within one turn the same content twice is a repeat. On LINE, where a turn is one sending, so is the content of the
    turn before when this turn also has an answer of its own: it came too late.
    """
    starts = [turn.sent_at for turn in resident.turns]
    before: set[str] = set()
    seen_ever: set[str] = set()
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else float("inf")
        inside = [entry for entry in heard if start <= entry.at < end]
        plain = [entry.content for entry in inside if not entry.marked]
        again = [content for content, times in Counter(plain).items() if times > 1]
        count.unmarked += len(plain) - len(set(plain))
        count.said += [f"{resident.channel} {resident.plan} turn {number} of {resident.address}: {one}" for one in again]
        if resident.channel == "line" and len(set(plain)) > 1:
            count.unmarked += len(set(plain) & before)
        for entry in inside:
            if entry.marked:
                count.marked += 1
                count.real_marked += entry.content in seen_ever or entry.content in plain
        seen_ever.update(plain)
        before = set(plain)


def _excused(violation: Violation, killed_at: Sequence[float]) -> bool:
    recent = any(0 <= violation.at - kill <= _EXCUSE_SECONDS for kill in killed_at)
    return violation.rule in _EXCUSED_AFTER_A_KILL and recent
