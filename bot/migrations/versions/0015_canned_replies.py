"""Prepared replies of a town, replies kept for later, reviewed sentences, and under whose name a desk speaks."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("desk", sa.Column("speaks_as", sa.String(length=8), nullable=False, server_default="person"))
    op.create_table(
        "canned_reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_canned_reply_changed_by")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_canned_reply_desk_id")),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_canned_reply_municipality_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_reply")),
    )
    op.create_index("ix_canned_reply_municipality_code_position", "canned_reply", ["municipality_code", "position"])
    op.create_table(
        "planned_reply",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("speaks_as", sa.String(length=8), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("wary", sa.Boolean(), nullable=False),
        sa.Column("after_close", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_planned_reply_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "contact_id"],
            ["contact.custodian", "contact.id"],
            name=op.f("fk_planned_reply_custodian_contact_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_planned_reply_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_reply")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_planned_reply_custodian_id")),
    )
    op.create_index(op.f("ix_planned_reply_case_id"), "planned_reply", ["case_id"])
    planned = sa.text("state = 'planned'")
    op.create_index("ix_planned_reply_due", "planned_reply", ["at"], sqlite_where=planned, postgresql_where=planned)
    op.create_table(
        "text_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("register", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_text_review_municipality_code")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_text_review_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_review")),
        sa.UniqueConstraint(
            "municipality_code",
            "key",
            "register",
            "digest",
            name=op.f("uq_text_review_municipality_code_key_register_digest"),
        ),
    )
