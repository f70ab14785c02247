"""Runs the steps on the connection that bot.schema hands over."""

from alembic import context

from bot.models import metadata

connection = context.config.attributes["connection"]
# SQLite's own DDL is transactional once BEGIN is said explicitly, as resources.db does: a step happens wholly or not at all.
context.configure(
    connection=connection,
    target_metadata=metadata,
    transaction_per_migration=True,
    transactional_ddl=True,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
