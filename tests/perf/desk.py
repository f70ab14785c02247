"""Figures of the queue: its template beside an f-string that says the same, and five thousand cases beside fifty."""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from markupsafe import escape
from starlette.requests import Request
from starlette.responses import Response

import bot.models  # noqa: F401  every table, so that they can be created
from handoff import queue
from handoff.rows import Row
from handoff.web import desk
from handoff.web.routes import desk_pages
from resources.access import actor_for
from resources.db import Base, Database
from resources.sealing import Sealer, create_key_file, read_key_file
from resources.staff import Staff
from resources.web.console import Visit
from resources.web.look import ago, brief, environment_for, moment
from tests.crowd import gather
from tests.desk import World, found_world

NOW = datetime(2026, 11, 24, 10, 5, tzinfo=ZoneInfo("Asia/Tokyo"))
_FOLDERS = [
    Path(queue.__file__).parent / "web", Path(queue.__file__).parent / "web" / "casework",
    Path(desk.__file__).parents[2] / "resources" / "web",
]  # fmt: skip
_CSRF = "token-of-a-session"


@contextmanager
def town(folder: Path, count: int) -> Iterator[World]:
    """Yield a town with so many open cases."""
    folder.mkdir()
    create_key_file(folder / "k.key")
    sealer = Sealer(f"sqlite:///{folder}/keys.db", read_key_file(folder / "k.key"))
    database = Database(f"sqlite:///{folder}/w.db", info={"sealer": sealer})
    Base.metadata.create_all(database.writer)
    world = found_world(database, NOW)
    gather(world, count)
    try:
        yield world
    finally:
        database.close()
        sealer.close()


def measure(blocks: int) -> None:
    """Print both ratios; the arms of each take turns within one run."""
    with tempfile.TemporaryDirectory(prefix="uketome-perf-") as name:
        folder = Path(name)
        with town(folder / "few", 50) as few, town(folder / "many", 5000) as many:
            rows = _rows(few)
            _template(rows, blocks)
            _pages(few, many, blocks)


def _rows(world: World) -> list[Row]:
    with world.database.reading() as session:
        actor = actor_for(session, session.get_one(Staff, world.people["yamada"]))
    with world.database.reading(actor.custodians) as session:
        return queue.rows(session, actor, queue.Tab.WAITING, now=NOW)


def _template(rows: list[Row], blocks: int) -> None:
    environment = environment_for(_FOLDERS)
    shipped = environment.get_template("rows.html").module.list  # type: ignore[attr-defined]
    arms: dict[str, Callable[[], str]] = {
        "f-string": lambda: fstring(rows),
        "template": lambda: str(shipped(rows, NOW, _CSRF)),
    }
    said = {name: _squeezed(arm()) for name, arm in arms.items()}
    if said["f-string"] != said["template"]:
        at = next(n for n, (a, b) in enumerate(zip(*said.values(), strict=False)) if a != b)
        raise RuntimeError(f"the arms differ: {said['f-string'][at - 80 : at + 80]!r} / {said['template'][at - 80 : at + 80]!r}")
    took = in_turn(arms, blocks, repeat=20)
    print(f"desk: a template of {len(rows)} rows / an f-string of the same {len(said['template']):,} characters = "
          f"{ratio(took['template'], took['f-string'])} ({statistics.median(took['template']) * 1000:.2f} ms)")  # fmt: skip


def _pages(few: World, many: World, blocks: int) -> None:
    arms = {"few": queue_page(few), "many": queue_page(many)}
    took = in_turn(arms, blocks, repeat=3)
    print(f"desk: the page over 5,000 open cases / over 50 = {ratio(took['many'], took['few'])} "
          f"({statistics.median(took['few']) * 1000:.1f} ms and {statistics.median(took['many']) * 1000:.1f} ms)")  # fmt: skip


def queue_page(world: World) -> Callable[[], str]:
    """Return a function that makes the shipped page of the queue, from the database to the last character."""
    return page(world, desk.desk, "/desk", b"tab=waiting")


def page(world: World, view: Callable[[Visit], Response], path: str, query: bytes = b"", **given: str) -> Callable[[], str]:
    """Return a function that makes a shipped page for yamada; `given` are the parameters of the path."""
    environment, console = environment_for(_FOLDERS), world.console()
    pages = tuple(desk_pages())
    request = Request({
        "type": "http", "method": "GET", "path": path, "query_string": query, "headers": [], "path_params": given,
    })  # fmt: skip
    with world.database.reading() as session:
        actor = actor_for(session, session.get_one(Staff, world.people["yamada"]))

    def make() -> str:
        with world.database.reading(actor.custodians) as session:
            visit = Visit(console, environment, request, pages, NOW, {}, _CSRF, known_actor=actor, open_session=session)
            return bytes(view(visit).body).decode()

    return make


def in_turn(arms: dict[str, Callable[[], str]], blocks: int, *, repeat: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {name: [] for name in arms}
    for arm in arms.values():
        arm()
    gc.collect()
    for _ in range(blocks):
        for name, arm in arms.items():
            begun = time.perf_counter()
            for _ in range(repeat):
                arm()
            took[name].append((time.perf_counter() - begun) / repeat)
    return took


def ratio(upper: list[float], lower: list[float]) -> str:
    pairs = sorted(a / b for a, b in zip(upper, lower, strict=True))
    low, middle, high = statistics.quantiles(pairs, n=4)
    return f"{middle:.2f} (median of {len(pairs)} pairs, quartiles {low:.2f} and {high:.2f})"


def _squeezed(html: str) -> str:
    return "".join(html.split())


def fstring(rows: list[Row]) -> str:
    """Return the same rows as plain Python would write them, every foreign word escaped."""
    return f'<ol class="queue" id="rows">{"".join(map(_row, rows))}</ol>'


def _row(row: Row) -> str:
    case, key, since = row.case, row.case.id, row.case.waiting_since
    kind = " urgent" if row.urgent else " today" if row.today else ""
    first = '<span class="mark warning">今日</span>' if row.today else ""
    first = '<span class="mark danger">緊急</span>' if row.urgent else first
    flags = (
        first
        + ('<span class="mark">夜間・休日</span>' if row.night else "")
        + ('<span class="mark info">未読</span>' if row.unread else "")
        + ('<span class="mark warning">不達</span>' if row.undelivered else "")
    )
    tags = (
        "".join(f'<span class="mark danger-line">{escape(word)}</span>' for word in row.crises)
        + "".join(f'<span class="mark">{escape(word)}</span>' for word in row.reasons)
        + ('<span class="mark warning">安全旗：端末を見られる恐れ</span>' if row.watched else "")
        + ('<span class="mark">子どもがいる</span>' if row.picture.child else "")
        + ('<span class="mark">ひとり</span>' if row.picture.alone else "")
    )
    words = f"「{escape(row.complaint)}」" if row.complaint else "（ことばはまだありません）"
    name = f" {escape(row.name)}さん" if row.name else ""
    members = f"　世帯：{escape('・'.join(row.picture.members))}" if row.picture.members else ""
    if since:
        full = escape(moment(since))
        limit = row.limit
        due = (
            f'<span class="limit{" over" if limit.over else ""}" title="窓口が開いている時間で数えています">'
            f"{escape(limit.words)}</span>"
            if limit else ""
        )  # fmt: skip
        wait = (
            f'<b class="minutes" title="{full}から">{escape(ago(since, NOW))}</b> <span>未応答</span>'
            f'<time datetime="{escape(since.isoformat())}" title="{full}">{escape(brief(since, NOW))}から</time>{due}'
        )
    else:
        wait = f"<span>{'終了' if case.state == 'closed' else '応答ずみ'}</span>"
    here = "（在席）" if row.owner_present else "（席はずし）"
    owner = f"担当 <b>{escape(row.owner)}</b>{here}" if row.owner else "担当なし"
    call = "電話可" if row.call_allowed else "電話は未確認" if row.call_allowed is None else "<b>電話不可</b>"
    receipt = escape(case.receipt)
    do = (
        f'<form method="post" action="/desk/cases/{key}/take"><input type="hidden" name="csrf" value="{escape(_CSRF)}">'
        f'<button class="quiet" aria-label="受付番号 {receipt} の相談を受ける">受ける</button></form>'
        if case.state == "waiting"
        else f'<a class="button quiet" href="/desk/cases/{key}" aria-label="受付番号 {receipt} の相談を開く">開く</a>'
    )
    return (
        f'<li class="item{kind}" data-case="{key}"><div class="flags">{flags}</div><div class="what">'
        f'<a class="sentence" href="/desk/cases/{key}"><span>{words}</span></a><p class="tags">{tags}</p>'
        f'<p class="small">{receipt}{name}{members}</p></div><div class="wait">{wait}</div>'
        f'<div class="who"><span>{owner}</span><span>{call}</span></div><div class="do">{do}</div></li>'
    )
