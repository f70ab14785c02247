"""How a service is reached: by voice, and without using one's voice."""

from __future__ import annotations

import re
import unicodedata
import uuid
from enum import StrEnum
from urllib.parse import quote

from sqlalchemy import ForeignKey, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from resources.db import Base, new_id

# What stands in parentheses behind a number is no part of it; an area code, or what follows it, is.
_BESIDE = re.compile(r"\((?!\d+\)[ \d-]*\d)")


class PhoneType(StrEnum):
    """What answers at the other end (HSDS phone.type)."""

    VOICE = "voice"
    FAX = "fax"


class Phone(Base):
    """A number of a service (HSDS phone)."""

    __tablename__ = "phone"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    position: Mapped[int] = mapped_column(Integer(), default=0)
    number: Mapped[str] = mapped_column(Text())
    extension: Mapped[str] = mapped_column(Text(), default="")
    type: Mapped[PhoneType] = mapped_column(String(8), default=PhoneType.VOICE)


class ContactKind(StrEnum):
    """Ways to reach a service in writing."""

    EMAIL = "email"
    FORM = "form"
    LINE = "line"


class ServiceContact(Base):
    """An address that is written to instead of called (e-mail, form, LINE)."""

    __tablename__ = "service_contact"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    position: Mapped[int] = mapped_column(Integer(), default=0)
    kind: Mapped[ContactKind] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(Text())


def phone_uri(number: str) -> str | None:
    """Return a tel: address for a number as people write it, None when there is no number in it."""
    plain = _BESIDE.split(unicodedata.normalize("NFKC", number))[0]
    digits = "".join(char for char in plain if char in "0123456789+*#")
    if not 3 <= sum(char.isdigit() for char in digits) <= len(digits) <= 20:
        return None
    return f"tel:{quote(digits, safe='+*')}"
