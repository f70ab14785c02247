"""Links with which a person who forgot their password chooses a new one."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "password_renewal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_password_renewal_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_renewal")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_renewal_token_hash")),
    )
    op.create_index(op.f("ix_password_renewal_staff_id"), "password_renewal", ["staff_id"])
