"""What tests of the directory's pages may ask for: a town whose people can sign in, and its console on a loopback port."""

from tests.handoff.conftest import enter, enter_small, small_world, world

__all__ = ["enter", "enter_small", "small_world", "world"]
