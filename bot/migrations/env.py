"""Runs the steps on the connection that bot.schema hands over."""

from typing import Any, Literal

from alembic import context

from bot.models import metadata
from resources.db import UTCDateTime


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our own column type by its name."""
    return "UTCDateTime()" if kind == "type" and isinstance(item, UTCDateTime) else False


connection = context.config.attributes["connection"]
# SQLite's DDL is transactional once BEGIN is said, as resources.db does: all steps happen, or none.
context.configure(
    connection=connection,
    target_metadata=metadata,
    transactional_ddl=True,
    compare_type=True,
    render_item=render_item,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
