"""Entries shared between towns."""

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Apply this step."""
