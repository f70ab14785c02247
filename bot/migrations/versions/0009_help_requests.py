"""What a 民生委員 is asked about a case."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "help_request",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("helper_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_help_request_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_help_request_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_help_request_custodian_id")),
    )
    op.create_index(op.f("ix_help_request_case_id"), "help_request", ["case_id"])
    op.create_index(op.f("ix_help_request_helper_id"), "help_request", ["helper_id"])
