"""What can be ticked on a plan and on its evaluation, as the national forms word it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Who(StrEnum):
    """Who does something of a plan."""

    PERSON = "person"
    SUPPORTER = "supporter"
    RELATED = "related"

    @property
    def label(self) -> str:
        """Who, as the form words it."""
        return {"person": "本人", "supporter": "支援機関", "related": "関係機関・者"}[self]


class PlanResult(StrEnum):
    """How an evaluated plan goes on."""

    FINISHED = "finished"
    ELSEWHERE = "elsewhere"
    REPLAN = "replan"
    INTERRUPTED = "interrupted"

    @property
    def label(self) -> str:
        """The result as the form words it."""
        return _RESULTS[self]

    @property
    def completes(self) -> bool:
        """Whether nothing of the plan is left to do."""
        return self in (PlanResult.FINISHED, PlanResult.ELSEWHERE)


SERVICES: Final = {
    "housing_benefit": "住居確保給付金", "temporary_housing": "一時生活支援（居住支援）事業",
    "budget": "家計改善支援事業", "work_preparation": "就労準備支援事業", "certified_training": "認定就労訓練事業",
    "work_support": "就労支援（自立相談）", "work_with_office": "生活保護受給者等就労自立促進事業",
    "welfare_loan": "生活福祉資金貸付", "learning": "子どもの学習・生活支援事業",
}  # fmt: skip
CHANGES: Final = {
    "public_assistance": "生活保護適用", "housing": "住まいの確保・安定", "medical": "医療機関受診開始",
    "health": "健康状態の改善", "handbook": "障害手帳取得", "training": "職業訓練の開始・就学", "work": "就労開始（一般）",
    "work_intermediate": "就労開始（中間的）", "earnings": "就労収入増加", "debt": "債務の整理", "budget": "家計の改善",
    "will": "自立意欲の向上", "mind": "精神の安定", "isolation": "孤立の解消", "habits": "生活習慣の改善",
    "relations": "対人関係・家族関係の改善", "participation": "社会参加機会の増加", "other": "その他", "none": "変化なし",
}  # fmt: skip
_RESULTS: Final = {
    PlanResult.FINISHED: "終結（脱却・目処）", PlanResult.ELSEWHERE: "終結（他へ）",
    PlanResult.REPLAN: "再プランして継続", PlanResult.INTERRUPTED: "中断（連絡不通・転居など）",
}  # fmt: skip
