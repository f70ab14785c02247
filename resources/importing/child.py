"""Works on one file in a process of its own, with limits: a file built to do harm stops this process and no other.

Started with the project's folder as its only argument; where the data are and what to do comes on standard input,
because a command line can be read by everybody on the machine.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import uuid
from datetime import datetime
from pathlib import Path
from typing import Final

from resources.db import Database
from resources.importing import working

MEMORY: Final = 2 * 1024 * 1024 * 1024
SECONDS: Final = 900
_ROOT: Final = Path(__file__).resolve().parents[2]
_BEGIN: Final = "import sys; sys.path.insert(0, sys.argv[1]); from resources.importing import child; child.main()"


def start(database: Database, job_id: uuid.UUID, *, now: datetime) -> subprocess.Popen[bytes]:
    """Begin to work on a claimed file; the caller looks now and then whether the process has ended."""
    # Isolated and with an empty environment: the child learns no key of ours.
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _BEGIN, str(_ROOT)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={},
    )  # fmt: skip
    url = database.url
    if database.is_sqlite and url.database:
        url = url.set(database=str(Path(url.database).absolute()))
    told = {"url": url.render_as_string(hide_password=False), "job": str(job_id), "now": now.isoformat()}
    assert process.stdin is not None
    with process.stdin as writing:
        writing.write(json.dumps(told).encode())
    return process


def main() -> None:
    """Read what to do, do it under limits, and end."""
    told = json.loads(sys.stdin.buffer.read())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    database = Database(told["url"])
    try:
        working.work(database, uuid.UUID(told["job"]), now=datetime.fromisoformat(told["now"]))
    finally:
        database.close()
