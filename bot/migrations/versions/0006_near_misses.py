"""Places that were nearly an answer, and why they were none: a day and codes only."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "near_miss",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_near_miss_municipality_code")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_near_miss_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_near_miss")),
    )
    with op.batch_alter_table("near_miss", schema=None) as batch_op:
        batch_op.create_index(
            "ix_near_miss_municipality_code_happened_on", ["municipality_code", "happened_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_near_miss_service_id"), ["service_id"], unique=False)
