"""The town and its browsers, for the pages of the directory."""

from __future__ import annotations

from tests.handoff.conftest import enter, enter_small, small_world, world

__all__ = ["enter", "enter_small", "small_world", "world"]
