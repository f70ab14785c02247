"""A message no program could read: a person looks, and decides."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from handoff import unreadable
from handoff.inbox import InboundEvent
from resources.web.console import NoSuchPage, Visit

_LIST = "/desk?tab=held&said="


def aside(visit: Visit) -> Response:
    """Show the content as the platform sent it; who looks is on record before."""
    event = _event(visit)
    with visit.console.database.writing() as session:
        unreadable.note_reading(session, event, actor=visit.actor, now=visit.now)
    return visit.page("aside.html", event=event, content=unreadable.content(visit.session, event))


def retry(visit: Visit) -> Response:
    """Let the machine try again."""
    return _done(visit, unreadable.try_once_more, "retried")


def settle(visit: Visit) -> Response:
    """Take it off the list after a person acted."""
    return _done(visit, unreadable.settle, "settled")


def _done(visit: Visit, act: Callable[..., None], said: str) -> Response:
    event = unreadable.find(visit.session, visit.actor, visit.id("event_id"), to_change=True)
    if event is None:
        # A colleague was faster, or the machine has read it by now: the list shows what is left.
        return visit.go(f"{_LIST}gone")
    act(visit.session, event, actor=visit.actor, now=visit.now)
    return visit.go(f"{_LIST}{said}")


def _event(visit: Visit) -> InboundEvent:
    event = unreadable.find(visit.session, visit.actor, visit.id("event_id"))
    if event is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return event
