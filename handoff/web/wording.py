"""The page on which a town reads and approves every sentence the bot says."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from handoff import wording
from handoff.states import NotAllowed
from handoff.web.own_town import town_of
from handoff.web.settings import shown
from resources.access import Permission
from resources.places import Municipality
from resources.web.console import NoSuchPage, View, Visit

_PAGE = 50


def texts(visit: Visit) -> Response:
    """Show the sentences, those that nobody has read first."""
    return _show(visit)


def review(visit: Visit) -> Response | View:
    """Note that somebody read one sentence and found it good."""
    town, key, register = town_of(visit), visit.form.get("key", ""), visit.form.get("register", "")
    sentences = visit.console.voice.sentences()
    found = next((one for one in sentences if (one.key, one.register) == (key, register)), None)
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    try:
        wording.review(visit.session, town, found, mark=visit.form.get("mark", ""), actor=visit.actor, now=visit.now)
    except NotAllowed as refused:
        trouble = str(refused)
        return lambda later: _show(later, trouble=trouble)
    return visit.go(f"/settings/texts?said=reviewed&town={town}&q={_plain(visit, 'q')}&only={_plain(visit, 'only')}")


def unread(visit: Visit) -> int:
    """Return how many sentences of the bot nobody has read, for those who may approve them; nobody else is told."""
    if not visit.actor.may(Permission.SET_UP):
        return 0
    return wording.unread(visit.session, town_of(visit), visit.console.voice.sentences())


def _show(visit: Visit, *, trouble: str = "") -> Response:
    town, asked = town_of(visit), visit.request.query_params
    sought, only = (visit.form.get("q") or asked.get("q", ""))[:60], visit.form.get("only") or asked.get("only", "drafted")
    rows = wording.standing(visit.session, town, visit.console.voice.sentences())
    matching = [row for row in rows if (only == "all" or not row.reviewed) and wording.fits(row.sentence, sought)]
    start = int(asked["from"]) if asked.get("from", "").isdecimal() and len(asked["from"]) < 6 else 0
    return shown(
        visit,
        "texts.html",
        visit.session.get_one(Municipality, town),
        status=409 if trouble else 200,
        rows=matching[start : start + _PAGE],
        count=len(matching),
        start=start,
        following=start + _PAGE if start + _PAGE < len(matching) else None,
        unread=sum(not row.reviewed for row in rows),
        whole=len(rows),
        sought=sought,
        only=only,
        trouble=trouble,
        said="確認ずみにしました。" if asked.get("said") == "reviewed" else "",
    )


def _plain(visit: Visit, name: str) -> str:
    return quote(visit.form.get(name, "")[:60])
