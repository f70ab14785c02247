"""What the forms ask about a case, its household and its consents."""

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply this step."""
