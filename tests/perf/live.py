"""What a thousand movements told to two hundred open desks cost, beside a bare Starlette server that streams the same."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from resources import sign_in, two_steps
from resources.web.headers import Guarded
from resources.web.kit import mount
from resources.web.streams import BEGUN, MOVED
from tests.desk import all_pages
from tests.faults.harness import ROOT, free_port
from tests.perf.desk import NOW, town

LISTENERS, EVENTS = 200, 200  # a block; said below for a thousand
_PAUSE = 0.002
_ARMS = ("bare", "desk")


def measure(blocks: int) -> None:
    """Print the ratio of the processor time both servers need."""
    took: dict[str, list[float]] = {name: [] for name in _ARMS}
    with contextlib.ExitStack() as stack:
        ports = {name: stack.enter_context(_serving(name)) for name in _ARMS}
        for block in range(min(blocks, 7) + 1):
            for name, (port, token) in ports.items():
                seconds = asyncio.run(_block(port, token))
                if block:  # The first block warms both up.
                    took[name].append(seconds)
    pairs = sorted(desk / bare for desk, bare in zip(took["desk"], took["bare"], strict=True))
    low, middle, high = statistics.quantiles(pairs, n=4)
    whole = statistics.median(took["desk"]) * 1000 / EVENTS
    print(f"live: processor time of 1,000 movements to {LISTENERS} listeners, desk / bare = {middle:.2f} (median of "
          f"{len(pairs)} pairs, quartiles {low:.2f} and {high:.2f}; {whole:.2f} s)")  # fmt: skip


@contextlib.contextmanager
def _serving(name: str) -> Iterator[tuple[int, str]]:
    port = free_port()
    command = [sys.executable, "-m", "tests.perf.live", name, str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        token = process.stdout.readline().strip()
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        yield port, token
    finally:
        process.terminate()
        process.wait(20)


async def _block(port: int, token: str) -> float:
    heard = [0] * LISTENERS
    ready = asyncio.Event()
    begun = 0

    async def listen(at: int) -> None:
        nonlocal begun
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /desk/events HTTP/1.1\r\nHost: x\r\nCookie: uketome={token}\r\n\r\n".encode())
        await reader.readuntil(BEGUN)
        begun += 1
        if begun == LISTENERS:
            ready.set()
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                heard[at] += data.count(b"v")  # Twice in each line, and never cut in two.
        writer.close()

    async with asyncio.timeout(120):
        tasks = [asyncio.create_task(listen(at)) for at in range(LISTENERS)]
        await ready.wait()
        seconds = await asyncio.to_thread(_told, port)
        while min(heard) < 2 * EVENTS:
            await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return seconds


def _told(port: int) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/tell", timeout=120) as answer:
        return float(answer.read())


def _telling(tell: Callable[[bytes], None]) -> Route:
    async def told(request: Request) -> Response:
        begun = time.process_time()
        for _ in range(EVENTS):
            tell(MOVED)
            await asyncio.sleep(_PAUSE)
        return PlainTextResponse(str(time.process_time() - begun))

    return Route("/tell", told)


def _bare(port: int) -> None:
    """Serve the yardstick: one queue a listener and a generator, as the documentation of Starlette shows it."""
    queues: set[asyncio.Queue[bytes]] = set()

    async def events(request: Request) -> Response:
        async def lines() -> AsyncIterator[bytes]:
            own: asyncio.Queue[bytes] = asyncio.Queue()
            queues.add(own)
            try:
                yield BEGUN
                while True:
                    yield await own.get()
            finally:
                queues.discard(own)

        return StreamingResponse(lines(), media_type="text/event-stream")

    def tell(line: bytes) -> None:
        for own in queues:
            own.put_nowait(line)

    print("none", flush=True)
    app = Starlette(routes=[Route("/desk/events", events), _telling(tell)])
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", access_log=False, timeout_graceful_shutdown=1)


def _desk(port: int) -> None:
    """Serve the shipped pages to one person who is signed in with two hundred windows."""
    with tempfile.TemporaryDirectory(prefix="uketome-perf-") as folder, town(Path(folder) / "live", 1) as world:
        with world.database.writing() as session:
            _, stored = sign_in.known_hash(session, "yamada@example.jp")
            who = world.people["yamada"]
            entered = two_steps.enter(session, who, fits=True, checked=stored, hours=12, now=NOW)
            assert entered is not None
            print(entered.token, flush=True)
        console, pages = world.console(), FastAPI()
        mount(pages, console, all_pages())
        pages.router.routes.append(_telling(console.streams.tell))
        app = Guarded(pages, production=False)
        uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", access_log=False, timeout_graceful_shutdown=1)


if __name__ == "__main__":
    {"bare": _bare, "desk": _desk}[sys.argv[1]](int(sys.argv[2]))
