"""The monitoring report of a whole unit: its projects at the node, and what is off (Y-80)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from apps.filings.models import Filing, Revision, State
from apps.monitoring import content, nodes
from apps.monitoring.models import NodeLights
from apps.rules import monitoring as rules
from apps.rules.form_words import show_target
from apps.rules.monitoring import WORDS, Light, Node, NodeForm, ProgressLine
from apps.rules.monitoring.words import percent
from apps.rules.numbers import show_value, show_wan


@dataclass(frozen=True)
class ProjectRow:
    """A project's newest filing up to the node, in 万元."""

    name: str
    node: str
    budget: str
    executed: str
    rate: str
    light: str


@dataclass(frozen=True)
class OffRow:
    """An indicator that may miss its target, with why and what is done."""

    subject: str
    indicator: str
    target: str
    actual: str
    forecast: str
    causes: str
    reason: str
    measure: str


@dataclass(frozen=True)
class UnitReport:
    """What stands below the unit's own table; empty for a project."""

    projects: list[ProjectRow] = field(default_factory=list)
    summary: str = ""
    off: list[OffRow] = field(default_factory=list)


def report_of(filing: Filing, form: NodeForm, node: Node) -> UnitReport:
    """The report of a unit's filing; a number of queries that does not grow with its projects."""
    if filing.assignment.project_id is not None:
        return UnitReport()
    filed = _filed(filing, node)
    revisions = nodes.counted(filed)
    forms = content.forms_of(revisions.values())
    told = [(row, forms[revisions[row.pk].pk]) for row in filed if row.pk in revisions]
    lights = _lights(revisions.values())
    projects = [_project(row, of, lights.get(revisions[row.pk].pk)) for row, of in told]
    off = [*_off(f"{filing.unit}整体", form)]
    for row, of in told:
        off += _off(str(row.assignment.project), of)
    return UnitReport(projects, _summary([of for _, of in told], len(off)), off)


def _filed(filing: Filing, node: Node) -> list[Filing]:
    """The newest filing of each of the unit's projects up to the node."""
    rows = Filing.objects.filter(
        kind__in=content.OF_PROJECTS,
        unit=filing.unit,
        assignment__task__evaluated_year=node.fiscal_year,
        assignment__window__data_until__lte=node.ends,
        submitted_at__isnull=False,
    )
    around = ("assignment__project", "assignment__task", "assignment__window")
    rows = rows.exclude(state=State.CANCELLED).select_related(*around)
    in_order = rows.order_by("assignment__project__code", "assignment__window__data_until")
    return list({row.assignment.project_id: row for row in in_order}.values())


def _lights(revisions: Iterable[Revision]) -> dict[int, str]:
    """The combined lights by revision, as words."""
    rows = NodeLights.objects.filter(revision__in=list(revisions)).prefetch_related("changes")
    return {row.revision_id: WORDS[Light(row.shown)] for row in rows}


def _project(filing: Filing, form: NodeForm, light: str | None) -> ProjectRow:
    total, ends = form.total, filing.assignment.window.data_until
    rate = rules.execution_rate(total.executed, total.initial)
    return ProjectRow(
        name=str(filing.assignment.project),
        node=Node(ends.year, ends).label if ends else "",
        budget=show_wan(total.initial),
        executed=show_wan(total.executed),
        rate=percent(rate) if rate is not None else "—",
        light=light or "—",
    )


def _summary(forms: list[NodeForm], n_off: int) -> str:
    """How many projects, how much of their money is paid, how many indicators are off."""
    if not forms:
        return f"还没有报送的项目监控表。可能完不成的指标{n_off}条。"
    rows = [(form.total.executed, form.total.initial) for form in forms]
    known = [(paid, given) for paid, given in rows if paid is not None and given is not None]
    budget = sum((given for _, given in known), Decimal(0))
    paid = sum((amount for amount, _ in known), Decimal(0))
    rate = rules.overall_rate(known)
    shown = percent(rate) if rate is not None else "—"
    return (
        f"项目{len(forms)}个，年初预算{show_wan(budget)}万元，已执行{show_wan(paid)}万元，"
        f"执行率{shown}。可能完不成的指标{n_off}条。"
    )


def _off(subject: str, form: NodeForm) -> Iterator[OffRow]:
    """Rows that are not 确定能, or of which somebody wrote why they are off."""
    for row in form.lines:
        if row.likelihood in rules.LIKELIHOODS[1:] or row.causes or row.reason:
            yield OffRow(
                subject=subject,
                indicator=row.target.name,
                target=show_target(row.target),
                actual=row.band or _value(row, row.actual),
                forecast=row.forecast_band or _value(row, row.forecast),
                causes=content.JOINT.join(row.causes),
                reason=row.reason,
                measure=row.measure,
            )


def _value(row: ProgressLine, value: Decimal | None) -> str:
    return "" if value is None else f"{show_value(value)}{row.target.unit}"
