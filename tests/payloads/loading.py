"""Reads the tables of inbound cases, moves them to today and signs them."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.payloads import catalogue

Platform = Literal["line", "telegram"]
HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1].parent / "shared" / "contracts"
OWN_FILES: dict[Platform, tuple[str, ...]] = {
    "line": ("line_words.json", "line_events.json", "line_broken.json"),
    "telegram": ("telegram.json",),
}
SHARED_FILES: dict[Platform, str] = {"line": "line_webhook_cases.json", "telegram": "telegram_update_cases.json"}

# What every case expects of the channel it is sent to.
DESTINATION = "U" + "b" * 32
LINE_SECRET = "line-channel-secret"
TELEGRAM_SECRET = "telegram-webhook-secret"
FOREIGN_SECRET = "another-towns-secret"

# The moment that counts as now in all tables; every stamp within a few days of it moves along.
_WRITTEN_AT = 1_795_400_000
_MILLISECONDS = re.compile(r"(?<![\w.])1795\d{9}(?!\w)")
_SECONDS = re.compile(r"(?<![\w.])1795\d{6}(?!\w)")


@dataclass(frozen=True)
class Outcome:
    """What must be true once the product has worked through a case; None means that the case does not say.

    stored: events kept in the inbox, set-aside ones included · messages: residents' messages in the transcript ·
    kinds: their kinds in order of the post · replies: "some", "none" or "any" · contacts: people now known ·
    contact_reachable: may the product write to the person · erased: the words cannot be read any more ·
    urgent: danger was heard · keeps: words the stored message contains · left_group: the bot asked to leave ·
    answered_callbacks: pressed buttons that got their answer.
    """

    stored: int | None = None
    messages: int | None = None
    kinds: tuple[str, ...] | None = None
    replies: Literal["some", "none", "any"] = "any"
    contacts: int | None = None
    contact_reachable: bool | None = None
    erased: bool | None = None
    urgent: bool | None = None
    keeps: str | None = None
    left_group: bool | None = None
    answered_callbacks: int | None = None


@dataclass(frozen=True)
class Knock:
    """One HTTP request as the platform would send it; header values are bytes because some are not ASCII."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class InboundCase:
    """One row of a table."""

    platform: Platform
    name: str
    why: str
    bodies: tuple[bytes, ...]
    credential: str
    expect_http: int
    outcome: Outcome
    origin: Literal["own", "shared"] = "own"
    told: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    dead_reply_token: bool = False

    def knocks(
        self,
        *,
        now: datetime,
        secret: str | None = None,
        foreign_secret: str = FOREIGN_SECRET,
    ) -> list[Knock]:
        """The requests in their order, stamped around `now` and signed with the channel's secret."""
        own = secret or (LINE_SECRET if self.platform == "line" else TELEGRAM_SECRET)
        made = []
        for written in self.bodies:
            body = _moved(written, int(now.timestamp()) - _WRITTEN_AT)
            signed = body
            if self.credential == "tampered":
                body = body.replace(b"active", b"actIve", 1)
            made.append(Knock(body, tuple(self._headers(signed, own, foreign_secret))))
        return made

    def accepts(self, status: int) -> bool:
        """Whether this HTTP status is right; our own table leaves the exact refusal open."""
        if self.origin == "own" and self.expect_http >= 400:
            return 400 <= status < 500
        return status == self.expect_http

    def _headers(self, body: bytes, secret: str, foreign: str) -> Iterator[tuple[bytes, bytes]]:
        name = "X-Line-Signature" if self.platform == "line" else "X-Telegram-Bot-Api-Secret-Token"
        spelled = next((key for key in self.headers if key.lower() == name.lower()), name)
        yield b"Content-Type", self.headers.get("Content-Type", "application/json").encode()
        value = _signature(self.credential, body, secret, foreign)
        if self.platform == "telegram":
            value = _token(self.credential, secret, foreign)
        if value is not None:
            yield spelled.encode(), value
        for key, text in self.headers.items():
            if key not in (spelled, "Content-Type"):
                yield key.encode(), text.encode()


def load(platform: Platform) -> list[InboundCase]:
    """Our own cases and, where they are at hand, the shared ones."""
    return own_cases(platform) + shared_cases(platform)


def params(platform: Platform) -> list[Any]:
    """The same as pytest parameters, named by origin and name."""
    return [pytest.param(case, id=f"{case.origin}-{case.name}") for case in load(platform)]


def own_cases(platform: Platform) -> list[InboundCase]:
    """The cases of this folder."""
    rows = [row for name in OWN_FILES[platform] for row in json.loads((HERE / name).read_text("utf-8"))]
    rows += catalogue.rows(platform)
    return [_case(platform, row, "own", Outcome(**_frozen(row["expect"]))) for row in rows]


def shared_cases(platform: Platform) -> list[InboundCase]:
    """The cases of the platform contract, with our machine-readable reading of what they expect."""
    path = SHARED / SHARED_FILES[platform]
    if not path.exists():
        return []
    readings = json.loads((HERE / "shared_outcomes.json").read_text("utf-8"))[platform]
    rows = json.loads(path.read_text("utf-8"))
    return [_case(platform, row, "shared", Outcome(**_frozen(readings.get(row["name"], {})))) for row in rows]


def _case(platform: Platform, row: dict[str, Any], origin: Literal["own", "shared"], outcome: Outcome) -> InboundCase:
    credential = row.get("signature" if platform == "line" else "secret", "valid")
    headers = dict(row.get("headers") or {})
    if row.get("content_type"):
        headers["Content-Type"] = row["content_type"]
    told = row.get("expect")
    times = row.get("times", 2 if row["name"].startswith("duplicate") else 1)
    return InboundCase(
        platform=platform,
        name=row["name"],
        why=row["why"],
        bodies=tuple(_bodies(row)) * times,
        credential="missing" if credential is None else credential,
        expect_http=row["expect_http"],
        outcome=outcome,
        origin=origin,
        told=told if isinstance(told, str) else "",
        headers=headers,
        dead_reply_token=row.get("reply_token") == "dead",
    )


def _bodies(row: dict[str, Any]) -> Iterator[bytes]:
    if row.get("raw_hex") is not None:
        yield bytes.fromhex(row["raw_hex"])
    elif row.get("raw") is not None:
        yield str(_unfolded(row["raw"])).encode("utf-8")
    else:
        body = row.get("body")
        # A list of updates stands for one request each.
        for each in row.get("posts") or (body if isinstance(body, list) else [body]):
            yield json.dumps(_unfolded(each)).encode("ascii")


def _unfolded(value: Any) -> Any:
    """Write out what the tables abbreviate: {"$text": [...]} and {"$each": [from, to], "event": ...}."""
    if isinstance(value, dict):
        if "$text" in value:
            return "".join(p if isinstance(p, str) else p["repeat"] * p["times"] for p in value["$text"])
        if "$each" in value:
            first, last = value["$each"]
            return [_numbered(value["event"], number) for number in range(first, last + 1)]
        return {key: _unfolded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_unfolded(inner) for inner in value]
    return value


def _numbered(event: Any, number: int) -> Any:
    text = re.sub(r"\$n(\d*)", lambda found: f"{number:0{found.group(1) or '1'}d}", json.dumps(event))
    return json.loads(text)


def _moved(body: bytes, seconds: int) -> bytes:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return body
    text = _MILLISECONDS.sub(lambda found: str(int(found.group()) + seconds * 1000), text)
    return _SECONDS.sub(lambda found: str(int(found.group()) + seconds), text).encode("utf-8")


def _signature(rule: str, body: bytes, secret: str, foreign: str) -> bytes | None:
    if rule == "missing":
        return None
    digest = hmac.new((foreign if rule == "foreign" else secret).encode(), body, hashlib.sha256).digest()
    if rule in ("valid", "foreign", "tampered"):
        return base64.b64encode(digest)
    return digest.hex().encode() if rule == "hex" else rule.encode()


def _token(rule: str, secret: str, foreign: str) -> bytes | None:
    known = {"missing": None, "valid": secret, "foreign": foreign, "longer": secret + "x"}
    value = known.get(rule, rule)
    return None if value is None else value.encode()


def _frozen(raw: dict[str, Any]) -> dict[str, Any]:
    unknown = set(raw) - {f.name for f in fields(Outcome)}
    if unknown:
        raise ValueError(f"unknown expectation: {sorted(unknown)[0]}")
    return {key: tuple(value) if key == "kinds" else value for key, value in raw.items()}
