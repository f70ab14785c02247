"""How cases ended, and what nothing fitted."""

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Apply this step."""
