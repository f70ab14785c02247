"""Within which opening time each desk means to answer."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("desk", sa.Column("answer_within", sa.JSON(none_as_null=True), nullable=True))
