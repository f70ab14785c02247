"""Drafts of the directory's editors and what they have taken up."""

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Apply this step."""
