"""Meetings in their legal lanes, and plans."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "meeting_name",
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["municipality_code"], ["municipality.code"], name=op.f("fk_meeting_name_municipality_code")),
        sa.PrimaryKeyConstraint("municipality_code", "kind", name=op.f("pk_meeting_name")),
    )
    op.create_table(
        "meeting",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("held_at", UTCDateTime(), nullable=False),
        sa.Column("place_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("convened_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_meeting_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_meeting_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_meeting_custodian_id")),
    )
    op.create_index(op.f("ix_meeting_case_id"), "meeting", ["case_id"])
    op.create_table(
        "meeting_member",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(length=48), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("outside_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.Column("left_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_meeting_member_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "meeting_id"],
            ["meeting.custodian", "meeting.id"],
            name=op.f("fk_meeting_member_custodian_meeting_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_meeting_member_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_member")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_meeting_member_custodian_id")),
    )
    for column in ("case_id", "meeting_id", "staff_id"):
        op.create_index(op.f(f"ix_meeting_member_{column}"), "meeting_member", [column])
    op.create_table(
        "meeting_entry",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_meeting_entry_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "meeting_id"],
            ["meeting.custodian", "meeting.id"],
            name=op.f("fk_meeting_entry_custodian_meeting_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_meeting_entry_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_entry")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_meeting_entry_custodian_id")),
    )
    for column in ("case_id", "meeting_id"):
        op.create_index(op.f(f"ix_meeting_entry_{column}"), "meeting_entry", [column])
    op.create_table(
        "disclosure",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("lane", sa.String(length=48), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("basis", sa.String(length=24), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_disclosure_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_disclosure_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_disclosure_custodian_id")),
    )
    for column in ("case_id", "lane"):
        op.create_index(op.f(f"ix_disclosure_{column}"), "disclosure", [column])
    op.create_table(
        "support_plan",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("participation", sa.Boolean(), nullable=False),
        sa.Column("outreach", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_means", sa.String(length=12), nullable=True),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("evaluated_at", UTCDateTime(), nullable=True),
        sa.Column("reached_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("renews", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_support_plan_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_support_plan_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_plan")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_support_plan_custodian_id")),
    )
    op.create_index(op.f("ix_support_plan_case_id"), "support_plan", ["case_id"])
    op.create_table(
        "support_plan_version",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "case_id"],
            ["consultation_case.custodian", "consultation_case.id"],
            name=op.f("fk_support_plan_version_custodian_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "plan_id"],
            ["support_plan.custodian", "support_plan.id"],
            name=op.f("fk_support_plan_version_custodian_plan_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_support_plan_version_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_plan_version")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_support_plan_version_custodian_id")),
    )
    for column in ("case_id", "plan_id"):
        op.create_index(op.f(f"ix_support_plan_version_{column}"), "support_plan_version", [column])
