"""Cases offered to another agency, and what became of it."""

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Apply this step."""
