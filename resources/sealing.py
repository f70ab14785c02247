"""Words under lock: what residents and staff write is unreadable without a key kept apart from the data."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import threading
import tomllib
import unicodedata
import uuid
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import tomli_w
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, Uuid, select, type_coerce
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from resources.db import Held, make_engine, new_id
from resources.sealing_keys import KeyBase, SealingKey, in_hex

_FORMAT, _NONCE = b"\x01", 12
_CACHE = 20_000


class Unreadable(RuntimeError):
    """The sealed words cannot be opened: the key is gone, or the words were moved or changed."""


class KeyFileMissing(RuntimeError):
    """The key file is missing: without it nothing that people wrote can be read."""


class KeyFileOpen(RuntimeError):
    """The key file may be read by others: set its mode to 0600."""


class KeyFileBroken(RuntimeError):
    """The key file cannot be read as one: bring it back from its copy."""


class KeyFileForeign(RuntimeError):
    """The key file belongs to other data: none of these keys opens with it."""


@dataclass(frozen=True)
class Place:
    """Where a sealed value belongs; it opens nowhere else. `subject` owns the key: a contact, a case or an account."""

    custodian: str
    subject: uuid.UUID
    table: str
    column: str
    row: uuid.UUID

    def bound(self) -> bytes:
        """Return the associated data that ties the value to its place."""
        return _bound(self.custodian, self.table, self.column, self.row.hex)


@dataclass(frozen=True)
class MasterKeys:
    """The keys that wrap all others, by id; new wraps use the active one."""

    active: str
    keys: dict[str, bytes]


def create_key_file(path: Path) -> None:
    """Write a new master key with mode 0600; an existing file is never touched (FileExistsError)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    name = f"k{datetime.now(UTC):%Y%m%d}"
    content = tomli_w.dumps({"active": name, "keys": {name: base64.b64encode(os.urandom(32)).decode()}})
    # Written whole under another name first: nobody ever reads half a key.
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()


def read_key_file(path: Path) -> MasterKeys:
    """Read the master keys; raises KeyFileMissing, KeyFileOpen or KeyFileBroken."""
    if not path.is_file():
        raise KeyFileMissing(KeyFileMissing.__doc__)
    if path.stat().st_mode & 0o077:
        raise KeyFileOpen(KeyFileOpen.__doc__)
    try:
        content = tomllib.loads(path.read_text(encoding="ascii"))
        active, keys = content["active"], {name: base64.b64decode(key, validate=True) for name, key in content["keys"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFileBroken(KeyFileBroken.__doc__) from error
    if active not in keys or any(len(key) != 32 for key in keys.values()):
        raise KeyFileBroken(KeyFileBroken.__doc__)
    return MasterKeys(active, keys)


class Sealer:
    """Seals and opens words with keys per subject, and makes blind indexes for finding without reading."""

    def __init__(self, url: str, masters: MasterKeys) -> None:
        self._engine: Engine = make_engine(url)
        self._masters = masters
        self._wraps = {name: AESGCM(key) for name, key in masters.keys.items()}
        self._lock = threading.Lock()
        self._keys: OrderedDict[tuple[uuid.UUID, int], AESGCM] = OrderedDict()
        self._newest: dict[uuid.UUID, int] = {}
        self._blind: dict[str, bytes] = {}
        KeyBase.metadata.create_all(self._engine)

    def check(self) -> None:
        """Raise KeyFileForeign when the newest key of the store does not open with these master keys."""
        with Session(self._engine) as session:
            row = session.scalars(select(SealingKey).order_by(SealingKey.id.desc()).limit(1)).first()
        try:
            if row is not None:
                self._unwrap(row.master, row.wrapped, row.subject.bytes)
        except (Unreadable, InvalidTag) as error:
            raise KeyFileForeign(KeyFileForeign.__doc__) from error

    def seal(self, place: Place, words: str | bytes) -> bytes:
        """Return the words, or the bytes of a file, sealed for their place; the subject's key is made on first use."""
        return self.seal_all([(place, words)])[0]

    def seal_all(self, letters: Sequence[tuple[Place, str | bytes]]) -> list[bytes]:
        """Return many words sealed at once: asking for chance makes threads wait for each other, so it is asked once."""
        chance = os.urandom(_NONCE * len(letters))
        keys: dict[uuid.UUID, tuple[bytes, AESGCM]] = {}
        sealed: list[bytes] = []
        for at, (place, words) in enumerate(letters):
            if place.subject not in keys:
                generation, key = self._key_for(place)
                keys[place.subject] = _FORMAT + generation.to_bytes(2, "big"), key
            head, key = keys[place.subject]
            nonce = chance[at * _NONCE : (at + 1) * _NONCE]
            plain = words if isinstance(words, bytes) else words.encode("utf-8", "replace")
            sealed.append(head + nonce + key.encrypt(nonce, plain, place.bound()))
        return sealed

    def open(self, place: Place, sealed: bytes) -> str:
        """Return the words, or raise Unreadable."""
        return self.open_bytes(place, sealed).decode()

    def open_bytes(self, place: Place, sealed: bytes) -> bytes:
        """Return what was sealed as it was, or raise Unreadable."""
        return _decrypt(self._load(place.subject, int.from_bytes(sealed[1:3], "big")), place.bound(), sealed)

    def open_column(
        self, custodian: str, table: str, column: str, rows: Sequence[tuple[str, str, bytes]]
    ) -> Iterator[str | None]:
        """Yield the words of one column of many rows, told by subject and row in hexadecimal; None where the key is gone."""
        keys = self._keys_of({subject for subject, *_ in rows})
        for subject, row, sealed in rows:
            key = keys.get((subject, sealed[1:3]))
            yield None if key is None else _decrypt(key, _bound(custodian, table, column, row), sealed).decode()

    def blind(self, custodian: str, kind: str, value: str) -> bytes:
        """Return a keyed fingerprint (32 bytes): equal values of one town match however typed, and nobody can read them back."""
        if custodian not in self._blind:
            # The index key is a sealing key of a subject that belongs to the town itself, so it is wrapped and backed up alike.
            subject = uuid.uuid5(uuid.NAMESPACE_URL, f"uketome:blind:{custodian}")
            place = Place(custodian, subject, "blind", "key", subject)
            self._key_for(place)
            with Session(self._engine) as session:
                query = select(SealingKey).where(SealingKey.subject == subject)
                row = session.scalars(query.order_by(SealingKey.generation).limit(1)).one()
                self._blind[custodian] = self._unwrap(row.master, row.wrapped, row.subject.bytes)
        same = unicodedata.normalize("NFKC", value)  # ﾊﾅ and ハナ, composed or not
        return hmac.digest(self._blind[custodian], f"{kind}\x1f{same}".encode("utf-8", "replace"), hashlib.sha256)

    def forget(self, subject: uuid.UUID) -> None:
        """Destroy all keys of a subject: whatever was sealed for it is unreadable from now on, in backups too."""
        with self._lock:
            with Session(self._engine) as session, session.begin():
                for row in session.scalars(select(SealingKey).where(SealingKey.subject == subject)):
                    session.delete(row)
            self._newest.pop(subject, None)
            for known in [pair for pair in self._keys if pair[0] == subject]:
                del self._keys[known]

    def close(self) -> None:
        """Close the key store."""
        self._engine.dispose()

    def _key_for(self, place: Place) -> tuple[int, AESGCM]:
        generation = self._newest.get(place.subject)
        if generation is None:
            generation = self._newest[place.subject] = self._find_or_make(place)
        key = self._load(place.subject, generation)
        if key is None:
            raise Unreadable(Unreadable.__doc__)
        return generation, key

    def _find_or_make(self, place: Place) -> int:
        with self._lock, Session(self._engine) as session, session.begin():
            known = select(SealingKey.generation).where(SealingKey.subject == place.subject)
            newest = session.scalars(known.order_by(SealingKey.generation.desc()).limit(1)).first()
            if newest is not None:
                return newest
            row = SealingKey(subject=place.subject, generation=1, custodian=place.custodian, made_at=datetime.now(UTC))
            row.master, row.wrapped = self._wrap(os.urandom(32), row.subject)
            try:
                with session.begin_nested():
                    session.add(row)
            except IntegrityError:
                pass  # Another process made it in this very moment; both use that one.
            return 1

    def _load(self, subject: uuid.UUID, generation: int) -> AESGCM | None:
        pair = (subject, generation)
        with self._lock:
            if pair in self._keys:
                self._keys.move_to_end(pair)
                return self._keys[pair]
            with Session(self._engine) as session:
                query = select(SealingKey).where(SealingKey.subject == subject, SealingKey.generation == generation)
                row = session.scalars(query).first()
            if row is None:
                return None
            key = self._keys[pair] = AESGCM(self._unwrap(row.master, row.wrapped, row.subject.bytes))
            while len(self._keys) > _CACHE:
                self._keys.popitem(last=False)
            return key

    def _keys_of(self, subjects: set[str]) -> dict[tuple[str, bytes], AESGCM]:
        """Return the keys of many subjects, told in hexadecimal, by subject and generation as it stands in what was sealed."""
        if not subjects:
            return {}
        # Ids grow with time: what lies between the first and the last is read quicker than thousands asked for by name.
        between = type_coerce(SealingKey.subject, Uuid(as_uuid=False)).between(min(subjects), max(subjects))
        kept = select(in_hex(SealingKey.subject), SealingKey.generation, SealingKey.master, SealingKey.wrapped).where(between)
        with self._engine.connect() as connection:
            return {
                (subject, generation.to_bytes(2, "big")): AESGCM(self._unwrap(master, wrapped, bytes.fromhex(subject)))
                for subject, generation, master, wrapped in connection.execute(kept)
                if subject in subjects
            }

    def _wrap(self, key: bytes, subject: uuid.UUID) -> tuple[str, bytes]:
        nonce = os.urandom(_NONCE)
        active = self._masters.active
        return active, nonce + self._wraps[active].encrypt(nonce, key, subject.bytes)

    def _unwrap(self, master: str, wrapped: bytes, subject: bytes) -> bytes:
        if master not in self._wraps:
            raise Unreadable(Unreadable.__doc__)
        return self._wraps[master].decrypt(wrapped[:_NONCE], wrapped[_NONCE:], subject)


def _bound(custodian: str, table: str, column: str, row: str) -> bytes:
    return f"{custodian}|{table}|{column}|{row}".encode()


def _decrypt(key: AESGCM | None, bound: bytes, sealed: bytes) -> bytes:
    if key is None or sealed[:1] != _FORMAT:
        raise Unreadable(Unreadable.__doc__)
    try:
        return key.decrypt(sealed[3 : 3 + _NONCE], sealed[3 + _NONCE :], bound)
    except InvalidTag as error:
        raise Unreadable(Unreadable.__doc__) from error


def sealer(session: Session) -> Sealer:
    """Return the sealer that came with this session."""
    found: Sealer = session.info["sealer"]
    return found


def seal(session: Session, row: Held, column: str, words: str | None) -> None:
    """Put words into a sealed column of a row; the row needs its id, custodian and subject."""
    if row.id is None:
        row.id = new_id()
    setattr(row, column, None if words is None else sealer(session).seal(_place(row, column), words))


def reveal(session: Session, row: Held, column: str) -> str | None:
    """Return the words of a sealed column, None when empty; raises Unreadable."""
    sealed = getattr(row, column)
    return None if sealed is None else sealer(session).open(_place(row, column), sealed)


def _place(row: Held, column: str) -> Place:
    table = str(row.__tablename__)  # type: ignore[attr-defined]
    return Place(row.custodian, getattr(row, row.seal_subject), table, column, row.id)
