"""One file on its way into the directory: its columns, its problems, what it would change, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from resources.change_sets import ChangeSet
from resources.importing import jobs, kept, remembering
from resources.importing.columns import MANY, Headings
from resources.importing.jobs import MOVING, ImportJob, JobState
from resources.importing.sheets import CannotRead
from resources.importing.working import ALL_MISSING
from resources.places import Municipality
from resources.web.console import NoSuchPage, Visit, json
from resources.web.directory.importing import LABELS, towns_of

_HEAPS: Final = {"problems": "確かめてほしい値", "added": "追加", "changed": "変更", "missing": "ファイルに無い"}
# Where the heading of the standard layouts is not what an editor would call the field.
_PLAIN = {
    "id": "番号（ID）", "code": "市区町村コード", "place_code": "所在地の市区町村コード", "address": "住所", "street": "町字",
    "block": "番地以下", "position": "緯度と経度（1つの列）", "plain_name": "通称・やさしい名称", "age": "対象年齢",
    "days": "開催日・曜日", "times": "時間（1つの列）", "hours_note": "日時の注意書き", "contact_note": "問い合わせ先",
}  # fmt: skip
_SAID = {
    "columns": "列の読み方を覚えました。同じ見出しのファイルは、次からこの読み方で読みます。",
    "forgotten": "覚えた列の読み方を消しました。",
}
_STEPS = ("ファイルを選ぶ", "内容を確かめる", "取り込む")
_CHANGEABLE: Final = frozenset({JobState.READY, JobState.FAILED})
_CHANGED_MEANWHILE = "この画面を開いたあとで、確かめた内容が変わりました。いまの内容を確かめてから、もう一度押してください。"


def _job(visit: Visit) -> ImportJob:
    job = visit.session.get(ImportJob, visit.id("job_id"))
    if job is None or job.municipality_code not in towns_of(visit):
        raise NoSuchPage(NoSuchPage.__doc__)
    return job


def import_file(visit: Visit) -> Response:
    """Show how far a file is and what it holds."""
    return _shown(visit, _job(visit))


def _shown(visit: Visit, job: ImportJob, *, trouble: str = "", status: int = 200) -> Response:
    asked = visit.request.query_params
    counts = {heap: int(job.report.get(heap, 0)) for heap in _HEAPS}
    first = next((heap for heap in _HEAPS if counts[heap]), "added")
    heap = asked.get("show", "") if asked.get("show") in _HEAPS else first
    pages = max(1, -(-counts[heap] // kept.ROWS_A_PAGE))
    at = asked.get("page", "1")
    number = min(max(int(at) if at.isascii() and at.isdigit() and len(at) < 7 else 1, 1), pages)
    made = visit.session.get(ChangeSet, job.change_set_id) if job.change_set_id else None
    town = visit.session.get_one(Municipality, job.municipality_code)
    return visit.page(
        "importing_file.html", status=status, job=job, town=town, label=LABELS[job.state], trouble=trouble,
        moving=job.state in MOVING, heaps=_HEAPS, counts=counts, heap=heap, number=number, pages=pages,
        rows=kept.page(visit.session, job.id, heap, number - 1), missing=kept.page(visit.session, job.id, "missing", 0),
        fields=_fields(), chosen=_chosen(visit, job), typed=visit.form, made=made, steps=_STEPS, step=_step(job),
        said=_SAID.get(asked.get("said", ""), ""), remembered=bool(job.columns),
    )  # fmt: skip


def _step(job: ImportJob) -> int:
    early = {JobState.ARRIVING, JobState.WAITING, JobState.CHECKING, *_CHANGEABLE}
    return 1 if job.state in early else 2


def _fields() -> dict[str, str]:
    return Headings.load().labels | _PLAIN


def _chosen(visit: Visit, job: ImportJob) -> dict[str, str]:
    """Return what each column is said to hold: as typed just now, else as the file was read."""
    found = {}
    for table, columns in enumerate(job.report.get("tables", ())):
        for column in columns["columns"]:
            key = f"c.{table}.{column['at']}"
            found[key] = visit.form.get(key, column["field"])
    return found


def import_live(visit: Visit) -> Response:
    """Tell the script of the page how far the file is."""
    job = _job(visit)
    return json({"state": job.state, "label": LABELS[job.state], "done": job.done, "total": job.total})


def columns(visit: Visit) -> Response:
    """Take what the columns say, remember it for the town, and have the file checked again."""
    job = _job(visit)
    tables = job.report.get("tables", ())
    forget = visit.form.get("do") == "forget"
    chosen = {at: _choice(visit.form, at, table) for at, table in enumerate(tables)}
    trouble = "" if forget else next((wrong for one in chosen.values() if (wrong := _wrong(one))), "")
    if not trouble:
        trouble = _move(visit, job, to=JobState.WAITING, seen=_CHANGEABLE, trouble="", leased_until=None)
    if trouble:
        return _shown(visit, job, trouble=trouble, status=409)
    by, now = visit.actor.name, visit.now
    for at, table in enumerate(tables):
        if forget:
            remembering.forget(visit.session, job.municipality_code, table["signature"])
        else:
            remembering.remember(visit.session, job.municipality_code, table["signature"], chosen[at], by=by, now=now)
    return visit.go(f"/directory/import/{job.id}?said={'forgotten' if forget else 'columns'}")


def _choice(form: Mapping[str, str], at: int, table: Mapping[str, Any]) -> dict[int, str]:
    open_ = [column for column in table["columns"] if not column["timed"]]
    return {column["at"]: form.get(f"c.{at}.{column['at']}", column["field"]) for column in open_}


def _wrong(chosen: Mapping[int, str]) -> str:
    labels = _fields()
    if any(name and name not in labels for name in chosen.values()):
        return "選べない項目が送られました。一覧から選び直してください。"
    if "name" not in chosen.values():
        return "どの列が「名称」かを選んでください。名称のない行は取り込めません。"
    twice = [name for name, count in Counter(filter(None, chosen.values())).items() if count > 1 and name not in MANY]
    if twice:
        return f"「{labels[twice[0]]}」を2つ以上の列で選んでいます。1つの列だけにしてください。"
    return ""


def apply(visit: Visit) -> Response:
    """Have the file taken in as it was shown."""
    job = _job(visit)
    how, form = visit.form.get("missing", ""), visit.form
    closed = [name.removeprefix("close.") for name in form if name.startswith("close.")] if how == "some" else []
    trouble = ""
    if job.state == JobState.READY and form.get("seen") != job.fingerprint:
        trouble = _CHANGED_MEANWHILE
    elif how == "some" and not closed:
        trouble = "廃止にする項目を選んでください。廃止にしないときは「そのまま残す」を選んでください。"
    if not trouble:
        retire = [ALL_MISSING] if how == "all" else [str(visit.parse_id(one)) for one in closed]
        ready = frozenset({JobState.READY})
        trouble = _move(visit, job, to=JobState.TO_APPLY, seen=ready, trouble="", by=visit.actor.name, retire=retire)
    if trouble:
        return _shown(visit, job, trouble=trouble, status=409)
    return visit.go(f"/directory/import/{job.id}")


def undo(visit: Visit) -> Response:
    """Have everything taken back that the file brought."""
    job = _job(visit)
    result = job.result | {"undone_by": visit.actor.name}
    trouble = _move(visit, job, to=JobState.TO_UNDO, seen=frozenset({JobState.APPLIED}), trouble="", result=result)
    if trouble:
        return _shown(visit, job, trouble=trouble, status=409)
    return visit.go(f"/directory/import/{job.id}")


def again(visit: Visit) -> Response:
    """Have a file checked once more."""
    job = _job(visit)
    trouble = _move(visit, job, to=JobState.WAITING, seen=_CHANGEABLE, trouble="", leased_until=None)
    if trouble:
        return _shown(visit, job, trouble=trouble, status=409)
    return visit.go(f"/directory/import/{job.id}")


def discard(visit: Visit) -> Response:
    """Give up a file; the directory stays as it is."""
    job = _job(visit)
    trouble = _move(visit, job, to=JobState.DISCARDED, seen=_CHANGEABLE, trouble="", settled_at=visit.now)
    if trouble:
        return _shown(visit, job, trouble=trouble, status=409)
    return visit.go("/directory/import?said=discarded")


def _move(visit: Visit, job: ImportJob, *, to: JobState, seen: frozenset[JobState], **values: Any) -> str:
    """Move a file on; returns why that could not be."""
    try:
        jobs.move(visit.session, job, to=to, seen=seen, **values)
    except CannotRead as refused:
        return refused.says
    return ""


__all__ = ["again", "apply", "columns", "discard", "import_file", "import_live", "undo"]
