"""Where a case can stand, how it may end, and which moves are allowed."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

LEFT: Final = "left"  # why a case waits again: its owner no longer works here


class NotAllowed(RuntimeError):
    """この操作は、いまの状態ではできません。"""


class CaseState(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"  # opened -> waiting; taken, referred or closed -> waiting when returned or reopened
    TAKEN = "taken"  # waiting -> taken; taken -> waiting at another desk when passed on
    REFERRED = "referred"  # taken -> referred; the owner stays until the other side accepts
    CLOSED = "closed"  # waiting, taken or referred -> closed

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return _STATE_LABELS[self]


class Outcome(StrEnum):
    """How a case ended; "not ours" is not among them."""

    INFORMED = "informed"
    ACCEPTED_ELSEWHERE = "accepted_elsewhere"
    RESIDENT_ENOUGH = "resident_enough"
    PLAN_COMPLETED = "plan_completed"
    LOST_CONTACT = "lost_contact"
    NOT_A_CONSULTATION = "not_a_consultation"
    MOVED = "moved"
    DECEASED = "deceased"
    DUPLICATE = "duplicate"

    @property
    def label(self) -> str:
        """The outcome as staff read it."""
        return _OUTCOME_LABELS[self]

    @property
    def needs_second_person(self) -> bool:
        """Whether a second person must agree before the case ends this way."""
        return self in (Outcome.LOST_CONTACT, Outcome.NOT_A_CONSULTATION)


class Consent(StrEnum):
    """The three states of consent; silence is not one of the two answers."""

    GIVEN = "given"
    REFUSED = "refused"
    UNCONFIRMED = "unconfirmed"

    @property
    def label(self) -> str:
        """The state as the forms word it."""
        return {"given": "同意あり", "refused": "同意なし", "unconfirmed": "未確認"}[self]


class Ground(StrEnum):
    """Why a case may be opened and read."""

    CONSENT = "consent"
    LIFE_BODY = "life_body"  # danger to life or body: no consent is asked before help
    THIRD_PARTY = "third_party"  # a worry about others
    REQUEST = "request"  # the resident asked for a person


class Delivery(StrEnum):
    """Where an outgoing message stands."""

    WAITING = "waiting"  # written -> waiting
    SENDING = "sending"  # waiting -> sending: stored right before the call to the platform may leave
    SENT = "sent"  # sending -> sent
    FAILED = "failed"  # sending -> failed: the platform said no for good
    WITHDRAWN = "withdrawn"  # waiting -> withdrawn: a newer answer took its place, or a person came
    HELD = "held"  # waiting -> held: the town has not chosen where this may be said

    @property
    def label(self) -> str:
        """The mark beside a message on the desk."""
        return _DELIVERY_LABELS[self]


MOVES: dict[tuple[CaseState, str], CaseState] = {
    (CaseState.WAITING, "take"): CaseState.TAKEN,
    (CaseState.TAKEN, "return"): CaseState.WAITING,
    (CaseState.TAKEN, "hand_over"): CaseState.TAKEN,
    (CaseState.TAKEN, "pass_on"): CaseState.WAITING,
    (CaseState.TAKEN, "refer"): CaseState.REFERRED,
    (CaseState.REFERRED, "decline"): CaseState.TAKEN,
    (CaseState.REFERRED, "accept"): CaseState.TAKEN,
    (CaseState.REFERRED, "refer_withdrawn"): CaseState.TAKEN,
    (CaseState.REFERRED, "refer_expired"): CaseState.TAKEN,
    (CaseState.TAKEN, "close"): CaseState.CLOSED,
    (CaseState.REFERRED, "close"): CaseState.CLOSED,
    (CaseState.WAITING, "join"): CaseState.CLOSED,
    (CaseState.TAKEN, "join"): CaseState.CLOSED,
    (CaseState.CLOSED, "reopen"): CaseState.WAITING,
}

_STATE_LABELS = {
    CaseState.WAITING: "待機中",
    CaseState.TAKEN: "対応中",
    CaseState.REFERRED: "つなぎ中",
    CaseState.CLOSED: "終了",
}
_OUTCOME_LABELS = {
    Outcome.INFORMED: "情報提供・助言で足りた",
    Outcome.ACCEPTED_ELSEWHERE: "他機関の担当者が受け入れた",
    Outcome.RESIDENT_ENOUGH: "本人が「もう大丈夫」と言った",
    Outcome.PLAN_COMPLETED: "プランを終えた",
    Outcome.LOST_CONTACT: "連絡がとれない（中断）",
    Outcome.NOT_A_CONSULTATION: "誤送信など、相談ではなかった",
    Outcome.MOVED: "転出（引継済）",
    Outcome.DECEASED: "死亡",
    Outcome.DUPLICATE: "重複",
}
_DELIVERY_LABELS = {
    Delivery.WAITING: "未送信",
    Delivery.SENDING: "送信中",
    Delivery.SENT: "送達",
    Delivery.FAILED: "不達",
    Delivery.WITHDRAWN: "取りやめ",
    Delivery.HELD: "保留",
}


def after(state: CaseState, move: str) -> CaseState:
    """Return the state a move leads to; raises NotAllowed for a move that is not in the table."""
    try:
        return MOVES[(state, move)]
    except KeyError:
        raise NotAllowed(NotAllowed.__doc__) from None
