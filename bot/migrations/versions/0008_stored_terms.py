"""What each entry can be found by, so that a town's index is made anew without reading its words again."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "stored_terms",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("last_modified", UTCDateTime(), nullable=False),
        sa.Column("made_with", sa.String(length=32), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_stored_terms")),
    )
    op.create_index("ix_stored_terms_municipality_code", "stored_terms", ["municipality_code"], unique=False)
