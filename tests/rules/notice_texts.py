"""Notices to read in tests: the five published ones, and small ones made for a fault."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from apps.rules import notices
from apps.rules.notices import DraftTask, Notice

FOLDER = Path(__file__).resolve().parents[1] / "data" / "notices"
YEARS = {
    "wulatezhongqi-2024": 2024,
    "qitai-2018": 2018,
    "bayannaoer-2022": 2022,
    "yuli-2023-2024": 2024,
    "wulumuqi-2022": 2022,
}


@cache
def text_of(name: str, kind: str = "txt") -> str:
    return (FOLDER / f"{name}.{kind}").read_text(encoding="utf-8")


@cache
def published(name: str) -> Notice:
    return notices.read(text_of(name), year=YEARS[name])


def made(*lines: str, title: str = "关于做好2024年预算绩效管理工作的通知") -> str:
    """A notice with one list of tasks."""
    return "\n".join((title, "县直各部门：", "一、主要任务", *lines))


def read(*lines: str, year: int = 2024) -> Notice:
    return notices.read(made(*lines), year=year)


def task_of(notice: Notice, words: str) -> DraftTask:
    """The one task whose title has these words."""
    found = [task for task in notice.tasks if words in task.title.value]
    assert len(found) == 1, [task.title.value for task in notice.tasks]
    return found[0]
