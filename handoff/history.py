"""What happened to a case, in the words of the desk."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handoff import picture
from handoff.cases import CaseEvent
from handoff.consent import DESK
from handoff.spoken import Manner, Means
from handoff.states import Consent, Outcome


@dataclass(frozen=True)
class Happening:
    """One line of a case's history."""

    at: datetime
    words: str
    who: str


def receiver(event: CaseEvent) -> uuid.UUID | None:
    """Return to whom a case was handed over by an event."""
    to = (event.detail or {}).get("to")
    return uuid.UUID(to) if to else None


def happened(event: CaseEvent, names: Mapping[uuid.UUID, str] | None = None) -> str:
    """Return what happened, in words."""
    detail, words = event.detail or {}, MOVES[event.move]
    if names is not None and (to := receiver(event)):
        return f"{words}（{names.get(to, '')}さんへ）"
    if event.move == "return" and event.staff_id is None:
        return FREED
    if outcome := detail.get("outcome"):
        return f"{words}（{Outcome(outcome).label}）"
    if means := detail.get("means"):
        return f"{Means(means).label}（{Manner(detail['manner']).label}）"
    if crisis := detail.get("crisis"):
        return f"{words}（{'、'.join(picture.crises([crisis]))}）"
    if state := detail.get("state"):
        recipient = RECIPIENTS.get(detail.get("recipient", DESK), "")
        return f"{words}（{recipient} {Consent(state).label}）"
    return words


MOVES = {
    "open": "受け付けた", "reroute": "窓口が変わった", "crisis": "危険の言葉があった", "take": "受けた",
    "return": "ボットに戻した", "hand_over": "引き継いだ", "pass_on": "ほかの窓口に渡した",
    "close": "終了した", "close_asked": "終了の確認を頼んだ", "reopen": "再開した", "reply": "返信した", "note": "メモを書いた",
    "consent": "同意の確認", "away": "席をはずした", "back": "戻った", "reached": "電話・訪問などで応えた",
    "desk_chosen": "本人が窓口を選んだ", "danger_answer": "危険の確認に答えた", "taken_back": "本人がことばを取り消した",
    "alert": "緊急の連絡を始めた", "alert_acknowledged": "緊急の連絡に応答した",
    "unanswered_alert": "緊急の連絡に、だれも応答しなかった",
    "planned": "あとで送る返信を予約した", "planned_changed": "予約した返信を変えた",
    "planned_cancelled": "予約した返信を取りやめた",
    "planned_kept": "予約した返信は終了後も送ると決めた", "planned_left": "予約した返信が送信に入った",
    "planned_withheld": "予約した返信を送らなかった",
    "danger_unsaid": "危険の言葉を本人が打ち消した", "wall": "専用窓口だけに見えるようになった",
    "help_asked": "民生委員にお願いした", "help_withdrawn": "民生委員へのお願いを取り下げた",
    "help_accepted": "民生委員が引き受けた", "help_refused": "民生委員は今回は難しいとのこと",
    "help_done": "民生委員のお願いが終わった",
    "feedback_asked": "役に立ったかを本人に尋ねた", "gap_noted": "制度の狭間として記録した",
    "gap_closed": "狭間の記録を閉じた", "gap_place_found": "狭間に合うかもしれない場所が台帳に載った",
    "gap_place_sent": "狭間に合う場所を本人に案内した", "gap_place_dismissed": "候補の場所を見送った",
    "gap_contact_again": "合う場所があり、窓口からもう一度連絡すると決めた",
    "met": "電話・来所などの記録", "task_done": "予定を終えた",
    "join": "同じ人の相談にまとめた", "linked": "同じ人の会話をまとめた", "unlinked": "まとめた会話を分けた",
}  # fmt: skip
FREED = "担当者が会話にいなかったため、専用窓口の待機に入った"
RECIPIENTS = {
    DESK: "この窓口", "town": "庁内", "council": "社協", "commissioner": "民生委員", "school": "学校",
    "prefecture": "都道府県", "other": "その他",
}  # fmt: skip
