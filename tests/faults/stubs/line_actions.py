"""LINE's rules for buttons and quick replies."""

from typing import Any

from tests.faults.stubs.line_checks import Report

# type: (required, optional) besides type and label
_ACTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "postback": (("data",), ("displayText", "text", "inputOption", "fillInText")),
    "message": (("text",), ()),
    "uri": (("uri",), ("altUri",)),
    "datetimepicker": (("data", "mode"), ("initial", "max", "min")),
    "camera": ((), ()),
    "cameraRoll": ((), ()),
    "location": ((), ()),
    "clipboard": (("clipboardText",), ()),
    "richmenuswitch": (("richMenuAliasId", "data"), ()),
}
QUICK_ONLY = ("camera", "cameraRoll", "location")
URI_SCHEMES = ("http", "https", "line", "tel")
INPUT_OPTIONS = ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")


def check_action(
    report: Report, action: Any, where: str, *, label: int, needs_label: bool, quick: bool = False
) -> None:
    """One action: where it may stand, the length of its label, and what its type demands."""
    kind = action.get("type") if isinstance(action, dict) else None
    if not isinstance(kind, str) or kind not in _ACTIONS:
        report.add("must be specified" if kind is None else "unknown action type", f"{where}.type")
        return
    required, optional = _ACTIONS[kind]
    wanted = ("type", *required, *(("label",) if needs_label else ()))
    report.keys(action, where, wanted, (*optional, "label"))
    report.graphemes(action.get("label"), f"{where}.label", label)
    if kind in QUICK_ONLY and not quick:
        report.add("only allowed in quick replies", f"{where}.type")
    if kind == "richmenuswitch":
        if quick:
            report.add("not allowed in quick replies", f"{where}.type")
        report.text(action.get("richMenuAliasId"), f"{where}.richMenuAliasId", 32)
    report.text(action.get("data"), f"{where}.data", 300)
    report.graphemes(action.get("displayText"), f"{where}.displayText", 300)
    report.graphemes(action.get("text"), f"{where}.text", 300)
    report.graphemes(action.get("fillInText"), f"{where}.fillInText", 300)
    report.text(action.get("clipboardText"), f"{where}.clipboardText", 1000)
    report.url(action.get("uri"), f"{where}.uri", most=1000, schemes=URI_SCHEMES)
    report.one_of(action.get("inputOption"), f"{where}.inputOption", INPUT_OPTIONS)
    if kind == "postback":
        if action.get("text") is not None and action.get("displayText") is not None:
            report.add("text and displayText exclude each other", f"{where}.displayText")
        if action.get("fillInText") is not None and action.get("inputOption") != "openKeyboard":
            report.add("needs inputOption openKeyboard", f"{where}.fillInText")
    if kind == "datetimepicker":
        report.one_of(action.get("mode"), f"{where}.mode", ("date", "time", "datetime"))
    if action.get("altUri") is not None and report.keys(action["altUri"], f"{where}.altUri", ("desktop",)):
        report.url(action["altUri"].get("desktop"), f"{where}.altUri.desktop", most=1000, schemes=("http", "https"))


def check_quick_reply(report: Report, quick_reply: Any, where: str) -> None:
    """At most 13 quick replies, each with a label of 1 to 20 characters."""
    if not report.keys(quick_reply, where, ("items",)):
        return
    for at, item in enumerate(report.items(quick_reply.get("items"), f"{where}.items", 1, 13)):
        here = f"{where}.items[{at}]"
        if report.keys(item, here, ("type", "action"), ("imageUrl",)):
            report.one_of(item.get("type"), f"{here}.type", ("action",))
            report.url(item.get("imageUrl"), f"{here}.imageUrl")
            check_action(report, item.get("action"), f"{here}.action", label=20, needs_label=True, quick=True)
