"""manage.py read_dates answers every line, and refuses bad input in one sentence."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.rules import dates

ROOT = Path(__file__).resolve().parents[2]


def answers(monkeypatch: pytest.MonkeyPatch, typed: str | bytes, *options: str) -> list[Any]:
    """What the command prints for this input."""
    content = typed if isinstance(typed, bytes) else typed.encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    printed = io.StringIO()
    call_command("read_dates", *(options or ("--year", "2024")), stdout=printed)
    return [json.loads(line) for line in printed.getvalue().splitlines()]


def run(*options: str, typed: bytes) -> subprocess.CompletedProcess[bytes]:
    """The command as a program, where the terminal speaks no UTF-8."""
    command = [sys.executable, "manage.py", "read_dates", *options]
    plain = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    return subprocess.run(
        command, input=typed, capture_output=True, cwd=ROOT, env=plain, check=False, timeout=120
    )


def test_each_line_is_answered_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    phrases = ["4月1—15日", "", "乌中政办发〔2021〕15号", "2月30日", "以每年6月底为节点"]

    told = answers(monkeypatch, "\n".join(phrases) + "\n")

    assert [each["phrase"] for each in told] == phrases
    assert told == [
        json.loads(json.dumps(dates.to_json(phrase, dates.read(phrase, year=2024))))
        for phrase in phrases
    ]


def test_the_answer_has_the_agreed_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    (told,) = answers(monkeypatch, "2024年4月初前\n")

    assert told == {
        "phrase": "2024年4月初前",
        "kind": "deadline",
        "end": "2024-04-10",
        "ambiguous": True,
        "alternatives": ["2024-04-01", "2024-03-31"],
        "note": "“2024年4月初前”是否含2024年4月1日—4月10日",
    }


@pytest.mark.req("Y-49")
def test_nodes_of_one_line_serve_the_lines_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = "监控节点次月10日前\n以2024年5月、8月底为节点\n10月复核\n监控节点次月10日前\n"

    before, _, _, after = answers(monkeypatch, typed)

    assert (before["ambiguous"], before.get("deadlines")) == (True, None)
    assert (after["ambiguous"], after["deadlines"]) == (False, ["2024-06-10", "2024-09-10"])


def test_nodes_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    options = ("--year", "2024", "--nodes", "2024-03-31, 2024-06-30")

    (told,) = answers(monkeypatch, "次月5日前", *options)

    assert told["deadlines"] == ["2024-04-05", "2024-07-05"]
    assert told["depends_on"] == "nodes 2024-03-31 and 2024-06-30"


def test_line_ends_and_the_byte_order_mark_are_no_part_of_a_phrase(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = answers(monkeypatch, b"\xef\xbb\xbf" + "3月\r\n4月".encode())

    assert [each["phrase"] for each in told] == ["3月", "4月"]


@pytest.mark.parametrize("typed", ["a" * 100_000, "年" * 100_000, "3月\x0020日"])
def test_a_line_that_cannot_be_read_is_answered_like_any_other(
    monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    bad, good = answers(monkeypatch, f"{typed}\n4月\n")

    assert (bad["phrase"], bad["kind"]) == (typed, "unparseable")
    assert bad["note"]
    assert good["kind"] == "range"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "--year：未填。请填年份，例如2024。"),
        (("--year", "24"), "--year：填“24”，应为2000–2099之间的四位年份，例如2024。"),
        (("--year", "1999"), "--year：填“1999”，应为2000–2099之间的四位年份，例如2024。"),
        (("--year", "2024", "--format", "xml"), "--format：填“xml”，应为json。"),
        (
            ("--year", "2024", "--nodes", "2024-02-30"),
            "--nodes：填“2024-02-30”，应为逗号隔开的日期，例如2024-05-31,2024-08-31。",
        ),
    ],
)
def test_an_option_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], message: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("4月".encode())))
    printed = io.StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("read_dates", *options, stdout=printed)

    assert (str(refusal.value), refusal.value.returncode) == (message, 2)
    assert printed.getvalue() == ""


def test_bytes_that_are_no_text_end_the_reading_with_the_line() -> None:
    done = run("--year", "2024", "--format", "json", typed="4月\n".encode() + b"\xc4\xea\n")

    assert done.returncode == 2
    assert done.stderr.decode("utf-8", "backslashreplace").count("\n") == 1
    assert json.loads(done.stdout)["phrase"] == "4月"


def test_the_program_speaks_utf_8_whatever_the_terminal() -> None:
    done = run("--year", "2024", typed="4月1—15日\n".encode())

    assert done.returncode == 0
    assert "4月1—15日" in done.stdout.decode()


def test_who_stops_reading_the_answers_is_shown_no_traceback() -> None:
    command = (
        f"yes 4月 | head -n 20000 | {sys.executable} manage.py read_dates --year 2024 | head -1"
    )

    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, cwd=ROOT, check=False, timeout=120
    )

    assert json.loads(done.stdout)["phrase"] == "4月"
    assert done.stderr == b""
