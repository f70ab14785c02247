"""Colleagues on one case: who handed it over, who looks at it, what is half written, and one person in two places."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Apply this step."""
    with op.batch_alter_table("consultation_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("handed_by", sa.Uuid(), nullable=True))
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("manner", sa.String(length=12), server_default="", nullable=False))
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone_index", sa.LargeBinary(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_contact_phone_index"), ["phone_index"], unique=False)
    _held(
        "draft",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("other_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("page", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kept_at", UTCDateTime(), nullable=False),
        sa.UniqueConstraint("case_id", "staff_id", "kind", name=op.f("uq_draft_case_id_staff_id_kind")),
        case_id="consultation_case",
    )
    _held(
        "looking",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("typing_until", UTCDateTime(), nullable=True),
        sa.UniqueConstraint("case_id", "staff_id", name=op.f("uq_looking_case_id_staff_id")),
        case_id="consultation_case",
    )
    op.create_index(op.f("ix_looking_seen_at"), "looking", ["seen_at"], unique=False)
    _held(
        "same_person",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("closed_case_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.UniqueConstraint("contact_id", name=op.f("uq_same_person_contact_id")),
        contact_id="contact",
        person_id="contact",
    )
    op.create_index(op.f("ix_same_person_person_id"), "same_person", ["person_id"], unique=False)


def _held(name: str, *columns: sa.Column[Any] | sa.UniqueConstraint, **links: str) -> None:
    keys = [
        sa.ForeignKeyConstraint(
            ["custodian", column], [f"{table}.custodian", f"{table}.id"], name=op.f(f"fk_{name}_custodian_{column}")
        )
        for column, table in links.items()
    ]
    op.create_table(
        name,
        *columns,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        *keys,
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f(f"fk_{name}_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("custodian", "id", name=op.f(f"uq_{name}_custodian_id")),
    )
