"""The documented commands around spreadsheets, as scripts call them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from desktop.cli import cli
from tests.conftest import PASSPHRASE
from tests.exchange.sheet_files import HEAD, LIU, TIDY, WANG, xlsx


@pytest.fixture
def jinlin(template: Path, tmp_path: Path) -> Any:
    """Runs one command on a profile of its own and returns its JSON (or its error)."""
    shutil.copytree(template, tmp_path / "profile")
    (tmp_path / "pass").write_text(PASSPHRASE, "utf-8")

    def run(*arguments: object) -> Any:
        result = CliRunner().invoke(
            cli,
            ["--profile", str(tmp_path / "profile"), "--passphrase-file", str(tmp_path / "pass"),
             *map(str, arguments), "--json"],
        )  # fmt: skip
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return json.loads(result.stdout)

    return run


def test_preview_apply_list_and_undo_an_import(jinlin: Any, tmp_path: Path) -> None:
    file = xlsx(tmp_path / "花名册.xlsx", (*TIDY, (*WANG[:4], "张三、李四", *WANG[5:])))
    preview = jinlin("roster", "import", file, "--preview")
    assert preview["batch"] is None
    assert preview["households"] == {"new": 1, "changed": 0, "unchanged": 0}
    assert preview["refused"][0] == {
        "file": "花名册.xlsx", "sheet": "Sheet1", "row": 4, "column": "姓名",
        "value": "张三、李四", "reason": "一格多人，请分行",
    }  # fmt: skip
    marked = tmp_path / "原因.xlsx"
    done = jinlin("roster", "import", file, "--yes", "--marked", marked)
    assert done["batch"]
    assert marked.exists()
    assert jinlin("roster", "import", file, "--yes")["batch"] is None
    assert [past["undone"] for past in jinlin("roster", "imports")] == [False]
    undone = jinlin("roster", "undo", done["batch"])
    assert undone["kept"] == []
    assert undone["undone"] >= 4
    assert [past["undone"] for past in jinlin("roster", "imports")] == [True]
    assert jinlin("roster", "import", file, "--preview")["residents"]["new"] == 2


def test_export_template_and_sample(jinlin: Any, tmp_path: Path) -> None:
    jinlin("roster", "import", xlsx(tmp_path / "a.xlsx", (HEAD, WANG, LIU)), "--yes")
    out = tmp_path / "导出.xlsx"
    done = jinlin("roster", "export", out, "--profile-name", "full", "--reason", "测试")
    assert (done["households"], done["residents"]) == (1, 2)
    assert "姓名" in done["fields"]
    assert jinlin("roster", "import", out, "--preview")["changes"] == []
    jinlin("roster", "template", tmp_path / "模板.xlsx")
    assert (tmp_path / "模板.xlsx").exists()
    files = jinlin("sample", tmp_path / "样例", "--households", "20", "--seed", "3")["files"]
    assert all(Path(file).exists() for file in files)
    for file in files:
        jinlin("roster", "import", file, "--yes")
    visits = jinlin("visit", "import", files[-1], "--yes")
    assert visits["visits"]["new"] > 0
    assert visits["refused"] == []
    assert jinlin("visit", "import", files[-1], "--yes")["visits"]["new"] == 0


def test_the_report_for_people_counts_everything(jinlin: Any, tmp_path: Path) -> None:
    jinlin("roster", "import", xlsx(tmp_path / "a.xlsx"), "--yes")
    head, wang = (*HEAD, "民族"), (*WANG[:8], "13900000009", "汉族示例")
    rows = (head, wang, (*LIU, ""), (*WANG[:4], "张三、李四", *WANG[5:], ""),
            (*WANG[:3], "602", "陈示例", *WANG[5:8], "", ""))  # fmt: skip
    file = xlsx(tmp_path / "b.xlsx", rows)
    answer = CliRunner().invoke(
        cli,
        ["--profile", str(tmp_path / "profile"), "--passphrase-file", str(tmp_path / "pass"),
         "roster", "import", str(file), "--preview"],
    )  # fmt: skip
    lines = answer.stdout.splitlines()
    assert "住户：新增 1，更新 0，不变 1" in lines
    assert "居民：新增 1，更新 1，不变 1" in lines
    assert "已忽略敏感列：民族（未导入、未保存）" in lines
    assert "拒绝：1处" in lines
    assert "汉族示例" not in answer.output
