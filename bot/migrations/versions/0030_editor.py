"""What the directory's editors have typed and not saved yet."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "kept_sheet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("kept_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_kept_sheet_municipality_code")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_kept_sheet_service_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_kept_sheet_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_sheet")),
        sa.UniqueConstraint("staff_id", "service_id", name=op.f("uq_kept_sheet_staff_id_service_id")),
    )
