"""Proposals of places and events."""

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Apply this step."""
