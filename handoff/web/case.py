"""One case on one page: left what was said, right what to know and do next."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from handoff import (
    alarm_board,
    casefile,
    cases,
    composer,
    conversation,
    glance,
    help_requests,
    looking,
    queue,
    spoken,
    teamwork,
)
from handoff.casefile import CaseFile
from handoff.cases import Case
from handoff.casework import agenda, duties
from handoff.help_requests import HelpRequest
from handoff.plain import Advice
from handoff.replying import LONGEST
from resources.db import new_id
from resources.voice import Offered
from resources.web.console import NoSuchPage, Visit, json

SAID = {
    "taken": "この相談を受けました。ボットは黙っています。",
    "sent": "返信を送信待ちに入れました。届いたかどうかは、ことばの横の印で分かります。",
    "cards": "場所の案内を送信待ちに入れました。届いたかどうかは、ことばの横の印で分かります。",
    "asked_resident": "ボタンつきの質問を送信待ちに入れました。押された答えは、本人のことばとして会話に出ます。",
    "planned": "あとで送る返信を予約しました。送られるまで、変えることも取りやめることもできます。",
    "planned_changed": "予約した返信を変えました。",
    "planned_cancelled": "予約した返信を取りやめました。送られません。",
    "noted": "メモを残しました。",
    "reached": "メモを残し、未応答の時計を止めました。",
    "away": "席をはずしました。その間は、ボットが緊急の案内と場所の案内だけを続けます。",
    "back": "戻りました。ボットは黙っています。",
    "returned": "ボットに戻しました。相談は待機に戻り、記録は残っています。",
    "closed": "終了しました。本人からまたメッセージが届くと、自動で待機に戻ります。",
    "help_asked": "民生委員にお願いしました。返事は、ここに出ます。",
    "help_withdrawn": "お願いを取り下げました。相手には、もう見えません。",
    "acknowledged": "応答を記録しました。ほかの人への連絡は止めました。",
    "handed": "引き継ぎました。理由はメモに残り、受け取った人の一覧に印が出ます。",
    "joined": "二つの会話をまとめました。時間の順に並び、どこで話したかが各行に出ます。",
    "parted": "会話を分けました。終わりにしていたもう一方の相談は、待機に戻りました。",
    "kept": "下書きを残しました。ほかの画面やパソコンでも続きを書けます。",
    "swapped": "もう一方の下書きに替えました。",
    "dropped": "下書きを捨てました。",
    "spoken": "電話・来所などの記録を残しました。",
    "written_down": "受け付けました。受付番号は上に出ています。",
    "asked": "もう一人の確認を頼みました。確認されるまで、この相談は終わりません。",
}


@dataclass(frozen=True)
class Beside:
    """What was asked for beside the reply: places that were found, or advice on the words; None where nobody asked."""

    sought: str = ""
    places: Sequence[Offered] | None = None
    advice: Sequence[Advice] | None = None


def case(visit: Visit) -> Response:
    """Show a case."""
    return show(visit)


def show(
    visit: Visit,
    *,
    trouble: str = "",
    status: int = 200,
    kept: dict[str, str] | None = None,
    beside: Beside | None = None,
    notice: str = "",
) -> Response:
    """Show a case, with what did not work and what was typed; who reads is on record before."""
    found, earlier = case_of(visit), visit.request.query_params.get("before", "")
    before = visit.parse_id(earlier) if earlier else None
    unread = _note_reading(visit, found)
    file = casefile.gather(
        visit.session, found, actor=visit.actor, now=visit.now, before=before, unread=unread
    )
    there = glance.of_case(visit.session, found, actor=visit.actor, now=visit.now)
    return visit.page(
        "case.html",
        status=status,
        file=file,
        alarms=alarm_board.boards(visit.session, found) if there.alarms else [],
        duties=duties.gather(visit.session, found, actor=visit.actor, now=visit.now),
        trouble=trouble,
        team=teamwork.gather(visit.session, found, actor=visit.actor, now=visit.now),
        means=list(spoken.Means),
        manners=list(spoken.Manner),
        said=SAID.get(visit.request.query_params.get("said", ""), ""),
        kept=kept or {},
        key=(kept or {}).get("key") or new_id().hex,
        longest=LONGEST,
        page_size=conversation.PAGE,
        earlier=before is not None,
        requests=_requests(visit, file) if there.help_requests else [],
        may_ask=file.mine and not file.case.walled and file.state != "closed",
        composer=composer.gather(visit.session, found, actor=visit.actor, now=visit.now),
        beside=beside or Beside(),
        notice=notice,
        next_step=agenda.next_step(visit.session, found, actor=visit.actor, now=visit.now),
    )


def lines(visit: Visit) -> Response:
    """Return the conversation alone, for a page that is already open."""
    found = case_of(visit)
    _note_reading(visit, found)
    said = conversation.lines(visit.session, found)
    return visit.page("lines.html", lines=said, name=casefile.called(visit.session, found), base=f"/desk/cases/{found.id}")


def live(visit: Visit) -> Response:
    """Tell a script whether something was said or moved; ids and marks only."""
    found = case_of(visit)
    marks: dict[str, Any] = {
        key: {"state": state.value, "label": state.label, "why": why}
        for key, (state, why) in conversation.marks(visit.session, found).items()
    }
    newest, alarm = conversation.newest(visit.session, found), queue.alarm(visit.session, visit.actor)
    danger = {"count": alarm.count, "newest": alarm.newest}
    others = looking.told(looking.lookers(visit.session, found, actor=visit.actor, now=visit.now))
    return json({"newest": newest, "standing": casefile.standing(found), "marks": marks, "urgent": danger, "looking": others})


def case_of(visit: Visit, *, to_change: bool = False) -> Case:
    """Return the case of the path; one this person may not see does not exist."""
    found = cases.find(visit.session, visit.actor, visit.id("case_id"), to_change=to_change)
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return found


def _requests(visit: Visit, file: CaseFile) -> list[tuple[HelpRequest, str, str]]:
    listed = help_requests.of_case(visit.session, file.case)
    names = conversation.staff_names(visit.session, {one.helper_id for one, _ in listed})
    return [(one, words, names.get(one.helper_id, "")) for one, words in listed]


def _note_reading(visit: Visit, found: Case) -> frozenset[uuid.UUID]:
    with visit.console.database.writing(visit.actor.custodians) as session:
        unread = casefile.note_reading(session, found, actor=visit.actor, now=visit.now)
    # The page shows the database as it is after the record, so the reader is among those who have read.
    visit.session.commit()
    return unread
