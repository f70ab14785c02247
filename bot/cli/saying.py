"""The command line's sentences, and how it ends when something cannot be done."""

from __future__ import annotations

import errno
import tomllib
from functools import cache
from importlib.resources import files
from typing import NoReturn

import typer


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("bot.texts") / "staff.toml").read_text(encoding="utf-8"))


def sentence(key: str, **values: object) -> str:
    """Return a sentence such as "failed.no_such_town" with its values filled in."""
    group, name = key.split(".")
    return _sentences()[group][name].format(**values)


def why(error: OSError) -> str:
    """Return the cause of a system error in Japanese, or the system's own word where there is no sentence for it."""
    known = _sentences()["why"].get(errno.errorcode.get(error.errno or 0, ""))
    return known or error.strerror or type(error).__name__


def tell(key: str, **values: object) -> None:
    """Print a sentence."""
    typer.echo(sentence(key, **values))


def fail(key: str, **values: object) -> NoReturn:
    """Print a sentence to standard error and end with exit code 1."""
    fail_with(sentence(key, **values))


def fail_with(words: str) -> NoReturn:
    """Print words that an error brought along and end with exit code 1."""
    typer.echo(words, err=True)
    raise typer.Exit(1)
