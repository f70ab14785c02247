"""LINE's rules for template messages: buttons, confirm, carousel, image carousel."""

from typing import Any

from tests.faults.stubs.line_actions import check_action
from tests.faults.stubs.line_checks import Json, Report


def check_template(report: Report, template: Any, where: str) -> None:
    """One template with its texts, pictures and actions."""
    kind = template.get("type") if isinstance(template, dict) else None
    checks = {"buttons": _buttons, "confirm": _confirm, "carousel": _carousel, "image_carousel": _image_carousel}
    if not isinstance(kind, str) or kind not in checks:
        report.add("unknown template type", f"{where}.type")
        return
    checks[kind](report, template, where)


def _actions(report: Report, owner: Json, where: str, least: int, most: int) -> None:
    for at, action in enumerate(report.items(owner.get("actions"), f"{where}.actions", least, most)):
        check_action(report, action, f"{where}.actions[{at}]", label=20, needs_label=True)
    if owner.get("defaultAction") is not None:
        check_action(report, owner["defaultAction"], f"{where}.defaultAction", label=20, needs_label=False)


def _texts(report: Report, owner: Json, where: str, plain: int, beside_title: int) -> None:
    crowded = owner.get("title") is not None or owner.get("thumbnailImageUrl") is not None
    report.graphemes(owner.get("title"), f"{where}.title", 40)
    report.graphemes(owner.get("text"), f"{where}.text", beside_title if crowded else plain)
    report.url(owner.get("thumbnailImageUrl"), f"{where}.thumbnailImageUrl")


def _buttons(report: Report, template: Json, where: str) -> None:
    optional = ("thumbnailImageUrl", "imageAspectRatio", "imageSize", "imageBackgroundColor", "title", "defaultAction")
    report.keys(template, where, ("type", "text", "actions"), optional)
    _texts(report, template, where, 160, 60)
    _actions(report, template, where, 1, 4)


def _confirm(report: Report, template: Json, where: str) -> None:
    report.keys(template, where, ("type", "text", "actions"))
    report.graphemes(template.get("text"), f"{where}.text", 240)
    _actions(report, template, where, 2, 2)


def _carousel(report: Report, template: Json, where: str) -> None:
    report.keys(template, where, ("type", "columns"), ("imageAspectRatio", "imageSize"))
    columns = report.items(template.get("columns"), f"{where}.columns", 1, 10)
    optional = ("thumbnailImageUrl", "imageBackgroundColor", "title", "defaultAction")
    shapes = set()
    for at, column in enumerate(columns):
        here = f"{where}.columns[{at}]"
        if report.keys(column, here, ("text", "actions"), optional):
            _texts(report, column, here, 120, 60)
            _actions(report, column, here, 1, 3)
            actions = column.get("actions")
            count = len(actions) if isinstance(actions, list) else 0
            shapes.add((count, column.get("title") is None, column.get("thumbnailImageUrl") is None))
    if len(shapes) > 1:
        report.add("columns must have the same actions, titles and images", f"{where}.columns")


def _image_carousel(report: Report, template: Json, where: str) -> None:
    report.keys(template, where, ("type", "columns"))
    for at, column in enumerate(report.items(template.get("columns"), f"{where}.columns", 1, 10)):
        here = f"{where}.columns[{at}]"
        if report.keys(column, here, ("imageUrl", "action")):
            report.url(column.get("imageUrl"), f"{here}.imageUrl")
            check_action(report, column.get("action"), f"{here}.action", label=12, needs_label=False)
