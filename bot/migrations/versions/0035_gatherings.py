"""Events, and what gathering places offer and need."""

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Apply this step."""
