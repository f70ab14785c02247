"""An entry in the words of Open Referral HSDS 3, and back again without loss."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import orjson

from intents import Topic
from resources import hsds_terms
from resources.drafts import Draft, as_json, differences, from_json
from resources.hours import Slot, describe, parse_clock
from resources.hours_text import format_clock
from resources.kinds import Kinds
from resources.records import Record
from resources.services import Status
from resources.slots import DAY, TOKEN, WEEKDAYS

_PLAIN = (
    "name", "description", "url", "eligibility_description", "application_process", "fees_description", "wait_time",
    "minimum_age", "maximum_age", "alert",
)  # fmt: skip
_STATUS = {Status.TEMPORARILY_CLOSED: "temporarily closed"}
_TOPICS = frozenset(topic.value for topic in Topic)
_LATIN = {day: day.upper() for day in WEEKDAYS}
# What HSDS calls a uri and an e-mail address; whatever else stands in an entry goes into attributes.
_PART = r"(%[0-9A-Fa-f]{2}|[!$&-;=?-Z_a-z~])*"
_ADDRESS = re.compile(rf"https?://[A-Za-z0-9.-]+(:\d+)?([/?]{_PART})?(#{_PART})?")
_EMAIL = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

Object = dict[str, Any]


def as_object(record: Record, kinds: Kinds, *, city: str, prefecture: str) -> Object:
    """Return an entry as an HSDS service with its parts; what HSDS has no word for stands in attributes."""
    draft = record.draft
    key: Callable[[str], str] = lambda part: str(uuid.uuid5(record.id, part))  # noqa: E731
    said: Object = {"id": str(record.id)}
    said |= {name: getattr(draft, name) for name in _PLAIN if getattr(draft, name) not in ("", None)}
    said["status"] = status(draft.status)
    said["last_modified"] = record.last_modified.isoformat()
    if draft.name_kana:
        said["alternate_name"] = draft.name_kana
    if draft.assured_date:
        said["assured_date"] = draft.assured_date.isoformat()
    if draft.emails and _EMAIL.fullmatch(draft.emails[0]):
        said["email"] = draft.emails[0]
    if not _ADDRESS.fullmatch(draft.url):
        said.pop("url", None)
    if draft.organization:
        said["organization"] = as_organization(record.municipality_code, draft.organization, draft.tax_id)
        said["organization_id"] = said["organization"]["id"]
    said["phones"] = _phones(draft, key)
    said["schedules"] = [{"id": key(f"schedule {at}")} | _schedule(slot) for at, slot in enumerate(draft.slots)]
    for name, part, column in (
        ("service_areas", draft.areas, "name"),
        ("languages", draft.languages, "name"),
        ("required_documents", draft.documents, "document"),
    ):
        said[name] = [{"id": key(f"{name} {at}"), column: value} for at, value in enumerate(part)]
    if draft.has_place:
        said["service_at_locations"] = [_place(record, key, city, prefecture)]
    said["attributes"] = _terms(draft, kinds, key)
    said["attributes"] += _left_over(said, draft, kinds, key)
    return {name: value for name, value in said.items() if value != []}


def status(of_ours: Status) -> str:
    """Return the word of HSDS for a status."""
    return _STATUS.get(of_ours, str(of_ours))


def to_bytes(said: Object) -> bytes:
    """Return an object as JSON, whatever characters people left in it."""
    try:
        return orjson.dumps(said)
    except orjson.JSONEncodeError:  # half of a character, as some files bring
        return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")


def as_organization(municipality: str, name: str, tax_id: str) -> Object:
    """Return who stands behind services of a town; all its services name it by the same id."""
    id_ = uuid.uuid5(uuid.NAMESPACE_URL, f"uketome:organization:{municipality}:{tax_id}:{name}")
    return {"id": str(id_), "name": name, "description": name} | ({"tax_id": tax_id} if tax_id else {})


def from_object(said: Object, kinds: Kinds, at: int = 0) -> Draft | None:
    """Return the entry that a service object describes at its n-th location; None when it has no name."""
    if not isinstance(said.get("name"), str) or not said["name"].strip():
        return None
    values: Object = {name: said[name] for name in _PLAIN if _fits(name, said.get(name))}
    values["status"] = str(said.get("status") or "active").replace(" ", "_")
    values["name_kana"] = _text(said.get("alternate_name"))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", _text(said.get("assured_date"))):
        values["assured_date"] = said["assured_date"]
    if said.get("email"):
        values["emails"] = [_text(said["email"])]
    owner = said.get("organization") or {}
    values |= {"organization": _text(owner.get("name")), "tax_id": _text(owner.get("tax_id"))}
    for name, part, column in (
        ("areas", "service_areas", "name"),
        ("languages", "languages", "name"),
        ("documents", "required_documents", "document"),
    ):
        values[name] = [_text(each.get(column)) for each in said.get(part) or () if _text(each.get(column))]
    places = said.get("service_at_locations") or [{}]
    values |= _place_values((places[at] if at < len(places) else {}).get("location") or {})
    values |= _phone_values([*(said.get("phones") or ()), *(places[0].get("phones") or ())])
    values |= _attribute_values(said.get("attributes") or (), kinds)
    draft = from_json({name: value for name, value in values.items() if value not in ("", None)})
    if "slots" in values:
        return draft
    slots = [slot for each in said.get("schedules") or () if (slot := _slot(each))]
    return Draft(**{name: getattr(draft, name) for name in draft.__dataclass_fields__} | {"slots": tuple(slots)})


def _fits(name: str, value: object) -> bool:
    return isinstance(value, int | float) if name.endswith("_age") else isinstance(value, str) and bool(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _phones(draft: Draft, key: Callable[[str], str]) -> list[Object]:
    rows: list[Object] = []
    for at, phone in enumerate(draft.phones):
        rows.append({"id": key(f"phone {at}"), "number": phone.number, "type": "voice"})
        if phone.extension.isdigit() and not phone.extension.startswith("0"):
            rows[-1]["extension"] = int(phone.extension)
    return rows + [{"id": key(f"fax {at}"), "number": fax, "type": "fax"} for at, fax in enumerate(draft.faxes)]


def _phone_values(rows: list[Object]) -> Object:
    voice = [[_text(row.get("number")), str(row.get("extension") or "")] for row in rows if row.get("type") != "fax"]
    return {
        "phones": [phone for phone in voice if phone[0]],
        "faxes": [_text(row.get("number")) for row in rows if row.get("type") == "fax" and row.get("number")],
    }


def _place(record: Record, key: Callable[[str], str], city: str, prefecture: str) -> Object:
    draft = record.draft
    location: Object = {"id": key("location"), "location_type": "physical"}
    location |= {name: getattr(draft, name) for name in ("latitude", "longitude") if getattr(draft, name) is not None}
    if draft.transportation:
        location["transportation"] = draft.transportation
    address = {"id": key("address"), "address_1": draft.address, "city": city, "state_province": prefecture}
    address |= {"postal_code": draft.postcode, "country": "JP", "address_type": "physical"}
    address |= {"address_2": draft.building} if draft.building else {}
    location["addresses"] = [address | ({"region": draft.town} if draft.town else {})]
    if draft.accessibility:
        location["accessibility"] = [{"id": key("accessibility"), "description": draft.accessibility}]
    # An entry is one service at one place: both go by its id, each in its own table.
    return {"id": str(record.id), "location_id": location["id"], "location": location}


def _place_values(location: Object) -> Object:
    address = (location.get("addresses") or [{}])[0]
    access = (location.get("accessibility") or [{}])[0]
    whole = _text(address.get("address_1"))
    values = {
        "address": whole,
        "building": _text(address.get("address_2")),
        "town": _text(address.get("region")),
        "postcode": _text(address.get("postal_code"))[:8],
        "transportation": _text(location.get("transportation")),
        "accessibility": _text(access.get("description")),
    }
    for name in ("latitude", "longitude"):
        if isinstance(location.get(name), int | float):
            values[name] = location[name]
    return values


def _terms(draft: Draft, kinds: Kinds, key: Callable[[str], str]) -> list[Object]:
    kind = kinds.by_code.get(draft.kind)
    said = [hsds_terms.term(hsds_terms.KIND, kind.code, kind.label)] if kind else []
    said += [hsds_terms.term(hsds_terms.TOPIC, one, Topic(one).label) for one in draft.topics if one in _TOPICS]
    return [
        {"id": key(f"{term['taxonomy']} {term['code']}"), "link_type": term["taxonomy"], "value": term["code"]}
        | {"taxonomy_term": term}
        for term in said
    ]


def _left_over(said: Object, draft: Draft, kinds: Kinds, key: Callable[[str], str]) -> list[Object]:
    """Say in attributes what reading the object back would not give: residency, holidays, men welcome …"""
    read = from_object(said, kinds)
    lost = {each.field for each in differences(read, draft)} if read else set()
    empty = as_json(draft)
    return [
        {"id": key(f"field {name}"), "link_type": hsds_terms.FIELD, "value": json.dumps(empty.get(name), ensure_ascii=False)}
        | {"taxonomy_term": hsds_terms.term(hsds_terms.FIELD, name, name)}
        for name in sorted(lost)
    ]


def _attribute_values(attributes: Any, kinds: Kinds) -> Object:
    values: Object = {"topics": []}
    known_kinds = {kind.code for kind in kinds.kinds}
    for each in attributes:
        term = each.get("taxonomy_term") or {}
        taxonomy, code = term.get("taxonomy") or each.get("link_type"), _text(term.get("code"))
        if taxonomy == hsds_terms.KIND and code in known_kinds:
            values["kind"] = code
        elif taxonomy == hsds_terms.TOPIC and code in _TOPICS:
            values["topics"].append(code)
        elif taxonomy == hsds_terms.FIELD and code:
            values[code] = json.loads(_text(each.get("value")) or "null")
    return values


def _schedule(slot: Slot) -> Object:
    said: Object = {"description": describe([slot])}
    tokens = [match.groups() for match in TOKEN.finditer(slot.pattern)]
    weekly = all(weekday and weeks in ("0", "7") for weeks, weekday, _, _ in tokens) and len({t[0] for t in tokens}) == 1
    if weekly:
        said |= {"freq": "WEEKLY", "interval": 2 if tokens[0][0] == "7" else 1}
        said["byday"] = ",".join(_LATIN[weekday] for _, weekday, _, _ in tokens)
        said |= {"dtstart": slot.anchor.isoformat()} if slot.anchor else {}
    elif all(weekday and not set(weeks) & {"0", "7"} for weeks, weekday, _, _ in tokens):
        days = [("-1" if week == "6" else week) + _LATIN[weekday] for weeks, weekday, _, _ in tokens for week in weeks]
        said |= {"freq": "MONTHLY", "byday": ",".join(days)}
    elif all(monthday for *_, monthday in tokens):
        said |= {"freq": "MONTHLY", "bymonthday": ",".join("-1" if t[3] == "L" else t[3] for t in tokens)}
    if slot.opens is not None and slot.closes is not None:
        said |= {"opens_at": format_clock(slot.opens), "closes_at": format_clock(slot.closes % DAY)}
    said |= {"valid_from": slot.valid_from.isoformat()} if slot.valid_from else {}
    return said | ({"valid_to": slot.valid_to.isoformat()} if slot.valid_to else {})


def _slot(said: Object) -> Slot | None:
    pattern = ""
    for week, latin in re.findall(r"(-?\d*)([A-Z]{2})", _text(said.get("byday"))):
        weekday = latin.capitalize()
        if weekday not in WEEKDAYS or week not in ("", "1", "2", "3", "4", "5", "-1"):
            return None
        every = "7" if said.get("freq") == "WEEKLY" and said.get("interval") == 2 else "0"
        mark = {"": every, "-1": "6"}.get(week, week)
        # 2TU,4TU is one token 24Tu.
        joined = re.fullmatch(rf"(.*?)([1-6]+){weekday}", pattern) if week else None
        pattern = f"{joined[1]}{joined[2]}{mark}{weekday}" if joined else f"{pattern}{mark}{weekday}"
    for day in re.findall(r"-?\d+", _text(said.get("bymonthday"))):
        pattern += "LD" if day == "-1" else f"{day}D"
    opens, closes = (parse_clock(_text(said.get(name))[:5]) for name in ("opens_at", "closes_at"))
    if opens is None or closes is None:
        opens = closes = None
    elif closes <= opens:
        closes += DAY
    anchor, first, last = (_date(said.get(name)) for name in ("dtstart", "valid_from", "valid_to"))
    try:
        return Slot(pattern, opens, closes, anchor=anchor if "7" in pattern else None, valid_from=first, valid_to=last)
    except ValueError:
        return None


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(_text(value)[:10]) if value else None
    except ValueError:
        return None
