"""What people ask and do not find: searches without words, and masked messages that nobody understood."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "search_log",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("lacks", sa.JSON(), nullable=False),
        sa.Column("choice", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_search_log_municipality_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_log")),
    )
    op.create_index("ix_search_log_municipality_code_month", "search_log", ["municipality_code", "month"])
    op.create_table(
        "unmatched_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("done_by", sa.String(length=120), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_unmatched_message_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmatched_message")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_unmatched_message_custodian_id")),
    )
    op.create_index("ix_unmatched_message_custodian_said_on", "unmatched_message", ["custodian", "said_on"])
