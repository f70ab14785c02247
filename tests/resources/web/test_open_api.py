"""Anybody's program reads the directories: HSDS 3, valid, paged, and never what is not for everybody."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from resources import directory, places
from resources.drafts import Draft, PhoneNumber
from resources.hours import parse_hours
from resources.services import Status
from tests.desk import World, found_world, served

SCHEMAS = Path(__file__).resolve().parents[3].parent / "shared" / "contracts" / "hsds-3"
SALON = Draft(
    "ひだまりサロン", kind="salon", name_kana="ヒダマリサロン", phones=(PhoneNumber("099-000-2101", "12"),),
    topics=("gathering",), slots=parse_hours("24We 10:00-12:00 祝休; 0Mo 9:00-17:00"), eligibility_description="どなたでも",
    minimum_age=60.0, fees_description="100円", town="本町", address="みらい市本町8-3", latitude=35.4964, longitude=141.7957,
    men_welcome=True, organization="ひだまり会", tax_id="1234567890123",
    url="https://example.jp/hidamari?a=1", emails=("salon@example.jp",),
    areas=("本町", "中央町"), languages=("日本語",), documents=("飲み物",), accessibility="段差なし",
    assured_date=date(2026, 10, 2), assurer="カナリア田中", assured_how="カナリア電話", note="カナリア備考",
    status_reason="カナリア理由",
)  # fmt: skip
ODD = Draft("町のサイト", url="町のサイト.jp/あ", emails=("電話で",), kind="no_such_kind", topics=("no_such_topic",))
HIDDEN = Draft("カナリアの家", kind="salon", address="みらい市カナリア町1", organization="カナリア会", confidential=True)


@pytest.fixture
def town(database, now) -> World:
    """みらい市, on either database."""
    return found_world(database, now)


@pytest.fixture
def api(town: World) -> Iterator[httpx.Client]:
    """A program that asks the running server."""
    with served(town) as address, httpx.Client(base_url=f"{address}/api", timeout=60) as client:
        yield client


def add(world: World, draft: Draft, town: str = "", ago: timedelta = timedelta()) -> uuid.UUID:
    with world.database.writing() as session:
        return directory.add(session, draft, municipality=town or world.town, by="編集", now=world.now - ago)


def ids(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.json()["contents"]}


@cache
def schema(name: str) -> Any:
    """A schema of HSDS, its parts read from beside it."""
    if not SCHEMAS.exists():
        pytest.skip("the HSDS schemas are not beside this checkout")

    def beside(uri: str) -> Any:
        return json.loads((SCHEMAS / uri.rsplit("/", 1)[1]).read_text(encoding="utf-8"))

    text = json.loads((SCHEMAS / name).read_text(encoding="utf-8"))
    resolve: Callable[[str], Any] = beside
    return jsonschema_rs.validator_for(text, base_uri="https://hsds.example/", retriever=resolve, validate_formats=True)


def fits(said: Any, name: str) -> None:
    schema(name).validate(said)


def test_every_answer_has_the_shape_of_hsds(town: World, api: httpx.Client) -> None:
    for draft in (SALON, ODD, replace(SALON, name="休み", status=Status.TEMPORARILY_CLOSED), Draft("名前だけ")):
        add(town, draft)
    gone = add(town, replace(SALON, name="終わり", status=Status.DEFUNCT))
    for query, name in (("", "compiled/service_list.json"), ("?full=true", "compiled/service_with_definitions.json")):
        page = api.get(f"/services{query}").json()
        assert (page["total_items"], page["size"], page["total_pages"], page["empty"]) == (4, 4, 1, False)
        for one in page["contents"]:
            fits(one, name)
            fits(one, "service.json")
            assert api.get(f"/services/{one['id']}").json()["name"] == one["name"]
    for query in ("", "?full=true"):
        at = api.get(f"/service_at_locations{query}").json()["contents"]
        assert len(at) == 2
        for one in at:
            fits(one, "service_at_location.json")
            fits(one, "compiled/service_at_location_list.json")
            whole = api.get(f"/service_at_locations/{one['id']}").json()
            fits(whole, "service_at_location.json")
            assert whole["location"]["addresses"][0]["address_1"] == "みらい市本町8-3"
    over = api.get(f"/services/{gone}").json()
    fits(over, "service.json")
    assert over.keys() == {"id", "name", "status", "last_modified"} and over["status"] == "defunct"
    owners = api.get("/organizations").json()["contents"]
    assert [one["name"] for one in owners] == ["ひだまり会"]
    for one in owners:
        fits(one, "compiled/organization_list.json")
        whole = api.get(f"/organizations/{one['id']}").json()
        fits(whole, "organization.json")
        assert {service["name"] for service in whole["services"]} == {"ひだまりサロン", "休み"}
    for name in ("taxonomies", "taxonomy_terms"):
        for one in api.get(f"/{name}?per_page=100").json()["contents"]:
            fits(one, f"{name.replace('ies', 'y').removesuffix('s')}.json")
            assert api.get(f"/{name}/{one['id']}").json() == one
    about = api.get("/").json()
    assert about["version"] == "3.0" and about["openapi_url"].endswith("/api/openapi.json")
    assert api.get("/openapi.json").json()["servers"] == [{"url": "/api"}]


def test_what_is_not_for_everybody_never_leaves(town: World, api: httpx.Client) -> None:
    add(town, SALON)
    hidden = add(town, HIDDEN)
    later = add(town, replace(SALON, name="のちに隠す", organization="かくれ会"))
    assert "かくれ会" in api.get("/organizations").text + api.get("/services").text
    with town.database.writing() as session:
        hide = replace(SALON, name="カナリア", organization="かくれ会", address="カナリア", confidential=True)
        directory.edit(session, later, hide, by="編集", now=town.now)
    lists = ("services", "service_at_locations", "organizations")
    paths = [*(f"/{one}?full={full}" for one in lists for full in ("true", "false"))]
    paths += [f"/services?municipality={town.town}&search=カナリア", "/services?modified_after=2020-01-01&full=true"]
    paths += [f"/services/{one['id']}" for one in api.get("/services").json()["contents"]]
    for path in paths:
        said = api.get(path)
        assert said.status_code == 200 and ("ひだまり" in said.text or "search" in path), path
        assert "カナリア" not in said.text and "かくれ" not in said.text, path
    for id_ in (hidden, later):
        for path in ("services", "service_at_locations"):
            assert api.get(f"/{path}/{id_}").status_code == 404


def test_filters_and_pages(town: World, api: httpx.Client) -> None:
    made = [str(add(town, replace(SALON, name=f"会{at}"), ago=timedelta(days=at))) for at in range(5)]
    other = str(add(town, Draft("となりの窓口", kind="salon", organization="となり会"), town.other_town))
    assert ids(api.get("/services")) == {*made, other}
    assert ids(api.get(f"/services?municipality={town.town}")) == set(made)
    pages = [api.get(f"/services?municipality={town.town}&per_page=2&page={at}").json() for at in (1, 2, 3, 4)]
    assert [one["size"] for one in pages] == [2, 2, 1, 0] and {one["total_items"] for one in pages} == {5}
    assert [one["last_page"] for one in pages] == [False, False, True, True] and pages[3]["empty"]
    assert len({one["id"] for page in pages for one in page["contents"]}) == 5
    since = (town.now - timedelta(days=1)).isoformat()
    assert ids(api.get("/services", params={"modified_after": since})) == {made[0], made[1], other}
    assert ids(api.get(f"/services?modified_after={since}")) == {made[0], made[1], other}  # a plus left as it is
    owner = api.get(f"/services/{other}").json()["organization_id"]
    assert ids(api.get(f"/services?organization_id={owner}")) == {other}
    pages = [api.get(f"/taxonomy_terms?per_page=100&page={at}").json() for at in (1, 2)]
    terms = {one["code"]: one for page in pages for one in page["contents"]}
    assert ids(api.get(f"/services?taxonomy_term_id={terms['gathering']['id']}")) == set(made)
    assert ids(api.get(f"/services?taxonomy_id={terms['gathering']['taxonomy_id']}")) == set(made)
    assert ids(api.get(f"/services?taxonomy_term_id={terms['salon']['id']}")) == {*made, other}
    assert ids(api.get(f"/services?taxonomy_term_id={uuid.uuid4()}")) == set()
    assert ids(api.get(f"/services?municipality={town.town}&search=会3")) >= {made[3]}
    found = api.get(f"/services?municipality={town.town}&search=ひだまりの会3&per_page=1").json()
    assert found["contents"][0]["id"] == made[3] or found["total_items"] > 1
    assert ids(api.get("/organizations?search=となり")) == {owner}


def test_an_edit_is_seen_at_once_and_nothing_is_sent_twice(town: World, api: httpx.Client) -> None:
    made = add(town, SALON)
    first = api.get("/services?full=true")
    assert api.get("/services?full=true", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    with town.database.writing() as session:  # by a clock that stands still
        directory.edit(session, made, replace(SALON, fees_description="無料"), by="編集", now=town.now)
    again = api.get("/services?full=true", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 200 and again.json()["contents"][0]["fees_description"] == "無料"
    assert again.headers["cache-control"] == "public, no-cache" and again.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in again.headers
    with town.database.writing() as session:
        places.add(session, town.town, "あたらし市", now=town.now)
    assert "あたらし市" in api.get("/services?full=true").text
    with town.database.writing() as session:
        directory.retire(session, made, reason="人手", by="編集", now=town.now + timedelta(hours=1))
    assert ids(api.get("/services")) == set()
    since = (town.now + timedelta(minutes=1)).isoformat()
    assert ids(api.get("/services", params={"modified_after": since})) == {str(made)}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/services?page=0", 422), ("/services?per_page=101", 422), ("/services?municipality=12", 422),
        ("/services?modified_after=きのう", 422), ("/services?modified_after=0001-01-01T00:00:00%2B09:00", 422),
        ("/services?search=サロン", 422), ("/services?taxonomy_id=x", 422), ("/services/x", 422), ("/nowhere", 404),
        (f"/services/{uuid.UUID(int=7)}", 404), (f"/organizations/{uuid.UUID(int=7)}", 404),
        (f"/taxonomies/{uuid.UUID(int=7)}", 404), (f"/taxonomy_terms/{uuid.UUID(int=7)}", 404), ("/docs", 404),
    ],
)  # fmt: skip
def test_refusals_are_json_in_plain_words(small_world: World, path: str, status: int) -> None:
    with served(small_world) as address, httpx.Client(base_url=f"{address}/api", headers={"accept": "text/html"}) as api:
        refused = api.get(path)
        assert refused.status_code == status and refused.json().keys() == {"detail"}, refused.text
        assert api.post("/services").status_code == 405
