"""The platforms' side of the webhook: repeats, redelivery, order, and what a restart of the product sees."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import line_user
from tests.faults.stubs.line_delivery import LineDelivery, sign
from tests.faults.stubs.telegram import Rates, TelegramStub
from tests.faults.stubs.telegram_delivery import TelegramDelivery

USER = line_user(1)


@dataclass
class Product:
    """A server that answers as it is told and keeps what it got."""

    answer: Callable[[int], int] = lambda number: 200
    body: bytes = b""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
def product() -> Iterator[Product]:
    told = Product()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(told.answer(len(told.got)))
            self.send_header("Content-Length", str(len(told.body)))
            self.end_headers()
            self.wfile.write(told.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}/"
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def line() -> Iterator[LineStub]:
    with LineStub() as stub:
        yield stub


@pytest.fixture
def telegram() -> Iterator[TelegramStub]:
    with TelegramStub(rates=Rates(scale=1000)) as stub:
        yield stub


def test_the_official_signature_example() -> None:
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert sign("8c570fa6dd201bb328f1c1eac23a96d8", body) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


def test_line_signs_and_stops_after_200(line: LineStub, product: Product) -> None:
    account = line.account()
    engine = LineDelivery(line, account, product.url)
    engine.log.wait(engine.say(USER, "x"))
    headers, body = product.got[0]
    assert headers["x-line-signature"] == sign(account.channel_secret, body)
    event = product.bodies()[0]["events"][0]
    assert product.bodies()[0]["destination"] == account.destination
    assert account.tokens[event["replyToken"]].event_id == event["webhookEventId"]
    assert len(product.got) == 1


def test_line_redelivers_the_same_event_until_it_is_taken(line: LineStub, product: Product) -> None:
    product.answer = lambda number: 200 if number == 3 else 503
    engine = LineDelivery(line, line.account(), product.url, pause=0.02)
    key = engine.say(USER, "x")
    assert engine.log.wait(key).statuses == [503, 503, 200]
    events = [body["events"][0] for body in product.bodies()]
    assert {event["webhookEventId"] for event in events} == {key}
    assert len({event["replyToken"] for event in events}) == 1
    assert [event["deliveryContext"]["isRedelivery"] for event in events] == [False, True, True]


def test_line_waits_two_seconds_at_most(line: LineStub, product: Product) -> None:
    def slow_once(number: int) -> int:
        if number == 1:
            time.sleep(0.2)
        return 200

    product.answer = slow_once
    engine = LineDelivery(line, line.account(), product.url, timeout=0.1, pause=0.02)
    assert engine.log.wait(engine.say(USER, "x")).statuses == ["request_timeout", 200]


def test_line_gives_up_in_the_end(line: LineStub, product: Product) -> None:
    product.answer = lambda number: 500
    engine = LineDelivery(line, line.account(), product.url, pause=0.02, patience=0.1)
    assert engine.log.wait(engine.say(USER, "x")).given_up


def test_line_sends_some_twice(line: LineStub, product: Product) -> None:
    engine = LineDelivery(line, line.account(), product.url, duplicates=1.0, jitter=0.01)
    engine.log.wait(engine.say(USER, "x"))
    until = time.monotonic() + 5
    while len(product.got) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    assert product.got[0][1] == product.got[1][1]


def test_line_holds_some_back(line: LineStub, product: Product) -> None:
    engine = LineDelivery(line, line.account(), product.url, shuffle=0.5, jitter=0.2, seed=3)
    keys = [engine.say(USER, "x") for _ in range(12)]
    engine.log.settle()
    arrived = [body["events"][0]["webhookEventId"] for body in product.bodies()]
    assert sorted(arrived) == sorted(keys)
    assert arrived != keys


def test_a_product_that_starts_late_still_gets_everything(line: LineStub) -> None:
    engine = LineDelivery(line, line.account(), "http://127.0.0.1:1/", pause=0.02)
    key = engine.say(USER, "x")
    with pytest.raises(TimeoutError):
        engine.log.settle(0.1)
    assert not engine.log.acked(key)
    assert set(engine.log.all[0].statuses) == {"could_not_connect"}


def test_telegram_keeps_the_order_of_a_chat(telegram: TelegramStub, product: Product) -> None:
    product.answer = lambda number: 500 if number <= 2 else 200
    engine = TelegramDelivery(telegram, telegram.bot(), product.url, scale=0.01)
    keys = [engine.say(700000001, "x") for _ in range(3)]
    engine.log.settle()
    assert [str(body["update_id"]) for body in product.bodies()] == [keys[0]] * 2 + keys
    assert product.got[0][0]["x-telegram-bot-api-secret-token"] == "telegram-webhook-secret"


def test_telegram_lets_other_chats_pass(telegram: TelegramStub, product: Product) -> None:
    product.answer = lambda number: 200 if number > 1 else 500
    engine = TelegramDelivery(telegram, telegram.bot(), product.url, scale=0.3)
    first = engine.say(700000001, "x")
    time.sleep(0.1)
    second = engine.say(700000002, "x")
    engine.log.settle()
    assert [str(body["update_id"]) for body in product.bodies()] == [first, second, first]


def test_telegram_wants_an_empty_answer(telegram: TelegramStub, product: Product) -> None:
    product.body = b'{"ok":true}'
    engine = TelegramDelivery(telegram, telegram.bot(), product.url)
    engine.log.wait(engine.say(700000001, "x"))
    assert [violation.rule for violation in telegram.violations] == ["webhook_answer_not_empty"]


def test_telegram_without_an_address_waits_to_be_polled(telegram: TelegramStub) -> None:
    bot = telegram.bot()
    engine = TelegramDelivery(telegram, bot, None)
    key = engine.say(700000001, "x")
    until = time.monotonic() + 5
    while not bot.pending and time.monotonic() < until:
        time.sleep(0.01)
    assert not engine.log.acked(key)
    bot.confirmed = int(key) + 1
    assert engine.log.wait(key).acked_at
