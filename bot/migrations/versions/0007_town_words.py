"""Words a town added itself, and a number on the town that moves with each change of them."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("municipality", sa.Column("words_version", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "town_word",
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("expression", sa.String(length=40), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("added_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_town_word_municipality_code")),
        sa.PrimaryKeyConstraint("municipality_code", "expression", name=op.f("pk_town_word")),
    )
