"""How a town's files are read, remembered from one time to the next."""

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Apply this step."""
