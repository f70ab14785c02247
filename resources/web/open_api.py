"""The open interface under /api: the directories in the shapes of HSDS 3, to be read by anybody's programs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from fastapi import FastAPI, HTTPException, Query
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.applications import Starlette
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from resources import hsds, hsds_terms
from resources.kinds import Kinds
from resources.open_organizations import OpenOrganizations
from resources.open_services import Form, Listed, OpenServices, Wanted
from resources.slots import JAPAN
from resources.web import conditional
from resources.web import open_api_words as words
from resources.web.console import Console
from resources.web.open_api_words import AskedForNames, AskedForServices, AskedForTerms

PATH: Final = "/api"
_JSON: Final = "application/json"
_PROFILE: Final = "https://docs.openreferral.org/en/3.0/"
# Anybody's pages may read what is open, too.
_FOR_ALL: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_MOST_BY_WORDS: Final = 200
_MISSING: Final = "見つかりません。なくなったか、公開されていません。"
_READ_ONLY: Final = "ここは読むだけです。GETで尋ねてください。"
_WITH_TOWN: Final = "search で探すときは、municipality も渡してください。"
_UNREADABLE: Final = "{} の値を読み取れません。"
_BUSY: Final = "いまは答えられません。少し待って、もう一度お試しください。"
_BROKEN: Final = "プログラムの中で思わぬことが起きました。"
_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    422: {"model": words.Refusal, "description": "受け取れない値"},
    503: {"model": words.Refusal, "description": "いまは答えられない"},
}
_MISSES: Final = _REFUSALS | {404: {"model": words.Refusal, "description": "ない"}}


def install(app: Starlette, console: Console) -> None:
    """Put the interface under /api, with its description at /api/openapi.json."""
    app.router.routes.append(Route(PATH, lambda request: RedirectResponse(f"{PATH}/", 308), methods=["GET"]))
    app.mount(PATH, application(console))


def application(console: Console) -> FastAPI:
    """Return the interface as an application of its own: it signs nobody in and keeps no trace of who asks."""
    api = FastAPI(
        title="Uketome 公開台帳", version="3.0", description=words.ABOUT, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    kinds, organizations = Kinds.load(), OpenOrganizations(console.database)
    _refusing(api)
    _about(api, console)
    _services(api, _Services(console, OpenServices(console.database, kinds), organizations, kinds))
    _organizations(api, organizations)
    _terms(api, kinds)
    return api


class _Services:
    """What is asked for in the words of HSDS, turned into ours."""

    def __init__(self, console: Console, services: OpenServices, organizations: OpenOrganizations, kinds: Kinds) -> None:
        self._console, self._services, self._organizations = console, services, organizations
        self._terms = {one["id"]: (one["taxonomy"], one["code"]) for one in hsds_terms.terms(kinds)}
        self._terms |= {hsds_terms.taxonomy_id(name): (name, "") for name in (hsds_terms.KIND, hsds_terms.TOPIC)}

    def page(self, request: Request, asked: AskedForServices, form: Form) -> Response:
        wanted = self._wanted(asked)
        nothing = Listed(0, [])
        found = self._services.page(wanted, form=form, number=asked.page, size=asked.per_page) if wanted else nothing
        return _page(request, found, asked.page, asked.per_page)

    def one(self, request: Request, id_: uuid.UUID, form: Form) -> Response:
        found = self._services.one(id_, form=form)
        if found is None:
            raise HTTPException(404, _MISSING)
        return _answer(request, found)

    def _wanted(self, asked: AskedForServices) -> Wanted | None:
        """Return what is asked for; None when no service can be it."""
        terms = [self._terms.get(str(id_)) for id_ in (asked.taxonomy_term_id, asked.taxonomy_id) if id_ is not None]
        owner = self._organizations.get(str(asked.organization_id)) if asked.organization_id else None
        if None in terms or (asked.organization_id and owner is None):
            return None
        return Wanted(
            municipality=asked.municipality,
            organizations=owner.rows if owner else None,
            terms=tuple(term for term in terms if term),
            modified_after=_moment(asked.modified_after) if asked.modified_after else None,
            among=self._found(asked.search, asked.municipality) if asked.search.strip() else None,
        )

    def _found(self, words_: str, town: str) -> tuple[uuid.UUID, ...]:
        if not town or self._console.search is None:
            raise HTTPException(422, _WITH_TOWN)
        found = self._console.search().find(words_, municipality=town, now=self._console.now(), limit=_MOST_BY_WORDS)
        return tuple(one.id for one in found if one.record.municipality_code == town)


def _about(api: FastAPI, console: Console) -> None:
    @api.get("/", response_model=words.About, summary="このAPIについて")
    def about(request: Request) -> Response:
        said = {"version": "3.0", "profile": _PROFILE, "openapi_url": f"{console.base_url}{PATH}/openapi.json"}
        return _answer(request, hsds.to_bytes(said))


def _services(api: FastAPI, services: _Services) -> None:
    @api.get("/services", response_model=words.Services, responses=_REFUSALS, summary="サービスの一覧")
    def list_services(request: Request, asked: Annotated[AskedForServices, Query()]) -> Response:
        return services.page(request, asked, Form.FULL if asked.full else Form.PLAIN)

    @api.get("/services/{id}", response_model=words.Service, responses=_MISSES, summary="1つのサービス")
    def get_service(request: Request, id: uuid.UUID) -> Response:
        return services.one(request, id, Form.FULL)

    @api.get("/service_at_locations", response_model=words.AtLocations, responses=_REFUSALS, summary="場所のあるサービスの一覧")
    def list_service_at_locations(request: Request, asked: Annotated[AskedForServices, Query()]) -> Response:
        return services.page(request, asked, Form.FULL_AT_LOCATION if asked.full else Form.AT_LOCATION)

    @api.get("/service_at_locations/{id}", response_model=words.At, responses=_MISSES, summary="1つのサービスと場所")
    def get_service_at_location(request: Request, id: uuid.UUID) -> Response:
        return services.one(request, id, Form.FULL_AT_LOCATION)


def _organizations(api: FastAPI, organizations: OpenOrganizations) -> None:
    @api.get("/organizations", response_model=words.NamedOnes, responses=_REFUSALS, summary="主催者の一覧")
    def list_organizations(request: Request, asked: Annotated[AskedForNames, Query()]) -> Response:
        known = organizations.found(municipality=asked.municipality, words=asked.search)
        return _names(request, [one.said for one in known], asked.page, asked.per_page)

    @api.get("/organizations/{id}", response_model=words.Named, responses=_MISSES, summary="1つの主催者")
    def get_organization(request: Request, id: uuid.UUID) -> Response:
        known = organizations.get(str(id))
        return _named(request, None if known is None else organizations.whole(known))


def _terms(api: FastAPI, kinds: Kinds) -> None:
    taxonomies = {one["id"]: one for one in hsds_terms.taxonomies()}
    terms = {one["id"]: one | {"taxonomy_id": hsds_terms.taxonomy_id(one["taxonomy"])} for one in hsds_terms.terms(kinds)}

    @api.get("/taxonomies", response_model=words.NamedOnes, responses=_REFUSALS, summary="分類の一覧")
    def list_taxonomies(request: Request, asked: Annotated[AskedForTerms, Query()]) -> Response:
        return _names(request, list(taxonomies.values()), asked.page, asked.per_page)

    @api.get("/taxonomies/{id}", response_model=words.Named, responses=_MISSES, summary="1つの分類")
    def get_taxonomy(request: Request, id: uuid.UUID) -> Response:
        return _named(request, taxonomies.get(str(id)))

    @api.get("/taxonomy_terms", response_model=words.NamedOnes, responses=_REFUSALS, summary="分類の語の一覧")
    def list_terms(request: Request, asked: Annotated[AskedForTerms, Query()]) -> Response:
        ours = [one for one in terms.values() if asked.taxonomy_id is None or one["taxonomy_id"] == str(asked.taxonomy_id)]
        return _names(request, ours, asked.page, asked.per_page)

    @api.get("/taxonomy_terms/{id}", response_model=words.Named, responses=_MISSES, summary="1つの分類の語")
    def get_term(request: Request, id: uuid.UUID) -> Response:
        return _named(request, terms.get(str(id)))


def _names(request: Request, known: Sequence[hsds.Object], number: int, size: int) -> Response:
    parts = [hsds.to_bytes(one) for one in known[(number - 1) * size : number * size]]
    return _page(request, Listed(len(known), parts), number, size)


def _named(request: Request, known: hsds.Object | None) -> Response:
    if known is None:
        raise HTTPException(404, _MISSING)
    return _answer(request, hsds.to_bytes(known))


def _page(request: Request, found: Listed, number: int, size: int) -> Response:
    pages = max(1, -(-found.total // size))
    said = {"total_items": found.total, "total_pages": pages, "page_number": number, "size": len(found.parts)}
    said |= {"first_page": number == 1, "last_page": number >= pages, "empty": not found.parts}
    head = hsds.to_bytes(said).removesuffix(b"}")
    return _answer(request, b"".join((head, b',"contents":[', b",".join(found.parts), b"]}")))


def _answer(request: Request, content: bytes) -> Response:
    return conditional.answer(request, content, _JSON, headers=_FOR_ALL)


def _moment(said: str) -> datetime:
    """Return a moment of an address, in which a plus may have become a space."""
    for written in (said, said.replace(" ", "+")):
        try:
            moment = datetime.fromisoformat(written)
            return (moment if moment.tzinfo else moment.replace(tzinfo=JAPAN)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise HTTPException(422, _UNREADABLE.format("modified_after"))


def _refusing(api: FastAPI) -> None:
    """Every refusal is JSON, in words; what was sent is not sent back."""

    def refusal(status: int, says: str, headers: Mapping[str, str] | None = None) -> Response:
        return JSONResponse({"detail": says}, status, {**_FOR_ALL, **(headers or {})})

    @api.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> Response:
        wrong = dict.fromkeys(str(one["loc"][-1]) for one in error.errors())
        return refusal(422, _UNREADABLE.format("、".join(wrong)))

    @api.exception_handler(AnyHTTPException)
    def refused(request: Request, error: AnyHTTPException) -> Response:
        says = {404: _MISSING, 405: _READ_ONLY}.get(error.status_code, error.detail)
        return refusal(error.status_code, says, error.headers)

    def busy(request: Request, error: Exception) -> Response:
        return refusal(503, _BUSY, {"Retry-After": "10"})

    for away in (OperationalError, NoConnectionFree):
        api.add_exception_handler(away, busy)
    api.add_exception_handler(Exception, lambda request, error: refusal(500, _BROKEN))
