"""The page behind a provider's link: what the town tells residents of it, to be confirmed or corrected without an account."""

from __future__ import annotations

from starlette.responses import Response

from resources import critical, directory, provider_links
from resources.web.console import Visit
from resources.web.directory import truth

_CHANGED = "いま、役所の側でも内容が直されました。新しい内容を見て、もう一度答えてください。"


def provider(visit: Visit) -> Response:
    """Show the entry; looking changes nothing, because programs that check mail open links, too."""
    return _show(visit)


def answered(visit: Visit) -> Response:
    """Take a confirmation at once, or keep corrections until an editor has read them; either spends the link."""
    secret = _secret(visit)
    try:
        with visit.console.database.writing() as session:
            kept = provider_links.propose(session, secret, truth.typed(visit), gone="gone" in visit.form, now=visit.now)
            if not kept:
                provider_links.confirm(session, secret, seen=truth.seen(visit), now=visit.now)
    except provider_links.LinkUseless as useless:
        return visit.page("truth_useless.html", status=410, error=str(useless))
    except critical.NotReadable as unclear:
        return _show(visit, trouble=str(unclear), status=422)
    except directory.EditedMeanwhile:
        return _show(visit, trouble=_CHANGED, status=409)
    return visit.page("truth_answered.html", kept=kept)


def _show(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    secret = _secret(visit)
    try:
        with visit.console.database.reading() as session:
            found = provider_links.opened(session, secret, now=visit.now)
    except provider_links.LinkUseless as useless:
        return visit.page("truth_useless.html", status=410, error=str(useless))
    return visit.page(
        "truth_provider.html", status=status, trouble=trouble, found=found, points=critical.points(found.record.draft),
        typed=truth.typed(visit), secret=secret, gone="gone" in visit.form, address=found.record.draft.address,
    )  # fmt: skip


def _secret(visit: Visit) -> str:
    return str(visit.request.path_params["token"])
