"""The text of a notice becomes tasks of a draft."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.core import clock, collecting
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, User
from apps.rules import notices
from apps.rules.errors import RuleError
from apps.rules.notices import DraftTask, Span
from apps.workplans.models import (
    AttachmentSlot,
    Notice,
    Plan,
    PlanEvent,
    PlanTask,
    RuleSetting,
    TaskWindow,
)
from apps.workplans.services.editing.common import free_code, opened, recorded
from apps.workplans.services.loading import values
from apps.workplans.services.reading.drafting import SECTIONS, Drafted, codes_for, cut, drafted

NAME = 120


@transaction.atomic
def add_notice(*, plan: Plan, name: str, text: str, actor: User) -> Notice:
    """The draft has a task for every duty in the notice, waiting to be checked (待核对).

    `PlanTask.read_from`: {field: {"span": [from, to] or None, "certainty": …, "note": …}}; field is
    a key of TaskRow, "scopes", "steps", "window:<key>", "slot:<code>", "setting:<code>" or "task"
    (the whole sentence). `Notice.leftovers`: [{"start", "end", "note"}]. The same text a second
    time adds nothing. Raises PermissionDenied or RuleError (the reader's own included).
    """
    plan = opened(plan, actor)
    text = text.replace("\0", "")
    digest = sha256(text.encode()).hexdigest()
    known = plan.notices.filter(sha256=digest).first()
    if known is not None:
        return known
    with collecting.put_off():
        read = notices.read(text, year=plan.fiscal_year)
    if not read.tasks and not read.leftovers:
        said = "".join(read.notes) or "没有读出任务。"
        raise RuleError(f"通知：{said}", code="notice.no_tasks", field="text")
    title = read.title.value if read.title else ""
    notice = Notice.objects.create(
        plan=plan,
        name=cut(name or title or "通知", NAME),
        text=text,
        sha256=digest,
        leftovers=_leftovers(read),
        added_by=actor,
        added_at=clock.now(),
    )
    _make(plan, notice, read)
    recorded(plan, actor, "add_notice", notice, tasks=len(read.tasks), sha256=digest)
    return notice


def _leftovers(read: notices.Notice) -> list[dict[str, Any]]:
    """Sentences that became no task, and contradictions that lie in no task's sentence."""
    found = [_left(one.span, one.reason) for one in read.leftovers]
    spans = {(one["start"], one["end"]) for one in found}
    for one in read.findings:
        is_free = not any(_within(one.span, task) for task in read.tasks)
        if is_free and (one.span.start, one.span.end) not in spans:
            found.append(_left(one.span, one.message))
    return sorted(found, key=lambda one: int(one["start"]))


def _left(span: Span, note: str) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "note": note}


def _within(span: Span, task: DraftTask) -> bool:
    return span.start < task.span.end and task.span.start < span.end


def _make(plan: Plan, notice: Notice, read: notices.Notice) -> None:
    """The tasks with all that was read of them, in the order of the text."""
    taken = plan.tasks.values_list("code", flat=True)
    codes = codes_for(read.tasks, taken)
    section_of = _sections(plan.jurisdiction)
    drafts = [
        drafted(task, code=code, year=plan.fiscal_year, section_of=section_of)
        for task, code in zip(read.tasks, codes, strict=True)
    ]
    for draft, task in zip(drafts, read.tasks, strict=True):
        _note_findings(draft, [f.message for f in read.findings if _within(f.span, task)])
    write(plan, notice, drafts)


def _sections(place: Jurisdiction) -> SECTIONS:
    """Finds a section's code by any of its names, each asked once."""
    known: dict[str, str | None] = {}

    def code_of(name: str) -> str | None:
        if name not in known:
            section = people.find_section(place, name)
            known[name] = section.code if section else None
        return known[name]

    return code_of


def _note_findings(draft: Drafted, messages: Sequence[str]) -> None:
    """A contradiction in the task's sentence is a doubt about the task."""
    if messages:
        doubt = "；".join([draft.row.doubt, *messages] if draft.row.doubt else messages)
        draft.row = draft.row.model_copy(update={"doubt": cut(doubt, 200)})


def write(plan: Plan, notice: Notice | None, drafts: Sequence[Drafted]) -> list[PlanTask]:
    """The tasks as rows behind those of the locked draft, waiting to be checked."""
    last = plan.tasks.aggregate(last=Max("position"))["last"] or 0
    sections = {section.code: section for section in plan.jurisdiction.sections.all()}
    tasks = PlanTask.objects.bulk_create(
        PlanTask(
            plan=plan,
            notice=notice,
            code=draft.row.code,
            position=position,
            section=sections.get(draft.row.section or ""),
            check_state=PlanTask.Check.WAITING,
            read_from=draft.read_from,
            **values.task_values(draft.row),
        )
        for position, draft in enumerate(drafts, start=last + 1)
    )
    _write_parts(plan, list(zip(tasks, drafts, strict=True)))
    return tasks


def _write_parts(plan: Plan, made: Sequence[tuple[PlanTask, Drafted]]) -> None:
    """What belongs to the tasks: windows with the events they wait for, files, parameters."""
    events = _events(plan, [title for _, draft in made for title in draft.events.values()])
    TaskWindow.objects.bulk_create(w for t, draft in made for w in _windows(t, draft, events))
    AttachmentSlot.objects.bulk_create(
        AttachmentSlot(task=task, **columns)
        for task, draft in made
        for columns in values.numbered(draft.row.slots)
    )
    RuleSetting.objects.bulk_create(
        RuleSetting(plan=plan, task=task, **columns)
        for task, draft in made
        for columns in values.setting_values(draft.row.settings)
    )


def _windows(task: PlanTask, draft: Drafted, events: dict[str, PlanEvent]) -> Iterable[TaskWindow]:
    for row in draft.row.windows:
        columns = values.window_values(row, {})
        title = draft.events.get(row.key)
        if title is not None:
            columns["event_id"] = events[title].pk
        yield TaskWindow(task=task, **columns)


def _events(plan: Plan, titles: Sequence[str]) -> dict[str, PlanEvent]:
    """The plan's events by their titles; those that are new are made."""
    known = {event.title: event for event in plan.events.all()}
    codes = {event.code for event in known.values()}
    for title in titles:
        if title not in known:
            code = free_code("event-", codes)
            codes.add(code)
            known[title] = PlanEvent.objects.create(plan=plan, code=code, title=title)
    return known
