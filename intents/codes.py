"""The names the ear gives to what it hears: topics, dangers, what happens next, and why."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A code of the public interface with the Japanese words the desk reads."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Make one member from its code and its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Topic(Labelled):
    """The sixteen boxes of the consultation form in its order, and three for taking part."""

    HEALTH = "health", "病気や健康、障害のこと"
    HOUSING = "housing", "住まいについて"
    INCOME = "income", "収入・生活費のこと"
    RENT_LOAN = "rent_loan", "家賃やローンの支払いのこと"
    TAX_UTILITIES = "tax_utilities", "税金や公共料金等の支払いについて"
    DEBT = "debt", "債務について"
    JOB_SEARCH = "job_search", "仕事探し、就職について"
    WORK_TROUBLE = "work_trouble", "仕事上の不安やトラブル"
    COMMUNITY = "community", "地域との関係について"
    FAMILY = "family", "家族との関係について"
    CHILDCARE = "childcare", "子育てのこと"
    LONG_TERM_CARE = "long_term_care", "介護のこと"
    WITHDRAWAL = "withdrawal", "ひきこもり・不登校"
    VIOLENCE = "violence", "DV・虐待"
    FOOD = "food", "食べるものがない"
    OTHER = "other", "その他"
    GATHERING = "gathering", "居場所・交流"
    VOLUNTEER = "volunteer", "参加・ボランティア"
    LEARNING = "learning", "講座・研修"


class Crisis(Labelled):
    """Dangers, in the order in which their numbers must come first."""

    EMERGENCY = "emergency", "命の危険・緊急"
    SELF_HARM = "self_harm", "自殺・自傷"
    SEXUAL_VIOLENCE = "sexual_violence", "性暴力"
    CHILD_ABUSE = "child_abuse", "児童虐待"
    ELDER_ABUSE = "elder_abuse", "高齢者虐待"
    DISABILITY_ABUSE = "disability_abuse", "障害者虐待"
    DV = "dv", "配偶者・交際相手からの暴力"
    FAMILY_VIOLENCE = "family_violence", "家族間の暴力"


class Route(Labelled):
    """What happens next; the first that applies wins."""

    URGENT = "urgent", "緊急対応"
    HANDOFF = "handoff", "人につなぐ"
    ANSWER = "answer", "案内で答える"
    CLARIFY = "clarify", "聞き返す"
    SOCIAL = "social", "あいさつ・雑談"


class Desk(Labelled):
    """Which tier is proposed to take the consultation."""

    MUNICIPAL = "municipal", "市区町村の窓口"
    PREFECTURE = "prefecture", "都道府県の窓口"


class Reason(Labelled):
    """Why a person must take this."""

    CRISIS = "crisis", "危険の言葉があった"
    IMMEDIATE_NEED = "immediate_need", "今日明日の食・住・薬・ライフライン"
    COMPLEX = "complex", "世帯に困りごとが重なっている"
    GAP = "gap", "制度に断られた・当てはまらない"
    BOUNCED = "bounced", "たらい回しにされた"
    THIRD_PARTY = "third_party", "周りの人からの心配"
    WIDE_AREA = "wide_area", "広域・専門の支援が要る"
    APPLY_INTENT = "apply_intent", "生活保護の申請の意思"
    PERSON_REQUESTED = "person_requested", "人と話したい"
