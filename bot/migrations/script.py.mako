"""${message}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
from resources.db import UTCDateTime

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Apply this step."""
    ${upgrades if upgrades else "pass"}
