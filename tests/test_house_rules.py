"""The rules of the house, as tests: floors, file sizes, first sentences, forbidden words, one engine, one environment reader."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("intents", "resources", "handoff", "bot")
TOP_LEVEL = {*FLOORS, "tests"}
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龥]")


def _tracked(suffix: str) -> list[Path]:
    command = ["git", "ls-files", "-co", "--exclude-standard", f"*{suffix}"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


MODULES = _tracked(".py")
PRODUCT = [path for path in MODULES if path.relative_to(ROOT).parts[0] in FLOORS]
USE_CASES = [path for path in PRODUCT if "web" not in path.parts and path.relative_to(ROOT).parts[0] != "bot"]
SPEAKING = [path for path in PRODUCT if path.relative_to(ROOT).parts[:2] in (("bot", "dialogue"), ("bot", "channels"))]
# The only places that ask the machine what time it is: the clock itself, leases on SQLite, and the birth dates of keys.
CLOCKS = {"bot/clock.py", "resources/db.py", "resources/sealing.py"}
COMMITTERS = {"bot/turns.py", "bot/migrating.py", "handoff/web/case.py"}
# What lives, holds a file or speaks to the outside: made by bot/main.py and handed on.
LIVING = {
    "Acceptor", "ClientSession", "Database", "Ear", "Environment", "FastAPI", "PasswordHasher", "Passwords", "Sealer", "Search",
    "Settings", "Tagger", "Thread", "ThreadPoolExecutor", "Worker", "create_engine", "load", "loads", "make_engine", "now",
    "open", "open_store", "read_bytes", "read_text", "standard",
}
HOLES = re.compile(r"\|\s*safe\b|(inner|outer)HTML|insertAdjacentHTML|(local|session)Storage|\seval\(")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@cache
def _calls(tree: ast.Module) -> list[tuple[str, ast.Call]]:
    return [(_called(node), node) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _calls_at_import(node: ast.AST) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call):
            yield _called(child)
        yield from _calls_at_import(child)


def each(paths: Iterable[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """Make one test of a rule for many files; all that break it are named at once."""

    def made(rule: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            wrong = []
            for path in paths:
                try:
                    rule(path)
                except AssertionError as why:
                    wrong.append(f"{_name(path)}: {str(why).partition(chr(10))[0]}")
            assert not wrong, "\n".join(wrong)

        return test

    return made


@each(PRODUCT)
def test_imports_point_down(path: Path) -> None:
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])
    above = {name for name in _imports(path) if name.split(".")[0] in FLOORS[floor + 1 :]}
    assert not above, f"{_name(path)} reaches up to {sorted(above)}"


@each(USE_CASES)
def test_use_cases_never_import_web(path: Path) -> None:
    assert not [name for name in _imports(path) if ".web" in f".{name}" and name.split(".")[0] in FLOORS]


@each(MODULES)
def test_no_file_is_longer_than_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@each(PRODUCT)
def test_every_module_says_in_one_sentence_what_it_is(path: Path) -> None:
    if "versions" in path.parts:
        return
    first = (ast.get_docstring(_tree(path)) or "").split("\n")[0]
    assert first.endswith((".", "?")), f"{_name(path)} begins without a sentence"


def test_nothing_else_stands_at_the_top() -> None:
    listed = subprocess.run(["git", "ls-tree", "-d", "--name-only", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {name for name in listed.stdout.split() if not name.startswith(".")} <= TOP_LEVEL


@each(PRODUCT)
def test_only_the_worker_catches_everything(path: Path) -> None:
    broad = [
        node.lineno
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or {"Exception", "BaseException"} & set(re.findall(r"\w+", ast.unparse(node.type))))
    ]
    assert not broad or _name(path) == "bot/worker.py", f"{_name(path)}:{broad}"


@each(PRODUCT)
def test_only_settings_read_the_environment_and_only_db_makes_engines(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if _name(path) != "bot/settings.py":
        assert not re.search(r"\b(environ|getenv|load_dotenv)\b", source)
    if _name(path) != "resources/db.py":
        assert "create_engine(" not in source


@each(PRODUCT)
def test_no_module_is_named_after_nothing(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base_service"}


@each(PRODUCT)
def test_no_sql_is_built_from_strings(path: Path) -> None:
    for name, node in _calls(_tree(path)):
        if name in {"text", "execute", "exec_driver_sql", "executescript", "executemany"} and node.args:
            built = isinstance(node.args[0], ast.JoinedStr | ast.BinOp) or ".format(" in ast.unparse(node.args[0])
            assert not built, f"{_name(path)}:{node.lineno}"


@each(PRODUCT)
def test_now_is_an_argument(path: Path) -> None:
    asked = re.search(r"\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(|\btime\.time\(", path.read_text(encoding="utf-8"))
    assert not asked or _name(path) in CLOCKS


@each(PRODUCT)
def test_only_one_turn_one_page_one_step_commit(path: Path) -> None:
    commits = [node.lineno for name, node in _calls(_tree(path)) if name == "commit"]
    assert not commits or _name(path) in COMMITTERS


@each(PRODUCT)
def test_nothing_is_made_at_import(path: Path) -> None:
    made = [name for name in _calls_at_import(_tree(path)) if name in LIVING]
    assert not made, f"{_name(path)} makes {made} when it is imported"


@each(PRODUCT)
def test_every_public_function_says_what_it_does(path: Path) -> None:
    if "migrations" in path.parts:
        return
    things = [one for one in _tree(path).body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    silent = [one.name for one in things if not one.name.startswith("_") and not ast.get_docstring(one)]
    assert not silent, f"{_name(path)}: {silent}"


@each(PRODUCT)
def test_markup_is_made_of_fixed_words_only(path: Path) -> None:
    for name, node in _calls(_tree(path)):
        if name == "Markup":
            assert isinstance(node.args[0], ast.Constant), f"{_name(path)}:{node.lineno}"


@each([path for path in MODULES if path not in PRODUCT])
def test_tests_stand_on_real_things(path: Path) -> None:
    assert not {name for name in _imports(path) if re.match(r"(unittest\.)?mock\b|pytest_mock", name)}


def test_every_template_is_used() -> None:
    told = "\n".join(path.read_text(encoding="utf-8") for path in (*PRODUCT, *_tracked(".html")))
    unused = [path.name for path in _tracked(".html") if not re.search(rf"[\"']{path.name}[\"']", told)]
    assert not unused


def test_every_sentence_of_the_command_line_is_said() -> None:
    groups = tomllib.loads((ROOT / "bot" / "texts" / "staff.toml").read_text(encoding="utf-8"))
    files = [path for path in PRODUCT if _name(path).startswith(("bot/cli/", "bot/readiness", "bot/alerting"))]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    said = set(re.findall(r"[\"'](\w+\.\w+)[\"']", code)) | {f"check.{word}" for word in re.findall(r'"(\w+)"', code)}
    said |= {f"check.account_{word}" for word in re.findall(r'"(\w+)"', code)} | {f"why.{word}" for word in groups["why"]}
    assert not [f"{group}.{key}" for group, keys in groups.items() for key in keys if f"{group}.{key}" not in said]


def test_numbers_to_dial_stand_in_data_files_only() -> None:
    for path in (*PRODUCT, *_tracked(".html"), *_tracked(".js"), *(ROOT / "bot" / "texts").glob("*.toml")):
        assert not re.search(r"(?<![\d-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-])", path.read_text(encoding="utf-8")), _name(path)


@each(PRODUCT)
def test_nothing_is_written_past_the_guard(path: Path) -> None:
    # Neither way passes the session's own events, where the guard for the custodian stands.
    assert not re.search(r"\.bulk_(insert|update|save)_", path.read_text(encoding="utf-8"))


@each(SPEAKING)
def test_sentences_for_residents_live_in_texts(path: Path) -> None:
    tree = _tree(path)
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
    blocks = re.split(r"\n(?=[a-z0-9])", lock)
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks)


def test_the_readme_lists_every_setting_with_its_default_and_no_other() -> None:
    from bot.settings import Settings

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [re.findall(r"`([^`]+)`", cell) for cell in re.findall(r"^\| (`UKETOME_[^|]+\|[^|]+)\|", readme, re.MULTILINE)]
    told = {name: value for row in rows for name, value in zip(*_halves(row), strict=True)}
    defaults = {}
    for name, field in Settings.model_fields.items():
        value = str(field.default).lower() if isinstance(field.default, bool) else str(field.default or "none").removesuffix(".0")
        defaults[f"UKETOME_{name.upper()}"] = value
    assert told == defaults


def _halves(row: list[str]) -> tuple[list[str], list[str]]:
    names = [word for word in row if word.startswith("UKETOME_")]
    return names, row[len(names) :] or ["none"] * len(names)


def test_everything_imported_is_declared_and_its_licence_is_in_the_readme() -> None:
    said = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split(r"[>=\[]", name)[0] for name in said["dependencies"]}
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Licences")[2].lower()
    assert not [name for name in declared if not re.search(rf"\b{re.escape(name)}\b", readme)]
    bot = {"linebot": "line-bot-sdk", "telegram": "python-telegram-bot"}
    called = bot | {"PIL": "pillow", "argon2": "argon2-cffi", "fpdf": "fpdf2"}
    used = {name.split(".")[0] for path in PRODUCT for name in _imports(path)} - set(sys.stdlib_module_names) - set(FLOORS)
    assert {called.get(name, name.replace("_", "-")) for name in used} <= declared


def test_no_address_of_a_machine_or_registry_is_written_down() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    forbidden = re.compile("|".join((r"/" + r"home/\w+/", r"pypi\." + "org", r"files\.python" + "hosted")))
    for name in filter(None, listed):
        path = ROOT / name
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".lock", ".html", ".js", ".css", ""}:
            assert not forbidden.search(path.read_text(encoding="utf-8", errors="replace")), name
