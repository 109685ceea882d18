"""manage.py read_notice: one JSON answer, or one line and exit code 2."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.rules.notice_texts import FOLDER
from tests.workplans.documents import docx, paragraph

ROOT = Path(__file__).resolve().parents[2]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    """The command as a person types it."""
    command = [sys.executable, "manage.py", "read_notice", *map(str, words)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    call_command("read_notice", *words)
    return json.loads(capsys.readouterr().out)


@pytest.mark.req("U-05", "U-10")
def test_a_notice_is_answered_as_json() -> None:
    done = run(FOLDER / "wulatezhongqi-2024.txt", "--year", 2024, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["title"] == "2024年乌拉特中旗全面实施预算绩效管理工作要点"
    assert told["document_number"] == "乌中政办发〔2024〕16号"
    assert told["issued_on"] == "2024-03-19"
    assert len(told["tasks"]) == 12
    assert told["tasks"][0]["windows"][0]["closes"] == "2024-04-15"


def test_a_document_is_answered_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.docx"
    lines = (FOLDER / "qitai-2018.txt").read_text(encoding="utf-8").splitlines()
    path.write_bytes(docx(*map(paragraph, lines)))
    assert answer(capsys, str(path), "--year", "2018")["document_number"] == "奇财预〔2018〕140号"


def test_a_report_has_no_tasks_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    told = answer(capsys, str(FOLDER / "wulumuqi-2022.txt"), "--year", "2022")
    assert (told["tasks"], told["notes"]) == ([], ["全文是对已过年度的说明，没有要做的任务。"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "用法：read_notice 文件 --year 年度 --format json。"),
        (("没有.txt", "--year", "2024"), "打不开"),
        ((FOLDER / "wulatezhongqi-2024.txt", "--year", "二四"), "不是四位数字"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(words: tuple[object, ...], said: str) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a.txt", "--year", "2024", "--format", "xml"], "用法："),
        ([str(FOLDER / "wulatezhongqi-2024.txt"), "--year", "1024"], "应在2000到2100之间"),
        ([str(FOLDER / "wulatezhongqi-2024.tsv"), "--year", "2024"], "只收.txt、.docx"),
        ([str(FOLDER), "--year", "2024"], "打不开"),
    ],
)
def test_what_is_refused_says_why(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=said) as refused:
        call_command("read_notice", *words)
    assert refused.value.returncode == 2
    assert capsys.readouterr().out == ""


def test_called_from_code_it_raises(tmp_path: Path) -> None:
    poem = tmp_path / "诗.txt"
    poem.write_text("床前明月光，\n疑是地上霜。", encoding="utf-8")
    with pytest.raises(CommandError, match="没有读到预算绩效管理的内容") as refused:
        call_command("read_notice", str(poem), "--year", "2024")
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="用法"):
        call_command("read_notice")
