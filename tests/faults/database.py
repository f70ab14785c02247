"""What the product's database says after a run, as bare figures."""

from dataclasses import dataclass, field

from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection


@dataclass(frozen=True)
class Facts:
    """Figures that the invariants are checked against."""

    events_stored: int = 0
    events_waiting: int = 0
    events_set_aside: int = 0
    messages_heard: int = 0
    unsent: int = 0
    sent: int = 0
    failed: int = 0
    crisis_cases: int = 0
    receipts: frozenset[str] = field(default_factory=frozenset)
    out_of_order: int = 0
    journal_broken: int = 0
    whole: bool = True


def look(database_url: str) -> Facts:
    """Read the figures from a database nobody is writing to in the middle of a turn."""
    url = database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return _facts(connection)
    finally:
        engine.dispose()


def _facts(connection: Connection) -> Facts:
    def count(query: str) -> int:
        return int(connection.execute(text(query)).scalar_one())

    def states(table: str) -> dict[str, int]:
        rows = connection.execute(text(f"SELECT state, count(*) FROM {table} GROUP BY state"))
        return {str(state): int(number) for state, number in rows}

    events, outgoing = states("inbound_event"), states("outgoing")
    receipts = connection.execute(text("SELECT receipt FROM consultation_case")).scalars()
    # A resident's own messages carry ids made in the order in which they were worked on.
    disorder = """
        SELECT count(*) FROM (
            SELECT said_at, lag(said_at) OVER (PARTITION BY contact_id ORDER BY id) AS before
            FROM message WHERE author = 'resident') AS said
        WHERE said.before > said.said_at"""
    whole = True
    if connection.dialect.name == "sqlite":
        whole = connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    return Facts(
        events_stored=sum(events.values()),
        events_waiting=events.get("waiting", 0),
        events_set_aside=events.get("set_aside", 0),
        messages_heard=count("SELECT count(*) FROM message WHERE author = 'resident'"),
        unsent=outgoing.get("waiting", 0) + outgoing.get("sending", 0),
        sent=outgoing.get("sent", 0),
        failed=outgoing.get("failed", 0),
        crisis_cases=count("SELECT count(DISTINCT contact_id) FROM consultation_case WHERE crisis IS NOT NULL"),
        receipts=frozenset(str(receipt) for receipt in receipts),
        out_of_order=count(disorder),
        whole=whole,
    )
