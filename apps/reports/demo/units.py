"""Whole units' targets of the year in progress, each brought as far as the file says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from apps.core import clock
from apps.core.money import WAN
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.projects.unit_budgets import set_unit_budget
from apps.reports.demo.county import County, read
from apps.reports.demo.year import Told, at
from apps.rules.form_words import usual_direction
from apps.rules.target_form import TargetForm, TargetLine, TaskLine
from apps.targets import services as targets
from apps.targets.in_force import UNIT_KIND
from apps.targets.starts import CATALOGUE
from apps.workplans import services as plans
from apps.workplans.models import Assignment, Plan, PlanEvent, TaskWindow
from apps.workplans.services import editing

SENT = ("section", "performance")  # steps at which the form was submitted
EVENT = "budget_approved"


def prepare(county: County, plan: Plan, on: date) -> None:
    """What the notice left open is decided as long as the plan is a draft: catalogue and days."""
    if plan.state != Plan.State.DRAFT:
        return
    data = read("yuli-units")
    with clock.at(at(on, 8)):
        setting = plan.settings.get(code=CATALOGUE)
        editing.set_setting(setting=setting, value=data["catalogue"], actor=county.admin)
        window = TaskWindow.objects.get(task__plan=plan, task__kind=UNIT_KIND)
        values = {"days_after": data["days"], "note": "演示推定：原文没有写批复后几日内"}
        editing.edit_window(window=window, values=values, actor=county.admin)


def load(county: County, plan: Plan, tell: Told) -> None:
    """The budgets are approved, and the file's units have filed; once."""
    data = read("yuli-units")
    if Filing.objects.filter(jurisdiction=county.region, kind=UNIT_KIND).exists():
        return
    with transaction.atomic(), clock.at(at(data["approved_on"], 9)):
        event = PlanEvent.objects.get(plan=plan, code=EVENT)
        plans.date_event(event=event, happened_on=data["approved_on"], actor=county.admin)
        for day, row in enumerate(data["units"], start=1):
            _unit(county, row, day)
    tell(f"{plan.fiscal_year}年度：{len(data['units'])}个单位填报整体绩效目标")


def _unit(county: County, row: dict[str, Any], day: int) -> None:
    unit, filer = county.units[row["unit"]], county.filers[row["unit"]]
    assignment = Assignment.objects.get(task__kind=UNIT_KIND, unit=unit, fiscal_year=2024)
    budget = dict(row["budget"])
    basis = budget.pop("basis")
    set_unit_budget(
        unit=unit,
        actor=county.admin,
        year=assignment.task.evaluated_year,
        amounts={source: _yuan(text) for source, text in budget.items()},
        basis=basis,
    )
    with clock.at(clock.now().replace(hour=10 + day)):
        filing = filings.open_filing(assignment=assignment, actor=filer)
        saved = targets.save(filing=filing, actor=filer, version=1, form=_form(row))
        if row["step"] in SENT:
            filings.submit(filing=filing, actor=filer, version=saved.version, key=str(uuid4()))
    if row["step"] == "performance":
        filing.refresh_from_db()
        reviewer = county.reviewers[filing.desk_section.code if filing.desk_section else ""]
        with clock.at(clock.now().replace(hour=16)):
            filings.pass_on(filing=filing, actor=reviewer, opinion="任务和预算一致，同意。")


def _form(row: dict[str, Any]) -> TargetForm:
    return TargetForm(
        **{name: row[name] for name in ("duties", "grounds", "activities")},
        year_goal=row["goal"],
        tasks=tuple(
            TaskLine(str(uuid4()), name, content, _amount(fiscal), _amount(other))
            for name, content, fiscal, other in row["tasks"]
        ),
        assets={kind: _asset(*cells) for kind, cells in row["assets"].items()},
        lines=tuple(_line(*cells) for cells in row["lines"]),
    )


def _asset(quantity: str, amount: str) -> dict[str, Decimal]:
    found = {"quantity": Decimal(quantity) if quantity else None, "amount": _amount(amount)}
    return {cell: number for cell, number in found.items() if number is not None}


def _line(
    level1: str, level2: str, name: str, operator: str, value: str, unit: str, weight: str
) -> TargetLine:
    return TargetLine(
        str(uuid4()),
        level1=level1,
        level2=level2,
        name=name,
        operator=operator,
        value=Decimal(value),
        unit=unit,
        direction=usual_direction(operator),
        weight=Decimal(weight),
        basis="计划标准",
        evidence="年度工作总结、统计台账",
    )


def _amount(wan: str) -> Decimal | None:
    return _yuan(wan) if wan else None


def _yuan(wan: str) -> Decimal:
    return Decimal(wan) * WAN
