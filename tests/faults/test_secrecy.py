"""What residents write is in no log, no file of the database and no error: looked for byte by byte behind the real server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults.harness import Installation, Server
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import line_user
from tests.faults.stubs.line_delivery import LineDelivery
from tests.faults.stubs.telegram import TelegramStub
from tests.faults.stubs.telegram_delivery import TelegramDelivery

pytestmark = pytest.mark.soak
CANARIES = ("ほうじ茶色の秘密", "kanariya-9417")


def test_words_secrets_and_platform_ids_leave_no_trace(tmp_path: Path) -> None:
    installation = Installation(tmp_path, extra={"UKETOME_LOG_LEVEL": "DEBUG"})
    installation.furnish()
    with LineStub() as line, TelegramStub() as telegram:
        account, bot = line.account(), telegram.bot()
        line_url = installation.connect_line(line, account)
        telegram_url = installation.connect_telegram(telegram, bot)
        server = Server(installation)
        server.start()
        by_line, by_telegram = LineDelivery(line, account, line_url), TelegramDelivery(telegram, bot, telegram_url)
        user, chat = line_user(7), 7654321098
        for words in ("ほうじ茶色の秘密 家賃が払えません", "kanariya-9417", "もう死にたい ほうじ茶色の秘密"):
            by_line.say(user, words)
            by_telegram.say(chat, words)
        by_line.log.settle(20)
        by_telegram.log.settle(20)
        assert line.record.wait_for(lambda sent: any("読みました" in str(one.texts) for one in sent), 20)
        server.stop()
    secrets = (account.access_token, account.channel_secret, bot.token, bot.webhook_secret, user, "7654321098")
    log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert not [secret for secret in (*secrets, *CANARIES) if secret in log]
    assert not re.search(r"/webhooks/\S+\?", log)
    for file in (*tmp_path.glob("*.db*"), *tmp_path.glob("*.key")):
        kept = file.read_bytes()
        for canary in (*CANARIES, *secrets):
            for encoding in ("utf-8", "utf-16-le", "cp932"):
                assert canary.encode(encoding) not in kept, (file.name, encoding)
