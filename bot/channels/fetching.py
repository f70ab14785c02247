"""Fetches a file from one host, never more of it than wanted, and never from anywhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import aiohttp

from bot.channels.base import Fetch, Fetched, Later, Unfetchable

_TOKEN_REFUSED: Final = 300.0
_WHOLE: Final = 120.0
_PIECE: Final = 1 << 16


class Fetching:
    """The connections to one host; they belong to the event loop that uses them."""

    def __init__(self, base_url: str, headers: Mapping[str, str], *, timeout: float) -> None:
        self._base_url = base_url
        self._headers = {"Accept-Encoding": "identity", **headers}
        self._limits = aiohttp.ClientTimeout(total=_WHOLE, sock_connect=min(5.0, timeout), sock_read=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, path: str, *, most: int) -> Fetch:
        """Return what lies at a path; what is announced about its size or kind is not believed."""
        if self._session is None:
            # Taken as it is sent: a small packed file could unpack into an enormous one.
            self._session = aiohttp.ClientSession(trust_env=True, auto_decompress=False)
        url = f"{self._base_url}{path}"
        try:
            async with self._session.get(
                url, headers=self._headers, timeout=self._limits, allow_redirects=False
            ) as response:
                return await self._read(response, most) if response.status == 200 else _refusal(response.status)
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError):
            return Later("no_answer", 2.0, grows=True)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _read(self, response: aiohttp.ClientResponse, most: int) -> Fetch:
        content = bytearray()
        async for piece in response.content.iter_chunked(_PIECE):
            content += piece
            if len(content) > most:
                return Unfetchable("too_large")
        return Fetched(bytes(content))


def _refusal(status: int) -> Fetch:
    match status:
        case 202:
            return Later("no_answer", 2.0, grows=True)
        case 401 | 403:
            return Later("token_refused", _TOKEN_REFUSED, trouble="token_refused")
        case 413:
            return Unfetchable("too_large")
        case 429:
            return Later("rate_limited", 10.0, grows=True)
        case _ if status < 500:
            # Gone, moved to another place, or never there.
            return Unfetchable("gone")
    return Later("platform_error", 2.0, grows=True)
