"""How long an offer waits and how much a desk carries are decided by the town; an offer keeps the days it was made with."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("referral", sa.Column("waits_days", sa.Integer(), nullable=False, server_default="14"))
    op.create_table(
        "casework_limits",
        sa.Column("municipality_code", sa.String(length=6), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("offer_days", sa.Integer(), nullable=False),
        sa.Column("declines_to_prefecture", sa.Integer(), nullable=False),
        sa.Column("check_ins_a_day", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipality.code"], name=op.f("fk_casework_limits_municipality_code")
        ),
        sa.PrimaryKeyConstraint("municipality_code", name=op.f("pk_casework_limits")),
    )
