"""The stand-ins hand out contents as the platforms do: for a token of their own, an id they know, and in every bad way."""

from collections.abc import Iterator

import httpx
import pytest

from tests.faults.stubs.contents import Way
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import LineAccount
from tests.faults.stubs.telegram import TelegramStub
from tests.faults.stubs.telegram_bot import TelegramBot

DATA = b"\xff\xd8\xff" + b"x" * 100_000


@pytest.fixture
def line() -> Iterator[tuple[LineStub, LineAccount]]:
    with LineStub() as stub:
        account = stub.account()
        account.contents["42"] = (DATA, "image/jpeg")
        yield stub, account


@pytest.fixture
def telegram() -> Iterator[tuple[TelegramStub, TelegramBot]]:
    with TelegramStub() as stub:
        bot = stub.bot()
        bot.files["f1"] = ("photos/1.jpg", DATA)
        yield stub, bot


def get(stub: LineStub, account: LineAccount, name: str = "42", token: str = "") -> httpx.Response:
    headers = {"Authorization": f"Bearer {token or account.access_token}"}
    return httpx.get(f"{stub.url}/v2/bot/message/{name}/content", headers=headers, timeout=0.5)


def test_line_knows_its_token_and_its_ids(line: tuple[LineStub, LineAccount]) -> None:
    assert get(*line).content == DATA
    assert get(*line, name="43").status_code == 404
    assert get(*line, token="wrong").status_code == 401
    assert [broken.rule for broken in line[0].violations] == ["wrong_access_token"]


@pytest.mark.parametrize(
    ("way", "status"), [(Way.PREPARING, 202), (Way.GONE, 410), (Way.BUSY, 429), (Way.BROKEN, 500), (Way.ELSEWHERE, 302)]
)
def test_a_way_is_taken_once_and_then_it_comes_whole(line: tuple[LineStub, LineAccount], way: Way, status: int) -> None:
    line[1].content_ways["42"] = [way]
    assert [get(*line).status_code, get(*line).status_code] == [status, 200]


def test_it_breaks_comes_too_slowly_or_never_ends(line: tuple[LineStub, LineAccount]) -> None:
    line[1].content_ways["42"] = [Way.CUT, Way.SLOW, Way.ENDLESS]
    with pytest.raises(httpx.RemoteProtocolError):
        get(*line)
    with pytest.raises(httpx.ReadTimeout):
        get(*line)
    assert len(get(*line).content) > 30 * 1024 * 1024


def test_telegram_knows_its_token_and_its_ids(telegram: tuple[TelegramStub, TelegramBot]) -> None:
    stub, bot = telegram
    files = f"{stub.url}/file/bot"
    assert httpx.get(f"{files}{bot.token}/photos/1.jpg").content == DATA
    assert httpx.get(f"{files}{bot.token}/photos/2.jpg").status_code == 404
    assert httpx.get(f"{files}wrong/photos/1.jpg").status_code == 401
    assert [broken.rule for broken in stub.violations] == ["wrong_token"]


def test_telegram_gives_bots_twenty_megabytes_and_only_what_they_were_told_of(
    telegram: tuple[TelegramStub, TelegramBot],
) -> None:
    stub, bot = telegram
    bot.files["big"] = ("documents/big", b"x" * (20 * 1024 * 1024 + 1))
    bot.witness({"message": {"photo": [{"file_id": "told"}]}})
    api = f"{stub.url}/bot{bot.token}/getFile"
    assert "too big" in httpx.post(api, json={"file_id": "big"}).json()["description"]
    assert httpx.post(api, json={"file_id": "told"}).status_code == 400
    assert stub.violations == []
    assert httpx.post(api, json={"file_id": "made up"}).status_code == 400
    assert [broken.rule for broken in stub.violations] == ["unknown_file"]
