"""Whom a town alerts in danger, and every alarm with its steps until somebody acknowledges."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0013"
down_revision = "0012"
_OPEN = sa.text("state = 'running' OR (state = 'unanswered' AND told_at IS NULL)")


def upgrade() -> None:
    """Apply this step."""
    for name in ("contact_id", "deputy_id", "head_id"):
        op.add_column("duty", sa.Column(name, sa.Uuid(), nullable=True))
    op.create_table(
        "alert_contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("endpoints", sa.JSON(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipality.code"], name=op.f("fk_alert_contact_municipality_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_contact")),
        sa.UniqueConstraint("municipality_code", "name", name=op.f("uq_alert_contact_municipality_code_name")),
    )
    op.create_table(
        "alarm",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("crisis", sa.String(length=24), nullable=False),
        sa.Column("watch", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("acknowledged_at", UTCDateTime(), nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_with", sa.Uuid(), nullable=True),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.Column("told_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_alarm_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_alarm_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_alarm_custodian_id")),
    )
    op.create_index("ix_alarm_case_id", "alarm", ["case_id"])
    op.create_index("ix_alarm_open", "alarm", ["id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_table(
        "alert",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("contact", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("leased_until", UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "alarm_id"], ["alarm.custodian", "alarm.id"], name=op.f("fk_alert_custodian_alarm_id")
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_alert_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_alert_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("alarm_id", "step", name=op.f("uq_alert_alarm_id_step")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_alert_custodian_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_alert_token_hash")),
    )
    op.create_index("ix_alert_case_id", "alert", ["case_id"])
