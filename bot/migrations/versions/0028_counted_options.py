"""What the sheets say of topic and way can be counted without opening every one; sheets from before are opened."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("case_sheet_field", sa.Column("counted", sa.String(length=40), nullable=True))
