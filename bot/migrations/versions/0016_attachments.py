"""Photos, voices and files that residents send, sealed piece by piece."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "attachment",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("handle_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("media", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.String(length=64), nullable=True),
        sa.Column("leased_until", UTCDateTime(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "account_id"], ["account.custodian", "account.id"], name=op.f("fk_attachment_custodian_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "contact_id"], ["contact.custodian", "contact.id"], name=op.f("fk_attachment_custodian_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "message_id"], ["message.custodian", "message.id"], name=op.f("fk_attachment_custodian_message_id")
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_attachment_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_attachment_custodian_id")),
        sa.UniqueConstraint("message_id", name=op.f("uq_attachment_message_id")),
    )
    op.create_index("ix_attachment_contact_id_made_at", "attachment", ["contact_id", "made_at"], unique=False)
    op.create_index(
        "ix_attachment_waiting",
        "attachment",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "attachment_part",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("attachment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "attachment_id"],
            ["attachment.custodian", "attachment.id"],
            name=op.f("fk_attachment_part_custodian_attachment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "contact_id"],
            ["contact.custodian", "contact.id"],
            name=op.f("fk_attachment_part_custodian_contact_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_attachment_part_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment_part")),
        sa.UniqueConstraint("attachment_id", "number", name=op.f("uq_attachment_part_attachment_id_number")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_attachment_part_custodian_id")),
    )
    op.create_index("ix_attachment_part_contact_id", "attachment_part", ["contact_id"], unique=False)
