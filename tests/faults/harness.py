"""Starts the real product, kills it, starts it again, and keeps everything the platforms saw."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import LineAccount
from tests.faults.stubs.telegram import TelegramStub
from tests.faults.stubs.telegram_bot import TelegramBot

ROOT = Path(__file__).resolve().parents[2]
DEMO_TOWN = "992011"


class DidNotStart(RuntimeError):
    """The product did not become ready; its log is in the folder of the run."""


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """One installed product with its own database, keys and port; `extra` adds or replaces environment variables."""

    folder: Path
    database_url: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    program: tuple[str, ...] = (sys.executable, "-m", "bot.cli")

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.database_url = self.database_url or f"sqlite:///{self.folder / 'uketome.db'}"

    @property
    def url(self) -> str:
        """Where the product answers."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self, **more: str) -> dict[str, str]:
        """What the product finds in its environment; nothing of ours leaks into it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("UKETOME_")}
        return {
            **kept,
            "NO_PROXY": "127.0.0.1,localhost",
            "PYTHONUNBUFFERED": "1",
            "UKETOME_DATABASE_URL": self.database_url,
            "UKETOME_KEYS_URL": f"sqlite:///{self.folder / 'keys.db'}",
            "UKETOME_KEY_FILE": str(self.folder / "uketome.key"),
            "UKETOME_BASE_URL": self.url,
            **self.extra,
            **more,
        }

    def command(self, *words: str) -> str:
        """Run one command of the product and return what it printed; raises CalledProcessError."""
        run = [*self.program, *words]
        done = subprocess.run(
            run, cwd=ROOT, env=self.environment(), check=True, capture_output=True, text=True, timeout=120
        )
        return done.stdout

    def furnish(self) -> None:
        """Prepare the database and let the product put its demo town in."""
        demo = Server(self, demo=True)
        demo.start()
        demo.stop()

    def connect_line(self, stub: LineStub, account: LineAccount, town: str = DEMO_TOWN) -> str:
        """Register a LINE account with the product; returns its webhook address."""
        self.command(
            "channel", "add", "line", account.name, "--municipality", town, "--secret", account.channel_secret,
            "--access-token", account.access_token, "--destination", account.destination, "--api-base-url", stub.url,
        )  # fmt: skip
        return f"{self.url}/webhooks/line/{account.name}"

    def connect_telegram(
        self, stub: TelegramStub, bot: TelegramBot, town: str = DEMO_TOWN, *, polling: bool = False
    ) -> str:
        """Register a Telegram bot with the product; returns its webhook address."""
        more = ("--polling",) if polling else ("--webhook-secret", bot.webhook_secret)
        self.command(
            "channel", "add", "telegram", bot.name, "--municipality", town, "--token", bot.token,
            "--api-base-url", stub.url, *more,
        )  # fmt: skip
        return f"{self.url}/webhooks/telegram/{bot.name}"


class Server:
    """One process of the product."""

    def __init__(self, installation: Installation, *, demo: bool = False) -> None:
        self.installation = installation
        self._demo = demo
        self._process: subprocess.Popen[bytes] | None = None
        self.ready_after: list[float] = []

    def start(self, *, failpoint: str = "", timeout: float = 90.0) -> bool:
        """Start and wait until its worker works; False when it died at its failpoint before; raises DidNotStart."""
        more = {"UKETOME_FAILPOINT": failpoint} if failpoint else {}
        port = str(self.installation.port)
        words = ["serve", *(["--demo"] if self._demo else []), "--host", "127.0.0.1", "--port", port]
        begun = time.monotonic()
        with (self.installation.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self.installation.program, *words],
                cwd=ROOT,
                env=self.installation.environment(**more),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        while time.monotonic() - begun < timeout:
            if not self.alive:
                if failpoint and self._process.returncode == -signal.SIGKILL:
                    return False
                raise DidNotStart(f"exit code {self._process.returncode}")
            if works(self.installation.url):
                self.ready_after.append(time.monotonic() - begun)
                return True
            time.sleep(0.05)
        self.kill()
        raise DidNotStart(f"not ready after {timeout} s")

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self, timeout: float = 20.0) -> None:
        """Ask it to end (SIGTERM), and insist when it does not."""
        if self._process is None or not self.alive:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()


def works(url: str) -> bool:
    """Whether the worker of the process at this address works; messages that waited while it was dead may still wait."""
    try:
        with urllib.request.urlopen(url + "/readyz", timeout=5) as response:
            told = response.read()
    except urllib.error.HTTPError as refusal:
        told = refusal.read()
    except (urllib.error.URLError, OSError):
        return False
    try:
        return bool(json.loads(told).get("worker"))
    except ValueError:
        return False


class Killer(threading.Thread):
    """Keeps the server running and kills it so often while the work goes on.

    `progress` tells how far the work is (0 to 1); the kills are spread over it at random. Before some restarts a random
    named point is armed, so that the process dies there by itself.
    """

    def __init__(
        self,
        server: Server,
        progress: Callable[[], float],
        *,
        kills: int,
        seed: int = 0,
        failpoints: tuple[str, ...] = (),
        share_at_failpoints: float = 0.5,
    ) -> None:
        super().__init__(name="killer", daemon=True)
        self.server = server
        self.killed_at: list[float] = []
        self.back_at = time.time()
        self.died_at: dict[str, int] = {}
        self.trouble: Exception | None = None
        self._progress = progress
        self._random = random.Random(seed)
        self._points = sorted(self._random.random() * 0.97 for _ in range(kills))
        self._failpoints = failpoints
        self._share = share_at_failpoints
        self._armed = ""
        self._end = threading.Event()

    @property
    def finished(self) -> bool:
        """Whether all kills have happened."""
        return not self._points

    def finish(self) -> None:
        """Kill no more and see to it that the server runs."""
        self._end.set()
        self.join()
        if not self.server.alive:
            self.server.start()

    def run(self) -> None:
        """Watch, kill, restart, until told to end."""
        try:
            while not self._end.is_set():
                if not self.server.alive:
                    self._note(self._armed or "unasked")
                    self._restart()
                elif self._points and self._progress() >= self._points[0]:
                    time.sleep(self._random.random() * 0.2)
                    self.server.kill()
                    self._note("random moment")
                    self._restart()
                else:
                    time.sleep(0.02)
        except (DidNotStart, OSError) as trouble:
            self.trouble = trouble

    def _note(self, where: str) -> None:
        self.killed_at.append(time.time())
        self.died_at[where] = self.died_at.get(where, 0) + 1
        if self._points:
            self._points.pop(0)

    def _restart(self) -> None:
        self._armed = ""
        if self._points and self._failpoints and self._random.random() < self._share:
            self._armed = self._random.choice(self._failpoints)
        setting = f"{self._armed}:{self._random.randint(1, 12)}" if self._armed else ""
        while not self.server.start(failpoint=setting):
            self._note(self._armed)
            setting, self._armed = "", ""
        self.back_at = time.time()
