"""What a town shares with its neighbours, hides or annotates."""

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Apply this step."""
