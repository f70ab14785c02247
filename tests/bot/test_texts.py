"""Every resident sentence exists, is used, is polite, and stands in the text files and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.texts import BadTexts, Texts
from bot.texts.checking import Wording, problems, rude, unread
from resources import hotlines

ROOT = Path(__file__).resolve().parents[2]
CODE = [
    *sorted((ROOT / "bot" / "dialogue").glob("*.py")),
    ROOT / "bot" / "web" / "chat.py",
    ROOT / "bot" / "web" / "conversing.py",
]
CASEWORK = sorted((ROOT / "handoff").glob("**/casework/*.py"))
TEMPLATES = sorted((ROOT / "bot" / "web" / "templates").glob("chat*.html"))
JAPANESE = re.compile("[ぁ-ゖァ-ヺ一-鿿]")
KEY = re.compile(r"[a-z_]+(\.[a-z_0-9]+)+")


@pytest.fixture(scope="module")
def texts() -> Texts:
    """The real sentences."""
    return Texts.load()


def test_every_key_that_is_said_exists_and_every_sentence_is_said(texts: Texts) -> None:
    patterns = [re.compile(pattern) for pattern in _said()]
    plain = [pattern for pattern in _said() if KEY.fullmatch(pattern.replace("\\", ""))]
    missing = [key for key in (pattern.replace("\\", "") for pattern in plain) if _is_text(key, texts) and not texts.has(key)]
    assert missing == []
    unused = [key for key in texts.wordings if not any(pattern.fullmatch(key) for pattern in patterns)]
    assert unused == []


def test_no_sentence_for_residents_stands_in_the_code() -> None:
    found = [
        f"{file.name}:{node.lineno}"
        for file in CODE
        for node in _strings(ast.parse(file.read_text(encoding="utf-8")))
        if JAPANESE.search(str(node.value))
    ]
    assert found == []
    assert [file.name for file in TEMPLATES if JAPANESE.search(file.read_text(encoding="utf-8"))] == []


def test_first_words_in_danger_fit_a_lock_screen(texts: Texts) -> None:
    firsts = [wording for key, wording in texts.wordings.items() if key.startswith("urgent.") and key.endswith(".first")]
    own = [wording for wording in firsts if not wording.key.startswith(("urgent.again", "urgent.heard"))]
    assert len(own) >= 12
    for wording in own:
        assert wording.shape == "first"
        for words in (wording.normal, wording.easy):
            assert len(words) <= 40
            assert not re.search("死|自殺|暴力|DV|虐待|性|逃げ", words)


@pytest.mark.parametrize(
    ("prefix", "forbidden"),
    [
        ("urgent.dv", "DV|配偶者|逃げ|女性|男性|(?<!丈)夫|妻"),
        ("urgent.child_doer", "虐待|通告"),
        ("urgent.carer", "虐待|通告|いけません"),
        ("urgent.child_victim", "秘密|だれにも言いません|お父さん|お母さん|親に"),
        ("urgent.self_harm", "大切な命|命は大切|親に|がんばって|頑張って"),
        ("urgent.", "伝えました|すぐに返事|すぐ返事|まもなく|資格"),
        ("worry", "存じ|ご存知|以前から|把握して"),
        ("connecting", "受けられます|受けられません|貸付|対象です"),
    ],
)
def test_what_practice_forbids_is_said_nowhere(texts: Texts, prefix: str, forbidden: str) -> None:
    said = [
        wording.key
        for wording in texts.wordings.values()
        if wording.key.startswith(prefix)
        and wording.shape not in ("query", "heard")
        and re.search(forbidden, wording.normal + wording.easy)
    ]
    assert said == []


def test_quiet_names_belong_to_hotlines(texts: Texts) -> None:
    known = {line.id for line in hotlines.load().lines}
    named = {key.removeprefix("urgent.name.") for key in texts.wordings if key.startswith("urgent.name.")}
    assert named <= known
    assert all("DV" not in texts.say(f"urgent.name.{name}") for name in named)


@pytest.mark.parametrize("language", ["en", "zh-Hans", "ko", "vi", "pt", "tl"])
def test_other_languages_have_their_prepared_sentences(texts: Texts, language: str) -> None:
    assert "みらい市" in (texts.abroad(language, "greeting.brief", town="みらい市") or "")
    assert "119" in (texts.abroad(language, "abroad.danger") or "")
    assert len(texts.abroad(language, "greeting.choice.person") or "") <= 20
    for wording in texts.wordings.values():
        values = dict.fromkeys({*wording.placeholders, "town"}, "x")
        # Nothing is asked for that the Japanese sentence is not given, and the first words in danger fit a lock screen.
        words = texts.abroad(language, wording.key, **values) or ""
        assert wording.shape not in ("first", "label") or len(words) <= (40 if wording.shape == "first" else 20)
        led = wording.key.startswith(("urgent.", "connecting.", "reading.", "listening.", "status.", "worry."))
        assert words or not led or wording.shape not in ("bubble", "first"), wording.key


def test_other_languages_read_the_nearest_prepared_one(texts: Texts) -> None:
    assert [texts.prepared(code) for code in ("zh-Hant", "th", "es", "other", "ja", "")] == ["zh-Hans", "en", "en", "en", "", ""]


@pytest.mark.parametrize(
    ("wording", "claim"),
    [
        (Wording("a", "書いて。", "書（か）いてください。", "drafted"), "ends politely"),
        (Wording("a", "書いてください。", "書いてください。", "drafted"), "gives readings"),
        (Wording("a", "{town}です。", "町（まち）です。", "drafted"), "same values"),
        (Wording("a", "{secret}です。", "{secret}です。", "drafted"), "allowed values"),
        (Wording("a", "はいです。", "はいです。", "approved"), "drafted or reviewed"),
        (Wording("a", "はいです。", "はいです。", "reviewed"), "who and when"),
        (Wording("a", "はい" * 11, "はい", "drafted", "label"), "at most 20"),
        (Wording("a", "一です。二です。三です。四です。", "はいです。", "drafted"), "three sentences"),
    ],
)
def test_a_sentence_that_breaks_a_rule_is_named(wording: Wording, claim: str) -> None:
    assert any(claim in problem for problem in problems([wording]))


def test_files_that_break_a_rule_are_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "languages.toml").write_text('[state]\nen = "drafted"\n["a.b"]\nen = "Hi"\n', encoding="utf-8")
    (tmp_path / "bad.toml").write_text('[a]\nstate = "drafted"\nnormal = "来て"\neasy = "来（き）て"\n', encoding="utf-8")
    with pytest.raises(BadTexts):
        Texts.load(tmp_path)


def test_the_linter_reads_sentences_as_people_do() -> None:
    assert rude("町名を書いてください。・一覧") != []
    assert rude("わかりました。\n・自由な行") == []
    assert unread("相談（そうだん）の 相談です") == []
    assert unread("相談です") == ["相談"]


def _said() -> set[str]:
    """Return the keys in the code as patterns; what is filled in stands for any word."""
    found = set()
    for file in (*CODE, *CASEWORK):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                found.add(re.escape(node.value))
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z_0-9.]+" for part in node.values
                ]
                # A key begins with the name of its file; anything else that is put together is no key.
                if re.match(r"[a-z_]+\\\.", parts[0]):
                    found.add("".join(parts))
    for file in TEMPLATES:
        found.update(re.escape(key) for key in re.findall(r"say\('([a-z_.]+)'", file.read_text(encoding="utf-8")))
    return found


def _is_text(key: str, texts: Texts) -> bool:
    return key.split(".")[0] in {known.split(".")[0] for known in texts.wordings}


def _strings(tree: ast.Module) -> Iterator[ast.Constant]:
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node
