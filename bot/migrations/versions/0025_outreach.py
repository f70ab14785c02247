"""Contacts with people who do not come, agreed check-ins, and whose a case was before it ended."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Apply this step."""
    with op.batch_alter_table("consultation_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("earlier_owner_id", sa.Uuid(), nullable=True))
    _held(
        "outreach_contact",
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("means", sa.String(length=12), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        case_id="consultation_case",
    )
    _held(
        "check_in_plan",
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("answer_within", sa.Integer(), nullable=False),
        sa.Column("agreed_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=False),
        sa.Column("agreed_at", UTCDateTime(), nullable=False),
        sa.Column("standing", sa.String(length=8), nullable=False),
        sa.Column("next_at", UTCDateTime(), nullable=True),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        case_id="consultation_case",
    )
    running = sa.text("standing = 'running'")
    op.create_index(
        "uq_check_in_plan_running", "check_in_plan", ["case_id"], unique=True, sqlite_where=running, postgresql_where=running
    )
    op.create_index("ix_check_in_plan_due", "check_in_plan", ["next_at"], sqlite_where=running, postgresql_where=running)
    _held(
        "check_in",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("outgoing_id", sa.Uuid(), nullable=True),
        sa.Column("answer_by", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.UniqueConstraint("plan_id", "at", name=op.f("uq_check_in_plan_id_at")),
        case_id="consultation_case",
        plan_id="check_in_plan",
    )
    sent = sa.text("state = 'sent'")
    op.create_index("ix_check_in_sent", "check_in", ["state"], sqlite_where=sent, postgresql_where=sent)


def _held(name: str, *columns: sa.Column[Any] | sa.UniqueConstraint, **links: str) -> None:
    keys = [
        sa.ForeignKeyConstraint(
            ["custodian", column], [f"{table}.custodian", f"{table}.id"], name=op.f(f"fk_{name}_custodian_{column}")
        )
        for column, table in links.items()
    ]
    op.create_table(
        name,
        sa.Column("case_id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        *keys,
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f(f"fk_{name}_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("custodian", "id", name=op.f(f"uq_{name}_custodian_id")),
    )
    op.create_index(op.f(f"ix_{name}_case_id"), name, ["case_id"])
