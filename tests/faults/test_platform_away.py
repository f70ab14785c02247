"""The real server starts and works at one door while the platform behind the other cannot be reached."""

import time
from pathlib import Path

import pytest

from tests.faults.harness import Installation, Server
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import line_user
from tests.faults.stubs.line_delivery import LineDelivery
from tests.faults.stubs.telegram import TelegramStub
from tests.faults.stubs.telegram_delivery import TelegramDelivery

pytestmark = [pytest.mark.soak, pytest.mark.timeout(180)]
WAIT = 30.0


def test_each_door_works_while_the_other_platform_is_away(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    installation.furnish()
    with LineStub() as line, TelegramStub() as telegram:
        account, bot = line.account(), telegram.bot()
        by_line = LineDelivery(line, account, installation.connect_line(line, account))
        by_telegram = TelegramDelivery(telegram, bot, installation.connect_telegram(telegram, bot))
        server = Server(installation)

        def heard(user: object) -> int:
            stub = line if str(user).startswith("U") else telegram
            return len(stub.record.to(user))

        def until_heard(user: object) -> bool:
            end = time.monotonic() + WAIT
            while not heard(user) and time.monotonic() < end:
                time.sleep(0.05)
            return heard(user) > 0

        try:
            telegram.refuse()
            server.start()
            by_telegram.say(7001, "もう死にたい")
            by_line.say(line_user(1), "子育てサロンに行ってみたい")
            assert until_heard(line_user(1)) and not heard(7001)
            telegram.listen()
            assert until_heard(7001)
            server.stop()

            line.refuse()
            server.start()
            by_line.say(line_user(2), "もう死にたい")
            by_telegram.say(7002, "子育てサロンに行ってみたい")
            assert until_heard(7002) and not heard(line_user(2))
            line.listen()
            assert until_heard(line_user(2))
        finally:
            server.stop()
        assert not [sent for sent in (*line.sent, *telegram.sent) if sent.marked]
        assert [*line.violations, *telegram.violations] == []
