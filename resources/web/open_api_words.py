"""How the open interface tells programs of itself: what a page, a service and a refusal look like."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

ABOUT: Final = """町の資源台帳（窓口、集いの場、制度）を、Open Referral HSDS 3.0 の形で読むためのAPIです。
だれでも、登録なしで使えます。

- `municipality` に全国地方公共団体コード（6桁）を渡すと、その町の分だけになります。渡さなければ、すべての町の分です。
- `modified_after` を渡すと、その時より後に変わったものだけになります。なくなった場所も、名前と `status` だけで入ります。
- HSDSに言葉のない項目（居住要件、男性歓迎など）は、`attributes` の `uketome_field` に入ります。
- 答えには `ETag` が付きます。`If-None-Match` で尋ねると、変わっていなければ 304 を返します。
- 所在を伏せる場所と、職員だけの項目は入りません。
"""


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class About(BaseModel):
    """The interface itself."""

    version: str
    profile: str
    openapi_url: str


class Named(_Open):
    """Anything with an id and a name: an organization, a taxonomy or one of its terms."""

    id: str
    name: str
    description: str


class Service(_Open):
    """A service in the words of HSDS 3 (service.json)."""

    id: str
    name: str
    status: Literal["active", "inactive", "defunct", "temporarily closed"]


class At(_Open):
    """A service at its location (service_at_location.json)."""

    id: str
    service_id: str
    location: dict[str, Any]
    service: Service


class _Page(BaseModel):
    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool


class Services(_Page):
    """A page of services."""

    contents: list[Service]


class AtLocations(_Page):
    """A page of services at their locations."""

    contents: list[At]


class NamedOnes(_Page):
    """A page of organizations, taxonomies or terms."""

    contents: list[Named]


class Refusal(BaseModel):
    """Why there is no answer, for people to read."""

    detail: str


Number = Annotated[int, Field(ge=1, le=1_000_000, description="何ページ目か")]
Size = Annotated[int, Field(ge=1, le=100, description="1ページの件数")]
_TOWN = Field(default="", pattern="^([0-9]{6})?$", description="全国地方公共団体コード（6桁）")


_BY_WORDS = "ことばで探します。municipality も要ります。近い順に、多くて200件です。"


class AskedForServices(BaseModel):
    """What a program may ask of the services."""

    municipality: str = _TOWN
    search: str = Field(default="", max_length=200, description=_BY_WORDS)
    taxonomy_term_id: uuid.UUID | None = None
    taxonomy_id: uuid.UUID | None = None
    organization_id: uuid.UUID | None = None
    modified_after: str = Field(default="", max_length=40, description="ISO 8601の日時。時差がなければ日本時間として読みます。")
    full: bool = Field(default=False, description="電話、時間、場所なども含めて、すべて返します。")
    page: Number = 1
    per_page: Size = 50


class AskedForNames(BaseModel):
    """What a program may ask of the organizations."""

    municipality: str = _TOWN
    search: str = Field(default="", max_length=200, description="名前の一部")
    page: Number = 1
    per_page: Size = 50


class AskedForTerms(BaseModel):
    """What a program may ask of the terms."""

    taxonomy_id: uuid.UUID | None = None
    page: Number = 1
    per_page: Size = 50
