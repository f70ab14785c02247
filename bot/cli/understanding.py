"""What the command line answers when a command was not understood: in Japanese, with exit code 2."""

from __future__ import annotations

import re
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from bot.cli.saying import sentence, why

# What typer raises for every command it cannot read; it has no public name of its own.
NotUnderstood: Any = typer.BadParameter.__base__
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")


class Group(TyperGroup):
    """All commands; whatever typer would say in English is said in Japanese."""

    def main(self, *args: Any, **how: Any) -> Any:
        """Run a command and leave with its exit code."""
        try:
            code = super().main(*args, **{**how, "standalone_mode": False})
        except NotUnderstood as error:
            if type(error).__name__ == "NoArgsIsHelpError":
                error.show()
            else:
                typer.echo(_says(error), err=True)
            sys.exit(2)
        except typer.Abort:
            sys.exit(1)
        except OSError as error:
            typer.echo(sentence("failed.file", path=error.filename or "-", why=why(error)), err=True)
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


def _says(error: Any) -> str:
    place = error.ctx.command_path if error.ctx else "uketome"
    return f"{_what(error)}\n{sentence('usage.help', command=place)}"


def _what(error: Any) -> str:
    words, kind = error.message, type(error).__name__
    param = getattr(error, "param", None)
    name = param.opts[-1] if param else getattr(error, "option_name", "")
    if _JAPANESE.search(words) and not name:
        return str(words)
    if kind == "MissingParameter":
        return sentence("usage.missing", name=name)
    if kind == "NoSuchOption":
        return sentence("usage.no_option", name=name)
    if kind == "BadOptionUsage":
        return sentence("usage.needs_value" if "requires" in words else "usage.takes_no_value", name=name)
    if name:
        known = re.findall(r"'([^']*)'", words.partition("not one of")[2])
        return sentence("usage.bad_choice" if known else "usage.bad_value", name=name, known="・".join(known))
    found = re.search(r"'(.*)'|\(([^()]*)\)$", words)
    what = (found.group(1) or found.group(2)) if found else ""
    return sentence("usage.no_command" if "command" in words else "usage.too_much", what=what)
