"""What the command line says when it cannot: in Japanese, what happened and what to do, never a traceback."""

from __future__ import annotations

import re
import shutil
import socket
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.commands import app
from tests.postgresql import Server, missing

Types = Callable[..., Result]


@pytest.fixture
def types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Types:
    """Return a function that types a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words, given="": CliRunner().invoke(app, list(words), input=given)


@pytest.fixture
def installed(types: Types) -> Types:
    assert types("db", "upgrade").exit_code == 0
    assert types("municipality", "add", "012343", "ある市", "--relay", "in_channel").exit_code == 0
    return types


def _refused(result: Result, *words: str, code: int = 1) -> None:
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert re.search(r"[ぁ-ん]", result.output)
    for word in words:
        assert word in result.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("nonsense", "nonsense"),
        ("municipality nonsense", "nonsense"),
        ("municipality add", "code"),
        ("municipality add 012343 x --relay mail", "in_channel・safe_page"),
        ("--nonsense", "--nonsense"),
        ("search --municipality 012343 --limit many", "--limit"),
        ("search --municipality 012343 --limit 0", "--limit"),
        ("serve --port", "--port"),
        ("serve --port 99999", "--port"),
        ("serve --demo=3", "--demo"),
        ("serve one two", "one two"),
        ("resources export --municipality 012343 --format pdf", "csv・xlsx・hsds"),
        ("channel add telegram t --municipality 012343 --token 1:a", "--polling"),
    ],
)
def test_what_is_not_understood_is_said_in_japanese(types: Types, words: str, told: str) -> None:
    refused = types(*words.split())
    _refused(refused, told, "--help", "何も変えていません", code=2)
    assert not re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", refused.output.split("\n")[0])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"), ("PORT", "70000"), ("NOW", "sometime"), ("DATABASE_URL", "mysql://a:secret-word@b/c"),
        ("DATABASE_URL", "sqlite://"), ("KEYS_URL", "keys.db"), ("LOG_LEVEL", "LOUD"), ("WORKER_THREADS", "0"),
        ("FAILPOINT", "nope"), ("BASE_URL", "uketome.example.jp"),
        ("SESSION_HOURS", "-1"), ("SEND_TIMEOUT", "600"), ("PRODUCTION", "maybe"),
    ],
)  # fmt: skip
def test_wrong_setting_is_named_without_its_value(
    types: Types, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"UKETOME_{name}", value)
    refused = types("municipality", "list")
    _refused(refused, f"UKETOME_{name}")
    assert "secret-word" not in refused.output


def test_empty_setting_is_no_setting(installed: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKETOME_NOW", "")
    assert installed("municipality", "list").exit_code == 0


def test_everything_kept_is_readable_by_its_owner_only(installed: Types) -> None:
    assert {stat.S_IMODE(file.stat().st_mode) for file in Path("var").iterdir()} == {0o600}


def test_looking_makes_nothing(types: Types) -> None:
    _refused(types("municipality", "list"), "uketome db upgrade")
    assert not list(Path().iterdir())


def test_missing_database_is_not_replaced_by_looking(installed: Types) -> None:
    Path("var/uketome.db").unlink()
    _refused(installed("municipality", "list"), "uketome.db", "UKETOME_DATABASE_URL")
    assert not Path("var/uketome.db").exists()


def test_missing_keys_are_never_replaced(installed: Types) -> None:
    Path("var/uketome-keys.db").unlink()
    for command in (("municipality", "list"), ("db", "upgrade")):
        _refused(installed(*command), "uketome-keys.db", "控え")
        assert not Path("var/uketome-keys.db").exists()


def test_empty_database_beside_old_keys_gets_no_new_key_file(installed: Types) -> None:
    Path("var/uketome.db").unlink()
    Path("var/uketome.key").unlink()
    _refused(installed("db", "upgrade"), "控えから鍵ファイルを戻して")
    assert not Path("var/uketome.key").exists()


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"\xff\xfe", b'active = "a"\n[keys]\na = "AAAA"\n', b"keys = 3\nactive = 1\n"]
)
def test_broken_key_file_is_said_to_be_one(installed: Types, content: bytes) -> None:
    Path("var/uketome.key").write_bytes(content)
    _refused(installed("municipality", "list"), "鍵ファイルとして読めません", "控え")


def test_readable_key_file_is_refused(installed: Types) -> None:
    Path("var/uketome.key").chmod(0o640)
    _refused(installed("municipality", "list"), "chmod 600")


def test_key_file_of_another_town_hall_is_refused(installed: Types, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added = installed("channel", "add", "line", "aru", "--municipality", "012343", "--secret", "s", "--access-token", "t")
    assert added.exit_code == 0
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.chdir(other)
    assert installed("db", "upgrade").exit_code == 0
    monkeypatch.chdir(tmp_path)
    shutil.copy(other / "var" / "uketome.key", "var/uketome.key")
    _refused(installed("municipality", "list"), "このデータの鍵ではありません")


def test_keys_in_the_database_of_the_data_are_refused(installed: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKETOME_KEYS_URL", "sqlite:///var/../var/uketome.db")
    _refused(installed("municipality", "list"), "UKETOME_KEYS_URL")


def test_keys_of_other_data_are_refused(installed: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    added = installed("channel", "add", "line", "aru", "--municipality", "012343", "--secret", "s", "--access-token", "t")
    assert added.exit_code == 0
    with sqlite3.connect("var/others.db"):
        pass  # an empty store of keys, as a fresh database of PostgreSQL is one
    monkeypatch.setenv("UKETOME_KEYS_URL", "sqlite:///var/others.db")
    for command in (("municipality", "list"), ("check",), ("db", "upgrade")):
        _refused(installed(*command), "UKETOME_KEYS_URL", "鍵")


def test_keys_in_the_same_database_by_another_name_are_refused(
    types: Types, monkeypatch: pytest.MonkeyPatch, postgresql_server: Server | None
) -> None:
    if postgresql_server is None:
        pytest.skip(missing())
    with postgresql_server.database() as url:
        assert "127.0.0.1" in url
        monkeypatch.setenv("UKETOME_DATABASE_URL", url)
        monkeypatch.setenv("UKETOME_KEYS_URL", url.replace("127.0.0.1", "localhost"))
        _refused(types("db", "upgrade"), "UKETOME_KEYS_URL")


def test_a_stopped_database_is_whole_in_its_one_file(installed: Types, tmp_path: Path) -> None:
    shutil.copy("var/uketome.db", tmp_path / "alone.db")
    with sqlite3.connect(tmp_path / "alone.db") as copy:
        assert copy.execute("SELECT name FROM municipality").fetchall() == [("ある市",)]


def test_links_lead_to_where_the_product_listens(installed: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKETOME_PORT", "8123")
    invited = installed("staff", "invite", "--municipality", "012343", "--role", "administrator")
    assert "http://127.0.0.1:8123/invitation" in invited.output


def test_an_account_is_added_once_and_renewed_afterwards(installed: Types) -> None:
    words = ("channel", "add", "line", "aru", "--municipality", "012343", "--secret", "-", "--access-token", "-")
    assert "登録しました" in installed(*words, given="first\nsecond\n").output
    assert "新しくしました" in installed(*words, given="third\nfourth\n").output


@pytest.mark.parametrize(("step", "told"), [("0001", "uketome db upgrade"), ("9999", "新しい版")])
def test_database_of_another_version_is_left_alone(installed: Types, step: str, told: str) -> None:
    with sqlite3.connect("var/uketome.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (step,))
    connection.close()
    _refused(installed("municipality", "list"), told)


def test_file_that_is_no_database_is_left_alone(types: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("letter.txt").write_text("これはデータベースではありません。" * 100, encoding="utf-8")
    before = Path("letter.txt").read_bytes()
    monkeypatch.setenv("UKETOME_DATABASE_URL", "sqlite:///letter.txt")
    _refused(types("db", "upgrade"), "UKETOME_DATABASE_URL")
    assert Path("letter.txt").read_bytes() == before


def test_database_server_that_does_not_answer_is_said(types: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKETOME_DATABASE_URL", "postgresql://u:secret-word@127.0.0.1:1/none")
    refused = types("db", "upgrade")
    _refused(refused, "UKETOME_DATABASE_URL")
    assert "secret-word" not in refused.output


def test_taken_port_is_said(installed: Types) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        _refused(installed("serve", "--port", str(other.getsockname()[1])), "ほかのプログラム", "--port")


def test_town_is_added_once_and_changed_afterwards(installed: Types) -> None:
    assert "合わせました" in installed("municipality", "set", "012343", "--relay", "safe_page").output
    _refused(installed("municipality", "set", "012343", "--name", "  "), "1〜60文字")
    _refused(installed("municipality", "add", "012033", "小樽市", "--prefecture", "010006"), "010006")
    assert installed("municipality", "add", "010006", "北海道").exit_code == 0
    assert installed("municipality", "add", "012033", "小樽市", "--prefecture", "010006").exit_code == 0
    _refused(installed("municipality", "set", "012033", "--prefecture", "012343"), "012343")


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("line aru --secret - --access-token t", "\n"),
        ("line aru --secret s --access-token -", ""),
        ("line aru --secret 秘密 --access-token t", ""),
        ("line aru --secret s --access-token t --destination 123", ""),
        ("line aru --secret s --access-token t --destination Ubbb", ""),
        ("line aru --secret s --access-token t --api-base-url ftp://x", ""),
        ("line あ --secret s --access-token t", ""),
        (f"line {'a' * 49} --secret s --access-token t", ""),
        ("telegram tg --token - --polling", ""),
        ("telegram tg --token 1:a --webhook-secret a.b", ""),
    ],
)
def test_account_that_could_not_work_or_be_trusted_is_refused(installed: Types, words: str, given: str) -> None:
    platform, name, *rest = words.split()
    _refused(installed("channel", "add", platform, name, "--municipality", "012343", *rest, given=given), "何も変えていません")
    assert not installed("channel", "list").output


def test_account_name_of_another_town_is_refused(installed: Types) -> None:
    assert installed("municipality", "add", "012033", "小樽市").exit_code == 0
    mine = ("channel", "add", "line", "aru", "--municipality", "012343", "--secret", "s", "--access-token", "t")
    assert installed(*mine).exit_code == 0
    assert installed(*mine).exit_code == 0
    _refused(installed(*mine[:5], "012033", *mine[6:]), "aru")
    _refused(installed("channel", "add", "telegram", "aru", "--municipality", "012343", "--token", "1:a", "--polling"), "aru")
