"""Towns, desks, the people at them, and the journal."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(length=48), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("chain", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index("ix_journal_entry_municipality_code_at", ["municipality_code", "at"], unique=False)
        batch_op.create_index("ix_journal_entry_subject", ["subject_kind", "subject_id", "at"], unique=False)
    op.create_table(
        "municipality",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kana", sa.String(length=120), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("prefecture_code", sa.String(length=6), nullable=True),
        sa.Column("served_by_code", sa.String(length=6), nullable=True),
        sa.Column("relay", sa.String(length=12), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("directory_version", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["prefecture_code"], ["municipality.code"], name=op.f("fk_municipality_prefecture_code")),
        sa.ForeignKeyConstraint(["served_by_code"], ["municipality.code"], name=op.f("fk_municipality_served_by_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipality")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=120), nullable=False),
        sa.Column("display_name", sa.String(length=40), nullable=False),
        sa.Column("sender_name", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("locked_until", UTCDateTime(), nullable=True),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "area",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("town_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kana", sa.String(length=120), nullable=False),
        sa.Column("school_district", sa.String(length=60), nullable=False),
        sa.Column("catchment", sa.String(length=60), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_area_municipality_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
    )
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.create_index("ix_area_municipality_code_name", ["municipality_code", "name"], unique=True)
    op.create_table(
        "desk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("hours", sa.String(length=400), nullable=False),
        sa.Column("closed_at_year_end", sa.Boolean(), nullable=False),
        sa.Column("for_violence", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_desk_municipality_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
    )
    with op.batch_alter_table("desk", schema=None) as batch_op:
        batch_op.create_index("ix_desk_municipality_code_name", ["municipality_code", "name"], unique=True)
    op.create_table(
        "duty",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("crisis", sa.String(length=24), nullable=False),
        sa.Column("watch", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("way", sa.String(length=120), nullable=False),
        sa.Column("deputy", sa.String(length=60), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_duty_municipality_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("municipality_code", "crisis", "watch", name=op.f("uq_duty_municipality_code_crisis_watch")),
    )
    op.create_table(
        "neighbour",
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("neighbour_code", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_neighbour_municipality_code")),
        sa.ForeignKeyConstraint(["neighbour_code"], ["municipality.code"], name=op.f("fk_neighbour_neighbour_code")),
        sa.PrimaryKeyConstraint("municipality_code", "neighbour_code", name=op.f("pk_neighbour")),
    )
    op.create_table(
        "staff_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_staff_role_municipality_code")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_role_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_role")),
        sa.UniqueConstraint("staff_id", "municipality_code", "role", name=op.f("uq_staff_role_staff_id_municipality_code_role")),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("proved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False)
    op.create_table(
        "desk_closure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=True),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_desk_closure_desk_id")),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_desk_closure_municipality_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_closure")),
    )
    with op.batch_alter_table("desk_closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_desk_closure_municipality_code"), ["municipality_code"], unique=False)
    op.create_table(
        "desk_membership",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_desk_membership_desk_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_desk_membership_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "desk_id", name=op.f("pk_desk_membership")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=True),
        sa.Column("login", sa.String(length=120), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_invitation_desk_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["staff.id"], name=op.f("fk_invitation_invited_by")),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_invitation_municipality_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_table(
        "routing_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("crisis", sa.String(length=24), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("topic", sa.String(length=24), nullable=True),
        sa.Column("area", sa.String(length=80), nullable=True),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_routing_rule_desk_id")),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_routing_rule_municipality_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule")),
    )
    with op.batch_alter_table("routing_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_routing_rule_municipality_code"), ["municipality_code"], unique=False)
