"""A real HTTP server in a thread of its own, which can also misbehave like a real network."""

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.faults.stubs.faults import Fault, FaultPlan
from tests.faults.stubs.recorder import Recorder, Sent, Violation

T = TypeVar("T")
MAX_BODY = 2 * 1024 * 1024
CUT = web.RequestKey("cut", bool)
# Seconds a request that still hangs is waited for when the stub stops.
_PATIENCE = 0.5
HTML_502 = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class StubServer:
    """Listens on loopback between `start` and `stop`; subclasses answer as one platform does."""

    def __init__(
        self,
        *,
        faults: FaultPlan | None = None,
        hang_seconds: float = 10.0,
        drip_seconds: float = 2.0,
        refuse_seconds: float = 0.5,
    ) -> None:
        self.record = Recorder()
        self.faults = faults or FaultPlan()
        self.hang_seconds = hang_seconds
        self.drip_seconds = drip_seconds
        self.refuse_seconds = refuse_seconds
        self.port = 0
        self.closed_at = 0.0  # when the port was last closed for a while, as time.time() counts
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._runner: web.ServerRunner | None = None
        self._listener: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The address to give as --api-base-url, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sent(self) -> list[Sent]:
        """Everything sent to people so far."""
        return self.record.sent

    @property
    def violations(self) -> list[Violation]:
        """Every rule broken so far."""
        return self.record.violations

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; each platform has its own."""
        raise web.HTTPNotFound

    # -- life --------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the thread and listen on a free port."""
        loop = asyncio.new_event_loop()
        self._loop = loop
        self._thread = threading.Thread(target=loop.run_forever, name=type(self).__name__, daemon=True)
        self._thread.start()
        self.call(self._open())

    def stop(self) -> None:
        """Stop listening, drop what still hangs, and end the thread."""
        if self._loop is None or self._thread is None:
            return
        self.call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()
        self._loop = self._thread = None

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run something on the stub's own loop."""
        if self._loop is None:
            work.close()
            raise RuntimeError("the stub is not running")
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, work: Coroutine[Any, Any, T], timeout: float = 30.0) -> T:
        """Run something on the stub's own loop and wait for what it returns."""
        return self.submit(work).result(timeout)

    def refuse(self) -> None:
        """Close the port and every open connection, as if the platform were gone."""
        self.call(self._refuse())

    def listen(self) -> None:
        """Open the same port again."""
        self.call(self._listen())

    async def _open(self) -> None:
        self._runner = web.ServerRunner(
            web.Server(self._serve, request_factory=_large_request, access_log=None), shutdown_timeout=_PATIENCE
        )
        await self._runner.setup()
        await self._listen()

    async def _listen(self) -> None:
        if self._listener is not None or self._runner is None or self._runner.server is None:
            return
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._runner.server, "127.0.0.1", self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def _refuse(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        if self._runner is not None and self._runner.server is not None:
            for connection in list(self._runner.server.connections):
                if connection.transport is not None:
                    connection.transport.abort()

    async def _close(self) -> None:
        await self._refuse()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    # -- answering ---------------------------------------------------------------------------------------------

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await self.handle(request)
        except web.HTTPException as refusal:
            return web.Response(status=refusal.status, text=refusal.text)

    def fault_response(self, fault: Fault) -> web.Response:
        """What a fault that accepts nothing answers; platforms dress 429, 401 and 413 in their own words."""
        if fault is Fault.BAD_GATEWAY:
            return web.Response(status=502, text=HTML_502, content_type="text/html")
        return web.json_response({"message": "Internal server error"}, status=500)

    async def misbehave(self, request: web.BaseRequest, fault: Fault, good: web.Response) -> web.StreamResponse:
        """Answer as the fault says; `good` is what would have been said."""
        match fault:
            case Fault.NONE:
                return good
            case Fault.HANG | Fault.HANG_AFTER_ACCEPT:
                await asyncio.sleep(self.hang_seconds)
                self._abort(request)
            case Fault.REFUSE:
                self.later(self._refuse_for_a_while())
                self._abort(request)
            case Fault.CLOSE_MID_BODY:
                body = good.body if isinstance(good.body, bytes) else b"{}"
                half = web.StreamResponse(status=good.status, headers={"Content-Length": str(len(body) + 20)})
                half.content_type = "application/json"
                await half.prepare(request)
                await half.write(body[: len(body) // 2])
                self._abort(request)
            case Fault.DRIP:
                return await self._drip(request, good)
            case Fault.JUNK:
                return web.Response(status=200, text="<!-- not what you expect -->", content_type="application/json")
            case Fault.ERROR_AFTER_ACCEPT:
                return self.fault_response(Fault.ERROR)
            case _:
                return self.fault_response(fault)
        # The connection is gone; whatever is returned here reaches nobody.
        return good

    async def _drip(self, request: web.BaseRequest, good: web.Response) -> web.StreamResponse:
        body = good.body if isinstance(good.body, bytes) else b"{}"
        slow = web.StreamResponse(status=good.status, headers={"Content-Length": str(len(body))})
        slow.content_type = "application/json"
        await slow.prepare(request)
        try:
            for at in range(len(body)):
                await slow.write(body[at : at + 1])
                await asyncio.sleep(self.drip_seconds / len(body))
        except ConnectionError:
            # The product lost patience, which is its right.
            request[CUT] = True
        return slow

    async def _refuse_for_a_while(self) -> None:
        self.closed_at = time.time()
        await self._refuse()
        await asyncio.sleep(self.refuse_seconds)
        await self._listen()

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Keep something going on the stub's loop until the stub stops; call it on that loop only."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @staticmethod
    def answered(request: web.BaseRequest, fault: Fault, response: web.StreamResponse) -> int | None:
        """The status the product was told, or None when the connection broke before."""
        gone = request.transport is None or request.transport.is_closing()
        # A dripping answer has been written to its end by now, so the product may hang up as it likes.
        cut = request.get(CUT) or (gone and fault is not Fault.DRIP)
        return None if cut else response.status

    @staticmethod
    def _abort(request: web.BaseRequest) -> None:
        request[CUT] = True
        if request.transport is not None:
            request.transport.abort()


def _large_request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    # The stub itself answers 413, so it has to be able to read what is too large.
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=2 * MAX_BODY)


def new_id() -> str:
    """A request or message id that nobody can guess."""
    return secrets.token_hex(12)


def parse_json(body: bytes) -> Any:
    """Read a request body strictly; raises ValueError for what the platforms refuse too."""
    return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
