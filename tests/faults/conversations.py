"""Residents who write one message after another, on LINE and Telegram, and wait for each answer."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.faults.stubs.deliveries import Log
from tests.faults.stubs.line_account import line_user
from tests.faults.stubs.line_delivery import LineDelivery
from tests.faults.stubs.recorder import Recorder, Sent
from tests.faults.stubs.telegram_delivery import TelegramDelivery

RECEIPT = re.compile(r"受付番号(?:（[^）]*）)?は?[ \u3000]*([0-9A-Za-z][0-9A-Za-z-]{2,})")


class Plan(StrEnum):
    """What a resident has come for."""

    PLACES = "places"
    PERSON = "person"
    DANGER = "danger"


# Neighbouring lines call for different answers, so that a repeated answer is a repeated sending.
_LINES: dict[Plan, tuple[str, ...]] = {
    Plan.PLACES: (
        "子育てサロンに行ってみたい",
        "ありがとう",
        "介護のことを聞ける所はありますか",
        "こんにちは",
        "仕事を探しています",
        "あなたはだれですか",
        "家賃が払えなくて困っています",
        "ありがとうございました",
    ),
    Plan.PERSON: (
        "人と話したい",
        "はい",
        "いいえ",
        "書きません",
        "ありがとう",
        "子ども食堂の場所を知りたい",
        "こんにちは",
    ),
    Plan.DANGER: ("もう死にたい", "はい", "ありがとう", "夜は眠れないので話せる場所がほしい", "こんにちは"),
}


@dataclass
class Turn:
    """One message of a resident and when it was sent and answered."""

    event_id: str
    plan: Plan
    sent_at: float
    answered_at: float | None = None
    late: bool = False


# On Telegram the bubbles of one answer come a second apart, as the platform wants it; on LINE they come together.
# Within so many seconds all of them arrive while the server lives, and after so many nothing more is expected.
_ONE_ANSWER = {"line": 2.5, "telegram": 4.0}
_QUIET = {"line": 0.25, "telegram": 1.6}
# A bubble that the platform turned away comes again by itself within so many seconds.
_AGAIN = 20.0


@dataclass
class Resident:
    """One person in one channel."""

    channel: str
    address: str
    plan: Plan
    lines: tuple[str, ...]
    account: str
    turns: list[Turn] = field(default_factory=list)
    receipts: set[str] = field(default_factory=set)

    @property
    def done(self) -> bool:
        """Whether everything has been said and answered, or given up."""
        return len(self.turns) == len(self.lines) and (self.turns[-1].answered_at is not None or self.turns[-1].late)


class Crowd:
    """So many residents, some of them talking at the same time; `step` moves everybody on."""

    def __init__(
        self,
        line: LineDelivery,
        telegram: TelegramDelivery,
        *,
        messages: int,
        seed: int = 0,
        at_once: int = 96,
        patience: float = 90.0,
        quiet: Mapping[str, float] = _QUIET,
        lease: float = 0.0,
    ) -> None:
        """`quiet`: seconds after an answer before the next message; `patience`: seconds until an answer is missing.

        `lease`: seconds after which another sender takes over what a dead one had in its hands.
        `deaths` and `back_at`, set from outside, tell when the server died and when it was last back: an answer of several
        bubbles that a death cut in two is waited for, so that its end is not taken for a repeat in the next turn.
        """
        self.deaths: Sequence[float] = ()
        self.back_at: Callable[[], float] = time.time
        self._line = line
        self._telegram = telegram
        self._random = random.Random(seed)
        self._at_once = at_once
        self._patience = patience
        self._quiet = quiet
        self._lease = lease
        self._read = {"line": 0, "telegram": 0}
        self._last_heard: dict[str, float] = {}
        self._turned_away: dict[str, float] = {}
        self.residents = list(self._invite(messages))
        self._waiting = list(reversed(self.residents))
        self._talking: list[Resident] = []
        self._by_address = {resident.address: resident for resident in self.residents}
        self._planned = sum(len(resident.lines) for resident in self.residents)

    def _invite(self, messages: int) -> Iterator[Resident]:
        left, number = messages, 0
        plans = [Plan.PLACES, Plan.PERSON, Plan.PLACES, Plan.DANGER, Plan.PLACES, Plan.PERSON]
        while left > 0:
            plan = plans[number // 2 % len(plans)]
            lines = _LINES[plan][: min(left, len(_LINES[plan]))]
            channel = "line" if number % 2 == 0 else "telegram"
            address = line_user(10_000 + number) if channel == "line" else str(710_000_000 + number)
            account = self._line.account.name if channel == "line" else self._telegram.bot.name
            yield Resident(channel, address, plan, lines, account)
            left -= len(lines)
            number += 1

    @property
    def progress(self) -> float:
        """The share of messages that have been sent."""
        return sum(len(resident.turns) for resident in self.residents) / max(1, self._planned)

    @property
    def done(self) -> bool:
        """Whether nobody has anything left to say."""
        return not self._waiting and not self._talking

    def step(self) -> None:
        """Hear what has arrived, then let everybody write who may."""
        self._listen("line", self._line.stub.record)
        self._listen("telegram", self._telegram.stub.record)
        while self._waiting and len(self._talking) < self._at_once:
            self._talking.append(self._waiting.pop())
        now = time.time()
        for resident in self._talking:
            if not resident.turns:
                self._speak(resident)
                continue
            turn = resident.turns[-1]
            if turn.answered_at is None and now - turn.sent_at > self._patience:
                turn.late = True
            answered = turn.answered_at is not None and self._has_ended(resident, now)
            if (answered or turn.late) and len(resident.turns) < len(resident.lines):
                self._speak(resident)
        self._talking = [resident for resident in self._talking if not resident.done]

    def _has_ended(self, resident: Resident, now: float) -> bool:
        """Whether the answer that a resident hears is complete."""
        last_heard = self._last_heard[resident.address]
        whole = _ONE_ANSWER[resident.channel]
        engine = self._line if resident.channel == "line" else self._telegram
        if now - self._turned_away.get(resident.address, 0.0) < _AGAIN or now - engine.stub.closed_at < whole:
            return False
        if not any(death > last_heard - whole for death in self.deaths):
            return now - last_heard > self._quiet[resident.channel]
        return self.back_at() > max(self.deaths) and now - max(last_heard, self.back_at()) > self._lease + whole

    def _listen(self, channel: str, record: Recorder) -> None:
        fresh = record.since(self._read[channel])
        self._read[channel] += len(fresh)
        for sent in fresh:
            resident = self._by_address.get(sent.recipient)
            if resident is None or sent.via.startswith("edit"):
                continue
            if not sent.delivered:
                self._turned_away[resident.address] = sent.at
                continue
            self._turned_away.pop(resident.address, None)
            self._last_heard[resident.address] = sent.at
            resident.receipts.update(receipts(sent))
            if resident.turns and resident.turns[-1].answered_at is None and sent.at >= resident.turns[-1].sent_at:
                resident.turns[-1].answered_at = sent.at

    def _speak(self, resident: Resident) -> None:
        words = resident.lines[len(resident.turns)]
        at = time.time()
        if resident.channel == "line":
            key = self._line.say(resident.address, words)
        else:
            data = self._offered(resident) if self._random.random() < 0.3 else None
            key = (
                self._telegram.press(int(resident.address), data)
                if data
                else self._telegram.say(int(resident.address), words)
            )
        resident.turns.append(Turn(key, resident.plan, at))

    def _offered(self, resident: Resident) -> str | None:
        """A button under the last answer to somebody who looks for places; the others follow their lines."""
        if resident.plan is not Plan.PLACES or not resident.turns:
            return None
        heard = self._telegram.stub.record.to(resident.address)
        found = [data for sent in heard[-1:] for data in _callbacks(list(sent.messages))]
        return self._random.choice(found) if found else None

    def log_of(self, resident: Resident) -> Log:
        """The deliveries of this resident's channel."""
        return self._line.log if resident.channel == "line" else self._telegram.log


def receipts(sent: Sent) -> set[str]:
    """The receipt numbers a person was told."""
    return {found for text in sent.texts for found in RECEIPT.findall(text)}


def _callbacks(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["callback_data"]] if isinstance(value.get("callback_data"), str) else []
        return own + [data for inner in value.values() for data in _callbacks(inner)]
    if isinstance(value, list):
        return [data for inner in value for data in _callbacks(inner)]
    if isinstance(value, str) and "callback_data" in value:
        return _callbacks(json.loads(value))
    return []
