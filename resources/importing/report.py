"""What came of reading a file, for the terminal, for machines and for the console."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

from resources.drafts import PhoneNumber
from resources.hours import Closure, Slot
from resources.hours import describe as describe_hours
from resources.importing.columns import Headings
from resources.importing.problems import Problem

_SHOWN = 30
_CHANGES_SHOWN = 10
# Parts of an entry that no single column says; the others are called by their heading.
PART_LABELS = {
    "slots": "開催日時", "closures": "休止期間", "closed_at_year_end": "年末年始の休み", "phones": "電話番号", "faxes": "FAX番号",
    "emails": "メールアドレス", "forms": "問い合わせフォーム", "lines": "LINE", "kind_label": "種別の言葉",
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """How a file was read and what it changed or would change."""

    file: str
    layout: str = ""
    layout_label: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    sheet: str = ""
    dry_run: bool = False
    rows: int = 0
    added: int = 0
    changed: int = 0
    missing: int = 0
    same: int = 0
    repeated: int = 0
    refused: int = 0
    kept: int = 0
    retired: int = 0
    skipped_by_code: dict[str, int] = field(default_factory=dict)
    towns_added: int = 0
    problems: tuple[Problem, ...] = ()
    unknown_headings: tuple[str, ...] = ()
    guessed_headings: dict[str, str] = field(default_factory=dict)
    changes: tuple[dict[str, Any], ...] = ()  # row, name, field, label, before, after of what changed
    missing_names: tuple[str, ...] = ()
    change_set_id: uuid.UUID | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the report for JSON."""
        said = asdict(self)
        said["change_set_id"] = str(self.change_set_id) if self.change_set_id else None
        return said

    @property
    def skipped(self) -> int:
        """Return how many rows belong to other towns."""
        return sum(self.skipped_by_code.values())


def said(value: Any) -> str:
    """Return a part of an entry as a person would say it."""
    if isinstance(value, tuple):
        if value and isinstance(value[0], Slot):
            return describe_hours(value)
        return "、".join(said(each) for each in value)
    if isinstance(value, PhoneNumber):
        return value.number + (f"（内線{value.extension}）" if value.extension else "")
    if isinstance(value, Closure):
        return f"{value.starts}〜{value.ends}{value.reason}"
    return {True: "はい", False: "いいえ", None: ""}.get(value, str(value)) if value in (True, False, None) else str(value)


def describe(report: Report) -> str:
    """Say a report in Japanese."""
    where = "・".join(
        part
        for part in (
            report.layout_label,
            report.encoding,
            {",": "カンマ区切り", "\t": "タブ区切り", ";": "セミコロン区切り", "|": "縦棒区切り"}.get(report.delimiter, ""),
            f"シート「{report.sheet}」" if report.sheet else "",
            f"見出しは{report.header_row}行目" if report.header_row else "",
        )
        if part
    )
    lines = [f"{report.file}（{where}）", f"  データ {report.rows}行"]
    lines.append(
        f"  追加 {report.added}・変更 {report.changed}・同じ {report.same}・ファイルに無い {report.missing}（消しません）"
    )
    if report.dry_run:
        lines.append("  ためしに読んだだけで、台帳は変わっていません。")
    others = (
        (report.repeated, "同じ内容の行が重なっていたので1件にまとめた行"),
        (report.refused, "名称が無いなどの理由で取り込めない行"),
        (report.kept, "取り込みの間に人が直したため、そのまま残した項目"),
        (report.retired, "ファイルに無いため廃止にした項目"),
        (report.towns_added, "新しく作った市区町村"),
    )
    lines += [f"  {says} {count}" for count, says in others if count]
    if report.skipped_by_code:
        most = sorted(report.skipped_by_code.items(), key=lambda pair: -pair[1])
        towns = "、".join(f"{code} {count}行" for code, count in most[:8]) + ("、ほか" if len(most) > 8 else "")
        lines.append(f"  ほかの市区町村のため飛ばした行 {report.skipped}（{len(most)}団体: {towns}）")
    for change in report.changes[:_CHANGES_SHOWN]:
        before, after = (change[key].replace("\n", " ")[:40] for key in ("before", "after"))
        lines.append(f"    変更 {change['row']}行目「{change['name']}」{change['label']}: 「{before}」→「{after}」")
    if len(report.changes) > _CHANGES_SHOWN:
        lines.append(f"    ほか {len(report.changes) - _CHANGES_SHOWN}か所（--json で全部）")
    if report.missing_names:
        more = "、ほか" if report.missing > _CHANGES_SHOWN else ""
        lines.append(f"    ファイルに無い: {'、'.join(report.missing_names[:_CHANGES_SHOWN])}{more}")
    if not report.rows:
        lines.append("  見出しの下にデータの行がありません。")
    if report.guessed_headings:
        labels = Headings.load().labels
        guesses = "、".join(f"{heading}→{labels.get(name, name)}" for heading, name in report.guessed_headings.items())
        lines.append(f"  似ているので推測した見出し: {guesses}")
    if report.unknown_headings:
        lines.append(f"  意味の分からない見出し（値は元の行として残します）: {'、'.join(report.unknown_headings)}")
    if report.problems:
        lines.append(f"  確かめてほしい値 {len(report.problems)}件")
        for problem in report.problems[:_SHOWN]:
            value = problem.value.replace("\n", " ")[:40]
            where = f"{problem.row}行目 {problem.column}「{value}」: " if problem.row else ""
            lines.append(f"    {where}{problem.says}")
        if len(report.problems) > _SHOWN:
            lines.append(f"    ほか {len(report.problems) - _SHOWN}件（--json で全部）")
    return "\n".join(lines)
