"""One lock for whatever reckons deadlines: the row of the plan, taken before windows and
assignments; and what a plan at work is closed to.

Who changes the calendar of days off takes that of every plan, so that nobody reckons with half of a
calendar: a plan's deadlines are all set by the calendar as it was, and moved with it, or by the new
one. SQLite has no row locks; its transactions begin IMMEDIATE and take turns anyway.
"""

from __future__ import annotations

from apps.core import clock
from apps.jobs.models import Job
from apps.rules.errors import RuleError
from apps.workplans import calendar
from apps.workplans.models import Plan


def held(plan_id: int) -> Plan:
    """The plan as it is now, its own until the transaction ends; the calendar is read anew."""
    rows = Plan.objects.select_for_update(of=("self",)).select_related("jurisdiction")
    plan = rows.get(pk=plan_id)
    calendar.forget()
    return plan


def hold_calendar() -> None:
    """Nobody reckons a deadline until the transaction ends.

    Raises RuleError while a job works on a plan: a request does not wait for minutes.
    """
    busy = Plan.objects.filter(work__state=Job.State.RUNNING).select_related("work__owner").first()
    if busy is not None and busy.work is not None:
        raise RuleError(f"{at_work(busy.work)}，办完再改节假日。", code="calendar.busy")
    list(Plan.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    calendar.forget()


def work_of(plan: Plan) -> Job | None:
    """The job that works on the plan, or on the plan whose working copy this is."""
    plans = [plan, plan.amends] if plan.amends else [plan]
    works = (each.work for each in plans)
    return next((job for job in works if job is not None and not job.is_over), None)


def demand_idle(plan: Plan) -> None:
    """Raises RuleError while a job works on the plan: it must stay as it was looked at."""
    job = work_of(plan)
    if job is not None:
        raise RuleError(f"{at_work(job)}，办完再改。", code="workplans.busy")


def at_work(job: Job) -> str:
    """What is being done, by whom, since when."""
    since = job.created_at.astimezone(clock.ZONE)
    return f"正在{job.title}（{job.owner.name}{since:%H:%M}提交）"
