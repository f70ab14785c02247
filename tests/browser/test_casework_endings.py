"""A case that nothing fitted: noted as a gap, ended, and opened again by the desk when a new place fits after all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from handoff.casework import gap_matches
from handoff.states import CaseState
from resources import directory
from resources.drafts import Draft
from resources.kinds import Kinds
from tests.browser.test_desk_races import refused, taken
from tests.browser.walking import Walk
from tests.desk import World
from tests.handoff.casework.lines_endings import LOOKED_AT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
Open = Callable[..., Any]
CHECKED = date(2026, 11, 1)


def put(world: World, draft: Draft, after: timedelta = timedelta()) -> None:
    with world.database.writing() as session:
        directory.add(session, draft, municipality=world.town, by="編集", now=world.now + after)


def test_a_gap_that_a_new_entry_closes(world: World, open_page: Open, shot: Callable[..., None]) -> None:
    walk = Walk(shot)
    put(world, Draft("さくらサロン", kind="salon", topics=("gathering",), minimum_age=65, assured_date=CHECKED))
    page, colleague = open_page("yamada"), open_page("sato")
    page.set_default_timeout(60_000)
    colleague.set_default_timeout(60_000)
    case_id = taken(world, page, "集まれる場所がありません")
    page.get_by_role("link", name="終わりと狭間").click()
    page.get_by_label("惜しかった場所を台帳から探す").fill("サロン")
    page.get_by_role("button", name="台帳から探す").click()
    page.get_by_label("さくらサロン").select_option(label="年齢が合わない")
    page.get_by_label("地域（圏域・地区）").fill("西部圏域")
    page.get_by_label("何があればよかったか").fill("40代が集まれる場所")
    page.get_by_role("button", name="狭間として残す").click()
    assert "話題を一つ以上" in refused(page)
    assert page.get_by_label("何があればよかったか").input_value() == "40代が集まれる場所"
    page.get_by_label("居場所・交流").check()
    walk.look(page, "ending-gap-refused")
    page.get_by_role("button", name="狭間として残す").click()
    page.get_by_text("狭間の記録に残しました").wait_for()
    page.reload()
    page.get_by_text("さくらサロン（年齢が合わない）").wait_for()
    page.get_by_label("本人が「もう大丈夫」と言った").check()
    page.get_by_role("button", name="この終わり方で終了する").click()
    page.get_by_text("終了しました。本人から").wait_for()
    later = timedelta(days=1)
    put(world, Draft("よるの居場所", kind="salon", topics=("gathering",), address="桜町1-1", assured_date=CHECKED), later)
    assert gap_matches.due(world.database, world.now + later, kinds=Kinds.load()) == 1
    colleague.goto(f"/desk/cases/{case_id}/ending")
    page.reload()
    walk.look(page, "ending-proposal")
    colleague.get_by_role("button", name="もう一度連絡する").click()
    colleague.get_by_text("相談をもう一度開き、あなたが受けました").wait_for()
    page.get_by_role("button", name="もう一度連絡する").click()
    assert "先にほかの担当者が受けました" in refused(page)
    colleague.reload()
    colleague.get_by_label("案内に添えることば").fill("新しい場所ができました。")
    walk.look(colleague, "ending-send")
    colleague.get_by_role("button", name="この場所を案内する").click()
    colleague.get_by_text("場所の案内を送信待ちに入れました").wait_for()
    assert world.read_case(case_id).state == CaseState.TAKEN
    colleague.get_by_role("link", name="制度の狭間の一覧").click()
    colleague.get_by_text("あなたが見られる相談に、合う場所のないものはありません").wait_for()
    walk.look(colleague, "gaps")
    assert walk.saw(LOOKED_AT)
