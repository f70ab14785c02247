"""What went wrong with a message or an account, in the desk's words: what happened, and what to do about it."""

from __future__ import annotations

import re
from typing import Final

# Why a delivery waits, was held, withdrawn or failed.
DELIVERIES: Final = {
    "blocked": "相手がこちらをブロックしたか退会しています。電話など、別の連絡方法を考えてください",
    "no_address": "送り先が分からないため届きませんでした。本人がまた書くのを待つか、電話など別の方法を考えてください",
    "moved": "相手のトークが別の場所に移ったため届きませんでした。本人がまた書いたら、そこへ返信してください",
    "refused": "送り先のサービスが受け付けませんでした。短くするか言いかえて送り直し、続くときは管理者に知らせてください",
    "unsendable": "この形では送れませんでした。短くするか、分けて送り直してください",
    "unsure": "届いたかどうか分かりません。大事なことは、電話など別の方法で確かめてください",
    "broken": "送る途中で問題が起きました。もう一度送り、続くときは管理者に知らせてください",
    "account_closed": "町のアカウントが止まっているため届きませんでした。電話など別の方法を考え、管理者に知らせてください",
    "no_push": "こちらからの通知は、本人が望まないか、ほかの人に見られる恐れがあるため送りません。本人が次に書いたときに届きます",
    "quota_spent": "今月の送信数を使い切りました。本人が次に書いたときか来月に届きます。急ぐときは電話などで連絡してください",
    "relay": "町がこの送り先をまだ決めていないため保留しています。決まると自動で送ります。急ぐときは電話などで連絡してください",
    "unreachable": "送り先のサービスにつながりません。自動で送り直します。急ぐときは電話などで連絡してください",
    "no_answer": "送り先のサービスから返事がありません。自動で確かめて送り直すので、待ってください",
    "platform_error": "送り先のサービスの調子が悪いようです。自動で送り直すので、待ってください",
    "rate_limited": "送り先のサービスが混み合っています。自動で送り直すので、待ってください",
    "token_refused": "町のアカウントの鍵が受け付けられません。管理者に知らせてください。直ると自動で送ります",
    "person_present": "担当者が会話に入ったため、自動の返事を取りやめました。必要なら、担当者から伝えてください",
    "newer": "本人が続けて書いたため、新しい返事に替えました。することはありません",
    "late": "時機を過ぎたため取りやめました。することはありません",
    "taken_back": "本人がことばを取り消したため、その返事も取りやめました。することはありません",
}  # fmt: skip

# What is wrong with a whole account.
ACCOUNTS: Final = {
    "unreachable": "サービスにつながりません。自動で試し続けます。急ぐときは電話などで連絡してください",
    "token_refused": "町のアカウントの鍵が受け付けられず、送受信できません。管理者に知らせてください",
    "quota_spent": "今月の送信数を使い切りました。返信は、本人が次に書いたときに届きます。急ぐときは電話などで連絡してください",
    "polled_elsewhere": "別のプログラムも受信しているため、メッセージが来ないことがあります。管理者に知らせてください",
    "odd": "サービスから知らない形の返事が来て、受信できません。自動で試し続けます。続くときは管理者に知らせてください",
    "not_stored": "届いたメッセージを記録できませんでした。自動で受け取り直します。続くときは管理者に知らせてください",
}  # fmt: skip

# Why a message that came in was set aside unread.
EVENTS: Final = {
    "odd": "知らない形のメッセージです。開いて、本人のことばがないか確かめてください",
    "tries": "3回試しても処理できませんでした。開いて読み、必要なら応えてください",
    "stale": "24時間以上前のメッセージです。いまも応える必要があるか、開いて確かめてください",
    "foreign_destination": "ほかのアカウントあてに届きました。内容は残していません。管理者に転送の設定を見てもらってください",
}  # fmt: skip

# For rows that another version of this program wrote.
_UNKNOWN: Final = "思わぬことが起きました。管理者に知らせ、急ぐときは電話などで連絡してください"


def delivery(code: str) -> str:
    """Return why a delivery did not arrive (yet), in words; empty when all is well."""
    return DELIVERIES.get(re.sub(r"^refused_\d+$", "refused", code), _UNKNOWN) if code else ""


def account(code: str) -> str:
    """Return what is wrong with a whole account, in words; empty when all is well."""
    return ACCOUNTS.get(code, _UNKNOWN) if code else ""


def event(code: str) -> str:
    """Return why a message was set aside, in words."""
    return EVENTS.get(code, _UNKNOWN)
