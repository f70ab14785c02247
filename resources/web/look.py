"""How pages look: templates that refuse unknown values, Japanese dates, and files the browser may keep."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from resources.dates import clock, day_of, iso, spoken

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


def environment_for(folders: Sequence[Path]) -> Environment:
    """Return the templates of several folders with our filters."""
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder / "templates") for folder in folders]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    versions = {name: hashlib.sha256(data).hexdigest()[:10] for name, (data, _) in _static_files(folders).items()}
    environment.globals["static"] = lambda name: f"/static/{name}?v={versions[name]}"
    environment.filters.update(day=spoken, isoday=iso, clock=clock, moment=moment, brief=brief, ago=ago)
    return environment


def moment(at: datetime) -> str:
    """Return a date and time: 2026年11月23日（月）10:05."""
    return f"{spoken(at)}{clock(at)}"


def brief(at: datetime, now: datetime) -> str:
    """Return a time without what everybody knows: 10:05 today, 11月22日 22:05 before."""
    day = day_of(at)
    return clock(at) if day == day_of(now) else f"{day.month}月{day.day}日 {clock(at)}"


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago something was, in the unit a person would use."""
    minutes = max(0, int((now - at) / timedelta(minutes=1)))
    if minutes < 60:
        return f"{minutes}分"
    hours = minutes // 60
    if hours < 24:
        return f"{hours}時間{minutes % 60}分" if minutes % 60 else f"{hours}時間"
    return f"{hours // 24}日{hours % 24}時間" if hours % 24 else f"{hours // 24}日"


def static_route(folders: Sequence[Path]) -> Route:
    """Return the route of the style sheet and scripts; nothing else in the folders is reachable."""
    files = _static_files(folders)

    def static(request: Request) -> Response:
        found = files.get(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(found[0], media_type=found[1], headers=headers)

    return Route("/static/{name}", static)


def _static_files(folders: Sequence[Path]) -> dict[str, tuple[bytes, str]]:
    return {
        path.name: (path.read_bytes(), _TYPES[path.suffix])
        for folder in folders
        for path in sorted((folder / "static").glob("*"))
        if path.suffix in _TYPES
    }
