"""The yardstick: FastAPI with one endpoint that answers an object of a file as JSON, nothing more."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI


def application(said: Any) -> FastAPI:
    """Return the application; the object is made into JSON at every question, as FastAPI does."""
    app = FastAPI()

    @app.get("/")
    async def page() -> Any:
        return said

    return app


if __name__ == "__main__":
    found = json.loads(Path(sys.argv[2]).read_bytes())
    uvicorn.run(application(found), host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
