"""Photos, voices and files of a case: looked at, listened to, handed out, and every opening written down before."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from handoff import files
from handoff.attachments import FileState
from handoff.cases import Case
from handoff.files import File
from handoff.web.case import case_of
from resources.web.console import NoSuchPage, Visit, json

_LOCKED: Final = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"}
_TURNS: Final = (0, 90, 180, 270)
_SIZES: Final = ("fit", "whole", "double")


def file(visit: Visit) -> Response:
    """Show a file on a page of its own: a photo can be turned and enlarged by plain links."""
    case, found = _found(visit)
    asked = visit.request.query_params
    turn = int(asked["turn"]) if asked.get("turn", "") in map(str, _TURNS) else 0
    size = asked["size"] if asked.get("size", "") in _SIZES else _SIZES[0]
    _note(visit, case, found, "page")
    return visit.page(
        "file.html", case=case, file=found, turn=turn, size=size, sizes=_SIZES, frame=_frame(found, turn),
        scale=2 if size == "double" else 1,
    )  # fmt: skip


def thumb(visit: Visit) -> Response:
    """Return the small picture beside the words."""
    case, found = _found(visit)
    if not found.is_picture:
        raise NoSuchPage(NoSuchPage.__doc__)
    return _answer(visit, case, found, "small", found.media)


def content(visit: Visit) -> Response:
    """Return a photo to be looked at or a voice to be listened to; nothing else is ever shown as it is."""
    case, found = _found(visit)
    if not found.shown_as:
        raise NoSuchPage(NoSuchPage.__doc__)
    return _answer(visit, case, found, "content", found.shown_as)


def download(visit: Visit) -> Response:
    """Hand a file out to be opened outside of the browser."""
    case, found = _found(visit)
    if found.state != FileState.STORED:
        raise NoSuchPage(NoSuchPage.__doc__)
    response = _answer(visit, case, found, "download", "application/octet-stream")
    # The name travels in percent signs only, so that nothing in it can become a header.
    name = quote(found.download_name, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"file\"; filename*=UTF-8''{name}"
    return response


def state(visit: Visit) -> Response:
    """Tell a script whether a file is here by now; no words."""
    _, found = _found(visit)
    return json({"state": found.state.value})


def _frame(found: File, turn: int) -> dict[str, int | str]:
    """Return the space a turned photo takes, and how it is moved into it."""
    across, down = found.width, found.height
    moved = {0: "", 90: f"translate({down} 0) rotate(90)", 180: f"translate({across} {down}) rotate(180)"}
    width, height = (down, across) if turn in (90, 270) else (across, down)
    return {"width": width, "height": height, "transform": moved.get(turn, f"translate(0 {across}) rotate(270)")}


def _answer(visit: Visit, case: Case, found: File, how: str, media: str) -> Response:
    _note(visit, case, found, how)
    body = files.content(visit.session, case, found.id, small=how == "small")
    return Response(body, headers={**_LOCKED, "Content-Type": media})


def _found(visit: Visit) -> tuple[Case, File]:
    case = case_of(visit)
    found = files.find(visit.session, case, visit.id("file_id"))
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return case, found


def _note(visit: Visit, case: Case, found: File, how: str) -> None:
    # The small picture comes with every look at the conversation: it is written down once a day.
    if how == "small" and files.opened_lately(visit.session, case, found, how, actor=visit.actor, now=visit.now):
        return
    with visit.console.database.writing(visit.actor.custodians) as session:
        files.note_opening(session, case, found, how, actor=visit.actor, now=visit.now)
