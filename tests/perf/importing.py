"""A workbook of ten thousand rows through the running product: checked, taken in and taken back, while webhooks arrive."""

from __future__ import annotations

import io
import os
import threading
import time
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime
from pathlib import Path

from openpyxl import Workbook

import bot.models  # noqa: F401  every table, so that keys to them are understood
from resources.db import Database
from resources.importing import jobs, kept
from resources.importing.jobs import MOVING, ImportJob, JobState
from tests.faults.harness import Installation
from tests.perf.load import request

ROWS = 10_000
_HEAD = [
    "都道府県コード又は市区町村コード", "NO", "名称", "名称_カナ", "施設種別", "住所", "方書", "緯度", "経度", "電話番号",
    "内線番号", "FAX番号", "メールアドレス", "利用可能曜日", "開始時間", "終了時間", "利用可能日時特記事項", "対象者",
    "料金(基本)", "駐車場情報", "説明", "URL", "備考", "持ち物",
]  # fmt: skip
_KINDS = ("公民館", "通いの場", "サロン", "子ども食堂", "通所介護", "保育所", "学習支援", "認知症カフェ")
_EVERY = 0.1


def workbook(rows: int, town: str) -> bytes:
    """Return a workbook with so many places of a town, 24 columns each."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("一覧")
    sheet.append(_HEAD)
    for at in range(rows):
        sheet.append([
            town, str(at + 1), f"第{at}ふれあいの場", "フレアイノバ", _KINDS[at % len(_KINDS)], f"本町{at % 90 + 1}丁目{at}番地",
            f"会館{at % 7}階", f"{35.4 + at % 997 / 9999:.5f}", f"{139.7 + at % 991 / 9999:.5f}",
            f"099-{at // 10000 + 100}-{at % 10000:04d}", "", "", f"n{at}@example.jp", "月水金", "9:00", "17:00", "雨の日は休み",
            "65歳以上の方", "100円", f"{at % 30}台", "お茶を飲みながら話したり、体操をしたりします。",
            f"https://example.jp/{at}", "", "飲み物",
        ])  # fmt: skip
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class Knocking:
    """Webhooks that arrive ten times a second, and how long each waited for its answer."""

    def __init__(self, port: int, path: str) -> None:
        self._port, self._path = port, path
        self._stop = threading.Event()
        self.waited: list[float] = []
        self.refused = 0
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Knocking:
        self._thread.start()
        return self

    def __exit__(self, *why: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        number = 0
        while not self._stop.wait(_EVERY):
            head, _, body = request(number, self._path, f"i{time.monotonic_ns():x}").partition(b"\r\n\r\n")
            signed = next(line for line in head.decode().split("\r\n") if line.startswith("X-Line-Signature"))
            call = urllib.request.Request(f"http://127.0.0.1:{self._port}{self._path}", data=body, method="POST")
            call.add_header("X-Line-Signature", signed.partition(": ")[2])
            begun = time.perf_counter()
            try:
                urllib.request.urlopen(call, timeout=30).close()
            except urllib.error.HTTPError:
                self.refused += 1  # 503: it was not stored in time, and the platform sends it again.
            self.waited.append(time.perf_counter() - begun)
            number += 1


def measure(made: Installation, town: str, path: str, server: int) -> None:
    """Print how long each step took, the most memory its process held, and the longest wait of a webhook."""
    database = Database(made.database_url)
    data = workbook(ROWS, town)
    print(f"import: {ROWS:,} rows, {len(data) / 1024:.0f} KB", flush=True)
    try:
        with Knocking(made.port, path) as knocking:
            time.sleep(3)
            print(f"import: webhooks before, longest {max(knocking.waited):.2f} s", flush=True)
            begun = time.monotonic()
            now = datetime.now(UTC)
            job_id = kept.bring(database, data, "一万行.xlsx", municipality=town, by="perf", now=now)
            _step(database, job_id, "checked", begun, server, knocking)
            _press(database, job_id, JobState.TO_APPLY, JobState.READY)
            _step(database, job_id, "applied", time.monotonic(), server, knocking)
            _press(database, job_id, JobState.TO_UNDO, JobState.APPLIED)
            _step(database, job_id, "taken back", time.monotonic(), server, knocking)
    finally:
        database.close()


def _press(database: Database, job_id: uuid.UUID, to: JobState, seen: JobState) -> None:
    with database.writing() as session:
        jobs.move(session, session.get_one(ImportJob, job_id), to=to, seen=frozenset({seen}))


def _step(database: Database, job_id: uuid.UUID, name: str, begun: float, server: int, knocking: Knocking) -> None:
    knocking.waited.clear()
    knocking.refused = 0
    memory, busy = 0, 0.0
    while True:
        memory, busy = (max(pair) for pair in zip((memory, busy), _children(server), strict=True))
        with database.reading() as session:
            job = session.get_one(ImportJob, job_id)
        if job.state not in MOVING:
            break
        time.sleep(0.05)
    took = time.monotonic() - begun
    waited = sorted(knocking.waited) or [0.0]
    print(
        f"import: {name} in {took:.1f} s ({job.state}, {job.report.get('added', 0)} new, {job.trouble or 'no trouble'}), "
        f"its process {memory / 1024:.0f} MB at most and {busy:.1f} s of processor; {len(waited)} webhooks meanwhile, "
        f"{knocking.refused} refused, median {waited[len(waited) // 2] * 1000:.0f} ms, longest {waited[-1]:.2f} s",
        flush=True,
    )


def _children(server: int) -> tuple[int, float]:
    """Return the most memory (KB) and processor time (s) that any child of the server has used so far."""
    most, busy = 0, 0.0
    for task in Path(f"/proc/{server}/task").glob("*/children"):
        try:
            for child in task.read_text(encoding="ascii").split():
                status = Path(f"/proc/{child}/status").read_text(encoding="utf-8")
                most = max(most, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)
                spent = Path(f"/proc/{child}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                busy = max(busy, (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK"))
        except OSError:
            continue  # It has just ended.
    return most, busy
