"""The agencies on a case, their people and helpers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Apply this step."""
    _held(
        "case_team",
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=True),
        sa.Column("let_in", sa.Boolean(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("joined_at", UTCDateTime(), nullable=True),
        sa.Column("news_at", UTCDateTime(), nullable=True),
        sa.Column("leave_asked_by", sa.Uuid(), nullable=True),
        sa.Column("left_at", UTCDateTime(), nullable=True),
        sa.Column("left_by", sa.Uuid(), nullable=True),
        sa.Column("successor", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    for column in ("case_id", "desk_id", "staff_id"):
        op.create_index(op.f(f"ix_case_team_{column}"), "case_team", [column])
    now = sa.text("left_at IS NULL")
    op.create_index(
        "ix_case_team_once", "case_team", ["case_id", "desk_id"], unique=True, sqlite_where=now, postgresql_where=now
    )
    _held(
        "case_helper",
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("way_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
    )
    op.create_index(op.f("ix_case_helper_case_id"), "case_helper", ["case_id"])


def _held(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("case_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f(f"fk_{name}_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f(f"fk_{name}_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("custodian", "id", name=op.f(f"uq_{name}_custodian_id")),
    )
