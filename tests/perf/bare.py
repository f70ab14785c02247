"""The yardstick: an endpoint of uvicorn and starlette that reads the body and says 200, nothing more."""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def take(request: Request) -> Response:
    """Read and acknowledge."""
    await request.body()
    return Response(status_code=200)


if __name__ == "__main__":
    app = Starlette(routes=[Route("/webhook", take, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
