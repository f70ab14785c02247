"""Reads the services of an HSDS 3 file; whatever shape the JSON has, one odd service never costs the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from resources.hsds import from_object
from resources.importing.guessing import must_hide
from resources.importing.hsds_values import tidied
from resources.importing.problems import Problem, Row
from resources.importing.sheets import CannotRead
from resources.kinds import Kinds

_NOT_HSDS = "HSDSのJSONではありません。services の一覧（contents）が見つかりません。"


def read_hsds(data: bytes, kinds: Kinds) -> Iterator[Row]:
    """Yield the services of a file, one row for each place they are at; raises CannotRead."""
    try:
        said = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CannotRead("JSONとして読めません。書き出し直したファイルを選んでください。") from error
    services = said
    if isinstance(said, dict):
        services = said.get("contents", said.get("services", [said] if "name" in said else None))
    if not isinstance(services, list):
        raise CannotRead(_NOT_HSDS)
    for at, service in enumerate(services, start=1):
        yield from _rows(at, service, kinds)


def _rows(number: int, service: Any, kinds: Kinds) -> Iterator[Row]:
    if not isinstance(service, dict):
        yield _refused(number, "サービスの形になっていません。")
        return
    places = service.get("service_at_locations") or [None]
    for at in range(len(places)):
        try:
            draft = from_object(service, kinds, at)
        except (ValueError, TypeError, AttributeError, KeyError):
            yield _refused(number, "HSDS 3の形になっていない値があります。")
            continue
        if draft is None:
            yield _refused(number, "名称（name）がありません。")
            continue
        if must_hide(draft.kind, draft.name) and not draft.confidential:
            draft = type(draft)(**{**draft.__dict__, "confidential": True})
        draft, problems = tidied(draft, number)
        id_ = str(service.get("id") or "")[:140] + (f"#{at}" if at else "")
        original = {"hsds": json.dumps(service, ensure_ascii=False)}
        yield Row(number, draft, problems, id_, "", "", "", original, _moment(service.get("last_modified")))


def _moment(said: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo else None


def _refused(number: int, says: str) -> Row:
    return Row(number, None, (Problem(number, "service", "", says),), "", "", "", "", {})
