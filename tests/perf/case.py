"""The page of a case of many years beside that of a young one: both made as shipped, in turn."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from handoff.web import case
from tests import long_case
from tests.perf.desk import in_turn, page, ratio, town

# messages, agencies on the team, notes
_LONG, _YOUNG = (2000, 10, 200), (20, 0, 2)


def measure(blocks: int) -> None:
    """Print the ratio of both pages."""
    with tempfile.TemporaryDirectory(prefix="uketome-perf-") as name, town(Path(name) / "town", 0) as world:
        arms = {}
        for size in (_LONG, _YOUNG):
            case_id = long_case.fill(world, messages=size[0], agencies=size[1], written=size[2])
            arms[str(size)] = page(world, case.case, f"/desk/cases/{case_id}", case_id=str(case_id))
        took = in_turn(arms, blocks, repeat=3)
    long, young = took[str(_LONG)], took[str(_YOUNG)]
    print(f"case: the page with 2,000 messages, 10 agencies and 200 notes / with 20 messages = {ratio(long, young)} "
          f"({statistics.median(long) * 1000:.1f} ms and {statistics.median(young) * 1000:.1f} ms)")  # fmt: skip
