"""What residents and groups propose: looked through, put into the directory or kindly declined by one editor."""

from __future__ import annotations

import uuid
from datetime import date

from starlette.responses import Response

from resources import deciding_proposals, directory, draft_words, duplicates, personal_words, proposals
from resources.deciding_proposals import DecidedMeanwhile, WhyNeeded
from resources.drafts import Draft, as_json
from resources.editing import saving
from resources.proposals import LONGEST, Proposal, State, Why
from resources.proposed_entries import draft_of
from resources.web.console import NoSuchPage, View, Visit
from resources.web.directory import truth
from resources.web.directory.editor_frame import kinds

_LIST = "/directory/proposals"
_A_PAGE = 50
# Told in one line with the hours.
_HOURS = frozenset({"hours_note", "closures", "closed_at_year_end"})
_SAID = {
    "added": "台帳に載せました。住民への答えには、数秒のうちに出ます。",
    "declined": "見送りました。",
    "waits": "待ちに戻しました。",
}


def listed(visit: Visit) -> Response:
    """Show the proposals of a town that wait, or what was decided lately."""
    towns = truth.towns_of(visit)
    town, decided = truth.town_of(visit, towns), visit.request.query_params.get("show", "") == "decided"
    count, asked = proposals.count_undecided(visit.session, town), visit.request.query_params.get("page", "")
    last = max(1, -(-count // _A_PAGE))
    page = min(max(1, int(asked)), last) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    if decided:
        rows = proposals.decided(visit.session, town)
    else:
        rows = proposals.undecided(visit.session, town, most=_A_PAGE, skip=(page - 1) * _A_PAGE)
    return visit.page(
        "proposals_list.html", towns=towns, town=town, decided=decided, count=count, State=State, page=page, last=last,
        rows=[(row, deciding_proposals.who(visit.session, row)) for row in rows], said=_said(visit),
    )  # fmt: skip


def one(visit: Visit) -> Response:
    """Show one proposal, what it would become, and what looks like it."""
    return _show(visit)


def write(visit: Visit) -> Response | View:
    """Open a proposal as a new entry; the entry that is made of it decides it."""
    try:
        key = deciding_proposals.write(visit.session, _id(visit), kinds=kinds(), actor=visit.actor, now=visit.now)
    except DecidedMeanwhile as refused:
        return _refused(str(refused))
    return visit.go(f"/directory/new?draft={key}")


def add(visit: Visit) -> Response | View:
    """Put a proposal into the directory as it is."""
    try:
        deciding_proposals.add(visit.session, _id(visit), kinds=kinds(), actor=visit.actor, now=visit.now)
    except saving.Unreadable as refused:
        return _refused("".join(trouble.says for trouble in refused.troubles) + "「書き足してから載せる」で直してください。")
    except DecidedMeanwhile as refused:
        return _refused(str(refused))
    return visit.go(f"{_LIST}/{_id(visit)}?said=added")


def decline(visit: Visit) -> Response | View:
    """Decline a proposal for a reason of the list."""
    try:
        why = visit.form.get("why", "")
        deciding_proposals.decline(visit.session, _id(visit), why, actor=visit.actor, now=visit.now)
    except (WhyNeeded, DecidedMeanwhile) as refused:
        return _refused(str(refused))
    return visit.go(f"{_LIST}/{_id(visit)}?said=declined")


def give_back(visit: Visit) -> Response | View:
    """Let a proposal somebody writes wait again."""
    try:
        deciding_proposals.give_back(visit.session, _id(visit), actor=visit.actor)
    except DecidedMeanwhile as refused:
        return _refused(str(refused))
    return visit.go(f"{_LIST}/{_id(visit)}?said=waits")


def answer_of(visit: Visit, why: Why | None, town: str) -> str:
    """Return the approved sentence a proposer reads: that it was accepted, or for which reason it was not."""
    key = f"proposing.declined.{why}" if why else "proposing.accepted"
    said = {one.key: one.words for one in visit.console.voice.sentences() if one.register == "normal"}
    return said.get(key, "").replace("{town}", town)


def _id(visit: Visit) -> uuid.UUID:
    return _proposal(visit).id


def _proposal(visit: Visit) -> Proposal:
    try:
        return deciding_proposals.of_towns(visit.session, visit.id("proposal_id"), frozenset(truth.towns_of(visit)))
    except directory.NoSuchEntry:
        raise NoSuchPage(NoSuchPage.__doc__) from None


def _refused(trouble: str) -> View:
    return lambda later: _show(later, trouble=trouble)


def _show(visit: Visit, *, trouble: str = "") -> Response:
    proposal, town = _proposal(visit), truth.towns_of(visit)[_proposal(visit).municipality_code]
    still = proposal.state in (State.WAITING, State.WRITING)
    draft = draft_of(proposal, kinds=kinds(), today=truth.today(visit))
    words = {field: getattr(proposal, field) for field in LONGEST}
    marks = {field: personal_words.of_somebody(said) for field, said in words.items()}
    marks |= {field: (*marks[field], *personal_words.reachable(said)) for field, said in words.items() if field != "reach"}
    return visit.page(
        "proposals_one.html", status=409 if trouble else 200, trouble=trouble, said=_said(visit), proposal=proposal, town=town,
        marks=marks, days=[truth.on(date.fromisoformat(day)) for day in proposal.dates], still=still, State=State,
        who=deciding_proposals.who(visit.session, proposal), mine=proposal.decided_by == visit.actor.staff_id,
        becomes=_becomes(draft), chosen=visit.form.get("why", ""),
        alike=duplicates.like(draft, directory.whole(visit.session, proposal.municipality_code)) if still else [],
        whys=[(why, answer_of(visit, why, town)) for why in Why], accepted=answer_of(visit, None, town),
    )  # fmt: skip


def _becomes(draft: Draft) -> list[tuple[str, str]]:
    fields = dict.fromkeys("slots" if field in _HOURS else field for field in as_json(draft) if field != "topics")
    return [(draft_words.label(field), draft_words.said(draft, field, kinds())) for field in fields]


def _said(visit: Visit) -> str:
    return _SAID.get(visit.request.query_params.get("said", ""), "")
