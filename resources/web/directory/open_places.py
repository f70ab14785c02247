"""The open directory of a town: where to go for what, for people who do not chat; nobody signs in, nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.responses import Response

from resources import events, open_directory, places, sharing
from resources.cards import PlaceCard, for_answer
from resources.kinds import Kind, Kinds
from resources.phones import phone_uri
from resources.places import Level, Municipality
from resources.records import Record
from resources.search import Search
from resources.slots import JAPAN
from resources.voice import Standing
from resources.web import conditional
from resources.web.console import Visit
from resources.web.directory import exports, open_town
from resources.weekly import DayRead, coming_week

_HTML: Final = "text/html; charset=utf-8"
_SIZE: Final = 20
_LAST_PAGE: Final = 50
_LONGEST: Final = 200
# What fits less than this part of the best is no answer to words.
_LEAST: Final = 0.3
_MAP: Final = "https://www.google.com/maps/search/?api=1&query="
_GROUPS: Final = (("institution", "窓口・施設"), ("gathering", "集いの場"), ("national", "国の制度・全国の窓口"))
# What an entry says yes or no to, in words for who wants to go there.
_ANSWERS: Final = {
    "anonymous_ok": ("名前を言わなくても大丈夫です", "名前を伝える必要があります"),
    "family_only": ("家族だけで相談できます", "本人が行く必要があります"),
    "alone_ok": ("一人で参加できます", "一人では参加できません"),
    "men_welcome": ("男性も歓迎です", "男性は参加できません"),
    "children_welcome": ("子どもを連れて行けます", "子どもは連れて行けません"),
    "home_visits": ("家まで来てもらえます", "家への訪問はしていません"),
}


@dataclass(frozen=True)
class Sought:
    """What somebody looks for: words, a kind, a part of the town, open at this minute; and which page of it."""

    words: str = ""
    kind: str = ""
    area: str = ""
    open_now: bool = False
    page: int = 1

    def path(self, code: str, page: int) -> str:
        """Return the address of a page of the same list; words that are looked for stand in none."""
        said = {"kind": self.kind, "area": self.area, "open": "1" if self.open_now else ""}
        asked = {name: value for name, value in said.items() if value} | ({"page": str(page)} if page > 1 else {})
        return f"/places/{code}" + (f"?{urlencode(asked)}" if asked else "")


@dataclass(frozen=True)
class Place:
    """One place as the pages show it."""

    card: PlaceCard
    standing: Standing
    where: str  # whose place it is, when it is not the town's own
    phones: tuple[tuple[str, str, str], ...]  # as written, as dialled, extension
    map: str


def open_towns(visit: Visit) -> Response:
    """Let somebody choose a town; where there is one only, its places are shown."""
    with visit.console.database.reading() as session:
        known = [town for town in places.towns(session) if town.level != Level.NATION]
    towns = [town for town in known if town.level == Level.MUNICIPALITY]
    if len(towns) == 1:
        return visit.go(f"/places/{towns[0].code}")
    above = [town for town in known if town.level == Level.PREFECTURE]
    return _page(visit, "open_towns.html", towns=towns, above=above)


def open_list(visit: Visit) -> Response:
    """Show the places of a town, those first that fit what is looked for."""
    with visit.console.database.reading() as session:
        town = open_town.find(session, str(visit.request.path_params["code"]))
        if town is None:
            return _missing(visit)
        around = places.around(session, town.code)
        names = {one.code: one.name for one in places.towns(session) if one.code in around}
        kinds, streets = open_directory.kinds_in(session, around), open_directory.streets_in(session, town.code)
    search = _search(visit)
    sought = _sought(visit, kinds, streets)
    found = search.find(
        sought.words, municipality=town.code, now=visit.now, kinds=(sought.kind,) if sought.kind else (), town=sought.area,
        open_only=sought.open_now, limit=_SIZE + 1, offset=(sought.page - 1) * _SIZE, least=_LEAST if sought.words else 0.0,
    )  # fmt: skip
    # What was hidden a moment ago may still be known to the search.
    with visit.console.database.reading() as session:
        fresh = open_directory.fresh(session, [one.id for one in found[:_SIZE]])
    listed = [(fresh[one.id], one.note) for one in found[:_SIZE] if one.id in fresh]
    shown = (_place(visit, record, town, names, search.kinds, note) for record, note in listed)
    more = len(found) > _SIZE and sought.page < _LAST_PAGE
    return _page(
        visit, "open_list.html", town=town, sought=sought, places=[one for one in shown if one is not None],
        before=sought.page - 1, after=sought.page + 1 if more else 0, groups=_grouped(search.kinds, kinds), streets=streets,
        danger=_in_danger(visit, town, sought.words), files=exports.OPEN,
    )  # fmt: skip


def open_entry(visit: Visit) -> Response:
    """Show one place with all that is told of it."""
    service_id = visit.id("service_id")
    with visit.console.database.reading() as session:
        town = open_town.find(session, str(visit.request.path_params["code"]))
        record = open_directory.fresh(session, [service_id]).get(service_id)
        names = {one.code: one.name for one in places.towns(session)}
        note = sharing.words_of(session, town.code).notes.get(str(service_id), "") if town else ""
        coming = events.upcoming(session, {record.municipality_code}, start=visit.now, service_ids={service_id}) if record else []
    if town is None or record is None or not _offered(visit, record, town):
        return _missing(visit)
    if open_directory.is_over(record):
        return visit.page("open_over.html", status=410, town=town, name=record.draft.name)
    place = _place(visit, record, town, names, _search(visit).kinds, note)
    draft, today = record.draft, visit.now.astimezone(JAPAN).date()
    return _page(
        visit, "open_entry.html", town=town, place=place, week=_week(visit, record), draft=draft,
        rests=[one for one in draft.closures if one.ends >= today and one.opens is None],
        answers=[said[not value] for name, said in _ANSWERS.items() if (value := getattr(draft, name)) is not None],
        links=[one for one in (draft.url, *draft.forms, *draft.lines) if one.startswith(("https://", "http://"))],
        changed=record.last_modified, coming=coming,
    )  # fmt: skip


def _page(visit: Visit, template: str, **values: Any) -> Response:
    page = visit.page(template, **values)
    if visit.request.method == "POST":  # It holds somebody's words: nobody keeps it.
        return page
    content = bytes(page.body)
    return conditional.answer(visit.request, content, _HTML, headers={})


def _missing(visit: Visit) -> Response:
    return visit.page("open_missing.html", status=404)


def _search(visit: Visit) -> Search:
    made: Callable[[], Search] | None = visit.console.search
    if made is None:
        raise LookupError("the open pages need a search")
    return made()


def _sought(visit: Visit, kinds: set[str], streets: list[str]) -> Sought:
    sent = visit.form if visit.request.method == "POST" else visit.request.query_params
    asked = {name: value.strip() for name, value in sent.items()}
    number = asked.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1
    return Sought(
        words=visit.form.get("q", "").strip().replace("\0", "")[:_LONGEST],
        kind=kind if (kind := asked.get("kind", "")) in kinds else "",
        area=area if (area := asked.get("area", "")) in streets else "",
        open_now=asked.get("open", "") == "1",
        page=max(1, min(page, _LAST_PAGE)),
    )


def _offered(visit: Visit, record: Record, town: Municipality) -> bool:
    """Say whether a place is shown to residents of a town: its own, or one of those around it."""
    ours = record.municipality_code == town.code
    return ours or bool(_search(visit).known([record.id], municipality=town.code))


def _in_danger(visit: Visit, town: Municipality, words: str) -> bool:
    """Say whether words that were looked for sound like danger: then a list of places is no answer by itself."""
    if not words or visit.console.hears is None:
        return False
    with visit.console.database.reading() as session:
        return visit.console.hears(session, town.code, words).crisis is not None


def _place(visit: Visit, record: Record, town: Municipality, names: dict[str, str], kinds: Kinds, note: str) -> Place | None:
    card = for_answer(record, now=visit.now, kinds=kinds, note=note)
    if card is None:
        return None
    standing = visit.console.voice.standing(card, town_name=town.name, now=visit.now)
    phones = tuple((one.number, phone_uri(one.number) or "", one.extension) for one in card.phones)
    foreign = card.municipality_code != town.code
    return Place(card, standing, names.get(card.municipality_code, "") if foreign else "", phones, _map(card))


def _map(card: PlaceCard) -> str:
    where = card.where
    if where is None:
        return ""
    if where.latitude is not None and where.longitude is not None:
        return f"{_MAP}{where.latitude:.5f},{where.longitude:.5f}"
    return _MAP + quote(where.address) if where.address else ""


def _week(visit: Visit, record: Record) -> list[DayRead]:
    draft = record.draft
    told = draft.slots and all(slot.opens is not None for slot in draft.slots) and not draft.rests(visit.now.date())
    year_end = draft.closed_at_year_end
    return coming_week(draft.slots, now=visit.now, closures=draft.closures, year_end_closed=year_end) if told else []


def _grouped(kinds: Kinds, present: set[str]) -> list[tuple[str, list[Kind]]]:
    groups = ((label, [kind for kind in kinds.of_group(group) if kind.code in present]) for group, label in _GROUPS)
    return [(label, ours) for label, ours in groups if ours]


