"""Whatever can go wrong with a message or an account is told to staff in words: what happened, and what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from handoff import history, troubles

ROOT = Path(__file__).resolve().parents[2]
TREES = {
    path: ast.parse(path.read_text("utf-8")) for floor in ("bot", "handoff") for path in sorted((ROOT / floor).rglob("*.py"))
}
CONSTANTS = {
    ast.unparse(target): node.value.value
    for tree in TREES.values()
    for node in tree.body
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
}
# Where a code is handed on that was written down elsewhere.
HANDED_ON = {
    "reason", "outcome.reason", "refusal.reason", "common.reason", "row.reason", "outcome.trouble", "trouble",
    "move",
}  # fmt: skip


def codes(node: ast.expr) -> Iterator[str]:
    """Return every code an expression can be; one that cannot be told fails."""
    match node:
        case ast.Constant(value=str(told)):
            yield told
        case ast.IfExp(body=one, orelse=other):
            yield from (*codes(one), *codes(other))
        case ast.BoolOp(values=values):
            for value in values:
                yield from codes(value)
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), ast.FormattedValue()]):
            yield f"{start}400"
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in CONSTANTS:
            yield CONSTANTS[name]
        case _:
            assert ast.unparse(node) in HANDED_ON, f"no words can be checked for {ast.unparse(node)}"


def calls(*names: str) -> Iterator[ast.Call]:
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in names:
                yield node


def keywords(name: str, *functions: str) -> Iterator[str]:
    for call in calls(*functions):
        for keyword in call.keywords:
            if keyword.arg == name:
                yield from codes(keyword.value)


def positions(at: int, *functions: str) -> Iterator[str]:
    for call in calls(*functions):
        if len(call.args) > at:
            yield from codes(call.args[at])


def assigned(name: str, under: str = "") -> Iterator[str]:
    """Return the codes assigned to a variable or an attribute, alone or among several."""
    for path, tree in TREES.items():
        if under not in path.as_posix():
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple) and _one_to_one(target, node.value):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
                for left, right in pairs:
                    if ast.unparse(left).endswith(name):
                        yield from codes(right)


def _one_to_one(target: ast.Tuple, value: ast.Tuple) -> bool:
    return not any(isinstance(one, ast.Starred) for one in (*target.elts, *value.elts))


def told() -> dict[str, set[str]]:
    """Return every code that the program can write down, by what it is about."""
    deliveries = {
        *keywords("reason", "outbox.settle", "outbox.try_again"), *positions(0, "Later", "Refused", "Unsure"),
        *positions(2, "outbox.withdraw_unsent"),
        *(code for row in ("answer", "row", "outgoing") for code in assigned(f"{row}.reason")),
    }  # fmt: skip
    accounts = {*keywords("trouble", "Later"), *positions(1, "accounts.note_trouble"), *positions(0, "trouble.append")}
    events = {
        *positions(1, "inbox.set_aside"), *positions(0, "_aside"), *positions(4, "Arrival"),
        *assigned("trouble", "bot/channels"),
    }  # fmt: skip
    return {"deliveries": deliveries - {""}, "accounts": accounts - {""}, "events": events - {""}}


@pytest.mark.parametrize(
    ("kind", "words", "known"),
    [
        ("deliveries", troubles.delivery, troubles.DELIVERIES),
        ("accounts", troubles.account, troubles.ACCOUNTS),
        ("events", troubles.event, troubles.EVENTS),
    ],
)
def test_every_code_the_program_writes_down_has_words_and_every_word_a_code(kind: str, words, known) -> None:
    found = told()[kind]
    unknown = words("never written down")
    assert {code for code in found if words(code) == unknown} == set()
    assert set(known) == {re.sub(r"_\d+$", "", code) if code.startswith("refused") else code for code in found}
    for said in known.values():
        # What happened, and in a sentence of its own what to do: never a code.
        assert "。" in said and not re.search("[A-Za-z_]", said), said


def test_all_is_well_is_not_explained() -> None:
    assert (troubles.delivery(""), troubles.account("")) == ("", "")


def test_every_event_of_a_case_has_words() -> None:
    moves = {*positions(2, "record", "cases.record", "_move")}
    assert {"take", "return", "close", "wall", "danger_answer", "consent"} <= moves <= set(history.MOVES)
