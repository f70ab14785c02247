"""Reports the law demands, and wishes to apply for 生活保護."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "statutory_report",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("received_by_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("will", sa.String(length=12), nullable=False),
        sa.Column("reported_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("reminded_at", UTCDateTime(), nullable=True),
        sa.Column("safety_at", UTCDateTime(), nullable=True),
        sa.Column("safety_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_statutory_report_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_statutory_report_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_report")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_statutory_report_custodian_id")),
    )
    op.create_index(op.f("ix_statutory_report_case_id"), "statutory_report", ["case_id"])
    op.create_index(
        "ix_statutory_report_open_clock",
        "statutory_report",
        ["due_at"],
        sqlite_where=sa.text("safety_at IS NULL AND closed_at IS NULL"),
        postgresql_where=sa.text("safety_at IS NULL AND closed_at IS NULL"),
    )
    op.create_table(
        "statutory_report_entry",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_statutory_report_entry_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "report_id"],
            ["statutory_report.custodian", "statutory_report.id"],
            name=op.f("fk_statutory_report_entry_custodian_report_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_statutory_report_entry_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statutory_report_entry")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_statutory_report_entry_custodian_id")),
    )
    op.create_index(op.f("ix_statutory_report_entry_report_id"), "statutory_report_entry", ["report_id"])
    op.create_table(
        "report_reporter",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("relation_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sighting_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "report_id"],
            ["statutory_report.custodian", "statutory_report.id"],
            name=op.f("fk_report_reporter_custodian_report_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_report_reporter_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_reporter")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_report_reporter_custodian_id")),
    )
    op.create_index(op.f("ix_report_reporter_report_id"), "report_reporter", ["report_id"])
    op.create_table(
        "report_waiver",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_by_supervisor", sa.Boolean(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_report_waiver_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_report_waiver_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_waiver")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_report_waiver_custodian_id")),
    )
    op.create_index(op.f("ix_report_waiver_case_id"), "report_waiver", ["case_id"])
    op.create_table(
        "welfare_intent",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("means", sa.String(length=8), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("said_at", UTCDateTime(), nullable=False),
        sa.Column("heard_by", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("office_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("received_by_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.Column("told_by", sa.Uuid(), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("applied_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawal_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_welfare_intent_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_welfare_intent_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_welfare_intent")),
        sa.UniqueConstraint("case_id", "message_id", name=op.f("uq_welfare_intent_case_id_message_id")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_welfare_intent_custodian_id")),
    )
    op.create_index(op.f("ix_welfare_intent_case_id"), "welfare_intent", ["case_id"])
