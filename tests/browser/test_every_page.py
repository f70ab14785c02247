"""Every page of the console, reached by clicks from the one-time link or from sign-in, and looked at as people see it.

Light and dark, wide and as narrow as a telephone: no barrier that axe finds, nothing to scroll sideways, also at 200 %
zoom, and nothing to press that is smaller than a finger.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handoff import outbox
from handoff.cases import Case, point_of
from handoff.states import Delivery
from handoff.transcript import Author, Kind
from resources import sign_in
from resources.staff import Role
from tests.browser.test_desk_races import press, set_aside, taken
from tests.browser.walking import Walk
from tests.desk import PASSWORD, World, all_pages
from tests.handoff.casework.lines import LOOKED_AT as CASEWORK
from tests.resources.web.lines import LOOKED_AT as DIRECTORY

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]
# Which test looks at which pages; together they are all there are.
LOOKED_AT = {
    "door": {"/sign-in", "/invitation", "/start"},
    "lists": {"/desk"},
    "findings": {"/desk", "/desk/search", "/desk/unreadable/{event_id}"},
    "case": {"/desk/cases/{case_id}"},
    "requests": {"/requests", "/requests/{request_id}", "/desk/cases/{case_id}/requests"},
    # In test_access.py.
    "steps": {"/sign-in/code", "/sign-in/set-up"},
    "renewal": {"/renewal"},
    "account": {"/prove", "/account", "/account/telephone"},
    "people": {"/people", "/people/invite", "/people/{staff_id}"},
    # In test_settings.py.
    "settings": {
        "/settings", "/settings/desks", "/settings/desks/{desk_id}", "/settings/closures", "/settings/routing",
        "/settings/routing/{rule_id}", "/settings/routing/try", "/settings/town", "/settings/channels",
    },
    "together": {"/desk/new", *(f"/desk/cases/{{case_id}}/{part}" for part in ("same", "hand-over", "history"))},
    "alerts": {"/ack/{token}", "/settings/duty", "/desk/cases/{case_id}/emergency"},
    # In test_talking.py.
    "talking": {"/settings/canned", "/settings/canned/{canned_id}", "/settings/texts"},
    "files": {"/desk/cases/{case_id}/files/{file_id}"},
    # In test_casework_*.py.
    "casework": CASEWORK,
    # In test_directory_*.py.
    "directory": DIRECTORY,
}  # fmt: skip

def enter(page: Any, name: str) -> None:
    page.get_by_label("メールアドレス").fill(f"{name}@example.jp")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="サインインする").click()


def furnish(world: World) -> None:
    """A busy Monday: people in every list, a conversation with every mark, and a message nobody could read."""
    world.open_case("夜に届いた", name="はな", ago=timedelta(hours=13), reasons=["immediate_need"])
    case_id = world.open_case(
        "家賃もう2か月…", name="はな", crisis="self_harm", watched=True, call=False,
        bot="つらい状況ですね。", reasons=["crisis", "complex"], topics=["rent_loan"],
        understood='{"household": [{"relation": "子", "age": 6}], "explanation": ["家賃 → 住まい"]}',
    )  # fmt: skip
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        point = point_of(session, case)
        for state, reason in ((Delivery.FAILED, "blocked"), (Delivery.HELD, "relay"), (Delivery.SENT, "")):
            said = outbox.say(
                session, point, body="{}", bubbles=[outbox.Bubble(Kind.TEXT, "返事")], author=Author.BOT, now=world.now
            )
            outbox.settle(said, state, now=world.now, reason=reason)
    set_aside(world)


def test_the_door(world: World, open_page: Open, walk: Walk) -> None:
    """Invited, refused, accepted, spent; signing in wrong, right, and where one may not go."""
    page = open_page()
    with world.database.writing() as session:
        token = sign_in.invite(session, municipality=world.town, role=Role.ADMINISTRATOR, now=world.now)
    page.goto(f"/invitation?token={token}")
    walk.look(page, "invitation")
    page.get_by_label("メールアドレス").fill("admin@example.jp")
    page.get_by_label("お名前").fill("管理 花子")
    for label in ("パスワード（12文字以上）", "パスワード（もう一度）"):
        page.get_by_label(label).fill(PASSWORD + ("!" if "もう" in label else ""))
    page.get_by_role("button", name="この内容で登録する").click()
    page.get_by_text("同じではありません").wait_for()
    walk.look(page, "invitation-refused")
    for label in ("パスワード（12文字以上）", "パスワード（もう一度）"):
        page.get_by_label(label).fill(PASSWORD)
    page.get_by_role("button", name="この内容で登録する").click()
    page.get_by_text("登録できました").wait_for()
    walk.look(page, "invitation-accepted")
    page.goto(f"/invitation?token={token}")
    walk.look(page, "invitation-spent")
    page.get_by_role("link", name="登録がすんでいる方は").click()
    walk.look(page, "sign-in")
    enter(page, "nobody")
    page.get_by_text("サインインできませんでした").wait_for()
    walk.look(page, "sign-in-refused")
    enter(page, "admin")
    page.wait_for_url("**/start")
    walk.look(page, "start")
    page.goto("/desk")
    walk.look(page, "forbidden")
    page.get_by_role("link", name="はじめの画面へ").click()
    page.locator(".me summary").click()
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_url("**/sign-in")
    page.context.clear_cookies()
    enter(page, "admin")
    page.get_by_role("heading", name="画面が古くなりました").wait_for()
    walk.look(page, "stale-door")
    assert walk.saw(LOOKED_AT["door"])


def test_every_list(world: World, open_page: Open, walk: Walk) -> None:
    """Every list of the queue on a busy Monday."""
    furnish(world)
    page = open_page("yamada")
    for tab in page.locator("[data-tab]").evaluate_all("links => links.map((link) => link.dataset.tab)"):
        page.locator(f"[data-tab={tab}]").click()
        page.locator(f"[data-tab={tab}][aria-current]").wait_for()
        walk.look(page, f"queue-{tab}")
    assert walk.saw(LOOKED_AT["lists"])


def test_what_is_found(world: World, open_page: Open, walk: Walk) -> None:
    """The keys, what nobody could read, an empty list, a second page, and searching."""
    furnish(world)
    page = open_page("yamada")
    page.keyboard.press("?")
    walk.look(page, "keys")
    page.keyboard.press("Escape")
    page.locator("[data-tab=held]").click()
    page.get_by_role("link", name="のメッセージを開く").click()
    page.get_by_role("heading", name="機械が読めなかった").wait_for()
    walk.look(page, "unreadable")
    page.get_by_role("button", name="確かめたので一覧から外す").click()
    page.get_by_text("一覧から外しました").wait_for()
    walk.look(page, "queue-nothing")
    for number in range(50):
        world.open_case(f"{number}番目の相談です", crisis="emergency")
    page.locator("[data-tab=waiting]").click()
    page.get_by_role("link", name="次の50件を見る").click()
    page.get_by_role("link", name="はじめに戻る").wait_for()
    walk.look(page, "queue-second-page")
    for sought, seen in (("はな", "2件見つかりました"), ("だれか", "見つかりませんでした")):
        page.get_by_label("受付番号・名前で探す").fill(sought)
        page.get_by_role("button", name="探す").click()
        page.get_by_text(seen).wait_for()
        walk.look(page, f"search-{len(sought)}")
    assert walk.saw(LOOKED_AT["findings"])


def test_one_case(world: World, open_page: Open, walk: Walk) -> None:
    """A case as it waits, is taken, and left for a while."""
    furnish(world)
    page = open_page("yamada")
    page.locator("[data-tab=waiting]").click()
    page.get_by_role("link", name="「家賃もう2か月…」").click()
    page.get_by_role("button", name="この相談を受ける").wait_for()
    walk.look(page, "case-waiting")
    page.get_by_role("button", name="この相談を受ける").click()
    page.get_by_label("返信（").wait_for()
    walk.look(page, "case-taken")
    page.reload()
    press(page, "席をはずす", "席をはずす")
    page.get_by_text("席をはずしました。その間は").wait_for()
    walk.look(page, "case-away")
    assert walk.saw(LOOKED_AT["case"])


def test_how_a_case_ends(world: World, open_page: Open, walk: Walk) -> None:
    """An ending that is refused, one a colleague is asked about, and the case afterwards."""
    page, colleague = open_page("yamada"), open_page("sato")
    taken(world, page)
    case = page.url.split("?")[0]
    page.get_by_role("link", name="終わり方を選ぶ").click()
    page.get_by_label("連絡がとれない（中断）").check()
    page.get_by_role("button", name="この終わり方で終了する").click()
    page.get_by_text("どの手段で連絡を試み").wait_for()
    walk.look(page, "ending-refused")
    page.get_by_label("試みた連絡と").fill("11月20日 電話 留守番電話")
    page.get_by_role("button", name="この終わり方で終了する").click()
    page.get_by_text("もう一人の確認を頼みました").wait_for()
    colleague.goto(case)
    walk.look(colleague, "case-asked")
    colleague.get_by_role("button", name="同意して終了する").click()
    colleague.get_by_text("終了しました。本人から").wait_for()
    walk.look(colleague, "case-ended")
    assert walk.saw(LOOKED_AT["case"])


def test_what_went_wrong(world: World, open_page: Open, walk: Walk) -> None:
    """A form whose session ended, one from an earlier sign-in, and a case that is no longer to be seen."""
    page = open_page("yamada")
    case_id = world.open_case("こんにちは")
    page.goto(f"/desk/cases/{case_id}")
    page.locator("summary", has_text="メモを書く").click()
    page.get_by_label("メモ", exact=True).fill("消えないメモ")
    page.context.clear_cookies()
    page.get_by_role("button", name="メモを残す").click()
    page.get_by_role("heading", name="まだ送られていません").wait_for()
    walk.look(page, "stale-signed-out")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="新しいタブでサインインする").click()
    enter(opened.value, "yamada")
    opened.value.wait_for_url("**/desk")
    page.get_by_role("button", name="もう一度送る").click()
    page.get_by_text("念のため確かめます").wait_for()
    walk.look(page, "stale-signed-in")
    page.get_by_role("button", name="もう一度送る").click()
    page.get_by_text("消えないメモ").wait_for()
    page.goto("/desk")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        case.walled, case.desk_id = True, world.violence_desk_id
    page.goto(f"/desk/cases/{case_id}")
    page.get_by_role("heading", name="このページは見つかりません").wait_for()
    walk.look(page, "missing")


def test_no_page_is_left_out() -> None:
    parts = ("/lines", "/thumb", "/content", "/download", ".xlsx", "/xlsx", ".csv")  # what is loaded into a page, or handed out
    pages = {page.path for page in all_pages() if page.method == "GET" and not page.live and not page.path.endswith(parts)}
    searched = {page.path for page in all_pages() if page.path.endswith("/search")}
    assert pages | searched == set().union(*LOOKED_AT.values())


def test_no_colour_depends_on_the_width() -> None:
    """The walk looks at the colours of a scheme in one width only."""
    sheets = [sheet for floor in ("resources", "handoff", "bot") for sheet in (ROOT / floor).rglob("*.css")]
    by_width = r"@media[^{]*width[^{]*\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}"
    found = [block for sheet in sheets for block in re.findall(by_width, sheet.read_text(encoding="utf-8"))]
    assert len(found) == sum(len(re.findall(r"@media[^{]*width", sheet.read_text(encoding="utf-8"))) for sheet in sheets) > 0
    named = re.findall(r"[^{};]*(?:color|background|opacity|filter|mix-blend)[^;}]*", "".join(found))
    # A row of a table becomes a card with a quiet name before each value, in colours that are looked at everywhere.
    assert {one.strip() for one in named} <= {"background: var(--card)", "color: var(--text-2)"}
