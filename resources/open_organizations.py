"""Who stands behind the services that anybody may read, for programs that read the directories."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intents import canonical
from resources import hsds
from resources.db import Database
from resources.open_directory import settled
from resources.organizations import Organization
from resources.places import Municipality
from resources.services import Service, Status


@dataclass(frozen=True)
class Known:
    """One organization, with the rows that tell of it."""

    municipality: str
    name: str
    tax_id: str
    rows: tuple[uuid.UUID, ...]

    @cached_property
    def said(self) -> hsds.Object:
        """The organization in the words of HSDS."""
        return hsds.as_organization(self.municipality, self.name, self.tax_id)


class OpenOrganizations:
    """Answers with organizations; they are read anew when any directory has changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._mark: tuple[int, int] | None = None
        self._known: dict[str, Known] = {}

    def found(self, *, municipality: str = "", words: str = "") -> list[Known]:
        """Return the organizations of a town, or of all, by id; `words` stand somewhere in their names."""
        with self._database.reading() as session:
            known = self._all(session)
        sought = canonical(words)
        ours = (one for one in known.values() if not municipality or one.municipality == municipality)
        return [one for one in ours if sought in canonical(one.name)] if sought else list(ours)

    def get(self, id_: str) -> Known | None:
        """Return one organization."""
        with self._database.reading() as session:
            return self._all(session).get(id_)

    def whole(self, known: Known) -> hsds.Object:
        """Return an organization with the ids, names and states of its services."""
        query = select(Service.id, Service.name, Service.status).where(Service.organization_id.in_(known.rows), *settled())
        with self._database.reading() as session:
            rows = session.execute(query.order_by(Service.id)).all()
        services = [{"id": str(row.id), "name": row.name, "status": hsds.status(Status(row.status))} for row in rows]
        return known.said | {"services": services}

    def _all(self, session: Session) -> dict[str, Known]:
        sums = select(func.coalesce(func.sum(Municipality.directory_version), 0), func.count())
        versions, towns = session.execute(sums).one()
        mark = (int(versions), int(towns))
        with self._lock:
            if self._mark == mark:
                return self._known
        known = _read(session)
        with self._lock:
            self._mark, self._known = mark, known
        return known


def _read(session: Session) -> dict[str, Known]:
    query = select(Organization.municipality_code, Organization.name, Organization.tax_id, Organization.id)
    query = query.where(Organization.name != "", Organization.id.in_(select(Service.organization_id).where(*settled())))
    rows: dict[tuple[str, str, str], list[uuid.UUID]] = {}
    for town, name, tax_id, id_ in session.execute(query):
        rows.setdefault((town, name, tax_id), []).append(id_)
    known = [Known(*owner, tuple(ids)) for owner, ids in rows.items()]
    return {str(one.said["id"]): one for one in sorted(known, key=lambda one: str(one.said["id"]))}
