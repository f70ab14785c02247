"""The stand-ins misbehave exactly as told, and the record says what really happened."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.faults.stubs.faults import ROUGH_WEATHER, Fault, FaultPlan
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import line_user
from tests.faults.stubs.server import StubServer
from tests.faults.stubs.telegram import Rates, TelegramStub

USER = 700000001
LINE_USER = line_user(1)
SHORT: dict[str, Any] = {"hang_seconds": 0.2, "drip_seconds": 0.2, "refuse_seconds": 0.2}
# fault: (status the product sees, or None for a broken connection; delivered)
SEEN: dict[Fault, tuple[int | None, bool]] = {
    Fault.NONE: (200, True),
    Fault.ERROR: (500, False),
    Fault.ERROR_AFTER_ACCEPT: (500, True),
    Fault.HANG: (None, False),
    Fault.HANG_AFTER_ACCEPT: (None, True),
    Fault.CLOSE_MID_BODY: (None, True),
    Fault.JUNK: (200, True),
    Fault.BAD_GATEWAY: (502, False),
    Fault.TOO_MANY: (429, False),
    Fault.MONTHLY_LIMIT: (429, False),
    Fault.REFUSE: (None, False),
    Fault.DRIP: (200, True),
    Fault.UNAUTHORIZED: (401, False),
    Fault.TOO_LARGE: (413, False),
}


@pytest.fixture(params=["line", "telegram"])
def stub(request: pytest.FixtureRequest) -> Iterator[StubServer]:
    if request.param == "line":
        with LineStub(**SHORT) as line:
            line.account().resident(LINE_USER)
            yield line
    else:
        with TelegramStub(rates=Rates(scale=1000), **SHORT) as telegram:
            telegram.bot().chat(USER)
            yield telegram


def send(stub: StubServer) -> httpx.Response:
    if isinstance(stub, LineStub):
        account = next(iter(stub.accounts.values()))
        headers = {"Authorization": f"Bearer {account.access_token}", "X-Line-Retry-Key": str(uuid.uuid4())}
        body = {"to": LINE_USER, "messages": [{"type": "text", "text": "x"}]}
        return httpx.post(f"{stub.url}/v2/bot/message/push", json=body, headers=headers)
    assert isinstance(stub, TelegramStub)
    token = next(iter(stub.bots))
    return httpx.post(f"{stub.url}/bot{token}/sendMessage", json={"chat_id": USER, "text": "x"})


def test_every_fault_is_in_the_table() -> None:
    assert set(SEEN) == set(Fault)
    assert {fault for fault, (_, delivered) in SEEN.items() if delivered} == {f for f in Fault if f.accepts}


@pytest.mark.parametrize("fault", list(Fault))
def test_what_the_product_sees_and_what_the_person_sees(stub: StubServer, fault: Fault) -> None:
    status, delivered = SEEN[fault]
    stub.faults.then(fault)
    if status is None:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            send(stub)
    else:
        assert send(stub).status_code == status
    entry = stub.record.wait_for(lambda sent: len(sent) == 1 and sent[0].answered == status)[0]
    assert (entry.accepted, entry.delivered) == (delivered, delivered)
    assert not stub.violations


def test_bad_gateways_answer_in_html(stub: StubServer) -> None:
    stub.faults.then(Fault.BAD_GATEWAY)
    assert send(stub).text.startswith("<html>")


def test_junk_is_not_json(stub: StubServer) -> None:
    stub.faults.then(Fault.JUNK)
    with pytest.raises(ValueError):
        send(stub).json()


def test_a_closed_port_refuses_and_opens_again(stub: StubServer) -> None:
    stub.refuse()
    with pytest.raises(httpx.ConnectError):
        send(stub)
    stub.listen()
    assert send(stub).status_code == 200
    stub.faults.then(Fault.REFUSE)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        send(stub)
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            assert send(stub).status_code == 200
            return
        except httpx.ConnectError:
            time.sleep(0.05)
    pytest.fail("the port stayed closed")


def test_weights_are_kept_and_repeatable() -> None:
    draws = [[FaultPlan(ROUGH_WEATHER, seed=seed).draw(carries=True) for _ in range(1)] for seed in (1, 1)]
    assert draws[0] == draws[1]
    plan = FaultPlan({Fault.ERROR: 0.25, Fault.HANG: 0.25}, seed=7)
    for _ in range(4000):
        plan.draw(carries=True)
    assert 900 < plan.drawn[Fault.ERROR] < 1100
    assert 900 < plan.drawn[Fault.HANG] < 1100
    plan.on = False
    assert {plan.draw(carries=True) for _ in range(100)} == {Fault.NONE}


def test_planned_faults_wait_for_something_that_reaches_a_person() -> None:
    plan = FaultPlan()
    plan.then([Fault.ERROR, Fault.HANG])
    assert [plan.draw(carries=False), plan.draw(carries=True), plan.draw(carries=True)] == [
        Fault.NONE,
        Fault.ERROR,
        Fault.HANG,
    ]


def test_too_many_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 1"):
        FaultPlan({Fault.ERROR: 0.6, Fault.HANG: 0.6})
