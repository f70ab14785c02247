"""What two editors wrote over the same entry, beside what stood there before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from resources.drafts import Draft, as_json, draft_fields


@dataclass(frozen=True)
class Fork:
    """A field that one or both of two editors changed."""

    field: str
    before: Any
    mine: Any
    theirs: Any

    @property
    def both(self) -> bool:
        """Whether both changed it, and not to the same."""
        return bool(self.before not in (self.mine, self.theirs) and self.mine != self.theirs)


def fingerprint(draft: Draft) -> str:
    """Return a name for what an entry says: another word in it is another name."""
    said = json.dumps(as_json(draft), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def forks(before: Draft, mine: Draft, theirs: Draft) -> tuple[Fork, ...]:
    """Return the fields that were changed since, in the order of the sheet."""
    every = (
        Fork(field.name, getattr(before, field.name), getattr(mine, field.name), getattr(theirs, field.name))
        for field in draft_fields()
    )
    return tuple(fork for fork in every if fork.before != fork.mine or fork.before != fork.theirs)


def joined(before: Draft, mine: Draft, theirs: Draft, *, keep_mine: Collection[str]) -> Draft:
    """Return their entry with what only I changed, and with my words in the fields I insist on."""
    own = [
        fork for fork in forks(before, mine, theirs) if fork.field in keep_mine or (not fork.both and fork.before != fork.mine)
    ]
    return replace(theirs, **{fork.field: fork.mine for fork in own})
