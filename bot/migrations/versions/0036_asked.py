"""What was asked of the directory and not found."""

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Apply this step."""
