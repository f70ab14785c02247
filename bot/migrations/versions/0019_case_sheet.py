"""What the forms ask about a case, its household and its consents."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "case_sheet_field",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("manner", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        *_held("case_sheet_field"),
        sa.UniqueConstraint("case_id", "code", name=op.f("uq_case_sheet_field_case_id_code")),
    )
    op.create_table(
        "case_sheet_change",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("before_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        *_held("case_sheet_change"),
    )
    op.create_table(
        "household_person",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        *_held("household_person"),
    )
    for table in ("case_sheet_change", "household_person"):
        op.create_index(op.f(f"ix_{table}_case_id"), table, ["case_id"])


def _held(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f(f"fk_{table}_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f(f"fk_{table}_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("custodian", "id", name=op.f(f"uq_{table}_custodian_id")),
    ]
