"""What waits is kept in the order in which it happened, so that taking in touches the end of an index only."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply this step."""
    waiting, held = sa.text("state = 'waiting'"), sa.text("leased_until IS NOT NULL")
    with op.batch_alter_table("inbound_event", schema=None) as batch_op:
        batch_op.drop_index("ix_inbound_event_waiting")
        batch_op.create_index(
            "ix_inbound_event_waiting", ["happened_at", "id"], sqlite_where=waiting, postgresql_where=waiting
        )
        batch_op.create_index("ix_inbound_event_held", ["lane"], sqlite_where=held, postgresql_where=held)
