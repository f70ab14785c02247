"""The real server is killed again and again while residents write: nothing is lost, nothing is said twice unmarked."""

from pathlib import Path

import pytest

from tests.faults import soak


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_short_soak_holds_every_invariant(tmp_path: Path) -> None:
    report = soak.run(tmp_path, messages=500, kills=10, seed=20261124)
    report.write(tmp_path / "report.json")
    assert report.good, report.text()
