"""What an upper room has decided about a project's payments, for the pages of this one."""

from __future__ import annotations

from collections.abc import Callable

from apps.projects.models import Project

Answer = Callable[[Project, int], str]
_ANSWERS: list[Answer] = []


def register(answer: Answer) -> None:
    """The room that decides says how: project and year to a word, 正常拨付 when nothing stands."""
    _ANSWERS.append(answer)


def payment_state(project: Project, year: int) -> str:
    """拨付状态 of the project in the year; empty while no room decides."""
    return "、".join(answer(project, year) for answer in _ANSWERS)
