"""How each kind of target form starts, and the kinds of this stage."""

from __future__ import annotations

from decimal import Decimal

from apps.filings.models import Revision
from apps.projects import selectors as projects
from apps.projects.models import Project
from apps.rules.errors import RuleError
from apps.rules.target_form import TargetForm
from apps.rules.target_shapes import POLICY, UNIT, UNIT_SIX, Shape
from apps.targets import content, in_force
from apps.targets.kinds import TargetKind
from apps.workplans import selectors as plans
from apps.workplans.models import PlanTask

CATALOGUE = "targets.unit_catalogue"  # the plan's setting
CATALOGUES = {"产出、效益、满意度": UNIT, "运行成本等六个方面": UNIT_SIX}  # its values
ABOUT_UNIT = ("duties", "grounds", "activities")


def project_form(revision: Revision) -> TargetForm:
    """Head and year money from the project; goals and indicators are the unit's to write."""
    assignment = revision.filing.assignment
    project, year = assignment.project, assignment.task.evaluated_year
    if project is None:
        return TargetForm()
    place = projects.year_of(project, year)
    return TargetForm(
        attribute=place.attribute if place else "",
        first_year=project.first_year,
        last_year=project.last_year,
        leader=project.leader,
        leader_phone=project.leader_phone,
        funds=_year_money(project, year),
    )


def policy_form(revision: Revision) -> TargetForm:
    """Period, contact and year money from the policy's row; the rest is the unit's to write."""
    return project_form(revision).of(POLICY)


def unit_form(revision: Revision) -> TargetForm:
    """Last year's duties in the catalogue of the plan. Raises RuleError until it is chosen."""
    filing = revision.filing
    shape = catalogue_of(filing.assignment.task)
    before = in_force.last_year_revision(filing)
    earlier = content.form_of(before) if before else TargetForm()
    return TargetForm(shape=shape, **{name: getattr(earlier, name) for name in ABOUT_UNIT})


def catalogue_of(task: PlanTask) -> Shape:
    """The whole unit's form that the plan chose. Raises RuleError while nobody has.

    Source: 财预〔2015〕88号附; 中发〔2018〕34号.
    """
    try:
        chosen = plans.setting(task.plan, CATALOGUE, task).value
    except RuleError as error:
        raise RuleError(
            "整体绩效目标的指标目录还没有选定，不能开始填报。"
            f"请计划管理员在年度计划的参数里选“{'”或“'.join(CATALOGUES)}”。",
            code="targets.no_catalogue",
        ) from error
    return CATALOGUES[chosen]


def _year_money(project: Project, year: int) -> dict[str, dict[str, Decimal]]:
    return {"year": projects.money_of(project, year)}


PROJECT = TargetKind(in_force.KIND, "项目支出绩效目标申报表", project_form)
UNIT_KIND = TargetKind(in_force.UNIT_KIND, "部门（单位）整体支出绩效目标申报表", unit_form)
POLICY_KIND = TargetKind(in_force.POLICY_KIND, "政策绩效目标申报表", policy_form)
KINDS = (PROJECT, UNIT_KIND, POLICY_KIND)
