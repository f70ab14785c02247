"""The command line: everything an operator does without a browser."""

import gc

# Nearly everything that starting makes stays; looking through it as often as Python would takes a quarter of the start.
_SELDOM = (20_000, 20, 10)


def main() -> None:
    """Run the command line."""
    gc.set_threshold(*_SELDOM)
    from bot.cli.commands import app

    app()
