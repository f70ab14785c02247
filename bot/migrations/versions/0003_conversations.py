"""Accounts, contacts, what arrived, what was said, what is still to be sent."""

import sqlalchemy as sa
from alembic import op

from resources.db import UTCDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "worker_beat",
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_worker_beat")),
    )
    op.create_table(
        "account",
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("platform", sa.String(length=12), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("destination", sa.String(length=40), nullable=False),
        sa.Column("api_base_url", sa.String(length=300), nullable=False),
        sa.Column("polling", sa.Boolean(), nullable=False),
        sa.Column("polling_offset", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("quota_limit", sa.Integer(), nullable=True),
        sa.Column("quota_used", sa.Integer(), nullable=True),
        sa.Column("quota_checked_at", UTCDateTime(), nullable=True),
        sa.Column("trouble", sa.String(length=80), nullable=False),
        sa.Column("trouble_since", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_account_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_account_custodian_id")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "contact",
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("name_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("wishes_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("call_allowed", sa.Boolean(), nullable=True),
        sa.Column("family_may_know", sa.Boolean(), nullable=True),
        sa.Column("device_watched", sa.Boolean(), nullable=False),
        sa.Column("pushes_stopped_at", UTCDateTime(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_contact_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_contact_custodian_id")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_name_index"), ["name_index"], unique=False)
    op.create_table(
        "contact_point",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("unreachable_since", UTCDateTime(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("reply_token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reply_until", UTCDateTime(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "account_id"], ["account.custodian", "account.id"], name=op.f("fk_contact_point_custodian_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "contact_id"], ["contact.custodian", "contact.id"], name=op.f("fk_contact_point_custodian_contact_id")
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_contact_point_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint("account_id", "address_index", name=op.f("uq_contact_point_account_id_address_index")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_contact_point_custodian_id")),
    )
    with op.batch_alter_table("contact_point", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_point_contact_id"), ["contact_id"], unique=False)
    op.create_table(
        "conversation",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("state_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("register", sa.String(length=8), nullable=False),
        sa.Column("greeted_at", UTCDateTime(), nullable=True),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "contact_id"], ["contact.custodian", "contact.id"], name=op.f("fk_conversation_custodian_contact_id")
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_conversation_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_conversation_contact_id")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_conversation_custodian_id")),
    )
    op.create_table(
        "inbound_event",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("event_key", sa.String(length=80), nullable=False),
        sa.Column("lane", sa.LargeBinary(length=32), nullable=False),
        sa.Column("happened_at", UTCDateTime(), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("payload_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_by", sa.String(length=64), nullable=True),
        sa.Column("leased_until", UTCDateTime(), nullable=True),
        sa.Column("trouble", sa.String(length=80), nullable=False),
        sa.Column("about", sa.LargeBinary(length=32), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "account_id"], ["account.custodian", "account.id"], name=op.f("fk_inbound_event_custodian_account_id")
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_inbound_event_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_event")),
        sa.UniqueConstraint("account_id", "event_key", name=op.f("uq_inbound_event_account_id_event_key")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_inbound_event_custodian_id")),
    )
    with op.batch_alter_table("inbound_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbound_event_about",
            ["about"],
            unique=False,
            sqlite_where=sa.text("about IS NOT NULL"),
            postgresql_where=sa.text("about IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_inbound_event_waiting",
            ["lane", "happened_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
    op.create_table(
        "outgoing",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.String(length=12), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("crisis", sa.Boolean(), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.Column("callback_id", sa.String(length=120), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("reply_token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reply_until", UTCDateTime(), nullable=True),
        sa.Column("retry_key", sa.Uuid(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("parts_sent", sa.Integer(), nullable=False),
        sa.Column("ambiguous", sa.Boolean(), nullable=False),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("pushed", sa.Boolean(), nullable=False),
        sa.Column("not_before", UTCDateTime(), nullable=True),
        sa.Column("leased_by", sa.String(length=64), nullable=True),
        sa.Column("leased_until", UTCDateTime(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "contact_id"], ["contact.custodian", "contact.id"], name=op.f("fk_outgoing_custodian_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "event_id"],
            ["inbound_event.custodian", "inbound_event.id"],
            name=op.f("fk_outgoing_custodian_event_id"),
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "point_id"],
            ["contact_point.custodian", "contact_point.id"],
            name=op.f("fk_outgoing_custodian_point_id"),
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_outgoing_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_outgoing_custodian_id")),
    )
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.create_index("ix_outgoing_contact_id_id", ["contact_id", "id"], unique=False)
        batch_op.create_index(
            "ix_outgoing_troubled",
            ["contact_id"],
            unique=False,
            sqlite_where=sa.text("state IN ('failed', 'held')"),
            postgresql_where=sa.text("state IN ('failed', 'held')"),
        )
        batch_op.create_index(
            "ix_outgoing_unsent",
            ["point_id", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'sending')"),
            postgresql_where=sa.text("state IN ('waiting', 'sending')"),
        )
    op.create_table(
        "message",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("outgoing_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.String(length=12), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("platform_index", sa.LargeBinary(length=32), nullable=True),
        sa.Column("crisis", sa.String(length=24), nullable=True),
        sa.Column("said_at", UTCDateTime(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.Column("edited_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("erased_at", UTCDateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("custodian", sa.String(length=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian", "contact_id"], ["contact.custodian", "contact.id"], name=op.f("fk_message_custodian_contact_id")
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "event_id"], ["inbound_event.custodian", "inbound_event.id"], name=op.f("fk_message_custodian_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "outgoing_id"], ["outgoing.custodian", "outgoing.id"], name=op.f("fk_message_custodian_outgoing_id")
        ),
        sa.ForeignKeyConstraint(
            ["custodian", "point_id"], ["contact_point.custodian", "contact_point.id"], name=op.f("fk_message_custodian_point_id")
        ),
        sa.ForeignKeyConstraint(["custodian"], ["municipality.code"], name=op.f("fk_message_custodian")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("custodian", "id", name=op.f("uq_message_custodian_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_contact_id_id", ["contact_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_outgoing_id"), ["outgoing_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_platform_index"), ["platform_index"], unique=False)
        batch_op.create_index(
            "ix_message_unseen",
            ["contact_id"],
            unique=False,
            sqlite_where=sa.text("seen_at IS NULL"),
            postgresql_where=sa.text("seen_at IS NULL"),
        )
