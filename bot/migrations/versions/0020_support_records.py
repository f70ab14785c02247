"""What was done on a case, in versions, and the boxes of a town's approval sheet."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "support_record",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lane", sa.String(length=48), nullable=False),
        sa.Column("means", sa.String(length=16), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("counterpart_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_support_record_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_support_record_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_record")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_support_record_custodian_id")),
        sa.UniqueConstraint("entry_id", "version", name=op.f("uq_support_record_entry_id_version")),
    )
    op.create_index(op.f("ix_support_record_case_id"), "support_record", ["case_id"])
    op.create_table(
        "approval_boxes",
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipality.code"], name=op.f("fk_approval_boxes_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", name=op.f("pk_approval_boxes")),
    )
