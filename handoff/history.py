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
from handoff.states import LEFT, Consent, Outcome


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
        return OWNER_LEFT if detail.get("why") == LEFT else FREED
    if outcome := detail.get("outcome"):
        return f"{words}（{Outcome(outcome).label}）"
    if means := detail.get("means"):
        return f"{Means(means).label}（{Manner(detail['manner']).label}）"
    if crisis := detail.get("crisis"):
        return f"{words}（{'、'.join(picture.crises([crisis]))}）"
    if state := detail.get("state"):
        recipient = RECIPIENTS.get(detail.get("recipient", DESK), "")
        return f"{words}（{recipient} {Consent(state).label}）"
    if told := detail.get("recipient"):
        return f"{words}（{RECIPIENTS.get(told, '')}）"
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
    "refer": "つなぎを依頼した", "accept": "つなぎ先が受け入れた", "decline": "つなぎ先は引き受けられないとのこと",
    "refer_withdrawn": "つなぎの依頼を取り下げた", "refer_expired": "つなぎ先から返事がなかった",
    "refer_link": "つなぎ先に渡すリンクを作った", "bounced": "くり返し引き受けられず、多機関協働に知らせた",
    "prefecture_asked": "都道府県に相談した", "prefecture_answered": "都道府県から助言があった",
    "feedback_asked": "役に立ったかを本人に尋ねた", "gap_noted": "制度の狭間として記録した",
    "gap_closed": "狭間の記録を閉じた", "gap_place_found": "狭間に合うかもしれない場所が台帳に載った",
    "gap_place_sent": "狭間に合う場所を本人に案内した", "gap_place_dismissed": "候補の場所を見送った",
    "gap_contact_again": "合う場所があり、窓口からもう一度連絡すると決めた",
    "met": "電話・来所などの記録", "task_done": "予定を終えた",
    "sheet_changed": "相談票を書いた", "sheet_confirmed": "相談票の項目を、会話のとおりと確かめた",
    "sheet_denied": "相談票の項目を、会話とちがうと確かめた", "household_changed": "世帯の図を変えた",
    "consent_withdrawn": "同意の取消し",
    "recorded": "経過記録を書いた", "record_corrected": "経過記録を直した", "task_due": "予定の期限を変えた",
    "team_asked": "機関に参加を頼んだ", "team_joined": "機関が参加した", "team_named": "参加機関の担当者が決まった",
    "team_let_in": "専用窓口の相談を、参加機関の一人に見せた", "team_declined": "機関は参加できないとのこと",
    "team_withdrawn": "参加の頼みを取り下げた", "team_divided": "参加機関の役割を変えた", "team_task": "参加機関の予定を書いた",
    "team_leave_asked": "参加機関が抜けたいと言った", "team_left": "参加機関がチームを抜けた",
    "team_ground": "参加機関が続ける法令上の根拠を記録した",
    "helper_asked": "住民・ボランティアに手伝いを頼んだ", "helper_ended": "住民・ボランティアの手伝いが終わった",
    "report_made": "通告・通報を記録した", "report_added": "通告・通報に書き足した",
    "report_corrected": "通告・通報の記録を訂正した",
    "report_safety": "子どもの安全確認を記録した", "report_closed": "通告・通報の結果を記録した",
    "report_near": "安全確認の期限まで12時間を切った",
    "report_not_asked": "通告・通報をしない理由を書いた", "report_not_agreed": "通告・通報をしないことを、もう一人が確認した",
    "report_needed": "通告・通報が必要だと、もう一人が答えた",
    "apply_intent": "生活保護の申請の意思を記録した", "apply_told": "申請の意思を福祉事務所に伝えた",
    "apply_applied": "生活保護の申請日を記録した", "apply_withdrawn": "申請の意思を本人が取り下げた",
    "plan_made": "支援プランを書きはじめた", "plan_changed": "支援プランを変えた",
    "plan_agreed": "本人が支援プランに同意した", "plan_decided": "支援決定した", "plan_evaluated": "支援プランを評価した",
    "plan_renewed": "支援プランを作り直した", "plan_ended": "支援プランを終えた",
    "outreach": "アウトリーチの働きかけを記録した", "outreach_linked": "アウトリーチでつながった",
    "check_in_agreed": "おたずねを本人と約束した", "check_in_stopped": "おたずねの約束を終えた",
    "check_in_sent": "おたずねを送った", "check_in_missed": "おたずねに返事がなかった",
    "check_in_call": "連絡してようすを確かめる予定にした", "check_in_visit": "訪問してようすを確かめる予定にした",
    "earlier_worker": "前の担当者に知らせた",
    "join": "同じ人の相談にまとめた", "linked": "同じ人の会話をまとめた", "unlinked": "まとめた会話を分けた",
}  # fmt: skip
OWNER_LEFT = "担当者が利用を終えたため、待機に戻った"
FREED = "担当者が会話にいなかったため、専用窓口の待機に入った"
RECIPIENTS = {
    DESK: "この窓口", "town": "庁内", "council": "社協", "commissioner": "民生委員", "school": "学校",
    "prefecture": "都道府県", "other": "その他",
}  # fmt: skip
