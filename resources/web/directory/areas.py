"""The parts of a town, and whose an address is: for editors who wonder why a place is found here and not there."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from resources import areas as parts
from resources import catchments
from resources.web.console import Visit
from resources.web.directory import truth
from resources.web.directory.editor_frame import kinds

_LONGEST: Final = 200
_NO_ADDRESS: Final = "住所・町名・郵便番号のどれかを書いてください。"
_UNKNOWN: Final = "この町の一覧に、その町名や郵便番号がありません。町名だけで試すか、一覧に足すよう管理者に頼んでください。"


def listed(visit: Visit) -> Response:
    """List the parts of a town."""
    return _page(visit)


def tried(visit: Visit) -> Response:
    """Say whose an address is; it stands in no address bar and is not kept."""
    return _page(visit, said=visit.form.get("address", "").strip()[:_LONGEST])


def _page(visit: Visit, said: str | None = None) -> Response:
    towns = truth.towns_of(visit)
    town = truth.town_of(visit, towns)
    found = catchments.of_address(visit.session, town, said) if said else None
    trouble = "" if said is None or found else (_UNKNOWN if said else _NO_ADDRESS)
    known = parts.of_town(visit.session, town)
    labels = {code: kind.label for code, kind in kinds().by_code.items()}
    return visit.page(
        "areas.html", status=409 if trouble else 200, towns=towns, town=town, areas=known, typed=said or "", trouble=trouble,
        found=found, labels=labels, unplaced=sum(area.latitude is None for area in known),
    )  # fmt: skip
