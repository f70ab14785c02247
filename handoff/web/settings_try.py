"""The page on which staff try to whom a message would go; what is typed here is kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from starlette.responses import Response

from handoff.trial import Trial, trial
from handoff.web.settings import shown, town_of
from intents import Crisis, Reason, Topic
from resources import dates
from resources.web.console import View, Visit

_LONGEST = 1000
_Code = TypeVar("_Code", Topic, Crisis, Reason)


def settings_try(visit: Visit) -> Response:
    """Show the empty form."""
    return _page(visit, None, {})


def attempt(visit: Visit) -> View:
    """Show what would become of the message; the ear listens after the writing transaction, which holds nothing up."""
    return _tried


def _tried(visit: Visit) -> Response:
    at = _moment(visit.form.get("at", ""), visit.now)
    if at is None:
        return _page(visit, None, visit.form, "日時を受け取れませんでした。2026-04-01T09:00 の形で入れてください。")
    town, words = town_of(visit), visit.form.get("message", "").strip()[:_LONGEST]
    topics, crises = _chosen(visit, "topic", Topic), _chosen(visit, "crisis", Crisis)
    reasons, heard = _chosen(visit, "reason", Reason), None
    if words and visit.console.hears is None:
        return _page(visit, None, visit.form, "ことばを聞き取る仕組みが、この画面では動いていません。条件を手で選んでください。")
    if words and visit.console.hears is not None:
        told = visit.console.hears(visit.session, town.code, words)
        topics = list(dict.fromkeys([*(score.topic for score in told.topics), *topics]))
        crises = list(dict.fromkeys([*told.crises, *crises]))
        reasons, heard = list(dict.fromkeys([*told.reasons, *reasons])), told.route
    place = visit.form.get("place", "")[:80]
    found = trial(
        visit.session, town.code, topics=topics, crises=crises, reasons=reasons, heard=heard, place=place, said=words,
        at=at,
    )  # fmt: skip
    lost = "この場所は、登録されている町丁字・小学校区・郵便番号に見つかりませんでした。場所なしで調べました。"
    return _page(visit, found, visit.form, lost=lost if place and found.area is None else "")


def _page(visit: Visit, found: Trial | None, kept: Mapping[str, str], trouble: str = "", lost: str = "") -> Response:
    return shown(
        visit, "settings_try.html", town_of(visit), status=409 if trouble else 200, found=found, kept=kept, trouble=trouble,
        lost=lost, topics=list(Topic), crises=list(Crisis), reasons=list(Reason), longest=_LONGEST,
    )  # fmt: skip


def _chosen(visit: Visit, name: str, kind: type[_Code]) -> list[_Code]:
    told = visit.form.get(name, "")
    return [kind(told)] if told in list(kind) else []


def _moment(written: str, now: datetime) -> datetime | None:
    if not written.strip():
        return now
    return dates.read_moment(written)
