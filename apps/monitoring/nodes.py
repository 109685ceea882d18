"""The nodes of a task: the day to which a filing's figures run, and the filing before it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from apps.filings.models import Filing, Revision, State
from apps.rules.errors import RuleError
from apps.rules.monitoring import Node
from apps.workplans.models import Assignment, TaskWindow


def node_of(filing: Filing) -> Node:
    """The node of a filing's window. Raises RuleError as `node_at` does."""
    return node_at(filing.assignment)


def node_at(assignment: Assignment) -> Node:
    """The node of an assignment's window, with the day of the task's node before it.

    Raises RuleError while the plan has not set the day of its figures.
    """
    ends = assignment.window.data_until
    if ends is None:
        raise RuleError(
            f"{assignment.task}　{assignment.window.label or assignment.window.key}："
            "没有定数据截至日，不能开始填报。请计划管理员在任务的节点里补设。",
            code="monitoring.no_node",
        )
    return Node(assignment.task.evaluated_year, ends, _day_before(assignment, ends))


def _day_before(assignment: Assignment, ends: date) -> date | None:
    earlier = TaskWindow.objects.filter(task=assignment.task_id, data_until__lt=ends)
    return earlier.order_by("-data_until").values_list("data_until", flat=True).first()


def last_revision(filing: Filing, node: Node) -> Revision | None:
    """What the same subject filed at the node before: in force, or else submitted last."""
    if node.after is None:
        return None
    assignment = filing.assignment
    subject = {"project": assignment.project_id}
    if assignment.project_id is None:
        subject["unit"] = assignment.unit_id
    rows = Filing.objects.filter(
        assignment__task=assignment.task_id,
        assignment__window__data_until=node.after,
        **{f"assignment__{name}": key for name, key in subject.items()},
    )
    found = rows.exclude(state=State.CANCELLED).select_related("approved_revision").first()
    if found is None:
        return None
    sent = found.revisions.filter(submitted_at__isnull=False).order_by("-number")
    return found.approved_revision or sent.first()


def counted(filings: Iterable[Filing]) -> dict[int, Revision]:
    """What counts of each filing, by its key: in force, or else submitted last; one query."""
    by_key = {filing.pk: filing for filing in filings}
    found: dict[int, Revision] = {}
    sent = Revision.objects.filter(filing__in=by_key, submitted_at__isnull=False)
    for row in sent.order_by("filing", "number"):
        in_force = by_key[row.filing_id].approved_revision_id
        if in_force in (None, row.pk):
            found[row.filing_id] = row
    return found
