"""What tests of the directory console may ask for: the town whose people can sign in, and its console."""

from __future__ import annotations

from tests.handoff.conftest import enter, enter_small, small_world, world

__all__ = ["enter", "enter_small", "small_world", "world"]
