"""The second factor, codes for the day the telephone is lost, and what an invitation may bring."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("staff", sa.Column("totp_offered_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("signed_in_at", UTCDateTime(), nullable=True))
    op.add_column("staff", sa.Column("signed_in_before_at", UTCDateTime(), nullable=True))
    op.add_column("staff_session", sa.Column("two_factors", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("invitation", sa.Column("more_desks", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("invitation", sa.Column("access_ends_on", sa.Date(), nullable=True))
    op.create_table(
        "half_sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_half_sign_in_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_half_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_half_sign_in_token_hash")),
    )
    op.create_index(op.f("ix_half_sign_in_staff_id"), "half_sign_in", ["staff_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_staff_id"), "recovery_code", ["staff_id"], unique=False)
