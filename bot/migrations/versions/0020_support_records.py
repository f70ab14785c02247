"""What was done on a case, and its urgency."""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply this step."""
