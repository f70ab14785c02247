"""Proposals of places and events."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("sort", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("held", sa.Text(), nullable=False),
        sa.Column("dates", sa.JSON(), nullable=False),
        *(sa.Column(words, sa.Text(), nullable=False) for words in ("place", "whom", "about", "reach")),
        sa.Column("from_chat", sa.Boolean(), nullable=False),
        sa.Column("receipt_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=True),
        sa.Column("sheet_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_proposal_municipality_code")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_proposal_service_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_proposal_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_proposal_receipt_hash")),
    )
    op.create_index("ix_proposal_municipality_code_state", "proposal", ["municipality_code", "state"])
    op.create_table(
        "proposer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_proposer_custodian")),
        sa.ForeignKeyConstraint(
            ["custodian", "contact_id"], ["contact.custodian", "contact.id"], name=op.f("fk_proposer_custodian_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "point_id"], ["contact_point.custodian", "contact_point.id"],
            name=op.f("fk_proposer_custodian_point_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposer")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_proposer_custodian_id")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_proposer_proposal_id")),
    )
    op.create_index(op.f("ix_proposer_contact_id"), "proposer", ["contact_id"])
