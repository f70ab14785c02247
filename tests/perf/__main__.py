"""`python -m tests.perf NAME`: figures of the shipped product, both arms in one run, printed as ratios."""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests import postgresql
from tests.faults.harness import ROOT, Installation, free_port
from tests.perf import answering, api, case, desk, importing, live, outbox, report
from tests.perf.load import DESTINATION, SECRET, request

TOWN = "992011"


def prepared(folder: Path, *, demo: bool = True, database_url: str = "") -> Installation:
    """Return an installation with the demo town, or a bare one, and a LINE account."""
    made = Installation(folder, database_url)
    if demo:
        made.furnish()
    else:
        made.command("db", "upgrade")
        made.command("municipality", "add", TOWN, "みらい市", "--relay", "in_channel")
    made.command(
        "channel", "add", "line", "perf", "--municipality", TOWN, "--secret", SECRET, "--access-token", "unused",
        "--destination", DESTINATION, "--api-base-url", "http://127.0.0.1:9",
    )  # fmt: skip
    return made


@contextlib.contextmanager
def serving(made: Installation, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `uketome serve` until the block ends."""
    command = [sys.executable, "-m", "bot.cli", "serve", "--host", "127.0.0.1", "--port", str(made.port), *words]
    with (made.folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=made.environment(), stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)


def accepted(port: int, path: str, run: str) -> bool:
    """Whether one signed webhook is answered 200 now."""
    raw = request(0, path, run)
    head, _, body = raw.partition(b"\r\n\r\n")
    signature = next(line for line in head.decode().split("\r\n") if line.startswith("X-Line-Signature"))
    call = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body, method="POST")
    call.add_header("X-Line-Signature", signature.partition(": ")[2])
    try:
        with urllib.request.urlopen(call, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_for(port: int, path: str, seconds: float = 30.0) -> float:
    """Return the seconds until the webhook is accepted; raises TimeoutError."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if accepted(port, path, f"w{time.monotonic_ns():x}"):
            return time.monotonic() - begun
        time.sleep(0.02)
    raise TimeoutError("the webhook was never accepted")


def ack(blocks: int, requests: int, connections: int) -> None:
    """Durable LINE acknowledgement against a bare endpoint, blocks in turn."""
    with tempfile.TemporaryDirectory(prefix="uketome-perf-") as folder:
        made = prepared(Path(folder))
        bare = free_port()
        yardstick = subprocess.Popen([sys.executable, "-m", "tests.perf.bare", str(bare)], cwd=ROOT)
        try:
            with serving(made, "--no-worker"):
                wait_for(made.port, "/webhooks/line/perf")
                wait_for(bare, "/webhook")
                _blocks(made.port, bare, blocks, requests, connections)
        finally:
            yardstick.terminate()
            yardstick.wait(10)


def _blocks(port: int, bare: int, blocks: int, requests: int, connections: int) -> None:
    arms = {"bare": (bare, "/webhook"), "durable": (port, "/webhooks/line/perf")}
    rates: dict[str, list[float]] = {name: [] for name in arms}
    for block in range(blocks + 1):
        for name, (at, path) in arms.items():
            words = [str(at), path, f"{name[0]}{block}{time.time_ns():x}", str(requests), str(connections)]
            done = subprocess.run(
                [sys.executable, "-m", "tests.perf.load", *words], cwd=ROOT, check=True, capture_output=True, timeout=120
            )
            found = json.loads(done.stdout)
            if found["refused"]:
                raise RuntimeError(f"{name}: {found['refused']} of {requests} were refused")
            if block:  # The first block warms both up.
                rates[name].append(found["rate"])
                print(f"block {block} {name:8} {found['rate']:8.0f}/s  median {found['median_ms']:.1f} ms  "
                      f"p99 {found['p99_ms']:.1f} ms")  # fmt: skip
    # Neighbouring blocks meet the same machine, however busy others make it: each pair is compared by itself.
    pairs = sorted(durable / bare for durable, bare in zip(rates["durable"], rates["bare"], strict=True))
    low, middle, high = statistics.quantiles(pairs, n=4)
    print(f"ack: durable / bare = {middle:.2f} (median of {len(pairs)} pairs, quartiles {low:.2f} and {high:.2f}, "
          f"{connections} connections)")  # fmt: skip


def ready(runs: int) -> None:
    """Seconds from start to the first accepted webhook on a prepared database, worker included."""
    with tempfile.TemporaryDirectory(prefix="uketome-perf-") as folder:
        made = prepared(Path(folder))
        took = []
        for _ in range(runs):
            begun = time.monotonic()
            with serving(made):
                wait_for(made.port, "/webhooks/line/perf")
                took.append(time.monotonic() - begun)
        print(f"ready: median {statistics.median(took):.2f} s, slowest {max(took):.2f} s of {runs} starts")


def memory() -> None:
    """Resident memory of one server process with the demo town, after it has answered."""
    with tempfile.TemporaryDirectory(prefix="uketome-perf-") as folder:
        made = prepared(Path(folder))
        with serving(made) as process:
            wait_for(made.port, "/webhooks/line/perf")
            for number in range(20):
                accepted(made.port, "/webhooks/line/perf", f"m{number}{time.time_ns():x}")
            time.sleep(8)  # Long enough for every answer to have been worked out.
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        print(f"memory: {int(resident.split()[1]) / 1024:.0f} MB resident with the demo town")


def bring_in() -> None:
    """A large workbook through the running product while webhooks arrive, on SQLite and on PostgreSQL where it is installed."""
    _bring_in("")
    if not postgresql.missing():
        server = postgresql.start()
        try:
            with server.database() as url:
                _bring_in(url)
        finally:
            server.stop()


def _bring_in(database_url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="uketome-perf-") as folder:
        made = prepared(Path(folder), demo=False, database_url=database_url)
        print(f"import: {'PostgreSQL' if database_url else 'SQLite'}", flush=True)
        with serving(made) as process:
            wait_for(made.port, "/webhooks/line/perf", 120)
            time.sleep(8)  # The ear is loaded after the first webhook is accepted.
            importing.measure(made, TOWN, "/webhooks/line/perf", process.pid)


def read_api(blocks: int) -> None:
    """Pages of the open interface of a town with fifteen hundred entries."""
    with tempfile.TemporaryDirectory(prefix="uketome-perf-") as folder:
        made = prepared(Path(folder), demo=False)
        api.furnish(made, TOWN)
        with serving(made, "--no-worker"):
            wait_for(made.port, "/webhooks/line/perf", 120)
            api.measure(made, TOWN, max(5, blocks))


def main() -> None:
    """Run one measurement."""
    parser = argparse.ArgumentParser(prog="python -m tests.perf", description=__doc__)
    names = ("ack", "ready", "memory", "understand", "typo", "scale", "peers", "desk", "case", "live", "outbox", "report")
    parser.add_argument("name", choices=(*names, "import", "api"))
    parser.add_argument("--blocks", type=int, default=15)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--entries", type=int, default=1_000_000)
    given = parser.parse_args()
    if given.name == "ack":
        ack(max(5, given.blocks), given.requests, given.connections)
    elif given.name == "scale":
        answering.scale(given.entries)
    else:
        {
            "ready": lambda: ready(5),
            "memory": memory,
            "import": bring_in,
            "api": lambda: read_api(given.blocks),
            "understand": answering.understand,
            "typo": answering.typo,
            "peers": answering.peers,
            "desk": lambda: desk.measure(given.blocks),
            "case": lambda: case.measure(given.blocks),
            "live": lambda: live.measure(given.blocks),
            "outbox": outbox.measure,
            "report": report.measure,
        }[given.name]()


if __name__ == "__main__":
    main()
