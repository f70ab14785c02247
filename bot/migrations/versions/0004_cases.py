"""Cases, what happened to them, notes and consent."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "receipt_day",
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_receipt_day_municipality_code")),
        sa.PrimaryKeyConstraint("municipality_code", "day", name=op.f("pk_receipt_day")),
    )
    op.create_table(
        "consultation_case",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("consent", sa.String(length=12), nullable=False),
        sa.Column("route", sa.String(length=12), nullable=False),
        sa.Column("need", sa.Integer(), nullable=False),
        sa.Column("crisis", sa.String(length=24), nullable=True),
        sa.Column("crises", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("complaint_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("understood_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("walled", sa.Boolean(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_desk", sa.String(length=12), nullable=True),
        sa.Column("routing_rule_id", sa.Uuid(), nullable=True),
        sa.Column("routing_reason", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("present_seen_at", UTCDateTime(), nullable=True),
        sa.Column("away_until", UTCDateTime(), nullable=True),
        sa.Column("absence_told_at", UTCDateTime(), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("waiting_since", UTCDateTime(), nullable=True),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("closing_asked_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "contact_id"],
            ["contact.custodian", "contact.id"],
            name=op.f("fk_consultation_case_custodian_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "point_id"],
            ["contact_point.custodian", "contact_point.id"],
            name=op.f("fk_consultation_case_custodian_point_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_consultation_case_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_case")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_consultation_case_custodian_id")),
    )
    with op.batch_alter_table("consultation_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultation_case_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consultation_case_desk_id"), ["desk_id"], unique=False)
        batch_op.create_index("ix_consultation_case_need", ["need", "waiting_since"], unique=False)
        batch_op.create_index(batch_op.f("ix_consultation_case_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_consultation_case_receipt", ["custodian", "receipt"], unique=True)
        batch_op.create_index("ix_consultation_case_state", ["state", "desk_id"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_case_event_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_case_event_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_case_event_custodian_id")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_event_case_id"), ["case_id"], unique=False)
    op.create_table(
        "consent_record",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("means", sa.String(length=12), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_consent_record_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "contact_id"], ["contact.custodian", "contact.id"], name=op.f("fk_consent_record_custodian_contact_id")
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_consent_record_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_record")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_consent_record_custodian_id")),
    )
    with op.batch_alter_table("consent_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_record_case_id"), ["case_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(length=40), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_note_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_note_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_note_custodian_id")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_case_id"), ["case_id"], unique=False)
    op.create_table(
        "press",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_press_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_press_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_press")),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_press_case_id_key")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_press_custodian_id")),
    )
