"""The three long acts on a plan as jobs: publishing it, an amendment, the date of an event.

The request asks whatever can be refused at once and leaves a job. The job asks again, and acts in
one transaction that also takes `Plan.work` away: who takes over a dead worker's job sees by it
whether the work was done. A job that is refused stays there, and its owner is told why.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from apps.jobs import services as jobs
from apps.jobs.models import Event, Job
from apps.notifications import services as notifications
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import permissions
from apps.workplans.models import Plan, PlanEvent
from apps.workplans.services import events, fingerprints, publishing
from apps.workplans.services.amending import applying
from apps.workplans.services.holding import demand_idle, held, work_of

PUBLISH, AMEND, DATE = "workplans.publish", "workplans.amend", "workplans.date_event"
NO_RIGHT = "没有办：提交人现在不是本级计划管理员。"


# --- leaving ----------------------------------------------------------------------------------
@transaction.atomic
def start_publishing(*, plan: Plan, actor: User, seen: str = "") -> Job:
    """A job publishes the plan. Raises as `publish` does; a second press is answered with its job.

    `seen` is the fingerprint of what the administrator looked at; empty is what stands now.
    """
    publishing.demand_right(plan, actor)
    plan = held(plan.pk)
    told: dict[str, Any] = {"plan": plan.pk}
    if job := _pressed_before(plan, PUBLISH, actor, told):
        return job
    publishing.demand_publishable(plan)
    told["seen"] = _as_seen(plan, seen, fingerprints.of_plan(plan))
    return _leave(plan, PUBLISH, f"发布“{plan}”", actor, told)


@transaction.atomic
def start_amending(
    *, copy: Plan, reason: str, document_number: str, actor: User, seen: str = ""
) -> Job:
    """A job applies the working copy. Raises as `apply_amendment` does; `seen` as above."""
    plan, copy = applying.locked_pair(copy, actor)
    told = {"plan": plan.pk, "copy": copy.pk, "reason": reason, "document_number": document_number}
    if job := _pressed_before(plan, AMEND, actor, told):
        return job
    found = fingerprints.of_plan(copy)
    applying.demand_applicable(
        copy=copy, reason=reason, document_number=document_number, actor=actor
    )
    told["seen"] = _as_seen(plan, seen, found)
    return _leave(plan, AMEND, f"修订“{plan}”", actor, told)


@transaction.atomic
def start_dating(
    *, event: PlanEvent, happened_on: date, actor: User, reason: str = "", seen: str = ""
) -> Job:
    """A job dates the event. Raises as `date_event` does; `seen` as above."""
    events.demand_right(event, actor)
    event = events.locked(event)
    told = {"plan": event.plan_id, "event": event.pk, "on": str(happened_on), "reason": reason}
    if job := _pressed_before(event.plan, DATE, actor, told):
        return job
    events.demand_datable(event, happened_on, reason)
    told["seen"] = _as_seen(event.plan, seen, fingerprints.of_event(event))
    return _leave(event.plan, DATE, f"填“{event}”的日期", actor, told)


def _pressed_before(plan: Plan, kind: str, actor: User, told: dict[str, Any]) -> Job | None:
    """The job that the same press left already. Raises RuleError while another is at work."""
    job = work_of(plan)
    if job is None:
        return None
    same = told == {key: value for key, value in job.params.items() if key != "seen"}
    if not same or (job.kind, job.owner_id) != (kind, actor.pk):
        demand_idle(plan)
    return job


def _as_seen(plan: Plan, seen: str, found: str) -> str:
    """The fingerprint of now. Raises RuleError when it is not what the administrator looked at."""
    if seen and seen != found:
        raise RuleError(
            f"{plan}：打开页面以后内容改过，没有办。看过现在的内容再办。", code="workplans.changed"
        )
    return found


def _leave(plan: Plan, kind: str, title: str, actor: User, told: dict[str, Any]) -> Job:
    plan.work = jobs.leave(kind=kind, title=title, owner=actor, params=told)
    plan.save(update_fields=["work"])
    return plan.work


# --- doing ------------------------------------------------------------------------------------
def run(job: Job) -> dict[str, Any]:
    """The act is done whole, or not at all; its owner is told how it ended."""
    try:
        return _run(job)
    except (RuleError, PermissionDenied) as error:
        _tell(job, "workplans.work_refused", f"{job.title}：没有办成", str(error))
        raise


def broken_off(event: Event) -> None:
    """The owner of an act that ended without an answer is told; other jobs are not this room's."""
    job = Job.objects.filter(pk=event.payload["job"], kind__in=ACTS).first()
    if job is not None:
        _tell(job, "workplans.work_refused", f"{job.title}：没有办成", job.message)


@transaction.atomic
def _run(job: Job) -> dict[str, Any]:
    if not Plan.objects.filter(pk=job.params["plan"]).exists():
        raise RuleError("没有办：计划草稿已删除。", code="workplans.gone")
    plan = held(job.params["plan"])
    if plan.work_id != job.pk:  # a worker that died after the commit had done it
        return _result(plan, f"{job.title}：已办完。", job)
    if not permissions.may_publish(job.owner, plan):
        raise PermissionDenied(NO_RIGHT)
    said = ACTS[job.kind](plan, job)
    Plan.objects.filter(pk=plan.pk).update(work=None)
    _tell(job, "workplans.work_done", said, "")
    return _result(plan, said, job)


def _publish(plan: Plan, job: Job) -> str:
    _as_seen(plan, job.params["seen"], fingerprints.of_plan(plan))
    plan = publishing.publish(plan=plan, actor=job.owner, tell=_teller(job))
    return f"{plan}：计划已发布，派发{plan.assignments.count()}件。"


def _amend(plan: Plan, job: Job) -> str:
    told = job.params
    copy = plan.working_copies.select_related("amends").filter(pk=told["copy"]).first()
    if copy is None:
        raise RuleError(f"{plan}：修订稿已生效或已放弃。", code="workplans.copy_gone")
    _as_seen(plan, told["seen"], fingerprints.of_plan(copy))
    made = applying.apply_amendment(
        copy=copy,
        reason=told["reason"],
        document_number=told["document_number"],
        actor=job.owner,
        tell=_teller(job),
    )
    moved = f"，{made.n_moved}件的截止日已改" if made.n_moved else ""
    return f"{plan}：第{made.number}次修订已生效{moved}，已通知有关单位。"


def _date(plan: Plan, job: Job) -> str:
    told = job.params
    event = plan.events.get(pk=told["event"])
    _as_seen(plan, told["seen"], fingerprints.of_event(event))
    event = events.date_event(
        event=event,
        happened_on=date.fromisoformat(told["on"]),
        reason=told["reason"],
        actor=job.owner,
        tell=_teller(job),
    )
    return f"{event}：日期已填{event.happened_on}，任务已派发，已通知单位。"


ACTS: dict[str, Callable[[Plan, Job], str]] = {PUBLISH: _publish, AMEND: _amend, DATE: _date}


def _teller(job: Job) -> Callable[[int, int, str], None]:
    def tell(n_done: int, n_total: int, words: str) -> None:
        jobs.progress(job=job, n_done=n_done, n_total=n_total, message=words)

    return tell


def _result(plan: Plan, said: str, job: Job) -> dict[str, Any]:
    page = reverse("workplans:plan", args=[plan.fiscal_year])
    return {
        "message": said,
        "url": f"{page}?region={plan.jurisdiction.code}&job={job.public_id}",
    }


def _tell(job: Job, kind: str, title: str, body: str) -> None:
    """A message to who left the job; told again by another worker it stays one."""
    notifications.notify(
        recipients=[job.owner],
        kind=kind,
        key=str(job.public_id),
        title=title[:120],
        body=body,
        url=reverse("jobs:detail", args=[job.public_id]),
    )
