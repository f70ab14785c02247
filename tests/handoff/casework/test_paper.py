"""The forms on paper and as a workbook: both versions, no formula, and the export on record."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from resources.journal import JournalEntry
from resources.web.kit import PROOF
from tests.desk import Browser, World

Enter = Callable[..., Browser]
SAID = ("アパートです。家賃を滞納しています", "母は要介護3です")
HOSTILE = '=HYPERLINK("http://x.example","x")\x01+1'


@pytest.fixture
def case_id(small_world: World) -> uuid.UUID:
    """A case with something to print."""
    return small_world.open_case(*SAID, name="はな", topics=["rent_loan", "long_term_care"])


def acts(world: World, case_id: uuid.UUID) -> list[str]:
    with world.database.reading(world.town) as session:
        return list(session.scalars(select(JournalEntry.act).where(JournalEntry.subject_id == case_id).order_by(JournalEntry.id)))


def test_the_page_to_print_says_what_nobody_confirmed(small_world: World, enter_small: Enter, case_id: uuid.UUID) -> None:
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}/sheet"
    assert browser.post(f"{path}/save", section="person", seen="0", full_name="山野 花", birth="1956-04-01").status_code == 303
    marks = {"worries.rent_loan": "yes", "worries.long_term_care": "yes", "main_worry": "rent_loan"}
    assert browser.post(f"{path}/save", section="worries", seen="0", **marks).status_code == 303
    shown = browser.get(f"{path}/print").text
    assert "【本人同意あり】" in shown and "山野 花" in shown and "借家（賃貸アパート・マンション）（会話から・未確認）" in shown
    assert '<span class="tick">◎</span>家賃やローンの支払いのこと' in shown and '<span class="tick">○</span>介護のこと' in shown
    assert "1956年4月1日（昭和31年）" in shown and acts(small_world, case_id)[-1] == "case.read"


def test_no_cell_of_the_workbook_is_a_formula(small_world: World, enter_small: Enter, case_id: uuid.UUID) -> None:
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}/sheet"
    browser.post(f"{path}/save", section="person", seen="0", full_name=HOSTILE)
    browser.post(f"{path}/household", relation="=1+1", age="", together="no", note="@SUM(A1)", key="k")
    answer = browser.get(f"{path}/download")
    assert answer.headers["content-disposition"].endswith(f'sheet-{small_world.read_case(case_id).receipt}.xlsx"')
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["相談受付・申込票", "インテーク・アセスメント"]
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"} and all(cell.quotePrefix for cell in cells)
    words = [str(cell.value) for cell in cells]
    assert HOSTILE.replace("\x01", "") in words and "=1+1" in words and "要介護3" in words and "【本人同意あり】" in words[0]
    assert any(cell.border.left.style == "medium" for cell in cells) and "（会話から・未確認）" in words
    assert acts(small_world, case_id)[-1] == "case.sheet_export"
    book.close()


def test_taking_the_sheet_out_asks_for_the_password_again(
    small_world: World, enter_small: Enter, case_id: uuid.UUID
) -> None:
    browser = enter_small("yamada")
    small_world.offset = PROOF + timedelta(minutes=1)
    answer = browser.get(f"/desk/cases/{case_id}/sheet/download")
    assert answer.status_code == 303 and answer.headers["location"].startswith("/prove?next=")
    assert "case.sheet_export" not in acts(small_world, case_id)
