"""What gathering places tell newcomers and need themselves; events, their dates, and how many people come."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Apply this step."""
    for name in ("companion", "stairs", "noise", "allergies", "capacity", "food_wanted", "room_wanted"):
        op.add_column("service", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("eligibility", sa.Text(), nullable=False),
        sa.Column("fee", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("takes_sign_ups", sa.Boolean(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("last_modified", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_event_municipality_code")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_event_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_municipality_code", "event", ["municipality_code"])
    op.create_index(op.f("ix_event_service_id"), "event", ["service_id"])
    op.create_table(
        "event_date",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", UTCDateTime(), nullable=True),
        sa.Column("cancelled_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_date_event_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipality.code"], name=op.f("fk_event_date_municipality_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_date")),
    )
    op.create_index(op.f("ix_event_date_event_id"), "event_date", ["event_id"])
    op.create_index("ix_event_date_municipality_code_starts_at", "event_date", ["municipality_code", "starts_at"])
    op.create_table(
        "sign_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("event_date_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.LargeBinary(length=32), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_sign_up_municipality_code")),
        sa.ForeignKeyConstraint(["event_date_id"], ["event_date.id"], name=op.f("fk_sign_up_event_date_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
        sa.UniqueConstraint("event_date_id", "origin", name=op.f("uq_sign_up_event_date_id_origin")),
    )
    op.create_index(op.f("ix_sign_up_event_date_id"), "sign_up", ["event_date_id"])
