"""A plan on paper: the lines of the form, to be printed, signed, or taken out as a workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from openpyxl import Workbook
from sqlalchemy.orm import Session

from handoff import conversation
from handoff.casefile import called
from handoff.cases import Case
from handoff.casework import plans
from handoff.casework.plan_content import Content
from handoff.casework.plan_words import PlanResult
from handoff.casework.plans import PlanState, SupportPlan
from handoff.consent import MEANS
from resources import tables
from resources.dates import spoken

_TICKED: Final = {True: "利用する", False: "利用しない"}


@dataclass(frozen=True)
class Version:
    """One line of the list of changes."""

    number: int
    at: datetime
    who: str
    changed: list[str]


@dataclass(frozen=True)
class Sheet:
    """A plan as it is read, on the page and on paper."""

    plan: SupportPlan
    receipt: str
    name: str
    content: Content
    tasks: dict[str, str]
    versions: list[Version]
    reached: str
    changes: list[str]
    agreed: bool  # consent to be supported stands now

    @property
    def state(self) -> PlanState:
        """Where the plan stands."""
        return self.plan.standing

    @property
    def result(self) -> str:
        """How it goes on, in words."""
        return PlanResult(self.plan.result).label if self.plan.result else ""

    @property
    def means(self) -> str:
        """How the person agreed, in words."""
        return MEANS.get(self.plan.signed_means or "", "")


def gather(session: Session, case: Case, plan: SupportPlan) -> Sheet:
    """Return a plan with what it says now and the list of its changes."""
    kept = plans.versions(session, plan)
    names = conversation.staff_names(session, {version.by for version in kept})
    content = plans.content(session, kept[0])
    return Sheet(
        plan, case.receipt, called(session, case), content, plans.cited(session, case, content),
        [Version(one.number, one.at, names.get(one.by, ""), plans.changed_parts(one)) for one in kept],
        plans.reached(session, plan), plans.changes_labels(plan), plans.agreed_to(session, case),
    )  # fmt: skip


def lines(sheet: Sheet) -> list[list[str]]:
    """Return the lines of the form, each a row of cells."""
    content, plan = sheet.content, sheet.plan
    return [
        ["支援プラン（兼 事業等利用申込書）", sheet.state.label],
        ["受付番号", sheet.receipt],
        ["氏名・呼び名", sheet.name],
        ["解決したい課題", content.issues],
        ["目標（長期）", content.long_goal],
        ["目標（短期）", content.short_goal],
        ["プラン期間", f"{_written(content.starts_on)}〜{_written(content.ends_on)}"],
        ["次回モニタリング", _written(content.monitoring_on)],
        [],
        ["課題・達成目標", "だれが", "名前・機関", "内容", "期間", "頻度"],
        *([one.issue, one.who_label, one.name, told(sheet, one.task, one.what), one.period, one.often] for one in content.steps),
        [],
        ["利用する事業", "、".join(content.services_labels)],
        ["参加支援事業", _TICKED[content.participation]],
        ["アウトリーチ等を通じた継続的支援事業", _TICKED[content.outreach]],
        ["本人の同意", f"{_written(plan.signed_on)} {sheet.means}".strip()],
        ["会議の開催日", _written(plan.met_on)],
        ["支援決定日", _written(plan.decided_on)],
        [],
        ["目標の達成状況", sheet.reached],
        ["見られた変化", "、".join(sheet.changes)],
        ["評価の結果", sheet.result],
    ]  # fmt: skip


def to_xlsx(sheet: Sheet) -> bytes:
    """Return a plan as a workbook in which every cell is text."""
    book = Workbook(write_only=True)
    page = book.create_sheet("支援プラン")
    for name, width in zip("ABCDEF", (26, 40, 24, 40, 18, 18), strict=True):
        page.column_dimensions[name].width = width
    for line in lines(sheet):
        page.append([tables.words_cell(page, value) for value in line])
    return tables.to_bytes(book)


def told(sheet: Sheet, task: str, what: str) -> str:
    """Return what a line says: its own words, and the task it stands for."""
    return "／".join(filter(None, (what, sheet.tasks.get(task, ""))))


def _written(day: date | None) -> str:
    return spoken(day) if day else ""
