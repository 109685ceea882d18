"""The past year's two nodes: every project filed, found and closed, to the source's flags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction

from apps.core import clock
from apps.core.uploads import Upload
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.monitoring import content, selectors, services
from apps.monitoring import nodes as windows
from apps.monitoring.models import Verdict
from apps.projects import selectors as projects
from apps.projects.models import Project
from apps.rectification import services as rectification
from apps.rectification.models import Problem, Source, State
from apps.reports.demo import figures
from apps.reports.demo.county import County
from apps.reports.demo.year import PAPER, Told, Walk, at, give_way
from apps.rules import monitoring as rules
from apps.rules.monitoring import NodeForm, ProgressLine
from apps.workplans import services as plans
from apps.workplans.models import Assignment, PlanTask

YEAR = 2023
ON_TIME, BEHIND = Fraction(105, 100), Fraction(1, 2)  # of what is due by the node
WHY = "数量指标明显落后于时间进度，拟采取的措施没有完成时限。"
REASON = "上半年招标采购推迟，开工晚于计划。"
MEASURE = "倒排工期，按周调度，缺口在下一节点前补上。"
DONE = "已倒排工期并明确每周完成量，落后的工作量已补上，附进度照片和调度记录。"
OPINION = "措施已落实，佐证齐全，同意销号。"


@dataclass(frozen=True)
class Node:
    """One node of the demo file: its days, and how many projects it marks (Y-25, Y-26)."""

    ends: date
    opened_on: date
    filed_on: date
    reviewed_on: date
    closed_on: date
    rectified_on: date
    first_yellow: int
    red: int


def of(county: County) -> list[Node]:
    """The year's nodes in their order."""
    rows: list[dict[str, Any]] = county.data["years"][YEAR]["nodes"]
    return [Node(**row) for row in rows]


def open_all(county: County) -> None:
    """Every project of a node's day owes its monitoring."""
    task = PlanTask.objects.get(
        plan__jurisdiction=county.region, plan__fiscal_year=YEAR, kind=content.PROJECT_KIND
    )
    for node in of(county):
        with clock.at(at(node.opened_on, 8)):
            plans.open_task(task=task, on=node.opened_on, actor=county.admin)


def owed(county: County, node: Node) -> list[Assignment]:
    """Those of the node without a filing, in a stable order."""
    rows = _of(county, node).filter(filings__isnull=True)
    return list(rows.select_related("unit", "task", "project__unit").order_by("pk"))


def load(county: County, tell: Told) -> int:
    """Each node is filed and closed, one after the other; stops and resumes anywhere."""
    walk, n_done = Walk(county, YEAR), 0
    every = of(county)
    for node, following in zip(every, [*every[1:], None], strict=True):
        failing = failing_at(county, node)
        for assignment in owed(county, node):
            with transaction.atomic():
                _bring(walk, node, assignment, assignment.project_id in failing)
            n_done += 1
            tell(f"{node.ends.month}月绩效监控：已办{n_done}件")
        late = _again(following, _failed(county, following)) if following else []
        rectify(county, node, [project.pk for project in late])
    return n_done


def failing_at(county: County, node: Node) -> set[int]:
    """The projects found 不合格 at the node: some that failed before it, some for the first time.

    The same ones each time, however much of the node is done.
    """
    failed = _failed(county, node)
    known = {project.pk for project in failed}
    rows = Project.objects.filter(assignments__in=_of(county, node)).exclude(pk__in=known)
    first = _ranked(node, rows)[: node.first_yellow]
    return {project.pk for project in (*_again(node, failed), *first)}


def _of(county: County, node: Node) -> Any:
    return Assignment.objects.filter(
        jurisdiction=county.region,
        task__kind=content.PROJECT_KIND,
        window__data_until=node.ends,
    )


def _failed(county: County, node: Node) -> list[Project]:
    """The projects that an earlier node of the year found 不合格."""
    rows = selectors.verdicts().filter(
        filing__jurisdiction=county.region,
        fiscal_year=YEAR,
        node_on__lt=node.ends,
        verdict=Verdict.FAILED,
    )
    return list(Project.objects.filter(pk__in=rows.values("project")))


def _again(node: Node, failed: list[Project]) -> list[Project]:
    return _ranked(node, failed)[: node.red]


def _ranked(node: Node, rows: Iterable[Project]) -> list[Project]:
    """In an order of the node's own, the same on every machine."""
    return sorted(rows, key=lambda each: figures.number(node.ends, each.code, below=10**9))


def _bring(walk: Walk, node: Node, assignment: Assignment, fails: bool) -> None:
    """One project's filing from the form to its end, each step at its own moment."""
    filing = _draft(walk, node, assignment, fails)
    walk.submit(filing, node.filed_on, 16)
    walk.first_review(filing, node.reviewed_on)
    verdict, reason = (Verdict.FAILED, WHY) if fails else (Verdict.PASSED, "")
    with clock.at(at(node.closed_on, 15, figures.number(filing.pk, below=60))):
        services.conclude(filing=filing, actor=walk.county.scorer, verdict=verdict, reason=reason)
    walk.approve(filing, node.closed_on)


def _draft(walk: Walk, node: Node, assignment: Assignment, fails: bool) -> Filing:
    filer = walk.county.filers[assignment.unit.code]
    with clock.at(at(node.filed_on, 14, figures.number(assignment.pk, below=60))):
        filing = filings.open_filing(assignment=assignment, actor=filer)
        form = _filled(filing, is_behind=fails)
        services.save(filing=filing, actor=filer, version=1, form=form)
    return filing


def _filled(filing: Filing, *, is_behind: bool) -> NodeForm:
    """The form as it begins, with what became of the promise; what is paid stands in it."""
    form = content.form_of(filing.revisions.get())
    node = windows.node_of(filing)
    before = windows.last_revision(filing, node)
    last = content.form_of(before) if before else NodeForm()
    budget = rules.budget_of(projects.money_of(_project(filing.assignment), YEAR))
    money = tuple(replace(row, forecast=budget[row.key]) for row in form.money)
    lines = tuple(
        _behind(row, node.elapsed, last.line(row.key))
        if is_behind and _is_sum(row)
        else _in_time(row, node.elapsed)
        for row in form.lines
    )
    return replace(form, money=money, lines=lines)


def _project(assignment: Assignment) -> Project:
    if assignment.project is None:
        raise LookupError("the demo's nodes are filed by project")
    return assignment.project


def _is_sum(row: ProgressLine) -> bool:
    """Whether the year adds the row up; what stands fixed is reached from the start."""
    return row.target.level2 == "数量" and not rules.is_reverse(row.target)


def _in_time(row: ProgressLine, share: Fraction) -> ProgressLine:
    """A little more than is due by now, and the promise by the year's end."""
    value = row.target.value or Decimal(0)
    due = _part(value, share * ON_TIME, ROUND_CEILING) if _is_sum(row) else value
    return replace(row, actual=min(due, value), forecast=value, likelihood=rules.LIKELIHOODS[0])


def _behind(row: ProgressLine, share: Fraction, last: ProgressLine | None) -> ProgressLine:
    """Half of what is due by now, but not less than at the node before; said why."""
    value = row.target.value or Decimal(0)
    reached = last.actual if last and last.actual else Decimal(0)
    return replace(
        row,
        actual=max(reached, _part(value, share * BEHIND, ROUND_FLOOR)),
        forecast=_part(value, Fraction(9, 10), ROUND_FLOOR),
        likelihood=rules.LIKELIHOODS[1],
        causes=(rules.CAUSES[0], rules.CAUSES[2]),
        reason=REASON,
        measure=MEASURE,
    )


def _part(value: Decimal, share: Fraction, rounding: str) -> Decimal:
    part = value * share.numerator / share.denominator
    return part.quantize(Decimal(1), rounding=rounding)


def rectify(county: County, node: Node, late: Iterable[int]) -> None:
    """What the nodes up to this one found is put right and closed, but of the projects that lag."""
    rows = Problem.objects.filter(
        jurisdiction=county.region, fiscal_year=YEAR, source=Source.MONITORING, state=State.OPEN
    )
    for problem in rows.exclude(project__in=late).select_related("unit").order_by("pk"):
        with transaction.atomic():
            _put_right(county, node.rectified_on, problem)
        give_way()


def _put_right(county: County, day: date, problem: Problem) -> None:
    filer = county.filers[problem.unit.code]
    with clock.at(at(day, 10, figures.number(problem.pk, below=60))):
        upload = Upload("整改佐证.pdf", PAPER, "application/pdf")
        rectification.add_file(problem=problem, actor=filer, upload=upload)
        rectification.answer(problem=problem, actor=filer, text=DONE)
    with clock.at(at(day, 16, figures.number(problem.pk, below=60))):
        problem.refresh_from_db()
        rectification.close(problem=problem, actor=county.scorer, opinion=OPINION)
