"""Gathering places and events."""

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Apply this step."""
