"""What the desk says and finds through the bot's own means: cards as residents see them, questions, and the sentences."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import conversations, rehearsing, reply
from bot.dialogue import placing
from bot.dialogue.turn import Tools
from bot.reply import Bubble, Choice, Press, Reply
from bot.texts import Texts
from handoff.contacts import ContactPoint
from intents.words import Word
from resources import records, sharing
from resources.cards import PlaceCard, for_answer
from resources.hours import OpeningState
from resources.places import Municipality
from resources.records import Record
from resources.services import Service
from resources.voice import Caution, Offered, Preview, Rehearsed, Sentence, Spoken, Standing

_FOUND: Final = 8


def say(words: str, sender: str) -> str:
    """Return the body of plain words under a name."""
    return reply.to_json(Reply((Bubble(words),), confidential=True, sender=sender))


@dataclass(frozen=True)
class Beside:
    """Who tells of a place beside the conversation: no turn, but the same sentences."""

    texts: Texts
    town: str
    now: datetime
    register: str = "normal"

    def words(self, key: str, **values: object) -> str:
        """Return an approved sentence."""
        return self.texts.say(key, self.register, **{"town": self.town, **values})

    def choice(self, key: str, data: str, press: Press = Press.CHOOSE, **values: object) -> Choice:
        """Return one button."""
        return Choice(self.words(key, **values), data, press)


class DeskVoice:
    """Speaks for the desk; what takes long to load is loaded when it is asked for first."""

    def __init__(self, tools: Callable[[], Tools], texts: Texts) -> None:
        self._tools, self._texts = tools, texts

    def ask(self, words: str, choices: Sequence[str], sender: str) -> str:
        """Return a body with a question and a button for each choice."""
        return reply.to_json(reply.question(words, choices, sender))

    def find(self, sought: str, *, town: str, now: datetime) -> list[Offered]:
        """Return places of a town's directory for the desk, the best first."""
        tools, teller = self._tools(), Beside(self._texts, town, now)
        found = tools.search.find(sought, municipality=town, now=now, limit=_FOUND, for_desk=True)
        told = (for_answer(one.record, now=now, kinds=tools.kinds, for_desk=True, note=one.note) for one in found)
        return [_offered(teller, place) for place in told if place is not None]

    def show(
        self,
        session: Session,
        point: ContactPoint,
        places: Sequence[uuid.UUID],
        words: str,
        sender: str,
        *,
        now: datetime,
    ) -> Spoken | None:
        """Return the cards of places as residents see them; None when one of them must not be sent.

        Read from the database now: what was made confidential a moment ago is not on the search's shelf yet.
        """
        tools, wanted = self._tools(), list(dict.fromkeys(places))
        if len(tools.search.known(wanted, municipality=point.custodian)) < len(wanted):
            return None
        fresh = {one.id: one for one in records.load(session, select(Service.id).where(Service.id.in_(wanted), Service.visible))}
        notes = sharing.words_of(session, point.custodian).notes
        told = [
            for_answer(fresh[id_], now=now, kinds=tools.kinds, note=notes.get(str(id_), "")) for id_ in wanted if id_ in fresh
        ]
        shown = [place for place in told if place is not None]
        if len(shown) < len(wanted):
            return None
        talk = conversations.find(session, point)
        town = session.get_one(Municipality, point.custodian).name
        teller = Beside(self._texts, town, now, talk.register if talk is not None else "normal")
        cards = placing.bubble(teller, shown)
        bubbles = (Bubble(words), cards) if words else (cards,)
        body = reply.to_json(Reply(bubbles, confidential=bool(words), sender=sender))
        named = "、".join(place.name for place in shown)
        return Spoken(body, ((False, words), (True, named)) if words else ((True, named),))

    def preview(self, record: Record, *, town_name: str, now: datetime) -> Preview:
        """Return one entry as residents see it, saved or not; a hidden one is seen nowhere."""
        place = for_answer(record, now=now, kinds=self._tools().kinds)
        if place is None:
            return Preview((), ())
        return rehearsing.shown(Reply((placing.bubble(Beside(self._texts, town_name, now), [place]),)))

    def standing(self, place: PlaceCard, *, town_name: str, now: datetime) -> Standing:
        """Return what residents are told of a place's hours at this minute, and of how sure that is."""
        return placing.standing(Beside(self._texts, town_name, now), place)

    def rehearse(
        self, session: Session, words: str, *, town: str, now: datetime, instead: Record | None = None
    ) -> Rehearsed:
        """Return what the bot would say to a first message; nothing is kept, and nobody is told."""
        return rehearsing.rehearse(session, words, town=town, tools=self._tools(), now=now, instead=instead)

    def ranks(
        self, session: Session, said: Sequence[str], name: str, *, town: str, now: datetime, instead: Record | None = None
    ) -> list[int]:
        """Return the place, from 1, at which the answer to each message shows an entry; 0 where it is not in the answer."""
        return rehearsing.ranks(session, said, name, town=town, tools=self._tools(), now=now, instead=instead)

    def cut(self, words: str) -> list[Word]:
        """Return the words of a text one by one, as they stand there: this is no hearing, nothing is respelled."""
        return self._tools().ear.words.cut(words)

    def sentences(self) -> list[Sentence]:
        """Return every sentence residents may read."""
        return sentences(self._texts)


def sentences(texts: Texts) -> list[Sentence]:
    """Return every sentence residents may read, in both registers; what is only searched or listened for is none."""
    found = []
    for key, wording in sorted(texts.wordings.items()):
        if wording.shape in ("query", "heard"):
            continue
        for register in ("normal", "easy"):
            words = wording.easy if register == "easy" else wording.normal
            reviewed = wording.state == "reviewed"
            found.append(Sentence(key, register, words, reviewed, wording.reviewed_by, wording.reviewed_on))
    return found


def _offered(teller: Beside, place: PlaceCard) -> Offered:
    if place.confidential:
        return Offered(place.id, place.name, place.kind_label, confidential=True)
    where = place.where.address if place.where else ""
    return Offered(place.id, place.name, place.kind_label, placing.state(teller, place), where, tuple(_cautions(place)))


def _cautions(place: PlaceCard) -> list[Caution]:
    found = []
    if place.resting:
        found.append(Caution.RESTING)
    elif place.opening.state is OpeningState.CLOSED:
        found.append(Caution.CLOSED)
    elif not place.opening.is_open:
        found.append(Caution.ASK)
    if place.stale:
        found.append(Caution.UNCHECKED if place.assured_date is None else Caution.STALE)
    return found
