"""What people ask and do not find."""

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Apply this step."""
