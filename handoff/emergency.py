"""One page that can be read out to 110 or 119: who wrote, when, what exactly, and what is known of where they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import alarm_board, cases, contacts, intake, picture, transcript
from handoff.accounts import Account, Platform
from handoff.alarm_board import Board
from handoff.cases import Case, point_of
from handoff.contacts import Contact
from handoff.picture import Picture
from handoff.transcript import Author, Kind, Message
from resources import journal
from resources.access import Actor
from resources.places import Municipality
from resources.sealing import reveal

ACT: Final = "case.emergency_sheet"
# What fits on the page beside everything else: the newest words, in letters and in messages.
_LETTERS: Final = 480
_MESSAGES: Final = 7
_LOOKED_AT: Final = 60
_PLACES: Final = 3


@dataclass(frozen=True)
class Said:
    """One message of the resident, word for word."""

    at: datetime
    words: str
    cut: bool  # the rest stands on the page of the case


@dataclass(frozen=True)
class Sheet:
    """Everything that stands on the page."""

    case: Case
    town: str
    platform: str
    account: str
    address: str  # what the platform calls this person
    asked: bool  # whether a platform stands behind that address and can be asked by the police
    name: str
    phone: str
    places: list[str]  # what was said or sent of where they are, the newest first
    picture: Picture
    crises: list[str]
    said: list[Said]
    boards: list[Board]
    first_at: datetime | None
    last_at: datetime | None


def note_opening(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """Write down who opens the sheet, every time, before it is shown."""
    journal.record(
        session, ACT, municipality=case.custodian, subject_kind="case", subject_id=case.id, staff_id=actor.staff_id, now=now
    )


def sheet(session: Session, case: Case) -> Sheet:
    """Return the sheet of a case."""
    contact = session.scalars(select(Contact).where(Contact.id == case.contact_id)).one()
    point = point_of(session, case)
    account = session.scalars(select(Account).where(Account.id == point.account_id)).one()
    heard = [
        message
        for message in transcript.recent(session, case.contact_id, limit=_LOOKED_AT)
        if message.author == Author.RESIDENT and message.withdrawn_at is None and message.erased_at is None
    ]
    understood = cases.understood(session, case)
    return Sheet(
        case=case,
        town=session.get_one(Municipality, case.custodian).name,
        platform=Platform(account.platform).label,
        account=account.name,
        address=contacts.address(session, point),
        asked=account.platform in (Platform.LINE, Platform.TELEGRAM),
        name=contacts.called(session, contact),
        phone=reveal(session, contact, "phone_sealed") or "",
        places=_places(session, case, heard),
        picture=picture.read(understood),
        crises=picture.crises(case.crises),
        said=_newest(session, heard),
        boards=alarm_board.boards(session, case)[:2],
        first_at=heard[0].said_at if heard else None,
        last_at=heard[-1].said_at if heard else None,
    )


def _newest(session: Session, heard: list[Message]) -> list[Said]:
    chosen: list[Said] = []
    left = _LETTERS
    for message in heard[::-1][:_MESSAGES]:
        words = " ".join(transcript.words(session, message).split())
        if left <= 0:
            break
        chosen.append(Said(message.said_at, words[:left], len(words) > left))
        # A line of its own costs room, however few letters stand on it.
        left -= max(len(words), 30)
    return chosen[::-1]


def _places(session: Session, case: Case, heard: list[Message]) -> list[str]:
    found: list[str] = []
    for message in heard[::-1]:
        words = transcript.words(session, message)
        if message.kind == Kind.LOCATION:
            found.append(words)
        elif area := intake.area_told(session, case.custodian, words):
            found.append(area.name)
    return list(dict.fromkeys(found))[:_PLACES]
