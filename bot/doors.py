"""The town's accounts as the doors know them: kept in memory, looked at again every few seconds."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass
from typing import Final

from handoff import accounts
from handoff.accounts import Platform
from resources.db import EVERYWHERE, Database

_FRESH: Final = 5.0
# A name nobody knows makes us look at once, so that a new account needs no restart; but not at every knock.
_LOOK_AGAIN: Final = 0.5


@dataclass(frozen=True)
class Door:
    """One account as far as taking messages in needs it."""

    account_id: uuid.UUID
    custodian: str
    platform: Platform
    name: str
    secret: bytes
    destination: str


class Doors:
    """Finds accounts by name without asking the database at every message."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], Door] = {}
        self._looked = float("-inf")
        self._looking = asyncio.Lock()

    def known(self, platform: str, name: str) -> Door | None:
        """Return the account when it was looked up a moment ago."""
        return self._known.get((platform, name)) if time.monotonic() - self._looked < _FRESH else None

    async def find(self, platform: Platform, name: str) -> Door | None:
        """Return the active account of this platform and name."""
        found = self._known.get((platform, name))
        age = time.monotonic() - self._looked
        if age < (_FRESH if found else _LOOK_AGAIN):
            return found
        async with self._looking:
            if time.monotonic() - self._looked >= (_FRESH if found else _LOOK_AGAIN):
                self._known = await asyncio.to_thread(self.look)
                self._looked = time.monotonic()
        return self._known.get((platform, name))

    def look(self) -> dict[tuple[str, str], Door]:
        """Read all active accounts."""
        with self._database.reading(EVERYWHERE) as session:
            return {
                (account.platform, account.name): Door(
                    account.id,
                    account.custodian,
                    Platform(account.platform),
                    account.name,
                    accounts.secret(session, account).encode(),
                    account.destination,
                )
                for account in accounts.active(session)
            }
