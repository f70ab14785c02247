"""Entries that are probably the same place twice: suggested, laid side by side, merged, kept apart, and taken apart again."""

from __future__ import annotations

from starlette.responses import Response

from resources import directory, draft_words, duplicates, merging
from resources.duplicates import Verdict
from resources.kinds import Kinds
from resources.records import Record
from resources.web.console import NoSuchPage, View, Visit
from resources.web.directory import truth

_LISTS = frozenset({"phones", "faxes", "emails", "forms", "lines", "documents", "areas", "languages", "topics"})
_SAID = {
    "merged": "2件をまとめました。片方は台帳から外れ、古い番号で開いても残した項目に着きます。",
    "apart": "別の場所として記録しました。もう候補に出ません。",
    "undone": "元に戻しました。2件とも、前の内容に戻っています。",
}


def listed(visit: Visit) -> Response:
    """Show the likeliest pairs of a town, and what was decided lately."""
    return _list(visit)


def pair(visit: Visit) -> Response:
    """Show two entries side by side."""
    return _show(visit)


def merge(visit: Visit) -> Response | View:
    """Make one of two entries; the one whose name stands first is kept."""
    kept, gone = truth.entry_of(visit, "kept_id"), truth.entry_of(visit, "gone_id")
    chosen = {name.removeprefix("field."): whose for name, whose in visit.form.items() if name.startswith("field.")}
    seen = {kept.id: truth.seen(visit, "seen.kept"), gone.id: truth.seen(visit, "seen.gone")}
    try:
        merging.merge(visit.session, kept, gone, chosen, seen=seen, by=visit.actor.name, now=visit.now)
    except (merging.NotOneTown, merging.AlreadyDecided, directory.EditedMeanwhile) as refused:
        trouble = str(refused)
        return lambda later: _show(later, trouble=trouble)
    return visit.go(f"/directory/duplicates?town={kept.municipality_code}&said=merged")


def apart(visit: Visit) -> Response | View:
    """Say that two entries are two places."""
    kept, gone = truth.entry_of(visit, "kept_id"), truth.entry_of(visit, "gone_id")
    try:
        merging.keep_apart(visit.session, kept, gone, by=visit.actor.name, now=visit.now)
    except merging.NotOneTown as refused:
        trouble = str(refused)
        return lambda later: _show(later, trouble=trouble)
    return visit.go(f"/directory/duplicates?town={kept.municipality_code}&said=apart")


def undo(visit: Visit) -> Response | View:
    """Take a decision back."""
    found = visit.session.get(duplicates.Pair, visit.id("pair_id"))
    if found is None or found.municipality_code not in truth.towns_of(visit):
        raise NoSuchPage(NoSuchPage.__doc__)
    town = found.municipality_code
    try:
        merging.undo(visit.session, found, by=visit.actor.name, now=visit.now)
    except (merging.AlreadyDecided, merging.ChangedSince) as refused:
        trouble = str(refused)
        return lambda later: _list(later, trouble=trouble, town=town)
    return visit.go(f"/directory/duplicates?town={town}&said=undone")


def _list(visit: Visit, *, trouble: str = "", town: str = "") -> Response:
    towns = truth.towns_of(visit)
    town = town or truth.town_of(visit, towns)
    pairs = duplicates.suggested(visit.session, directory.whole(visit.session, town))
    return visit.page(
        "truth_duplicates.html", status=409 if trouble else 200, trouble=trouble, towns=towns, town=town, pairs=pairs,
        said=_SAID.get(visit.request.query_params.get("said", ""), ""), decided=duplicates.decided(visit.session, town),
        verdict=Verdict,
    )  # fmt: skip


def _show(visit: Visit, *, trouble: str = "") -> Response:
    kept, gone = truth.entry_of(visit, "kept_id"), truth.entry_of(visit, "gone_id")
    if kept.id == gone.id or kept.municipality_code != gone.municipality_code:
        raise NoSuchPage(NoSuchPage.__doc__)
    return visit.page(
        "truth_merge.html", status=409 if trouble else 200, trouble=trouble, kept=kept, gone=gone,
        questions=_questions(visit, kept, gone), same=_same(kept, gone),
    )  # fmt: skip


def _questions(visit: Visit, kept: Record, gone: Record) -> list[dict[str, object]]:
    """Return what differs: the field, its label, both sides as words, whether both may stay, and what is chosen."""
    kinds = Kinds.load()
    return [
        {
            "field": one.field,
            "label": draft_words.label(one.field),
            "kept": draft_words.said(kept.draft, one.field, kinds),
            "gone": draft_words.said(gone.draft, one.field, kinds),
            "both": one.field in _LISTS and bool(one.before) and bool(one.after),
            "chosen": visit.form.get(f"field.{one.field}") or merging.proposed(kept.draft, gone.draft, one.field),
        }
        for one in merging.questions(kept.draft, gone.draft)
    ]


def _same(kept: Record, gone: Record) -> list[tuple[str, str]]:
    """Return what both say alike: label and words."""
    kinds, differ = Kinds.load(), {one.field for one in merging.questions(kept.draft, gone.draft)}
    alike = ((field, label) for field, label in draft_words.LABELS.items() if field not in differ)
    told = ((label, draft_words.said(kept.draft, field, kinds)) for field, label in alike)
    return [(label, words) for label, words in told if words not in (draft_words.NOTHING, "いいえ")]
