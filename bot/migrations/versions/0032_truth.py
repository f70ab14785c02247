"""Who checks which entry by when, what providers and residents say of it."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "cadence",
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_cadence_municipality_code")),
        sa.PrimaryKeyConstraint("municipality_code", "kind", name=op.f("pk_cadence")),
    )
    _about_entry(
        "verification",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("unreached", sa.Integer(), nullable=False),
        sa.Column("tried_at", UTCDateTime(), nullable=True),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_verification_staff_id")),
    )
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_verification_open", "verification", ["service_id"], unique=True,
        sqlite_where=still_open, postgresql_where=still_open,
    )  # fmt: skip
    op.create_index("ix_verification_municipality_code_state", "verification", ["municipality_code", "state"])
    op.create_index("ix_verification_staff_id", "verification", ["staff_id"])
    _about_entry(
        "provider_link",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("proposed", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_provider_link_made_by")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_provider_link_token_hash")),
    )
    op.create_index(op.f("ix_provider_link_service_id"), "provider_link", ["service_id"])
    op.create_index("ix_provider_link_municipality_code_state", "provider_link", ["municipality_code", "state"])
    _about_entry(
        "entry_report",
        sa.Column("said", sa.String(length=12), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
    )
    op.create_index(op.f("ix_entry_report_service_id"), "entry_report", ["service_id"])
    op.create_index("ix_entry_report_municipality_code_settled_on", "entry_report", ["municipality_code", "settled_on"])
    op.create_table(
        "entry_pair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("gone_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=False),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_entry_pair_municipality_code")),
        sa.ForeignKeyConstraint(["kept_id"], ["service.id"], name=op.f("fk_entry_pair_kept_id")),
        sa.ForeignKeyConstraint(["gone_id"], ["service.id"], name=op.f("fk_entry_pair_gone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_pair")),
    )
    for column in ("kept_id", "gone_id"):
        op.create_index(op.f(f"ix_entry_pair_{column}"), "entry_pair", [column])
    op.create_index("ix_entry_pair_municipality_code_decided_at", "entry_pair", ["municipality_code", "decided_at"])


def _about_entry(table: str, *parts: sa.schema.SchemaItem) -> None:
    """Make a table of rows about one entry of a town."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f(f"fk_{table}_municipality_code")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f(f"fk_{table}_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
