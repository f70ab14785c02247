"""A page of a hundred services through the running product, beside a bare FastAPI reply that says the same."""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import bot.models  # noqa: F401  every table, so that keys to them are understood
from resources import importing
from resources.db import Database
from tests.faults.harness import ROOT, Installation, free_port
from tests.perf.importing import workbook

ENTRIES = 1_500
_PAGE = 100
_EACH = 20


class Asking:
    """One connection that is kept open, as a program that reads the whole directory keeps it."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str) -> tuple[float, bytes]:
        """Return the seconds an answer took, and the answer."""
        begun = time.perf_counter()
        self._line.request("GET", path)
        answer = self._line.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return time.perf_counter() - begun, content


def furnish(made: Installation, town: str) -> None:
    """Bring fifteen pages of entries into a town."""
    database = Database(made.database_url)
    importing.run(database, workbook(ENTRIES, town), "places.xlsx", municipality=town, by="perf", now=datetime.now(UTC))
    database.close()


def measure(made: Installation, town: str, blocks: int) -> None:
    """Print the ratios: of pages nobody asked for yet, and of those that were said before; with all parts, and without."""
    product = Asking(made.port)
    product.get("/api/")
    for name, more in (("full", "&full=true"), ("plain", "")):
        path = f"/api/services?municipality={town}&per_page={_PAGE}{more}&page="
        _, content = product.get(f"{path}{ENTRIES // _PAGE}")
        if len(json.loads(content)["contents"]) != _PAGE:
            raise RuntimeError("the page is not whole")
        (file := made.folder / f"{name}.json").write_bytes(content)
        _beside(product, path, file, name, len(content), blocks)


def _beside(product: Asking, path: str, file: Path, name: str, size: int, blocks: int) -> None:
    port = free_port()
    yardstick = subprocess.Popen([sys.executable, "-m", "tests.perf.bare_json", str(port), str(file)], cwd=ROOT)
    try:
        bare = _opened(port)
        blocks = min(blocks, ENTRIES // _PAGE)
        first = [_pair(product.get(f"{path}{page}")[0], bare) for page in range(1, blocks + 1)]
        again = [_pair(_median(product, f"{path}{page}"), bare) for page in range(1, blocks + 1)]
    finally:
        yardstick.terminate()
        yardstick.wait(10)
    for when, pairs in (("asked for the first time", first), ("asked for again", again)):
        ratios = sorted(ours / theirs for ours, theirs in pairs)
        low, middle, high = statistics.quantiles(ratios, n=4)
        ours, theirs = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
        print(f"api: {_PAGE} services {name} ({size / 1000:.0f} kB) {when} / a bare reply = {middle:.2f} (median of "
              f"{len(ratios)} pairs, quartiles {low:.2f} and {high:.2f}; {ours:.1f} and {theirs:.1f} ms)")  # fmt: skip


def _pair(ours: float, bare: Asking) -> tuple[float, float]:
    return ours, _median(bare, "/")


def _median(asking: Asking, path: str) -> float:
    return statistics.median(asking.get(path)[0] for _ in range(_EACH))


def _opened(port: int) -> Asking:
    for _ in range(300):
        asking = Asking(port)
        try:
            asking.get("/")
        except OSError:
            time.sleep(0.1)
        else:
            return asking
    raise TimeoutError("the yardstick did not start")
