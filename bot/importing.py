"""Has files that editors brought worked on, one after another, each by a process of its own."""

from __future__ import annotations

import subprocess
import uuid
from datetime import datetime
from typing import Final

from resources.db import Database
from resources.importing import child, jobs
from resources.importing.jobs import AT_WORK, ImportJob

EVERY: Final = 1.0


class Importing:
    """Begins the next file when the one before has ended, and settles one whose process fell."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._job_id: uuid.UUID | None = None

    @property
    def idle(self) -> bool:
        """Whether no process is at work."""
        return self._process is None

    def look(self, database: Database, now: datetime) -> None:
        """See how the present file fares, and begin the next; returns at once."""
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._settle(database)
        with database.writing() as session:
            job = jobs.claim(session)
        if job is not None:
            self._job_id, self._process = job.id, child.start(database, job.id, now=now)

    def _settle(self, database: Database) -> None:
        """Free a file whose process ended without having settled it."""
        self._process = None
        with database.writing() as session:
            job = session.get(ImportJob, self._job_id)
            if job is not None and job.state in AT_WORK:
                jobs.fall(session, job)
