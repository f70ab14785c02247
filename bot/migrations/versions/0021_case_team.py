"""The agencies on a case, their people and helpers."""

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Apply this step."""
