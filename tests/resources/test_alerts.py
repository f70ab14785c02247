"""Alerts go out by the operator's ways only, in time, and leave no address and no link in any log."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from resources import alerts
from resources.alerts import Apprise, BadEndpoints, Endpoint, Letter, Nobody

LETTER = Letter("【みらい市】緊急の相談があります", "https://desk.example.jp/ack/GEHEIM")


class _Room(BaseHTTPRequestHandler):
    """A chat tool that keeps what it is sent; one of its rooms never answers, one is broken."""

    heard: list[dict[str, str]] = []  # noqa: RUF012
    let_go = threading.Event()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path.startswith("/silent"):
            self.let_go.wait(20)
        elif not self.path.startswith("/broken"):
            self.heard.append(json.loads(body))
        self.send_response(500 if self.path.startswith("/broken") else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def room() -> Iterator[str]:
    """The address of the chat tool."""
    _Room.heard.clear()
    _Room.let_go.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Room)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"json://toban:PASSWORT@127.0.0.1:{server.server_port}"
    _Room.let_go.set()
    server.shutdown()
    thread.join()
    server.server_close()
    for job in threading.enumerate():
        if job.name == "alert":
            job.join(10)


def listed(room: str, *names: str) -> dict[str, Endpoint]:
    return {name: Endpoint(name, f"{room}/{name}") for name in names}


def test_an_alert_arrives_and_leaves_no_trace_in_a_log(room: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    way = Apprise(listed(room, "room", "broken"), timeout=8)
    assert way.send(["room"], LETTER, town="990019")
    assert not way.send(["broken"], LETTER, town="990019")
    assert way.send(["broken", "room"], LETTER, town="990019")
    assert [one["message"] for one in _Room.heard] == [LETTER.body, LETTER.body]
    assert _Room.heard[0]["title"] == LETTER.title
    assert not [word for word in ("PASSWORT", "GEHEIM") if word in caplog.text]
    assert "PASSWORT" not in repr(way.offered("990019"))


def test_a_silent_endpoint_holds_up_nothing_for_longer_than_it_may(room: str) -> None:
    way = Apprise(listed(room, "silent", "room"), timeout=0.5)
    begun = time.monotonic()
    assert not way.send(["silent"], LETTER, town="990019")
    assert way.send(["silent", "room"], LETTER, town="990019")
    assert time.monotonic() - begun < 6


def test_what_is_not_listed_or_belongs_to_another_town_takes_nothing(room: str) -> None:
    own = Endpoint("own", f"{room}/room", towns=frozenset({"990027"}))
    way = Apprise({"own": own}, timeout=2)
    assert not way.send(["own", "unknown", f"{room}/room"], LETTER, town="990019") and not _Room.heard
    assert way.offered("990019") == () and way.offered("990027") == (own,)
    assert not Nobody().send(["own"], LETTER, town="990019") and Nobody().offered("990019") == ()


def test_the_library_is_loaded_at_the_first_alert_only() -> None:
    source = Path(alerts.__file__).read_text(encoding="utf-8")
    assert "\nimport apprise" not in source and "\nfrom apprise" not in source


def test_the_operators_list_is_read_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "alerts.toml"
    file.write_text('[endpoint.toban]\nurl = "mailtos://a:b@example.jp"\nlabel = "当直"\ntowns = ["990019"]\n', encoding="utf-8")
    assert alerts.load(file) == {"toban": Endpoint("toban", "mailtos://a:b@example.jp", "当直", frozenset({"990019"}))}
    for wrong in (
        "", "x = 1", "[endpoint.toban]", '[endpoint.toban]\nurl = "PASSWORT"', '[endpoint.TOBAN]\nurl = "json://x"',
        '[endpoint.toban]\nurl = "json://x"\nmore = 1', '[endpoint.toban]\nurl = "json://x"\ntowns = ["みらい市"]',
    ):  # fmt: skip
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(BadEndpoints) as refused:
            alerts.load(file)
        assert "PASSWORT" not in str(refused.value)
    with pytest.raises(BadEndpoints):
        alerts.load(tmp_path / "none.toml")
