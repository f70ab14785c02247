"""Lets `python -m bot.cli` do what `uketome` does."""

from bot.cli import main

main()
