"""The pages of the directory, and who may open them: one function a subject."""

from __future__ import annotations

from resources.access import Permission
from resources.web.console import Page
from resources.web.directory import (
    areas,
    asked,
    asked_unmatched,
    asked_words,
    checking,
    duplicates,
    editor,
    editor_acts,
    editor_entry,
    editor_try,
    exports,
    freshness,
    gatherings_calendar,
    gatherings_events,
    gatherings_month,
    importing,
    importing_file,
    open_places,
    proposals,
    propose,
    provider,
    shared,
    verification,
)

_EDIT = Permission.EDIT_DIRECTORY
_ENTRY = "/directory/{service_id}"


def directory_pages() -> list[Page]:
    """Return the pages of the directory console and of the open directory."""
    # The pages of one entry come last: what has a name of its own under /directory is no entry.
    return [
        *_editor(),
        *_importing(),
        *_truth(),
        *_gatherings(),  # A month of /places is no place.
        *_open(),
        *_together(),
        *_asked(),
        *_proposals(),
        *_entry(),
    ]


def _editor() -> list[Page]:
    return [
        Page("/directory", editor.editor, _EDIT, entry="資源台帳"),
        Page("/directory/bulk", editor.change_many, _EDIT, "POST"),
        Page("/directory/new", editor_entry.editor_new, _EDIT),
        Page("/directory/new", editor_entry.make, _EDIT, "POST"),
        Page("/directory/new/keep", editor_entry.keep_new, _EDIT, "POST", live=True),
        Page("/directory/new/look", editor_entry.look_new, _EDIT, "POST"),
        Page("/directory/new/let-go", editor_entry.let_new_go, _EDIT, "POST"),
    ]


def _entry() -> list[Page]:
    return [
        Page(_ENTRY, editor_entry.editor_entry, _EDIT),
        Page(_ENTRY, editor_entry.save, _EDIT, "POST"),
        Page(f"{_ENTRY}/keep", editor_entry.keep, _EDIT, "POST", live=True),
        Page(f"{_ENTRY}/look", editor_entry.look, _EDIT, "POST"),
        Page(f"{_ENTRY}/let-go", editor_entry.let_go, _EDIT, "POST"),
        Page(f"{_ENTRY}/conflict", editor_entry.editor_conflict, _EDIT),
        Page(f"{_ENTRY}/conflict", editor_entry.settle, _EDIT, "POST"),
        Page(f"{_ENTRY}/retire", editor_acts.retire, _EDIT, "POST"),
        Page(f"{_ENTRY}/rest", editor_acts.rest, _EDIT, "POST"),
        Page(f"{_ENTRY}/reopen", editor_acts.reopen, _EDIT, "POST"),
        Page(f"{_ENTRY}/assure", editor_acts.assure, _EDIT, "POST"),
        Page(f"{_ENTRY}/history", editor_acts.editor_history, _EDIT),
        Page(f"{_ENTRY}/history/{{revision_id}}/undo", editor_acts.undo, _EDIT, "POST"),
        Page(f"{_ENTRY}/try", editor_try.editor_try, _EDIT),
        Page(f"{_ENTRY}/try", editor_try.attempt, _EDIT, "POST"),
    ]


def _importing() -> list[Page]:
    edit, file = Permission.EDIT_DIRECTORY, "/directory/import/{job_id}"
    return [
        Page("/directory/import", importing.import_start, edit, entry="台帳の取り込み", beside=True),
        Page("/directory/import", importing.bring, edit, "POST", upload=True, own_sessions=True),
        Page(file, importing_file.import_file, edit),
        Page(f"{file}/live", importing_file.import_live, edit, live=True),
        Page(f"{file}/columns", importing_file.columns, edit, "POST"),
        Page(f"{file}/apply", importing_file.apply, edit, "POST"),
        Page(f"{file}/undo", importing_file.undo, edit, "POST"),
        Page(f"{file}/again", importing_file.again, edit, "POST"),
        Page(f"{file}/discard", importing_file.discard, edit, "POST"),
    ]


def _truth() -> list[Page]:
    listed, pair = "/directory/verification", "/directory/duplicates/{kept_id}/{gone_id}"
    entry = f"{listed}/{{service_id}}"
    return [
        Page(listed, verification.listed, _EDIT, entry="情報の確認", beside=True),
        Page(listed, verification.claim_next, _EDIT, "POST"),
        Page(entry, checking.sheet, _EDIT),
        Page(entry, checking.check, _EDIT, "POST"),
        Page(f"{entry}/claim", verification.claim, _EDIT, "POST"),
        Page(f"{entry}/assign", checking.assign, _EDIT, "POST"),
        Page(f"{entry}/give-back", checking.give_back, _EDIT, "POST"),
        Page(f"{entry}/not-reached", checking.not_reached, _EDIT, "POST"),
        Page(f"{entry}/end", checking.end, _EDIT, "POST"),
        Page(f"{entry}/rest", checking.rest, _EDIT, "POST"),
        Page(f"{entry}/reopen", checking.reopen, _EDIT, "POST"),
        Page(f"{entry}/reports", checking.reports, _EDIT, "POST"),
        Page(f"{entry}/link", checking.link, _EDIT, "POST"),
        Page(f"{entry}/answer", checking.answer, _EDIT, "POST"),
        Page("/provider/{token}", provider.provider, Permission.ANYONE),
        Page("/provider/{token}", provider.answered, Permission.ANYONE, "POST"),
        Page("/directory/freshness", freshness.freshness, _EDIT),
        Page("/directory/freshness", freshness.choose, _EDIT, "POST"),
        Page("/directory/duplicates", duplicates.listed, _EDIT),
        Page("/directory/duplicates/{pair_id}/undo", duplicates.undo, _EDIT, "POST"),
        Page(pair, duplicates.pair, _EDIT),
        Page(pair, duplicates.merge, _EDIT, "POST"),
        Page(f"{pair}/apart", duplicates.apart, _EDIT, "POST"),
    ]


def _open() -> list[Page]:
    return [
        Page("/places", open_places.open_towns, Permission.ANYONE, traceless=True),
        Page("/places/{code}", open_places.open_list, Permission.ANYONE, traceless=True),
        # What somebody looks for in their own words stands in no address.
        Page("/places/{code}", open_places.open_list, Permission.ANYONE, "POST", traceless=True),
        Page("/places/{code}/{service_id}", open_places.open_entry, Permission.ANYONE, traceless=True),
    ]


def _together() -> list[Page]:
    listed, ours = "/directory/shared", "/directory/shared/ours"
    return [
        Page(listed, shared.shared, _EDIT, entry="町どうしの共有と書き出し", beside=True),
        Page(ours, shared.ours, _EDIT),
        Page(ours, shared.share, _EDIT, "POST"),
        Page(f"{ours}/stop", shared.stop, _EDIT, "POST"),
        Page(f"{listed}/{{service_id}}", shared.say, _EDIT, "POST"),
        Page("/directory/areas", areas.listed, _EDIT),
        Page("/directory/areas", areas.tried, _EDIT, "POST"),
        Page("/directory/export", exports.export, _EDIT),
        Page("/directory/export", exports.take, _EDIT, "POST", own_sessions=True),
        Page("/places/{code}/data/{file}", exports.OpenFiles().open_file, Permission.ANYONE, live=True, traceless=True),
    ]


def _gatherings() -> list[Page]:
    listed, anyone, town = "/directory/events", Permission.ANYONE, "/places/{code}"
    calendars, months = gatherings_calendar.Calendars(), gatherings_month.Months()
    return [
        Page(listed, gatherings_events.listed, _EDIT, entry="催し", beside=True),
        Page(f"{listed}/new", gatherings_events.new, _EDIT),
        Page(f"{listed}/new", gatherings_events.make, _EDIT, "POST"),
        Page(f"{listed}/{{event_id}}", gatherings_events.event, _EDIT),
        Page(f"{listed}/{{event_id}}", gatherings_events.save, _EDIT, "POST"),
        Page(f"{listed}/{{event_id}}/dates", gatherings_events.add_day, _EDIT, "POST"),
        Page(f"{listed}/{{event_id}}/dates/{{date_id}}/cancel", gatherings_events.cancel, _EDIT, "POST"),
        Page(f"{town}/month", months.page, anyone, traceless=True),
        Page(f"{town}/month.pdf", months.file, anyone, traceless=True),
        Page("/calendar/{code}.ics", calendars.of_town, anyone, traceless=True),
        Page("/calendar/{code}/{service_id}.ics", calendars.of_place, anyone, traceless=True),
    ]


def _asked() -> list[Page]:
    one = "/directory/unmatched/{message_id}"
    return [
        Page("/directory/asked", asked.asked, _EDIT, entry="探されていること", beside=True),
        Page("/directory/unmatched", asked_unmatched.listed, _EDIT),
        Page(one, asked_unmatched.message, _EDIT),
        Page(f"{one}/word", asked_unmatched.add_word, _EDIT, "POST"),
        Page(f"{one}/entry", asked_unmatched.begin_entry, _EDIT, "POST"),
        Page(f"{one}/aside", asked_unmatched.put_aside, _EDIT, "POST"),
        Page("/directory/words", asked_words.words, _EDIT),
        Page("/directory/words", asked_words.save, _EDIT, "POST"),
        Page("/directory/words/remove", asked_words.remove, _EDIT, "POST"),
        Page("/directory/words/try", asked_words.attempt, _EDIT, "POST"),
    ]


def _proposals() -> list[Page]:
    listed, anyone = "/directory/proposals", Permission.ANYONE
    one = f"{listed}/{{proposal_id}}"
    return [
        Page("/propose", propose.propose, anyone),
        Page("/propose/{code}", propose.form, anyone),
        Page("/propose/{code}", propose.send, anyone, "POST"),
        Page("/propose/receipts/{receipt}", propose.receipt, anyone),
        Page(listed, proposals.listed, _EDIT, entry="場所・催しの提案", beside=True),
        Page(one, proposals.one, _EDIT),
        Page(f"{one}/write", proposals.write, _EDIT, "POST"),
        Page(f"{one}/add", proposals.add, _EDIT, "POST"),
        Page(f"{one}/decline", proposals.decline, _EDIT, "POST"),
        Page(f"{one}/give-back", proposals.give_back, _EDIT, "POST"),
    ]
