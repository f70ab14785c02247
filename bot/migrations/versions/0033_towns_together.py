"""Entries shared between towns."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Apply this step."""
    _about_entry("local_word", sa.Column("hidden", sa.Boolean(), nullable=False), sa.Column("note", sa.Text(), nullable=False))
    _about_entry("entry_share")


def _about_entry(table: str, *parts: sa.schema.SchemaItem) -> None:
    """Make a table with one row for an entry and a town it does not belong to."""
    op.create_table(
        table,
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        *parts,
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f(f"fk_{table}_municipality_code")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f(f"fk_{table}_service_id")),
        sa.PrimaryKeyConstraint("municipality_code", "service_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_service_id"), table, ["service_id"])
