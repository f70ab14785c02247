"""A small load client in a process of its own: so many connections that post as fast as they are answered."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import sys
import time

SECRET = "line-channel-secret"
DESTINATION = "U" + "b" * 32


def request(number: int, path: str, run: str) -> bytes:
    """Return one signed LINE webhook as bytes of HTTP."""
    event = {
        "type": "message",
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": f"U{number % 4096:032x}"},
        "webhookEventId": f"{run}{number:016d}",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": f"{number:032x}",
        "message": {"type": "text", "id": str(number), "quoteToken": "q", "text": "家賃が払えなくて困っています"},
    }
    body = json.dumps({"destination": DESTINATION, "events": [event]}).encode()
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, hashlib.sha256)).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Line-Signature: {signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _connection(port: int, requests: list[bytes], took: list[float], bad: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for raw in requests:
        begun = time.perf_counter()
        writer.write(raw)
        head = await reader.readuntil(b"\r\n\r\n")
        took.append(time.perf_counter() - begun)
        if not head.startswith(b"HTTP/1.1 200"):
            bad.append(1)
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:") and int(line[15:]):
                await reader.readexactly(int(line[15:]))
    writer.close()


async def measure(port: int, path: str, run: str, *, requests: int, connections: int) -> dict[str, float]:
    """Post so many requests over so many connections; returns requests a second, median and p99 in milliseconds."""
    shares = [[request(n, path, run) for n in range(at, requests, connections)] for at in range(connections)]
    took: list[float] = []
    bad: list[int] = []
    begun = time.perf_counter()
    await asyncio.gather(*(_connection(port, share, took, bad) for share in shares))
    elapsed = time.perf_counter() - begun
    took.sort()
    return {
        "rate": requests / elapsed,
        "median_ms": took[len(took) // 2] * 1000,
        "p99_ms": took[int(len(took) * 0.99)] * 1000,
        "refused": len(bad),
    }


if __name__ == "__main__":
    port, path, run, requests, connections = sys.argv[1:]
    found = asyncio.run(measure(int(port), path, run, requests=int(requests), connections=int(connections)))
    print(json.dumps(found))
