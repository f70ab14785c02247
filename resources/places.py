"""Which town or prefecture this is, and what it has decided before residents may be answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base

NATION = "000000"
_WEIGHTS = (6, 5, 4, 3, 2)


class Level(StrEnum):
    """Who answers for the rows of a place."""

    MUNICIPALITY = "municipality"
    PREFECTURE = "prefecture"
    NATION = "nation"


class Relay(StrEnum):
    """Where consultations may be held; the town chooses, there is no silent default."""

    IN_CHANNEL = "in_channel"
    SAFE_PAGE = "safe_page"


class NotACode(ValueError):
    """これは全国地方公共団体コード（6桁）ではありません。検査数字を含めて確かめてください。"""


class NotRegistered(NotACode):
    """この都道府県はまだ登録されていません。先に uketome municipality add で都道府県を登録してください。"""


class Municipality(Base):
    """A municipality or prefecture, known by its six-digit code."""

    __tablename__ = "municipality"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    kana: Mapped[str] = mapped_column(String(120), default="")
    level: Mapped[Level] = mapped_column(String(12), default=Level.MUNICIPALITY)
    prefecture_code: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    # Served by a neighbour or the prefecture where the town has no desk of its own.
    served_by_code: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    relay: Mapped[Relay | None] = mapped_column(String(12))
    phone: Mapped[str] = mapped_column(String(40), default="")
    latitude: Mapped[float | None] = mapped_column()
    longitude: Mapped[float | None] = mapped_column()
    # Moves with every change of the town's directory, so that search indexes know when they are out of date.
    directory_version: Mapped[int] = mapped_column(Integer(), default=0)
    # Likewise with every change of the town's own words.
    words_version: Mapped[int] = mapped_column(Integer(), default=0)
    demo: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column()


class Neighbour(Base):
    """Two municipalities whose places are offered to each other's residents after their own."""

    __tablename__ = "neighbour"

    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    neighbour_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)


def check_digit(first_five: str) -> str:
    """Return the sixth digit of a municipality code (weights 6 5 4 3 2, modulus 11)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_five, _WEIGHTS, strict=True))
    return str(11 - total % 11)[-1]


def checked_code(code: str) -> str:
    """Return a valid six-digit code; five digits get their check digit; raises NotACode."""
    if code.isascii() and code.isdigit() and len(code) == 5:
        return code + check_digit(code)
    if not (code.isascii() and code.isdigit() and len(code) == 6 and check_digit(code[:5]) == code[5]):
        raise NotACode(NotACode.__doc__)
    return code


def add(
    session: Session, code: str, name: str, *, now: datetime, prefecture: str | None = None, relay: Relay | None = None
) -> Municipality:
    """Add a town or prefecture, or return the one that is there with the given values set; raises NotACode."""
    if prefecture and session.get(Municipality, checked_code(prefecture)) is None:
        raise NotRegistered(NotRegistered.__doc__)
    place = session.get(Municipality, checked_code(code))
    if place is None:
        place = Municipality(code=checked_code(code), made_at=now)
        session.add(place)
    place.name = name
    place.level = Level.PREFECTURE if place.code[2:5] == "000" else Level.MUNICIPALITY
    if prefecture:
        place.prefecture_code = checked_code(prefecture)
    if relay:
        place.relay = relay
    session.flush()
    return place


def hold(session: Session, code: str) -> Municipality:
    """Return a municipality and keep it from being changed by anybody else until this transaction ends."""
    return session.scalars(select(Municipality).where(Municipality.code == code).with_for_update()).one()


def towns(session: Session) -> list[Municipality]:
    """Return all municipalities and prefectures by code."""
    return list(session.scalars(select(Municipality).order_by(Municipality.code)))


def around(session: Session, code: str) -> list[str]:
    """Return the codes whose places may be offered to residents of a town: home, neighbours, prefecture, nation."""
    home = session.get(Municipality, code)
    if home is None:
        return [code]
    query = select(Neighbour.neighbour_code).where(Neighbour.municipality_code == code)
    near: Iterable[str] = session.scalars(query.order_by(Neighbour.neighbour_code))
    return [code, *near, *([home.prefecture_code] if home.prefecture_code else []), NATION]
