"""What is to be done on a case, by whom and until when."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "case_task",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(length=48), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("desk_id", sa.Uuid(), nullable=True),
        sa.Column("outside_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_case_task_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_case_task_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_task")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_case_task_custodian_id")),
    )
    for column in ("case_id", "staff_id", "desk_id", "origin_id"):
        op.create_index(op.f(f"ix_case_task_{column}"), "case_task", [column])
