"""A county whose plan adjusts targets at its nodes, and the steps of one adjustment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from apps.core import clock
from apps.core.uploads import Upload
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.projects.models import Project
from apps.rules.adjustment import AdjustmentHead
from apps.rules.target_form import TargetForm
from apps.targets import adjusting, content, services, subjects
from apps.targets.services import disclosing
from apps.targets.subjects import Subject
from apps.workplans.models import (
    AttachmentSlot,
    Plan,
    PlanTask,
    ReviewStep,
    RuleSetting,
    TaskWindow,
)
from tests import makers
from tests.filings import steps
from tests.makers import YEAR
from tests.personas import World

NODE = datetime(2024, 6, 3, 10, tzinfo=clock.ZONE)  # a Monday within the node of May
JULY = datetime(2024, 7, 1, 10, tzinfo=clock.ZONE)  # between the nodes
SEPTEMBER = datetime(2024, 9, 2, 10, tzinfo=clock.ZONE)
REASONS = ("项目预算调整", "外部条件发生巨大变化、项目无法正常实施")
CLAUSE = (
    "经县财政部门审核确定的绩效目标，原则上不得调整……部门单位可在监控节点……进行调整并补充公开。"
)
WAN = Decimal(10000)
LESS = {"adjustment.money.fiscal.county": 1200 * WAN}  # instead of 1,380 万元
PAPER = b"%PDF-1.4\n"


def add_adjustment(world: World, plan: Plan, months: tuple[int, int] = (6, 9)) -> PlanTask:
    """The adjustment task, open from the 1st to the 10th of its months; the disclosure after it."""
    task = _task(world, plan, 11, "targets.adjustment", "targets", "targets.adjustment", CLAUSE)
    for month in months:
        TaskWindow.objects.create(
            task=task,
            key=f"2024-{month - 1:02}",
            label=f"{month - 1}月节点",
            kind="node",
            opens_at=clock.start_of(date(2024, month, 1)),
            closes_at=clock.end_of(date(2024, month, 10)),
            data_until=date(2024, month - 1, 28),
        )
    _step(task, 1, "业务科室初审", "routed", "section_reviewer")
    _step(task, 2, "绩效科审核", "performance", "performance_reviewer")
    AttachmentSlot.objects.create(
        task=task, position=1, code="evidence", title="调整原因佐证", is_required=True
    )
    _setting(plan, adjusting.REASONS, "；".join(REASONS))
    later = _task(world, plan, 12, "disclosure.adjusted", "materials", "materials", "补充公开")
    PlanTask.objects.filter(pk=later.pk).update(trigger=disclosing.TRIGGER)
    TaskWindow.objects.create(task=later, key="2024")
    _step(later, 1, "收件核对", "performance", "performance_reviewer")
    _setting(plan, disclosing.DAYS, "")
    return task


def _task(
    world: World, plan: Plan, position: int, code: str, stage: str, kind: str, clause: str
) -> PlanTask:
    return PlanTask.objects.create(
        plan=plan,
        position=position,
        code=code,
        title="项目绩效目标调整" if stage == "targets" else "调整后目标补充公开",
        stage=stage,
        kind=kind,
        subject_kind="project",
        level="unit",
        evaluated_year=YEAR,
        responsible="部门单位",
        section=world.sections["performance"],
        clause=clause,
    )


def _step(task: PlanTask, position: int, title: str, place: str, role: str) -> None:
    ReviewStep.objects.create(task=task, position=position, title=title, place=place, role=role)


def _setting(plan: Plan, code: str, value: str) -> None:
    RuleSetting.objects.create(
        plan=plan, code=code, title=code, value=value, is_filled=bool(value), clause=CLAUSE
    )


def in_force(world: World, n: int = 1) -> Filing:
    """A project's target, approved in April; the plan adjusts it at its nodes."""
    filing = steps.approved(world, makers.target_filing(world, n))
    if not PlanTask.objects.filter(kind="targets.adjustment").exists():
        add_adjustment(world, filing.assignment.plan)
    return filing


def project_of(filing: Filing) -> Project:
    assert filing.assignment.project is not None
    return filing.assignment.project


def subject_of(filing: Filing) -> Subject:
    return subjects.of_filing(filing)[0]


def asked(world: World, filing: Filing, moment: datetime = NODE, person: str = "filer") -> Filing:
    """The adjustment of what a filing brought into force, open as a draft."""
    with clock.at(moment):
        return services.request_adjustment(
            subject=subject_of(filing), actor=world.people[person], year=YEAR
        )


def changed(filing: Filing, **money: Decimal) -> tuple[TargetForm, AdjustmentHead]:
    """A whole adjustment: less fiscal money, fewer meters, said why."""
    revision = filing.revisions.order_by("-number")[0]
    form, head = content.form_of(revision), adjusting.head_of(revision)
    amounts = {**LESS, **money}
    rows = tuple(replace(row, after=amounts.get(row.path, row.after)) for row in head.money)
    head = replace(
        head,
        reason=REASONS[0],
        explanation="县级预算调整，压减水表更换，其余任务不变。",
        basis="尉财预〔2024〕12号",
        money=rows,
    )
    lines = (replace(form.lines[0], value=Decimal(1500)), *form.lines[1:])
    goal = form.year_goal.replace("1,900", "1,500")
    funds = {**form.funds, "year": {k: v for k, v in head.totals.items() if v}}
    return replace(form, lines=lines, year_goal=goal, funds=funds), head


def saved(
    world: World,
    filing: Filing,
    form: TargetForm,
    head: AdjustmentHead | None,
    moment: datetime = NODE,
) -> int:
    """The adjustment saved; returns the new version."""
    version = filing.revisions.order_by("-number")[0].version
    with clock.at(moment):
        revision = services.save(
            filing=filing, actor=world.people["filer"], version=version, form=form, head=head
        )
    return revision.version


def attached(world: World, filing: Filing, moment: datetime = NODE) -> None:
    with clock.at(moment):
        upload = Upload("预算调整文件.pdf", PAPER, "application/pdf")
        filings.attach(filing=filing, actor=world.people["filer"], slot="evidence", upload=upload)


def submitted(world: World, filing: Filing, moment: datetime = NODE, **money: Decimal) -> Filing:
    """The adjustment written and submitted."""
    version = saved(world, filing, *changed(filing, **money), moment)
    attached(world, filing, moment)
    with clock.at(moment):
        filings.submit(
            filing=filing, actor=world.people["filer"], version=version, key=str(uuid4())
        )
    filing.refresh_from_db()
    return filing


def decide(
    world: World, filing: Filing, person: str, verb: str, moment: datetime = NODE, **more: Any
) -> Any:
    """One decision of the engine on the adjustment."""
    fresh = Filing.objects.get(pk=filing.pk)
    with clock.at(moment):
        return getattr(filings, verb)(
            filing=fresh, actor=world.people[person], **{"opinion": "已审", **more}
        )


def approved(
    world: World,
    filing: Filing,
    moment: datetime = NODE,
    people: Sequence[str] = ("section_reviewer", "performance_reviewer"),
) -> Filing:
    """A submitted adjustment, passed by both desks."""
    for person in people:
        decide(world, filing, person, "pass_on", moment)
    filing.refresh_from_db()
    return filing


def adjusted(world: World, filing: Filing, moment: datetime = NODE, **money: Decimal) -> Filing:
    """The whole way: asked for, written, submitted, approved."""
    return approved(world, submitted(world, asked(world, filing, moment), moment, **money), moment)
