"""Within which opening time each desk means to answer, and small indexes for the lists of the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_UNSEEN = "seen_at IS NULL AND author = 'resident'"
_TROUBLED = "state IN ('failed', 'held')"
_OPEN = "state <> 'closed'"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("desk", sa.Column("answer_within", sa.JSON(none_as_null=True), nullable=True))
    op.drop_index("ix_message_unseen", table_name="message")
    op.drop_index("ix_outgoing_troubled", table_name="outgoing")
    _index("ix_message_unseen", "message", ["custodian", "contact_id"], _UNSEEN)
    _index("ix_outgoing_troubled", "outgoing", ["custodian", "contact_id"], _TROUBLED)
    _index("ix_consultation_case_open", "consultation_case", ["custodian", "need", "waiting_since"], _OPEN)


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
