"""Two entries that are one place become one: field by field, both histories stay readable, and it can be undone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from resources import critical, directory, verification
from resources.change_sets import Revision
from resources.db import new_id
from resources.drafts import Difference, Draft, differences, from_json
from resources.duplicates import Pair, Verdict
from resources.records import Record
from resources.services import Status

# When an entry was checked and by whom belongs together, and so do a status and its reason.
_TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "assured_date": ("assured_date", "assurer", "assured_how"),
    "status": ("status", "status_reason", "reopens_on"),
    "slots": ("slots", "closures", "closed_at_year_end", "hours_note"),
    "latitude": ("latitude", "longitude"),
    "minimum_age": ("minimum_age", "maximum_age"),
}
_FOLLOWING: Final = {name: head for head, names in _TOGETHER.items() for name in names}
ACT: Final = "merged"


class NotOneTown(ValueError):
    """別の自治体の項目どうしは、まとめられません。何も変えていません。"""


class AlreadyDecided(RuntimeError):
    """この2件は、ほかの人が先にまとめたか、元に戻しています。いまの内容を確かめてください。"""


class ChangedSince(RuntimeError):
    """まとめたあとで内容が直されているため、元に戻せません。どちらの履歴も残っています。必要な点を手で直してください。"""


def questions(kept: Draft, gone: Draft) -> list[Difference]:
    """Return the fields in which two entries differ, those that belong together as one."""
    differ = dict.fromkeys(_FOLLOWING.get(one.field, one.field) for one in differences(kept, gone))
    return [Difference(name, getattr(kept, name), getattr(gone, name)) for name in differ]


def parts(field: str) -> tuple[str, ...]:
    """Return the fields that are chosen together under one."""
    return _TOGETHER.get(field, (field,))


def proposed(kept: Draft, gone: Draft, field: str) -> str:
    """Return whose words are proposed for a field: "kept", or "gone" where only that one says anything or was checked later."""
    if field == "assured_date":
        later = gone.assured_date is not None and (kept.assured_date is None or gone.assured_date > kept.assured_date)
        return "gone" if later else "kept"
    return "gone" if all(_says_nothing(kept, part) for part in parts(field)) else "kept"


def merge(
    session: Session,
    kept: Record,
    gone: Record,
    chosen: Mapping[str, str],
    *,
    seen: Mapping[uuid.UUID, datetime],
    by: str,
    now: datetime,
) -> uuid.UUID:
    """Let one entry stand for both; `chosen` says for each differing field whose words stay ("kept", "gone" or "both").

    Returns the decision, by which it can be undone. Raises NotOneTown, AlreadyDecided, directory.EditedMeanwhile.
    """
    if kept.municipality_code != gone.municipality_code or kept.id == gone.id:
        raise NotOneTown(NotOneTown.__doc__)
    if critical.is_over(kept.draft) or critical.is_over(gone.draft):
        raise AlreadyDecided(AlreadyDecided.__doc__)
    # Looked at before anything is written: a refusal leaves both as they are.
    if any(record.last_modified != seen[record.id] for record in (kept, gone)):
        raise directory.EditedMeanwhile(directory.EditedMeanwhile.__doc__)
    taken: dict[str, Any] = {}
    for question in questions(kept.draft, gone.draft):
        for field in parts(question.field):
            taken[field] = _chosen(kept.draft, gone.draft, field, chosen.get(question.field, "kept"))
    merged = replace(kept.draft, **taken)
    over = replace(gone.draft, status=Status.DEFUNCT, status_reason=f"「{merged.name}」にまとめました", reopens_on=None)
    directory.hold(session, kept.id, gone.id)
    directory.edit(session, gone.id, over, seen=seen[gone.id], by=by, now=now, act=ACT)
    directory.edit(session, kept.id, merged, seen=seen[kept.id], by=by, now=now, act=ACT)
    verification.give_back(session, gone, now=now)
    pair = Pair(
        id=new_id(), municipality_code=kept.municipality_code, kept_id=kept.id, gone_id=gone.id,
        verdict=Verdict.MERGED, by=by, decided_at=now,
    )  # fmt: skip
    session.add(pair)
    session.flush()
    return pair.id


def keep_apart(session: Session, first: Record, second: Record, *, by: str, now: datetime) -> None:
    """Say that two entries are two places, so that they are not suggested again; raises NotOneTown."""
    if first.municipality_code != second.municipality_code or first.id == second.id:
        raise NotOneTown(NotOneTown.__doc__)
    session.add(
        Pair(
            id=new_id(), municipality_code=first.municipality_code, kept_id=first.id, gone_id=second.id,
            verdict=Verdict.DIFFERENT, by=by, decided_at=now,
        )
    )  # fmt: skip
    session.flush()


def undo(session: Session, pair: Pair, *, by: str, now: datetime) -> None:
    """Take a decision back: both entries say again what they said before. Raises AlreadyDecided, ChangedSince."""
    query = select(Pair).where(Pair.id == pair.id).with_for_update()
    held = session.scalars(query.execution_options(populate_existing=True)).one()
    if held.undone_at is not None:
        raise AlreadyDecided(AlreadyDecided.__doc__)
    if held.verdict == Verdict.MERGED:
        directory.hold(session, held.kept_id, held.gone_id)
        newest = [_newest(session, service_id) for service_id in (held.kept_id, held.gone_id)]
        if any(revision.at > held.decided_at for revision in newest):
            raise ChangedSince(ChangedSince.__doc__)
        for revision in newest:
            # An entry the merge left as it was has an older revision at its end.
            if revision.act == ACT and revision.at == held.decided_at and revision.before is not None:
                directory.edit(session, revision.service_id, from_json(revision.before), by=by, now=now, act="undone")
    held.undone_at = now
    session.flush()


def _chosen(kept: Draft, gone: Draft, field: str, whose: str) -> Any:
    own, other = getattr(kept, field), getattr(gone, field)
    if whose == "both" and isinstance(own, tuple):
        return tuple(dict.fromkeys((*own, *other)))
    return other if whose == "gone" else own


def _says_nothing(draft: Draft, field: str) -> bool:
    default = next(one.default for one in fields(Draft) if one.name == field)
    return bool(getattr(draft, field) == default)


def _newest(session: Session, service_id: uuid.UUID) -> Revision:
    query = select(Revision).where(Revision.service_id == service_id).order_by(Revision.at.desc(), Revision.id.desc())
    return session.scalars(query.limit(1)).one()
