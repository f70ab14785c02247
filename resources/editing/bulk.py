"""One change to many entries at once: shown first, then made, and never to an entry that was changed meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from intents.codes import Topic
from resources import directory
from resources.access import Actor
from resources.drafts import Difference, Draft, differences
from resources.editing.saving import Refused, entry
from resources.editing.three_ways import fingerprint
from resources.kinds import Kinds
from resources.records import Record
from resources.services import Status

_BY = 120


class Act(StrEnum):
    """What is done to the chosen entries."""

    KIND = "kind"
    TOPIC = "topic"
    NO_TOPIC = "no_topic"
    STATUS = "status"
    ASSURED = "assured"

    @property
    def label(self) -> str:
        """The act as editors read it."""
        return _ACTS[self]


_ACTS = {
    Act.KIND: "種類を変える", Act.TOPIC: "話題を足す", Act.NO_TOPIC: "話題を外す", Act.STATUS: "状態を変える",
    Act.ASSURED: "確かめたと記録する",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One entry and what would become of it; `late` when somebody changed it after it was chosen."""

    record: Record
    after: Draft
    seen: str

    @property
    def late(self) -> bool:
        """Whether somebody changed it after it was chosen."""
        return fingerprint(self.record.draft) != self.seen

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What would be another."""
        return differences(self.record.draft, self.after)


@dataclass(frozen=True)
class Order:
    """What an editor asked for, checked."""

    act: Act
    kind: str = ""
    topic: str = ""
    status: Status = Status.ACTIVE
    reason: str = ""
    on: date | None = None
    how: str = ""


def order(form: Mapping[str, str], *, kinds: Kinds, on: date | None, today: date) -> Order:
    """Read what is to be done; raises Refused with the remedy."""
    if form.get("act", "") not in list(Act):
        raise Refused("何をするかを選んでください。まだ何も変えていません。")
    act = Act(form["act"])
    kind, topic, status = form.get("kind", ""), form.get("topic", ""), form.get("status", "")
    reason, how = form.get("reason", "").strip()[:400], form.get("how", "").strip()[:200]
    if act is Act.KIND and kind not in kinds.by_code:
        raise Refused("新しい種類を選んでください。まだ何も変えていません。")
    if act in (Act.TOPIC, Act.NO_TOPIC) and topic not in list(Topic):
        raise Refused("話題を選んでください。まだ何も変えていません。")
    if act is Act.STATUS and status not in list(Status):
        raise Refused("新しい状態を選んでください。まだ何も変えていません。")
    if act is Act.STATUS and status != Status.ACTIVE and not reason:
        raise Refused("状態を変える理由を書いてください。まだ何も変えていません。")
    if act is Act.ASSURED and (on is None or on > today or not how):
        raise Refused("確かめた日（今日まで）と、確かめ方を書いてください。まだ何も変えていません。")
    return Order(act, kind, topic, Status(status) if act is Act.STATUS else Status.ACTIVE, reason, on, how)


def changes(
    session: Session, chosen: Mapping[uuid.UUID, str], wanted: Order, *, kinds: Kinds, actor: Actor, to_change: bool = False
) -> list[Change]:
    """Return what would become of the chosen entries, by name; raises directory.NoSuchEntry for another town's."""
    # Always locked in the same order, so that two editors never wait for each other.
    found = [entry(session, service_id, actor=actor, to_change=to_change) for service_id in sorted(chosen)]
    made = [Change(record, _changed(record.draft, wanted, kinds, actor), chosen[record.id]) for record in found]
    return sorted(made, key=lambda change: (change.record.draft.name, change.record.id))


def carry_out(
    session: Session, chosen: Mapping[uuid.UUID, str], wanted: Order, *, kinds: Kinds, actor: Actor, now: datetime
) -> int:
    """Change the chosen entries, all or none; returns how many are another now."""
    planned = changes(session, chosen, wanted, kinds=kinds, actor=actor, to_change=True)
    if not planned:
        raise Refused("項目を選んでください。まだ何も変えていません。")
    if late := [change.record.draft.name for change in planned if change.late and change.differences]:
        raise Refused(f"「{late[0]}」など{len(late)}件は、ほかの人が先に変えました。選び直してください。まだ何も変えていません。")
    done = [change for change in planned if change.differences]
    for change in done:
        directory.edit(
            session, change.record.id, change.after, by=actor.name[:_BY], now=now,
            act="retired" if wanted.act is Act.STATUS and wanted.status is Status.DEFUNCT else "changed",
        )  # fmt: skip
    return len(done)


def _changed(draft: Draft, wanted: Order, kinds: Kinds, actor: Actor) -> Draft:
    match wanted.act:
        case Act.KIND:
            return replace(draft, kind=wanted.kind)
        case Act.TOPIC | Act.NO_TOPIC:
            # Where none are said, those of the kind count; they are written out before one is added or taken away.
            known = kinds.by_code.get(draft.kind)
            said = draft.topics or (known.topics if known else ())
            if wanted.act is Act.TOPIC:
                return draft if wanted.topic in said else replace(draft, topics=(*said, wanted.topic))
            left = tuple(topic for topic in said if topic != wanted.topic)
            return draft if left == said or not left else replace(draft, topics=left)
        case Act.STATUS:
            back = wanted.status is Status.ACTIVE
            return replace(draft, status=wanted.status, status_reason="" if back else wanted.reason, reopens_on=None)
        case Act.ASSURED:
            return replace(draft, assured_date=wanted.on, assurer=actor.name[:_BY], assured_how=wanted.how)
