"""One table of a file, and the plain sentence said when a file cannot be opened."""

from __future__ import annotations

from dataclasses import dataclass


class CannotRead(ValueError):
    """このファイルは読めません。"""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass(frozen=True)
class Sheet:
    """One table of a file, every cell a text; row numbers are those that a spreadsheet program shows."""

    rows: list[list[str]]
    name: str = ""
    encoding: str = ""
    delimiter: str = ""
    garbled: bool = False  # some bytes could not be read as text
    beside: tuple[str, ...] = ()  # sheets of the same file that hold examples, choices or are hidden
