"""Contacts with people who do not come, and agreed check-ins."""

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Apply this step."""
