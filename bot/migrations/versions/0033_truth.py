"""Who checks which entry by when, what providers and residents say of it."""

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Apply this step."""
