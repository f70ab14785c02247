"""What LINE itself knows about a town's account: its residents, reply tokens, pushes and quota."""

import hashlib
import time
from dataclasses import dataclass, field
from typing import Any

from tests.faults.stubs.contents import Way


@dataclass
class LineResident:
    """One person on LINE as one account knows them."""

    user_id: str
    name: str = "花子"
    blocked: bool = False
    product_knows_blocked: bool = False
    standby: bool = False
    push_times: list[float] = field(default_factory=list)


@dataclass
class ReplyToken:
    """A reply token: whom it reaches, for which event, since when, and whether it is spent."""

    token: str
    recipient: str
    event_id: str
    issued: float
    event_at: float
    used: bool = False
    tried: bool = False
    standby: bool = False


@dataclass(frozen=True)
class AcceptedPush:
    """A push that LINE took under a retry key."""

    digest: str
    request_id: str
    sent_messages: tuple[dict[str, str], ...]
    at: float


@dataclass
class LineAccount:
    """One Messaging API channel with its own secrets."""

    access_token: str
    channel_secret: str
    destination: str
    name: str = "line"
    quota: int | None = None
    pushed: int = 0
    residents: dict[str, LineResident] = field(default_factory=dict)
    tokens: dict[str, ReplyToken] = field(default_factory=dict)
    keys: dict[str, AcceptedPush] = field(default_factory=dict)
    contents: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    content_ways: dict[str, list[Way]] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    endpoint: str = ""

    def resident(self, user_id: str, *, name: str = "花子") -> LineResident:
        """The person with this id, made known to the account when new."""
        return self.residents.setdefault(user_id, LineResident(user_id, name))

    def issue(self, token: str, recipient: str, event_id: str, *, event_at: float, standby: bool = False) -> ReplyToken:
        """Hand out a reply token, or begin its minute anew when the same event is delivered again."""
        known = self.tokens.get(token)
        if known is None:
            known = ReplyToken(token, recipient, event_id, time.monotonic(), event_at, standby=standby)
            self.tokens[token] = known
        else:
            known.issued = time.monotonic()
        return known

    def witness(self, event: Any) -> None:
        """Learn from one webhook event, however odd, whom and what the product may answer."""
        if not isinstance(event, dict):
            return
        raw_source = event.get("source")
        source = raw_source if isinstance(raw_source, dict) else {}
        recipient = next((source[k] for k in ("groupId", "roomId", "userId") if isinstance(source.get(k), str)), "")
        standby = event.get("mode") == "standby"
        if recipient:
            person = self.resident(recipient)
            person.standby = standby
            if event.get("type") == "unfollow":
                person.blocked = True
            if event.get("type") in ("follow", "message"):
                person.blocked = person.product_knows_blocked = False
        token = event.get("replyToken")
        if isinstance(token, str) and token:
            stamp = event.get("timestamp")
            at = stamp / 1000 if isinstance(stamp, int | float) else time.time()
            self.issue(token, recipient, str(event.get("webhookEventId", "")), event_at=at, standby=standby)

    def acknowledged(self, event: Any) -> None:
        """Remember what the product can no longer claim not to know."""
        if isinstance(event, dict) and event.get("type") == "unfollow" and isinstance(event.get("source"), dict):
            person = self.residents.get(str(event["source"].get("userId")))
            if person is not None and person.blocked:
                person.product_knows_blocked = True

    def live_token(self, recipient: str, life: float) -> bool:
        """Whether an untried reply token of this person would still work, with a tenth of its life to spare."""
        now = time.monotonic()
        return any(
            t.recipient == recipient and not (t.used or t.tried or t.standby) and now - t.issued < life * 0.8
            for t in self.tokens.values()
        )

    def spend_tokens(self, recipient: str, until: ReplyToken) -> None:
        """An answer to a later message answers the earlier ones too: their tokens need not be used any more."""
        for token in self.tokens.values():
            if token.recipient == recipient and token.issued <= until.issued:
                token.tried = True


def line_user(number: int) -> str:
    """A fictitious LINE user id."""
    return "U" + hashlib.sha256(f"resident {number}".encode()).hexdigest()[:32]
