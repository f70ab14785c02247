"""The command line, as an operator uses it: from an empty folder to a town that answers."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.commands import app

CSV = """名称,住所,電話番号,緯度,経度
中央サロン,ある市本町1-1,099-000-1234,35.1,139.1
西の広場,ある市西町2-2,099-000-1235,35.2,139.2
"""


class Operator:
    """Types commands in a folder of their own."""

    def __init__(self) -> None:
        self._runner = CliRunner()

    def types(self, *words: str, given: str = "") -> Result:
        """Run a command."""
        return self._runner.invoke(app, list(words), input=given)


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    monkeypatch.chdir(tmp_path)
    return Operator()


@pytest.fixture
def town(operator: Operator) -> Operator:
    assert operator.types("db", "upgrade").exit_code == 0
    assert operator.types("municipality", "add", "011011", "ある市", "--relay", "in_channel").exit_code == 0
    return operator


def test_upgrade_makes_a_private_key_once(operator: Operator, tmp_path: Path) -> None:
    assert "鍵ファイル" in operator.types("db", "upgrade").output
    key = tmp_path / "var" / "uketome.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = key.read_bytes()
    assert operator.types("db", "upgrade").exit_code == 0
    assert key.read_bytes() == before


def test_lost_key_is_never_replaced(town: Operator, tmp_path: Path) -> None:
    (tmp_path / "var" / "uketome.key").unlink()
    refused = town.types("db", "upgrade")
    assert refused.exit_code == 1
    assert "控えから鍵ファイルを戻して" in refused.output
    assert not (tmp_path / "var" / "uketome.key").exists()


def test_command_before_upgrade_says_what_to_do(operator: Operator) -> None:
    operator.types("db", "upgrade")
    Path("var/uketome.db").unlink()
    refused = operator.types("municipality", "list")
    assert refused.exit_code == 1
    assert "uketome db upgrade" in refused.output


def test_wrong_code_is_refused(operator: Operator) -> None:
    operator.types("db", "upgrade")
    refused = operator.types("municipality", "add", "011012", "ある市")
    assert refused.exit_code == 1
    assert "検査数字" in refused.output


def test_town_without_relay_is_told_that_nothing_is_sent(operator: Operator) -> None:
    operator.types("db", "upgrade")
    assert "住民には何も送りません" in operator.types("municipality", "add", "011011", "ある市").output
    assert operator.types("municipality", "set", "011011", "--relay", "in_channel").exit_code == 0
    assert "in_channel" in operator.types("municipality", "list").output


def test_channel_reads_its_secret_from_standard_input_and_never_shows_it(town: Operator) -> None:
    added = town.types(
        "channel", "add", "line", "aru", "--municipality", "011011", "--secret", "-", "--access-token", "tok-en",
        given="very-secret\n",
    )  # fmt: skip
    assert added.exit_code == 0
    assert "/webhooks/line/aru" in added.output
    listed = town.types("channel", "list").output
    assert "aru" in listed
    assert "very-secret" not in listed + added.output
    assert "tok-en" not in listed + added.output


def test_telegram_needs_a_secret_or_polling(town: Operator) -> None:
    assert town.types("channel", "add", "telegram", "t", "--municipality", "011011", "--token", "1:a").exit_code == 2


def test_invitation_is_a_link_and_disabling_names_the_person(town: Operator) -> None:
    invited = town.types("staff", "invite", "--municipality", "011011", "--role", "administrator")
    assert re.search(r"/invitation\?token=[\w-]{40,}", invited.output)
    assert town.types("staff", "disable", "nobody@example.jp").exit_code == 1
    assert town.types("staff", "reset-second-factor", "nobody@example.jp").exit_code == 1


def test_import_export_and_search(town: Operator, tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text(CSV, encoding="cp932")
    tried = town.types("resources", "import", "places.csv", "--municipality", "011011", "--dry-run", "--json")
    assert json.loads(tried.output)["added"] == 2
    assert town.types("resources", "import", "places.csv", "--municipality", "011011").exit_code == 0
    again = town.types("resources", "import", "places.csv", "--municipality", "011011", "--json")
    assert json.loads(again.output)["same"] == 2
    found = town.types("search", "--municipality", "011011", given='{"id": "q", "text": "中央サロン", "x": 1}\n')
    assert json.loads(found.output)["results"][0]["name"] == "中央サロン"
    assert town.types("resources", "export", "--municipality", "011011", "--format", "csv", "--output", "o.csv").exit_code == 0
    assert (tmp_path / "o.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_town_adds_lists_and_removes_its_own_words(town: Operator) -> None:
    at = ("--municipality", "011011")
    kinds = CSV.replace("名称,", "種類,名称,").replace("中央", "サロン,中央").replace("西の", "公園,西の")
    Path("places.csv").write_text(kinds)
    assert town.types("resources", "import", "places.csv", *at).exit_code == 0
    asked = '{"id": 1, "text": "わはは亭"}\n'
    assert json.loads(town.types("search", *at, given=asked).output)["results"] == []
    added = town.types("resources", "words", "add", "わはは亭", *at, "--kind", "salon", "--topic", "gathering")
    assert "登録しました" in added.output
    assert json.loads(town.types("search", *at, given=asked).output)["results"][0]["name"] == "中央サロン"
    [row] = json.loads(town.types("resources", "words", "list", *at, "--json").output)
    assert (row["expression"], row["topics"], row["kind"]) == ("わはは亭", ["gathering"], "salon")
    assert row["added_by"] == "command line"
    assert "わはは亭\tgathering\tsalon" in town.types("resources", "words", "list", *at).output
    assert town.types("resources", "words", "remove", "わはは亭", *at).exit_code == 0
    assert json.loads(town.types("resources", "words", "list", *at, "--json").output) == []


def test_own_words_that_cannot_be_kept_are_explained(town: Operator) -> None:
    at = ("--municipality", "011011")
    for words, code in (
        (("add", "わはは亭", *at), 1),
        (("add", "わはは亭", *at, "--topic", "fun"), 1),
        (("add", "わはは亭", "--municipality", "011029", "--topic", "food"), 1),
        (("remove", "わはは亭", *at), 1),
        (("add", "わはは亭", "--topic", "food"), 2),
        (("add", *at), 2),
    ):
        refused = town.types("resources", "words", *words)
        assert refused.exit_code == code and "何も変えていません" in refused.output
    assert town.types("resources", "words", "add", "--help").exit_code == 0


def test_broken_file_is_explained_and_changes_nothing(town: Operator, tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 this is no spreadsheet")
    refused = town.types("resources", "import", "broken.xlsx", "--municipality", "011011")
    assert refused.exit_code == 1
    assert re.search(r"[ぁ-ん]", refused.output)
    assert town.types("resources", "import", "none.csv", "--municipality", "011011").exit_code == 1


def test_understand_needs_no_database(operator: Operator, tmp_path: Path) -> None:
    heard = operator.types("understand", given='{"id": "a", "text": "しにたい"}\nnot json\n')
    first, second = map(json.loads, heard.output.splitlines())
    assert (first["id"], first["crisis"], first["route"]) == ("a", "self_harm", "urgent")
    assert set(first) == {"id", "topics", "crisis", "crises", "route", "desk", "reasons", "household", "explanation"}
    assert "error" in second
    assert not (tmp_path / "var").exists()


def test_check_lists_what_forbids_real_residents(town: Operator) -> None:
    checked = town.types("check")
    assert checked.exit_code == 1
    for word in ("窓口", "管理者", "だれが動くか", "drafted", "https"):
        assert word in checked.output


def test_demo_is_refused_beside_real_towns_and_off_loopback(town: Operator) -> None:
    assert town.types("serve", "--demo", "--port", "18999").exit_code == 1
    assert town.types("serve", "--demo", "--host", "0.0.0.0", "--port", "18999").exit_code == 1


def test_fixed_clock_is_refused_in_production(town: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKETOME_PRODUCTION", "true")
    monkeypatch.setenv("UKETOME_NOW", "2026-11-28T22:00")
    refused = town.types("municipality", "list")
    assert refused.exit_code == 1
    assert "UKETOME_NOW" in refused.output


def test_every_command_has_help(operator: Operator) -> None:
    commands = ["serve", "work", "chat", "understand", "search", "check", "municipality", "channel", "staff", "resources", "db"]
    for command in commands:
        assert operator.types(command, "--help").exit_code == 0


def test_areas_come_from_a_file(town: Operator, tmp_path: Path) -> None:
    file = tmp_path / "machiaza.csv"
    file.write_text("市区町村コード,町名,小学校区\n011011,本町,中央小\n999999,港町,\n", encoding="utf-8")
    said = town.types("areas", "import", str(file))
    assert (said.exit_code, "1件入れました" in said.output, "1件で" in said.output) == (0, True, True)
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    assert town.types("areas", "import", str(file)).exit_code == 1
    assert town.types("areas", "import", str(tmp_path / "none.csv")).exit_code == 1
