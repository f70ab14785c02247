"""The rules of the house, as tests: floors, file sizes, first sentences, forbidden words, one engine, one environment reader."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("intents", "resources", "handoff", "bot")
TOP_LEVEL = {*FLOORS, "tests"}
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")


def _tracked(suffix: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", f"*{suffix}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


MODULES = _tracked(".py")
PRODUCT = [path for path in MODULES if path.relative_to(ROOT).parts[0] in FLOORS]
USE_CASES = [path for path in PRODUCT if "web" not in path.parts and path.relative_to(ROOT).parts[0] != "bot"]
SPEAKING = [path for path in PRODUCT if path.relative_to(ROOT).parts[:2] in (("bot", "dialogue"), ("bot", "channels"))]
HOLES = re.compile(r"\|\s*safe\b|(inner|outer)HTML|insertAdjacentHTML|(local|session)Storage|\seval\(")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_imports_point_down(path: Path) -> None:
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])
    above = {name for name in _imports(path) if name.split(".")[0] in FLOORS[floor + 1 :]}
    assert not above, f"{_name(path)} reaches up to {sorted(above)}"


@pytest.mark.parametrize("path", USE_CASES, ids=_name)
def test_use_cases_never_import_web(path: Path) -> None:
    assert not [name for name in _imports(path) if ".web" in f".{name}" and name.split(".")[0] in FLOORS]


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_file_is_longer_than_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_every_module_says_in_one_sentence_what_it_is(path: Path) -> None:
    if "versions" in path.parts:
        return
    first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
    assert first.endswith((".", "?")), f"{_name(path)} begins without a sentence"


def test_nothing_else_stands_at_the_top() -> None:
    listed = subprocess.run(["git", "ls-tree", "-d", "--name-only", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {name for name in listed.stdout.split() if not name.startswith(".")} <= TOP_LEVEL


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_only_the_worker_catches_everything(path: Path) -> None:
    broad = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
    ]
    assert not broad or _name(path) == "bot/worker.py", f"{_name(path)}:{broad}"


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_only_settings_read_the_environment_and_only_db_makes_engines(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if _name(path) != "bot/settings.py":
        assert not re.search(r"\bos\.(environ|getenv)\b", source)
    if _name(path) != "resources/db.py":
        assert "create_engine(" not in source


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_no_module_is_named_after_nothing(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base_service"}


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_no_sql_is_built_from_strings(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text":
            assert not (node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)), f"{_name(path)}:{node.lineno}"


@pytest.mark.parametrize("path", PRODUCT, ids=_name)
def test_nothing_is_written_past_the_guard(path: Path) -> None:
    # Neither way passes the session's own events, where the guard for the custodian stands.
    assert not re.search(r"\.bulk_(insert|update|save)_", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SPEAKING, ids=_name)
def test_sentences_for_residents_live_in_texts(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }
    spoken = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
        and len(JAPANESE.findall(node.value)) >= 6
    ]
    assert not spoken, f"{_name(path)}:{spoken}"


def test_no_page_opens_a_hole() -> None:
    for path in (*_tracked(".html"), *_tracked(".js")):
        source = path.read_text(encoding="utf-8")
        assert not HOLES.search(source), _name(path)
        assert not re.search(r"<script(?![^>]*\ssrc=)|\son[a-z]+=|style=", source), _name(path)
        assert not re.search(r"(src|href)=[\"'](https?:)?//", source), _name(path)


def test_the_lock_names_versions_and_hashes_but_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock and "--index" not in lock
    pinned = [line for line in lock.splitlines() if re.match(r"^[a-z0-9]", line)]
    assert pinned and all("==" in line for line in pinned)
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[=\[ ]", line)[0] for line in pinned}
    assert {re.split(r"[>=\[]", name)[0] for name in wanted} <= names


def test_every_setting_has_a_row_in_the_readme() -> None:
    from bot.settings import Settings

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in Settings.model_fields if f"`UKETOME_{name.upper()}`" not in readme]
    assert not missing


def test_no_address_of_a_machine_or_registry_is_written_down() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    forbidden = re.compile("|".join((r"/" + r"home/\w+/", r"pypi\." + "org", r"files\.python" + "hosted")))
    for name in filter(None, listed):
        path = ROOT / name
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".lock", ".html", ".js", ".css", ""}:
            assert not forbidden.search(path.read_text(encoding="utf-8", errors="replace")), name
