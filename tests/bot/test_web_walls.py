"""The whole application from outside: headers on every answer, forms that are none, forged hosts, logs that quote nobody."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog
import uvicorn
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.routing import Route

from bot import logs, main
from bot.settings import Settings
from bot.store import upgrade
from bot.web import forms
from resources.db import Database
from resources.web import headers, kit
from tests.conftest import TOWN, found_town
from tests.desk import all_pages

FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
PATHS = (
    "/", "/chat", "/chat/", "/chat/closed", "/chat/live", "/chat/start", "/chat/static/chat.css", "/chat/static/none",
    "/static/uketome.css",
    "/static/none", "/healthz", "/readyz", "/sign-in", "/invitation", "/nowhere", "/desk", "/desk/", "/desk/live", "/start",
    "/openapi.json", "/desk%00", "//desk", "/fails", "/api", "/api/", "/api/services", "/api/openapi.json", "/api/none",
    "/places", f"/places/{TOWN}",
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "TRACE", "PUT", "DELETE")


def _fails(request: Request) -> None:
    raise ValueError("カナリアのことば")


ROUTES: set[tuple[str, str]] = set()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real application with its worker on a loopback port."""
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(
        database_url=f"sqlite:///{folder}/a.db", keys_url=f"sqlite:///{folder}/keys.db", key_file=Path(folder, "a.key")
    )
    store, _, _ = upgrade(settings)
    found_town(store.database)
    app = main.web(main.build(store), with_worker=True)
    app._pages._app.router.routes.append(Route("/fails", _fails))  # type: ignore[attr-defined]
    known = app._pages._app.router.routes  # type: ignore[attr-defined]
    ROUTES.update((method, route.path) for route in known for method in getattr(route, "methods", None) or ("GET",))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()
    store.close()


@pytest.fixture
def visitor(site: str) -> Iterator[httpx.Client]:
    """A browser with a conversation."""
    with httpx.Client(base_url=site, timeout=30) as client:
        assert client.post("/chat/start", data={"town": TOWN}, headers=FORM).status_code == 303
        yield client


def test_every_answer_to_every_method_carries_the_strict_headers(site: str) -> None:
    # After a failure the server hangs up, so every question comes on a connection of its own.
    with httpx.Client(base_url=site, timeout=30, headers={"connection": "close"}) as client:
        for path in PATHS:
            for method in METHODS:
                answer = client.request(method, path)
                assert answer.status_code < 500 or path in ("/fails", "/readyz"), (method, path)
                for name in headers.HEADERS:
                    assert name in answer.headers, (method, path, name)
                assert "'unsafe" not in answer.headers["content-security-policy"]


def test_no_answer_repeats_a_forged_host(site: str) -> None:
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    for path in PATHS:
        answer = httpx.get(f"{site}{path}", headers=forged)
        assert "evil.example" not in str(answer.headers) + answer.text, path
        assert not answer.headers.get("location", "/").startswith(("http", "//")), path


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"&".join(b"f%d=1" % number for number in range(50)), 400),
        (b"text=" + b"a" * 70_000, 413),
        (b"text=%ED%A0%80", 303),
        (b"text=%00", 303),
        (b"text=\xff\xfe", 303),
        (b"latitude=nan&longitude=1e999", 303),
        (b"data=%00%F4%8F%BF%BF", 303),
        (b"", 303),
    ],
)
def test_odd_forms_of_the_chat_page_are_answered(visitor: httpx.Client, body: bytes, status: int) -> None:
    assert visitor.post("/chat/say", content=body, headers=FORM).status_code == status


def test_a_form_that_comes_too_slowly_is_not_taken_for_sent(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "_BRINGING", 0.2)
    monkeypatch.setattr(kit, "_PATIENCE", 0.2)
    host, port = site.removeprefix("http://").split(":")
    for path in ("/chat/say", "/sign-in"):
        with socket.create_connection((host, int(port)), timeout=10) as slow:
            head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            slow.sendall(f"{head}Content-Length: 100\r\n\r\nt".encode())
            assert slow.recv(100).startswith(b"HTTP/1.1 408"), path


def test_a_form_of_another_site_is_refused_and_one_of_an_old_browser_is_not(visitor: httpx.Client, site: str) -> None:
    for elsewhere in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}):
        assert visitor.post("/chat/say", data={"text": "x"}, headers=elsewhere).status_code == 403
    assert visitor.get("/chat").headers["referrer-policy"] == "same-origin"  # "no-referrer" makes the origin "null"
    assert visitor.post("/chat/say", data={"text": "x"}, headers={"origin": site}).status_code == 303


def test_another_conversation_is_reached_by_nothing_but_its_name(visitor: httpx.Client, site: str) -> None:
    visitor.post("/chat/say", data={"text": "カナリアのことば"}, headers=FORM)
    assert "カナリア" in visitor.get("/chat").text
    name = visitor.cookies["uketome-chat"]
    for guess in (name[:-1], name[:-1] + "x", name.replace(TOWN, "990027"), name.upper(), f"{name}x", f" {name.split('.')[1]}"):
        if guess != name:
            assert "カナリア" not in httpx.get(f"{site}/chat", headers={"cookie": f"uketome-chat={guess}"}).text


def test_an_error_in_a_page_quotes_nobody_in_the_log(site: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        logs.configure("INFO")
        assert httpx.get(f"{site}/fails", headers={"accept": "text/html"}).status_code == 500
        time.sleep(0.2)
    finally:
        root.handlers[:], root.level = before, level
        structlog.reset_defaults()  # what it writes to is closed with this test
    written = capsys.readouterr().err
    assert "uvicorn.error ValueError" in written and "test_web_walls" in written and "カナリア" not in written


def test_every_route_of_the_application_is_known(site: str) -> None:
    # A new one belongs either into the pages of the console, which have a matrix of their own, or here with its reason.
    public = {
        "/": "leads to the chat page", "/healthz": "says ok", "/readyz": "figures only",
        "/static/{name}": "styles and scripts", "/chat/static/{name}": "styles and scripts", "/fails": "a test's own",
        "/api": "the open directories for programs, with a description of its own",
        **dict.fromkeys(("/chat", "/chat/", "/chat/{town}", "/chat/live", "/chat/closed"), "the visitor's own conversation"),
        **dict.fromkeys(("/chat/start", "/chat/say", "/chat/close"), "the visitor's own conversation"),
    }  # fmt: skip
    console = {page.path for page in all_pages()}
    assert {path for _, path in ROUTES} == {*public, *console}
    assert not {path for method, path in ROUTES if method not in ("GET", "HEAD", "POST")}


def test_a_resident_is_told_whom_to_call_while_the_database_is_away(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*given: object, **named: object) -> None:
        raise OperationalError("", None, Exception("the server is gone"))

    monkeypatch.setattr(Database, "reading", away)
    visitor = FORM | {"cookie": f"uketome-chat={TOWN}.{'a' * 24}"}
    for answer in (httpx.get(f"{site}/chat"), httpx.post(f"{site}/chat/say", data={"text": "a"}, headers=visitor)):
        assert answer.status_code == 503
        assert "119" in answer.text and "/sign-in" not in answer.text
