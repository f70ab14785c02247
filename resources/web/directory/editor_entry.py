"""One entry: its form with what is typed kept on the server, how it will look, and whose words stay when two wrote at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from resources import events
from resources.dates import clock
from resources.db import new_id
from resources.drafts import Draft
from resources.editing import form, kept, saving, typed
from resources.editing.saving import Forked, Refused, Unreadable
from resources.editing.three_ways import fingerprint
from resources.editing.typed import Trouble
from resources.hours import describe, opening
from resources.places import Municipality
from resources.records import Record
from resources.slots import JAPAN
from resources.voice import Preview, Seen
from resources.web.console import View, Visit, json
from resources.web.directory.editor_frame import entry_of, kinds, said, show, town_of, towns
from resources.web.look import moment

SAID = {
    "made": "項目を作りました。住民への答えには、数秒のうちに出ます。",
    "saved": "保存しました。住民への答えには、数秒のうちに出ます。",
    "let_go": "下書きを消しました。保存されている内容に戻りました。",
    "retired": "「なくなりました」にしました。もう答えには出ません。履歴から取り消せます。",
    "rested": "休みにしました。答えには「休んでいます」と出ます。",
    "reopened": "使えるようにしました。",
    "assured": "確かめたことを記録しました。",
}


@dataclass(frozen=True)
class Sheet:
    """What stands in the form, and what is wrong with it."""

    cells: Mapping[str, str]
    seen: str = ""
    trouble: str = ""
    troubles: tuple[Trouble, ...] = ()
    kept_at: datetime | None = None

    def trouble_of(self, field: str) -> list[Trouble]:
        """Return what is wrong with one field."""
        return [each for each in self.troubles if each.field == field]


def editor_new(visit: Visit) -> Response:
    """Show the empty form of a new entry, or one that was begun."""
    asked = visit.request.query_params
    key = visit.parse_id(asked["draft"]) if "draft" in asked else new_id()
    row = kept.of_new(visit.session, key, actor=visit.actor)
    if row is not None and row.service_id is not None:
        return visit.go(f"/directory/{row.service_id}")
    town = row.municipality_code if row is not None else town_of(visit, asked.get("town", ""))
    return _new(visit, key, town, Sheet(row.cells if row else {}, kept_at=row.kept_at if row and row.cells else None))


def make(visit: Visit) -> Response | View:
    """Make the entry, once; what cannot be read is said field by field."""
    key, cells, town = visit.parse_id(visit.form.get("draft", "")), typed.cells_of(visit.form), visit.form.get("of_town", "")
    try:
        made = saving.make(visit.session, key, cells, town=town, kinds=kinds(), actor=visit.actor, now=visit.now)
    except Refused as refused:
        sheet = _refused(cells, "", refused)
        return lambda later: _new(later, key, town_of(later, town), sheet, status=409)
    return visit.go(f"/directory/{made}?said=made")


def keep_new(visit: Visit) -> View:
    """Keep what is being typed into a new entry, and say how it is read."""
    key, cells = visit.parse_id(visit.form.get("draft", "")), typed.cells_of(visit.form)
    town = town_of(visit, visit.form.get("of_town", ""))
    kept.keep_new(visit.session, key, cells, town=town, actor=visit.actor, now=visit.now)
    return lambda later: json(_live(later, _fresh(town, later.now, key), cells, Draft("")))


def look_new(visit: Visit) -> View:
    """Show how a new entry is read and will look, without making it; for browsers without script."""
    key, cells, town = visit.parse_id(visit.form.get("draft", "")), typed.cells_of(visit.form), visit.form.get("of_town", "")
    kept.keep_new(visit.session, key, cells, town=town_of(visit, town), actor=visit.actor, now=visit.now)
    sheet = Sheet(cells, troubles=typed.read(cells, Draft(""), kinds=kinds()).troubles, kept_at=visit.now)
    return lambda later: _new(later, key, town_of(later, town), sheet)


def let_new_go(visit: Visit) -> Response:
    """Throw a new entry away that was begun."""
    kept.let_go(kept.of_new(visit.session, visit.parse_id(visit.form.get("draft", "")), actor=visit.actor, to_change=True))
    return visit.go("/directory?said=let_go")


def editor_entry(visit: Visit) -> Response:
    """Show an entry as it is, or as one has typed it so far."""
    record = entry_of(visit)
    row = kept.of_entry(visit.session, record.id, actor=visit.actor)
    if row is None or not row.cells:
        return shown(visit, record, Sheet(typed.write(record.draft), fingerprint(record.draft)))
    return shown(visit, record, Sheet(row.cells, row.seen, kept_at=row.kept_at))


def save(visit: Visit) -> Response | View:
    """Save the entry; when somebody else was first, show both."""
    record, cells, seen = entry_of(visit, to_change=True), typed.cells_of(visit.form), visit.form.get("seen", "")[:64]
    try:
        saving.save(
            visit.session, record.id, cells, seen=seen, kinds=kinds(), actor=visit.actor, now=visit.now, known=_known(visit),
            screen=_screen(visit),
        )  # fmt: skip
    except Forked as forked:
        _keep(visit, record, cells, seen, insisting=True)
        trouble = str(forked)
        return lambda later: editor_conflict(later, trouble=trouble, status=409)
    except Refused as refused:
        keep_typed(visit, record)
        sheet = _refused(cells, seen, refused)
        return lambda later: shown(later, entry_of(later), sheet, status=409)
    return visit.go(f"/directory/{record.id}?said=saved")


def keep(visit: Visit) -> View:
    """Keep what is being typed over an entry, and say how it is read."""
    record, cells, seen = entry_of(visit), typed.cells_of(visit.form), visit.form.get("seen", "")[:64]
    elsewhere = not keep_typed(visit, record)

    def told(later: Visit) -> Response:
        before = saving.as_seen(later.session, record, seen) or record.draft
        row = kept.of_entry(later.session, record.id, actor=later.actor)
        known = _known(later) if elsewhere else kept.fingerprint(row)
        more = {"late": fingerprint(record.draft) != seen, "elsewhere": elsewhere, "known": known}
        return json({**_live(later, record, cells, before), **more})

    return told


def look(visit: Visit) -> View:
    """Show how what is typed is read and will look, without saving it; for browsers without script."""
    record, cells, seen = entry_of(visit), typed.cells_of(visit.form), visit.form.get("seen", "")[:64]
    elsewhere = not keep_typed(visit, record)
    before = saving.as_seen(visit.session, record, seen) or record.draft
    troubles = typed.read(cells, before, kinds=kinds()).troubles
    sheet = Sheet(cells, seen, troubles=troubles, kept_at=None if elsewhere else visit.now)
    return lambda later: shown(later, record, sheet)


def let_go(visit: Visit) -> Response:
    """Throw away what one has typed over an entry."""
    record = entry_of(visit)
    kept.let_go(kept.of_entry(visit.session, record.id, actor=visit.actor, to_change=True))
    return visit.go(f"/directory/{record.id}?said=let_go")


def editor_conflict(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show what two editors wrote beside what stood there before, field by field."""
    record = entry_of(visit)
    row = kept.of_entry(visit.session, record.id, actor=visit.actor)
    found = saving.conflict(visit.session, record, row.cells, seen=row.seen, kinds=kinds()) if row and row.cells else None
    if found is None:
        return visit.go(f"/directory/{record.id}")
    return show(
        visit, "editor_conflict.html", status=status, found=found, record=record, trouble=trouble, kept=visit.form,
        label_of=form.label_of,
    )  # fmt: skip


def settle(visit: Visit) -> Response | View:
    """Save what was chosen of both."""
    record = entry_of(visit, to_change=True)
    choices = {name.removeprefix("keep."): value for name, value in visit.form.items() if name.startswith("keep.")}
    try:
        saving.settle(
            visit.session, record.id, theirs=visit.form.get("theirs", ""), choices=choices, kinds=kinds(), actor=visit.actor,
            now=visit.now,
        )  # fmt: skip
    except Refused as refused:
        trouble = str(refused)
        return lambda later: editor_conflict(later, trouble=trouble, status=409)
    return visit.go(f"/directory/{record.id}?said=saved")


def shown(visit: Visit, record: Record, sheet: Sheet, *, status: int = 200) -> Response:
    """Render the form of an entry."""
    before = saving.as_seen(visit.session, record, sheet.seen) or record.draft
    draft = typed.read(sheet.cells, before, kinds=kinds()).draft
    row = kept.of_entry(visit.session, record.id, actor=visit.actor)
    elsewhere = kept.SCREEN in visit.form and kept.is_elsewhere(row, _known(visit), _screen(visit))
    return show(
        visit, "editor_entry.html", status=status, record=record, sheet=sheet, sections=form.sections(), towns=towns(visit),
        late=sheet.seen != fingerprint(record.draft), preview=_preview(visit, record, draft), said=said(visit, SAID),
        hours=_hours(draft), now_open=_now(draft, visit.now), path=f"/directory/{record.id}", form=visit.form,
        elsewhere=elsewhere, screen=_screen(visit) or str(new_id()),
        kept_print=_known(visit) if elsewhere else kept.fingerprint(row),
        events=events.upcoming(
            visit.session, {record.municipality_code}, start=visit.now, service_ids={record.id}, hidden=True
        ),
    )  # fmt: skip


def _new(visit: Visit, key: uuid.UUID, town: str, sheet: Sheet, *, status: int = 200) -> Response:
    draft = typed.read(sheet.cells, Draft(""), kinds=kinds()).draft
    return show(
        visit, "editor_new.html", status=status, sheet=sheet, sections=form.sections(), towns=towns(visit), town=town, key=key,
        preview=_preview(visit, _fresh(town, visit.now, key), draft), hours=_hours(draft), now_open=_now(draft, visit.now),
        path="/directory/new",
    )  # fmt: skip


def _fresh(town: str, now: datetime, key: uuid.UUID) -> Record:
    return Record(key, town, Draft(""), "", "", True, now)


def _refused(cells: Mapping[str, str], seen: str, refused: Refused) -> Sheet:
    return Sheet(cells, seen, str(refused), refused.troubles if isinstance(refused, Unreadable) else ())


def keep_typed(visit: Visit, record: Record) -> bool:
    """Keep what stands in the form; False when the same person is typing on another screen, whose words stay."""
    cells, seen = typed.cells_of(visit.form), visit.form.get("seen", "")[:64]
    return _keep(visit, record, cells, seen)


def _known(visit: Visit) -> str:
    return visit.form.get("kept", "")[:32]


def _screen(visit: Visit) -> str:
    return visit.form.get(kept.SCREEN, "")[:36]


def _keep(visit: Visit, record: Record, cells: Mapping[str, str], seen: str, *, insisting: bool = False) -> bool:
    row = kept.of_entry(visit.session, record.id, actor=visit.actor, to_change=True)
    if kept.is_elsewhere(row, _known(visit), _screen(visit)) and not insisting:
        return False
    before = saving.as_seen(visit.session, record, seen)
    if before is None or typed.read(cells, before, kinds=kinds()).draft == record.draft:
        # Nothing is typed that does not stand there already: a late word of a form that was saved begins no draft.
        kept.let_go(row)
        return True
    cells = {**cells, kept.SCREEN: _screen(visit)}
    kept.keep(
        visit.session, record.id, cells, town=record.municipality_code, seen=seen, actor=visit.actor, now=visit.now
    )  # fmt: skip
    return True


def _preview(visit: Visit, record: Record, draft: Draft) -> Preview:
    if not draft.name:
        return Preview((), ())
    name = visit.session.get_one(Municipality, record.municipality_code).name
    typed_so_far = Record(record.id, record.municipality_code, draft, record.source, record.source_id, True, visit.now)
    return visit.console.voice.preview(typed_so_far, town_name=name, now=visit.now)


def _hours(draft: Draft) -> list[str]:
    said = [describe([slot]) for slot in draft.slots]
    return said + (["年末年始は休み"] if draft.closed_at_year_end else [])


def _now(draft: Draft, now: datetime) -> str:
    """Say what the hours mean at this minute, as if somebody had checked them: the editor is about to."""
    if not draft.slots:
        return ""
    state = opening(draft.slots, now=now, closures=draft.closures, year_end_closed=draft.closed_at_year_end)
    if state.is_open:
        return f"いまは開いています（{clock(state.until)}まで）。" if state.until else "いまは開いています。"
    opens = state.next.astimezone(JAPAN) if state.next else None
    return f"次に開くのは {moment(opens)} です。" if opens else ""


def _live(visit: Visit, record: Record, cells: Mapping[str, str], before: Draft) -> dict[str, object]:
    read = typed.read(cells, before, kinds=kinds())
    preview = _preview(visit, record, read.draft)
    return {
        "kept": clock(visit.now),
        "hours": _hours(read.draft),
        "now": _now(read.draft, visit.now),
        "troubles": [[each.field, f"{each.words}：{each.says}" if each.words else each.says] for each in read.troubles],
        "line": [_plain(seen) for seen in preview.line],
        "telegram": [_plain(seen) for seen in preview.telegram],
    }


def _plain(seen: Seen) -> dict[str, object]:
    return {"lines": seen.lines, "buttons": seen.buttons, "card": seen.card}
