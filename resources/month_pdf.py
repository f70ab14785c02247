"""The month's sheet as a PDF to print and hang up, with a Japanese font found on the machine; only the letters used go in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TableCellFillMode
from fpdf.fonts import FontFace

from resources.dates import spoken
from resources.month_sheet import Line, MonthSheet

# Where Debian, Ubuntu, Fedora, Alpine and macOS keep their Japanese fonts.
PLACES: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/fonts-japanese-gothic.ttf",
    "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
)
_SIZES: Final = {"title": 18, "day": 13, "text": 11, "small": 9}
_BEWARE: Final = "予定は変わることがあります。はじめて行くときは、電話で確かめてください。"
# Four columns in millimetres: a time of day is short, hours in words are not.
_NARROW: Final = (26, 58, 54, 44)
_WORDY: Final = (50, 48, 44, 40)
_GREY: Final = (90, 90, 90)
_MOST_LETTERS, _MOST_LINES = 150, 20


class NoFont(RuntimeError):
    """日本語の書体が見つからないため、PDFを作れません。この画面を印刷してください。"""


def font(chosen: Path | None) -> Path:
    """Return the font to draw with: the one the operator chose, else one that is found; raises NoFont."""
    found = [chosen] if chosen is not None else [Path(place) for place in PLACES]
    for path in found:
        if path.is_file():
            return path
    raise NoFont(NoFont.__doc__)


def draw(sheet: MonthSheet, path: Path, *, made_on: datetime) -> bytes:
    """Return the sheet as a PDF, the same for a whole day; reading a font of 65,000 signs takes seconds."""
    paper = _Paper(sheet, path)
    paper.set_creation_date(made_on.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))
    paper.add_page()
    paper.set_font("japanese", size=_SIZES["title"])
    paper.multi_cell(0, 10, sheet.title, new_x="LMARGIN", new_y="NEXT")
    paper.set_font("japanese", size=_SIZES["small"])
    paper.multi_cell(0, 5, _BEWARE, new_x="LMARGIN", new_y="NEXT")
    for day in sheet.days:
        holiday = f"　{day.holiday}" if day.holiday else ""
        paper.heading(f"{spoken(day.on).partition('年')[2]}{holiday}")
        paper.lines(day.lines)
    if not sheet.days:
        paper.set_font("japanese", size=_SIZES["text"])
        paper.multi_cell(0, 8, "この月に日が決まっている集まりは、台帳にありません。", new_x="LMARGIN", new_y="NEXT")
    if sheet.regular:
        paper.heading("週に何度もやっているところ")
        paper.lines(sheet.regular, _WORDY)
    if sheet.unsure:
        paper.heading("日を電話で確かめるところ")
        paper.lines(sheet.unsure, _WORDY)
    return bytes(paper.output())


class _Paper(FPDF):
    def __init__(self, sheet: MonthSheet, path: Path) -> None:
        super().__init__(format="A4")
        self.foot = sheet.title
        self.set_title(sheet.title)
        self.set_lang("ja-JP")
        self.set_margins(14, 14)
        self.set_auto_page_break(True, margin=16)
        self.add_font("japanese", fname=path)

    def footer(self) -> None:
        """Write what the sheet is and its page at the foot."""
        self.set_y(-12)
        self.set_font("japanese", size=_SIZES["small"])
        self.set_text_color(*_GREY)
        self.cell(0, 6, f"{self.foot}　{self.page_no()}ページ", align="C")
        self.set_text_color(0)

    def heading(self, words: str) -> None:
        """Write the name of a day, together with its first line."""
        if self.will_page_break(24):
            self.add_page()
        self.ln(3)
        self.set_font("japanese", size=_SIZES["day"])
        self.cell(0, 8, words, new_x="LMARGIN", new_y="NEXT")

    def lines(self, lines: tuple[Line, ...], widths: tuple[int, ...] = _NARROW) -> None:
        """Write what takes place, a row each."""
        self.set_font("japanese", size=_SIZES["text"])
        with self.table(
            col_widths=widths,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            cell_fill_mode=TableCellFillMode.NONE,
            first_row_as_headings=False,
            headings_style=FontFace(emphasis=None),
            line_height=5.5,
            padding=1,
            text_align="LEFT",
            v_align="TOP",
        ) as table:
            for line in lines:
                row = table.row()
                for cell in _cells(line):
                    row.cell(cell)


def _cells(line: Line) -> Iterator[str]:
    yield _short(line.time).replace("、", "\n", _MOST_LINES) or "電話で"
    yield "\n".join(_short(part) for part in (line.name, line.note) if part)
    yield _short(line.place)
    yield "\n".join(part for part in (_short(line.fee), _short(line.phone, _MOST_LETTERS // 3)) if part)


def _short(words: str, most: int = _MOST_LETTERS) -> str:
    # A row that does not fit on a page cannot be drawn.
    plain = " ".join(words.split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"
