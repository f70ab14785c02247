"""Meetings in their legal lanes, and plans."""

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply this step."""
