"""Reports the law demands, and wishes to apply for 生活保護."""

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply this step."""
