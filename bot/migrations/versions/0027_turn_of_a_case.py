"""Cases in the order of the queue, and the desks of the cases somebody has, are found without looking at all of them."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0027"
down_revision = "0026"

_OPEN = sa.text("state <> 'closed'")
_TURN = "coalesce(waiting_since, '9999-01-01 00:00:00.000000')"


def upgrade() -> None:
    """Apply this step."""
    stored = op.get_bind().dialect.name != "sqlite"  # which cannot add a stored one to a table that is there
    op.add_column(
        "consultation_case", sa.Column("stands_at", UTCDateTime(), sa.Computed(_TURN, persisted=stored), nullable=True)
    )
    op.drop_index("ix_consultation_case_open", "consultation_case")
    op.create_index(
        "ix_consultation_case_turn",
        "consultation_case",
        ["custodian", "need", "stands_at", "id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.drop_index("ix_consultation_case_owner_id", "consultation_case")
    op.create_index("ix_consultation_case_owner", "consultation_case", ["custodian", "owner_id", "desk_id"])
