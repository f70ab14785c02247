"""What the people of one town call things: expressions the town added itself, and the ear that hears them there."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

import intents
from intents import Ear, Topic, TownEar, canonical
from resources.db import Base
from resources.kinds import Kinds
from resources.places import Municipality, hold

SHORTEST, LONGEST, LONGEST_NOTE = 2, 40, 200
_TOWNS_KEPT = 256


class NotATownWord(ValueError):
    """A word that cannot be added; the message says in Japanese why, and what to write instead."""


class WordMoved(RuntimeError):
    """このことばは、ほかの人がいま足したか、直したか、取りのぞきました。いまの一覧を見て、もう一度決めてください。"""


class AlreadyAWord(WordMoved):
    """このことばは、もう町のことばにあります。意味を直すときは、町のことばの一覧から選んでください。何も変えていません。"""


class TownWord(Base):
    """An expression of one town, with the subjects and the kind of place it means there."""

    __tablename__ = "town_word"

    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    expression: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)  # in canonical form
    topics: Mapped[list[str]] = mapped_column(JSON(), default=list)
    kind: Mapped[str] = mapped_column(String(48), default="")
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    added_at: Mapped[datetime] = mapped_column()
    added_by: Mapped[str] = mapped_column(String(120))


class TownEars:
    """The ear as each town needs it; a change of a town's words is heard with its next message."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._towns: OrderedDict[str, tuple[int, TownEar]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, session: Session, municipality: str) -> TownEar:
        """Return the ear of a town."""
        version = session.scalar(select(Municipality.words_version).where(Municipality.code == municipality)) or 0
        with self._lock:
            known = self._towns.get(municipality)
            if known is not None and known[0] == version:
                self._towns.move_to_end(municipality)
                return known[1]
        own = [intents.TownWord(row.expression, tuple(row.topics), row.kind or None) for row in listed(session, municipality)]
        made = TownEar(self._ear, own)
        with self._lock:
            self._towns[municipality] = (version, made)
            self._towns.move_to_end(municipality)
            while len(self._towns) > _TOWNS_KEPT:
                self._towns.popitem(last=False)
        return made


def listed(session: Session, municipality: str) -> list[TownWord]:
    """Return a town's own words in order."""
    query = select(TownWord).where(TownWord.municipality_code == municipality)
    return list(session.scalars(query.order_by(TownWord.expression)))


def add(
    session: Session,
    municipality: str,
    expression: str,
    *,
    topics: Sequence[str],
    kind: str,
    kinds: Kinds,
    by: str,
    now: datetime,
    note: str = "",
) -> TownWord:
    """Add a word of a town, or give the one that is there these meanings; raises NotATownWord."""
    plain = _checked(expression, topics, kind, note, kinds)
    row = session.get(TownWord, (municipality, plain))
    if row is None:
        row = TownWord(municipality_code=municipality, expression=plain)
        session.add(row)
    row.topics, row.kind, row.note = list(dict.fromkeys(topics)), kind, note
    row.added_at, row.added_by = now, by
    _moved(session, municipality)
    session.flush()
    return row


def remove(session: Session, municipality: str, expression: str) -> bool:
    """Take a word away; False when the town has no such word."""
    row = session.get(TownWord, (municipality, canonical(expression)))
    if row is None:
        return False
    session.delete(row)
    _moved(session, municipality)
    session.flush()
    return True


def unmoved(session: Session, municipality: str, expression: str, *, seen: str) -> None:
    """Hold a town's words, and raise WordMoved unless one still stands as it was seen.

    Where nothing was seen, there must be no such word yet: raises AlreadyAWord.
    """
    hold(session, municipality)
    row = session.get(TownWord, (municipality, canonical(expression)), populate_existing=True)
    if row is not None and not seen:
        raise AlreadyAWord(AlreadyAWord.__doc__)
    if mark_of(row) != seen:
        raise WordMoved(WordMoved.__doc__)


def mark_of(row: TownWord | None) -> str:
    """Return what tells one state of a word from the next."""
    return row.added_at.isoformat() if row is not None else ""


def is_common(plain: str) -> bool:
    """Whether an expression is so short that it stands in every sentence."""
    return len(plain) == SHORTEST and all("ぁ" <= letter <= "ゖ" for letter in plain)


def _moved(session: Session, municipality: str) -> None:
    moved = update(Municipality).where(Municipality.code == municipality).values(words_version=Municipality.words_version + 1)
    session.execute(moved, execution_options={"synchronize_session": False})


def _checked(expression: str, topics: Sequence[str], kind: str, note: str, kinds: Kinds) -> str:
    plain = canonical(expression)
    if not SHORTEST <= len(plain) <= LONGEST or "\n" in plain or sum(letter.isalnum() for letter in plain) < SHORTEST:
        raise NotATownWord(f"ことばは、記号だけでない{SHORTEST}〜{LONGEST}文字で書いてください。何も変えていません。")
    if is_common(plain):
        raise NotATownWord("ひらがな2文字のことばは、どの文にも現れます。3文字以上か漢字で書いてください。何も変えていません。")
    if not topics and not kind:
        raise NotATownWord("分野か場所の種類を、1つ以上選んでください。何も変えていません。")
    unknown = [code for code in topics if code not in tuple(Topic)]
    if unknown:
        raise NotATownWord(f"「{'・'.join(unknown)}」という分野はありません。あるのは: {'・'.join(Topic)}。何も変えていません。")
    if kind and kind not in (known.code for known in kinds.kinds):
        known_codes = "・".join(known.code for known in kinds.kinds)
        raise NotATownWord(f"「{kind}」という種類はありません。あるのは: {known_codes}。何も変えていません。")
    if len(note) > LONGEST_NOTE:
        raise NotATownWord(f"覚え書きは{LONGEST_NOTE}文字までです。何も変えていません。")
    return plain
