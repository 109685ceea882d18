"""What a person says of a task that was read: it is right, it is none, it is one after all."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import transaction

from apps.organizations.models import User
from apps.rules import dates
from apps.rules.errors import RuleError
from apps.rules.notices import Certainty, Span
from apps.workplans.models import Notice, Plan, PlanTask
from apps.workplans.profiles import TaskRow, WindowRow
from apps.workplans.services.editing.common import free_code, opened, recorded
from apps.workplans.services.editing.tasks import take_out
from apps.workplans.services.reading.drafting import NO_DATE, Drafted, cut, told
from apps.workplans.services.reading.notices import write

DISMISSED = "人工判定不作任务"
STOP = re.compile(r"[，。；：！？]")
LEADING = re.compile(r"^[（(]?[一二三四五六七八九十0-9]{1,3}[）)、.．]\s*")


@transaction.atomic
def confirm_task(*, task: PlanTask, actor: User) -> PlanTask:
    """A person has checked the task against the notice."""
    plan = opened(task.plan, actor)
    task = plan.tasks.get(pk=task.pk)
    if task.check_state != PlanTask.Check.WAITING:
        return task
    task.check_state = PlanTask.Check.CONFIRMED
    task.save(update_fields=["check_state"])
    recorded(plan, actor, "confirm_task", task)
    return task


@transaction.atomic
def dismiss_task(*, task: PlanTask, actor: User) -> Notice | None:
    """The sentence is no task (不作任务): the task is gone, its sentence among the leftovers."""
    plan = opened(task.plan, actor)
    task = plan.tasks.select_related("notice").get(pk=task.pk)
    notice = task.notice
    if notice is not None:
        notice = Notice.objects.select_for_update().get(pk=notice.pk)
        _leave_over(notice, task)
    recorded(plan, actor, "dismiss_task", task, code=task.code)
    take_out(plan, task)
    return notice


def _leave_over(notice: Notice, task: PlanTask) -> None:
    """The sentence is a leftover, unless another task came from it."""
    span = task.read_from.get("task", {}).get("span")
    others = notice.tasks.exclude(pk=task.pk).values_list("read_from", flat=True)
    if not span or any(other.get("task", {}).get("span") == span for other in others):
        return
    if not any([one["start"], one["end"]] == span for one in notice.leftovers):
        left = {"start": span[0], "end": span[1], "note": DISMISSED}
        notice.leftovers = sorted([*notice.leftovers, left], key=lambda one: int(one["start"]))
        notice.save(update_fields=["leftovers"])


@transaction.atomic
def task_from_leftover(*, notice: Notice, start: int, actor: User) -> PlanTask:
    """The leftover sentence that begins there is a task after all, waiting to be checked."""
    plan = opened(notice.plan, actor)
    notice = plan.notices.select_for_update().get(pk=notice.pk)
    left = next((one for one in notice.leftovers if one["start"] == start), None)
    if left is None:
        raise RuleError(
            f"{notice}：这一句不在未成任务的句子里，可能已作任务。", code="notice.leftover_gone"
        )
    task = write(plan, notice, [_draft(plan, notice, left)])[0]
    notice.leftovers = [one for one in notice.leftovers if one is not left]
    notice.save(update_fields=["leftovers"])
    recorded(plan, actor, "task_from_leftover", task)
    return task


def _draft(plan: Plan, notice: Notice, left: dict[str, Any]) -> Drafted:
    """A task of the sentence alone: what it is about is for the person to say."""
    sentence = " ".join(notice.text[left["start"] : left["end"]].split())
    title = STOP.split(LEADING.sub("", sentence), maxsplit=1)[0] or sentence
    year = plan.fiscal_year
    window = _window(sentence, year)
    row = TaskRow.model_validate(
        {
            "code": free_code("task-", plan.tasks.values_list("code", flat=True)),
            "title": cut(title or "未写任务名", 100),
            "stage": "materials",
            "kind": "materials",
            "subject": "unit",
            "level": PlanTask.Level.UNIT,
            "evaluated_year": year,
            "clause": cut(sentence or title or "原文为空", 2000),
            "windows": [window],
            "doubt": cut(left["note"], 200),
        }
    )
    span = Span(left["start"], left["end"])
    note = "由未成任务的句子建立，阶段、对象、责任要核对"
    sources = {"task": told(span, Certainty.DOUBTFUL, note)}
    return Drafted(row, sources | {f"window:{window.key}": told(span, Certainty.DOUBTFUL)})


def _window(sentence: str, year: int) -> WindowRow:
    """The first span of days that the sentence names; otherwise one that waits for its date."""
    for found in dates.find(sentence, year=year):
        opens, closes = _days(found.reading)
        if closes is not None and not found.reading.ambiguous:
            phrase = cut(found.text, 100)
            return WindowRow(key=str(year), opens=opens, closes=closes, phrase=phrase)
    return WindowRow(key=str(year), note=NO_DATE)


def _days(reading: dates.Reading) -> tuple[date | None, date | None]:
    if reading.kind == dates.Kind.range:
        return reading.start, reading.end
    if reading.kind in (dates.Kind.deadline, dates.Kind.point):
        return None, reading.end or reading.start
    return None, None
