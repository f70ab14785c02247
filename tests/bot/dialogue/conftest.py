"""The demo town, made once for all conversations of a test run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.dialogue.playing import furnished


@pytest.fixture(scope="session")
def demo_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the furnished demo database and its keys."""
    folder = tmp_path_factory.mktemp("demo-town")
    furnished(folder)
    return folder
