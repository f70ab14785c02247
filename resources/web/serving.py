"""A server that ends the streams it holds open before it waits for everybody to leave."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn


class Server(uvicorn.Server):
    """uvicorn, with something to do first when it is told to stop."""

    def __init__(self, config: uvicorn.Config, *, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say that it ends, then end as always."""
        self._ending()
        await super().shutdown(sockets)
