"""The real server dies at each named moment, with every kind of message on its way, and comes back whole."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from bot.failpoints import NAMES
from tests.faults.conversations import Plan, Resident, Turn
from tests.faults.database import look
from tests.faults.harness import Installation, Server
from tests.faults.invariants import examine
from tests.faults.stubs import line_events, telegram_updates
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import line_user
from tests.faults.stubs.line_delivery import LineDelivery
from tests.faults.stubs.recorder import Sent
from tests.faults.stubs.telegram import Rates, TelegramStub
from tests.faults.stubs.telegram_delivery import TelegramDelivery
from tests.sent_files import picture

pytestmark = [pytest.mark.soak, pytest.mark.timeout(300)]
_numbers = itertools.count(1)
PHOTO = picture()


@dataclass
class Place:
    """An installation with both platforms around it."""

    installation: Installation
    line: LineDelivery
    telegram: TelegramDelivery
    residents: list[Resident] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)

    def everybody_writes(self) -> list[Resident]:
        """One new resident for every kind of message."""
        return [
            self._on_line(Plan.PLACES, lambda user: self.line.say(user, "子育てサロンに行ってみたい")),
            self._on_line(Plan.PERSON, lambda user: self.line.say(user, "人と話したい")),
            self._on_line(Plan.DANGER, lambda user: self.line.say(user, "もう死にたい")),
            self._on_line(Plan.PLACES, lambda user: self.line.post([line_events.sticker(user)])),
            self._on_line(Plan.PLACES, lambda user: self.line.post([self._photo(user)])),
            self._on_line(Plan.PLACES, lambda user: self.line.share_place(user, 35.5, 141.8)),
            self._on_line(Plan.PLACES, lambda user: self.line.follow(user)),
            self._on_telegram(Plan.PLACES, lambda user: self.telegram.say(user, "介護のことを聞ける所はありますか")),
            self._on_telegram(Plan.DANGER, lambda user: self.telegram.say(user, "もう死にたい")),
            self._on_telegram(Plan.PERSON, lambda user: self.telegram.say(user, "人と話したい")),
            self._on_telegram(Plan.PLACES, lambda user: self.telegram.start(user)),
            self._on_telegram(
                Plan.PLACES, lambda user: self.telegram.post(telegram_updates.message(user, voice={"file_id": "x"}))
            ),
        ]

    def _on_line(self, plan: Plan, act: Callable[[str], str]) -> Resident:
        user = line_user(50_000 + next(_numbers))
        return self._new("line", user, plan, act(user))

    def _on_telegram(self, plan: Plan, act: Callable[[int], str]) -> Resident:
        user = 750_000_000 + next(_numbers)
        return self._new("telegram", str(user), plan, act(user))

    def _new(self, channel: str, address: str, plan: Plan, key: str) -> Resident:
        resident = Resident(channel, address, plan, ("",), channel, [Turn(key, plan, time.time())])
        self.residents.append(resident)
        return resident

    def _photo(self, user: str) -> dict[str, Any]:
        event = line_events.message("image", user, contentProvider={"type": "line"})
        self.photos.append(event["message"]["id"])
        self.line.account.contents[event["message"]["id"]] = (PHOTO, "image/jpeg")
        return event

    def heard(self, resident: Resident) -> list[Sent]:
        """What this resident has read so far."""
        stub = self.line.stub if resident.channel == "line" else self.telegram.stub
        return stub.record.to(resident.address)


def files(place: Place) -> dict[str, int]:
    """How many files stand where; those Telegram never had are left out."""
    engine = create_engine(place.installation.database_url)
    with engine.connect() as connection:
        query = text("SELECT state, count(*) FROM attachment WHERE reason != 'gone' GROUP BY state")
        found = {str(state): int(number) for state, number in connection.execute(query)}
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    installation = Installation(tmp_path_factory.mktemp("failpoints"), extra={"UKETOME_SEND_TIMEOUT": "2"})
    with LineStub() as line, TelegramStub(rates=Rates(scale=10)) as telegram:
        installation.furnish()
        account, bot = line.account(), telegram.bot()
        yield Place(
            installation,
            LineDelivery(line, account, installation.connect_line(line, account)),
            TelegramDelivery(telegram, bot, installation.connect_telegram(telegram, bot), scale=0.1),
        )


def until(check: Callable[[], bool], timeout: float = 60.0) -> bool:
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.2)
    return check()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_nothing_is_lost_when_the_server_dies(place: Place, name: str) -> None:
    server = Server(place.installation)
    killed_at: list[float] = []
    try:
        started = server.start(failpoint=name)
        residents = place.everybody_writes()
        assert not started or until(lambda: not server.alive), "the named moment was never passed"
        killed_at.append(time.time())
        server.start()
        for log in (place.line.log, place.telegram.log):
            log.settle(60)
        answered = until(lambda: all(place.heard(resident) for resident in residents))
        quiet = until(lambda: not (look(place.installation.database_url).events_waiting))
        quiet = quiet and until(lambda: not look(place.installation.database_url).unsent)
        fetched = until(lambda: files(place) == {"stored": len(place.photos)})
    finally:
        server.stop()
    assert (answered, quiet, fetched) == (True, True, True)
    report = examine(
        place.residents,
        {"line": place.line.stub.sent, "telegram": place.telegram.stub.sent},
        {"line": place.line.log, "telegram": place.telegram.log},
        [*place.line.stub.violations, *place.telegram.stub.violations],
        look(place.installation.database_url),
        killed_at,
    )
    assert report.good, report.text()
