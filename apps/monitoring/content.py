"""Stored rows ↔ NodeForm, and what the engine must ask about a node's filing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import Prefetch

from apps.filings.models import Filing, Revision
from apps.filings.stages import Hooks
from apps.monitoring import deciding, lighting, nodes, rectifying, starts
from apps.monitoring.models import LightChange, NodeLights, NodeMoney, NodeRow, NodeSheet
from apps.monitoring.starts import Known
from apps.organizations.models import User
from apps.rules import monitoring as rules
from apps.rules.findings import Finding
from apps.rules.form_diff import FormDiff
from apps.rules.monitoring import MoneyLine, Node, NodeFacts, NodeForm, ProgressLine
from apps.rules.monitoring.words import percent
from apps.rules.numbers import show_wan
from apps.rules.target_form import TargetLine
from apps.targets import selectors as targets

PROJECT_KIND, POLICY_KIND = "monitoring.project", "monitoring.policy"
OF_PROJECTS = (PROJECT_KIND, POLICY_KIND)
UNIT_KIND = "monitoring.unit"
KINDS = (*OF_PROJECTS, UNIT_KIND)
PROMISED = (
    "level1",
    "level2",
    "name",
    "operator",
    "value",
    "value_high",
    "value_text",
    "unit",
    "direction",
    "weight",
)
TOLD = (
    "actual",
    "band",
    "forecast",
    "forecast_band",
    "likelihood",
    "reason",
    "measure",
    "remark",
    "is_not_due",
)
AMOUNTS = ("initial", "executed", "forecast")
JOINT = "、"


def form_of(revision: Revision) -> NodeForm:
    """The revision's content as plain data; three queries."""
    return forms_of([revision])[revision.pk]


def forms_of(revisions: Iterable[Revision]) -> dict[int, NodeForm]:
    """Several revisions' contents by revision id, in the same queries."""
    sheets = NodeSheet.objects.filter(revision__in=list(revisions))
    return {sheet.revision_id: _form(sheet) for sheet in sheets.prefetch_related("money", "rows")}


def _form(sheet: NodeSheet) -> NodeForm:
    return NodeForm(
        as_of=sheet.as_of,
        money=tuple(
            MoneyLine(row.fund, **{name: getattr(row, name) for name in AMOUNTS})
            for row in sheet.money.all()
        ),
        lines=tuple(_line(row) for row in sheet.rows.all()),
        unread=dict(sheet.unread),
    )


def _line(row: NodeRow) -> ProgressLine:
    promised = {name: getattr(row, name) for name in PROMISED}
    return ProgressLine(
        TargetLine(str(row.key), **promised),
        causes=tuple(row.causes.split(JOINT)) if row.causes else (),
        **{name: getattr(row, name) for name in TOLD},
    )


def store(revision: Revision, form: NodeForm, promise: Revision | None) -> None:
    """Write the form as the revision's rows, replacing what was there."""
    sheet, _ = NodeSheet.objects.update_or_create(
        revision=revision,
        defaults={"as_of": form.as_of, "promise": promise, "unread": dict(form.unread)},
    )
    sheet.money.all().delete()
    NodeMoney.objects.bulk_create(
        NodeMoney(
            sheet=sheet,
            position=position,
            fund=row.key,
            **{name: getattr(row, name) for name in AMOUNTS},
        )
        for position, row in enumerate(form.money, 1)
    )
    sheet.rows.all().delete()
    NodeRow.objects.bulk_create(
        _stored(sheet, position, row) for position, row in enumerate(form.lines, 1)
    )


def _stored(sheet: NodeSheet, position: int, row: ProgressLine) -> NodeRow:
    return NodeRow(
        sheet=sheet,
        key=UUID(row.key),
        position=position,
        causes=JOINT.join(row.causes),
        **{name: getattr(row.target, name) for name in PROMISED},
        **{name: getattr(row, name) for name in TOLD},
    )


# --- what the engine asks -------------------------------------------------------------------
def begin(revision: Revision, previous: Revision | None) -> None:
    """A copy of the previous revision on the promise in force, or the form that starts the node."""
    node = nodes.node_of(revision.filing)
    known = starts.known_of(revision.filing, node)
    if previous is None:
        form = starts.first_form(known, node)
    else:
        form = rules.fitted(starts.funded(form_of(previous), known), known.promised)
    store(revision, form, known.promise)


def facts_of(filing: Filing, node: Node, known: Known) -> NodeFacts:
    """What the checks compare the form with."""
    before = nodes.last_revision(filing, node)
    settled = lighting.settled_for(filing.assignment.task)
    return NodeFacts(
        node=node,
        budget=known.budget,
        recorded=known.recorded_on(node.ends),
        last=form_of(before) if before else None,
        promise=settled.rules.promise if settled.rules else None,
        tolerance=settled.tolerance,
    )


def check(revision: Revision) -> list[Finding]:
    """All checks of apps.rules on the stored form."""
    filing = revision.filing
    node = nodes.node_of(filing)
    facts = facts_of(filing, node, starts.known_of(filing, node))
    return rules.check(form_of(revision), facts)


def canonical(revision: Revision) -> str:
    """The content as one deterministic text, for the receipt's hash."""
    return rules.canonical(form_of(revision))


def place(revision: Revision, path: str) -> str:
    """A path in the form's words; slots of the task count as places too. Raises RuleError."""
    slots = {f"slot.{s.code}": s.title for s in revision.filing.assignment.task.slots.all()}
    if path in slots:
        return f"附件 {slots[path]}"
    return rules.place(path, form_of(revision), nodes.node_of(revision.filing))


def diff(old: Revision | None, new: Revision) -> FormDiff:
    """What changed between two revisions."""
    forms = forms_of([old, new] if old else [new])
    return rules.diff(forms[old.pk] if old else None, forms[new.pk], nodes.node_of(new.filing))


def figures(revision: Revision) -> list[tuple[str, str]]:
    """What a signer must know: the node, what is paid, how many indicators stand how."""
    form, node = form_of(revision), nodes.node_of(revision.filing)
    total = form.total
    rate = rules.execution_rate(total.executed, total.initial)
    unsure = sum(1 for row in form.lines if row.likelihood in rules.LIKELIHOODS[1:])
    return [
        ("监控节点", node.label),
        (f"{node.label}执行数（万元）", show_wan(total.executed)),
        (f"{node.label}执行率", percent(rate) if rate is not None else "—"),
        ("绩效指标", f"{len(form.lines)}条"),
        ("不能确定完成的", f"{unsure}条"),
    ]


def light(revision: Revision) -> None:
    """Light what was submitted by the plan's values of the moment."""
    node = nodes.node_of(revision.filing)
    known = starts.known_of(revision.filing, node)
    lighting.keep(revision, form_of(revision), node, known)


def on_submitted(filing: Filing, actor: User) -> None:
    """The lights of what lies on the desk."""
    light(filing.revisions.order_by("-number")[0])


def on_approved(filing: Filing, actor: User) -> None:
    """The lights that count, and the problem that a failure is or that a pass takes back."""
    if filing.approved_revision is not None:
        light(filing.approved_revision)
        rectifying.follow(filing, actor)


PROJECT = Hooks(
    kind=PROJECT_KIND,
    title="项目支出绩效目标执行监控表",
    page="monitoring:sheet",
    begin=begin,
    check=check,
    canonical=canonical,
    place=place,
    diff=diff,
    figures=figures,
    on_submitted=on_submitted,
    on_approved=on_approved,
    decision="monitoring:decision",
    decision_title="审核结论",
    verdict=deciding.verdict_of,
    demand_decidable=deciding.demand_decidable,
)
POLICY = replace(PROJECT, kind=POLICY_KIND, title="政策绩效目标执行监控表")
UNIT = replace(PROJECT, kind=UNIT_KIND, title="部门（单位）整体支出绩效目标执行监控表")


def fitted(form: NodeForm, stored: NodeForm, known: Known) -> NodeForm:
    """What was typed, on the promise in force and on the funds that the form or the budget has."""
    held = starts.funded(stored, known).money
    money = tuple(form.fund(row.key) or row for row in held)
    funds = {row.key for row in money}
    unread = {
        path: text
        for path, text in form.unread.items()
        if not path.startswith("money.") or path.split(".")[1] in funds
    }
    told = starts.funded(replace(form, money=money, unread=unread), known)
    return rules.fitted(told, known.promised)


def goal_of(revision: Revision) -> str:
    """The year's goal of the promise that the revision answers; empty where there was none."""
    sheet = NodeSheet.objects.select_related("promise").filter(revision=revision).first()
    if sheet is None or sheet.promise is None:
        return ""
    return targets.form_at(sheet.promise).year_goal


def lights_of(revision: Revision) -> NodeLights | None:
    """What the revision lit with what finance changed of it; None where nothing is lit."""
    rows = NodeLights.objects.prefetch_related("changes__changed_by")
    return rows.filter(revision=revision).first()


def computed_lights_of(revision: Revision) -> NodeLights | None:
    """What the revision lit by the rules alone: finance's changes are not the unit's yet."""
    unchanged = Prefetch("changes", LightChange.objects.none())
    return NodeLights.objects.prefetch_related(unchanged).filter(revision=revision).first()


def lacking(revision: Revision) -> str:
    """What stands against lighting a revision, in words; empty where nothing does."""
    filing = revision.filing
    node = nodes.node_of(filing)
    known = starts.known_of(filing, node)
    settled = lighting.settled_for(filing.assignment.task)
    return lighting.judged(form_of(revision), node, known, settled)[1]
