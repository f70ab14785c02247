"""What is kept of reports the law demands; who told of it is kept in a table apart, under a key of its own."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, Integer, LargeBinary, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.casework.report_kinds import ReportKind, kinds
from resources.db import Base, Held, held_args


class StatutoryReport(Held, Base):
    """One report to an authority: an act of its own, without consent, refusal or waiting."""

    __tablename__ = "statutory_report"
    __table_args__ = held_args(
        Index(
            "ix_statutory_report_open_clock", "due_at",
            sqlite_where=text("safety_at IS NULL AND closed_at IS NULL"),
            postgresql_where=text("safety_at IS NULL AND closed_at IS NULL"),
        ),
        case_id="consultation_case",
    )  # fmt: skip
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    place: Mapped[str] = mapped_column(String(60))  # which authority, as the law names it
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary())  # which one of these
    received_by_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    told_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    will: Mapped[str] = mapped_column(String(12), default="")  # what the person harmed wished, where that counts
    reported_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime | None] = mapped_column()  # until when safety is to be checked
    reminded_at: Mapped[datetime | None] = mapped_column()
    safety_at: Mapped[datetime | None] = mapped_column()
    safety_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    closed_at: Mapped[datetime | None] = mapped_column()
    closed_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    version: Mapped[int] = mapped_column(Integer(), default=1)
    made_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    made_at: Mapped[datetime] = mapped_column()

    @property
    def of_kind(self) -> ReportKind:
        """What the law says about it."""
        return kinds()[self.kind]


class EntryKind(StrEnum):
    """What was added to a report."""

    ADDED = "added"
    DECISION = "decision"
    MEETING = "meeting"
    SAFETY = "safety"
    CORRECTED = "corrected"  # the version before, as it stood
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The kind as staff read it."""
        return _LABELS[self]


_LABELS = {
    EntryKind.ADDED: "書き足し", EntryKind.DECISION: "決まったこと", EntryKind.MEETING: "会議",
    EntryKind.SAFETY: "安全確認", EntryKind.CORRECTED: "訂正する前の記録", EntryKind.CLOSED: "結果",
}  # fmt: skip


class ReportEntry(Held, Base):
    """One thing added to a report later on."""

    __tablename__ = "statutory_report_entry"
    __table_args__ = held_args(case_id="consultation_case", report_id="statutory_report")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    report_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    kind: Mapped[EntryKind] = mapped_column(String(12))
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    made_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    made_at: Mapped[datetime] = mapped_column()


class Reporter(Held, Base):
    """Who told of it, and when and where they saw it: sealed for itself, never with the case."""

    __tablename__ = "report_reporter"
    __table_args__ = held_args(report_id="statutory_report")

    report_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    relation_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    sighting_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    made_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    made_at: Mapped[datetime] = mapped_column()


class Waiver(Held, Base):
    """Why no report was made where the words of a case ask for one: two persons, one of them a supervisor."""

    __tablename__ = "report_waiver"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    asked_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    asked_by_supervisor: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime] = mapped_column()
    answered_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    answered_at: Mapped[datetime | None] = mapped_column()
    agreed: Mapped[bool] = mapped_column(default=False)
