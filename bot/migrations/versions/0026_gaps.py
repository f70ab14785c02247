"""How cases ended, and what nothing fitted."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Apply this step."""
    _held(
        "case_ending",
        {"case_id": "consultation_case"},
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ask_from", UTCDateTime(), nullable=True),
        sa.Column("questioned_at", UTCDateTime(), nullable=True),
        sa.Column("felt", sa.String(length=12), nullable=True),
        sa.Column("felt_at", UTCDateTime(), nullable=True),
    )
    waits = sa.text("ask_from IS NOT NULL")
    op.create_index(
        op.f("ix_case_ending_ask_from"), "case_ending", ["ask_from"], sqlite_where=waits, postgresql_where=waits
    )
    op.create_index(op.f("ix_case_ending_case_id"), "case_ending", ["case_id"])
    _held(
        "gap",
        {"case_id": "consultation_case"},
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("area", sa.String(length=60), nullable=False),
        sa.Column("age_band", sa.String(length=8), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("compared_at", UTCDateTime(), nullable=False),
    )
    op.create_index(op.f("ix_gap_case_id"), "gap", ["case_id"])
    op.create_index(op.f("ix_gap_state"), "gap", ["state"])
    _held(
        "gap_near_miss",
        {"gap_id": "gap"},
        sa.Column("gap_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_gap_near_miss_service_id")),
        sa.UniqueConstraint("gap_id", "service_id", name=op.f("uq_gap_near_miss_gap_id_service_id")),
    )
    _held(
        "gap_match",
        {"gap_id": "gap", "case_id": "consultation_case"},
        sa.Column("gap_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("found_at", UTCDateTime(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_gap_match_service_id")),
        sa.UniqueConstraint("gap_id", "service_id", name=op.f("uq_gap_match_gap_id_service_id")),
    )
    op.create_index(op.f("ix_gap_match_case_id"), "gap_match", ["case_id"])


def _held(table: str, links: dict[str, str], *parts: sa.schema.SchemaItem) -> None:
    """Make a table of rows about people: each names its custodian, and so does every key to another of them."""
    op.create_table(
        table,
        *parts,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["custodian", column], [f"{other}.custodian", f"{other}.id"], name=op.f(f"fk_{table}_custodian_{column}")
            )
            for column, other in links.items()
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f(f"fk_{table}_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("custodian", "id", name=op.f(f"uq_{table}_custodian_id")),
    )
