"""The report of a project: asked for, and written."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from django.db import transaction

from apps.filings import services as filings
from apps.filings.models import Filing, Revision
from apps.organizations.models import User
from apps.pre_assessment import content, selectors
from apps.projects.models import Project
from apps.rules.assessment_form import AssessmentForm
from apps.rules.errors import RuleError
from apps.workplans import services as plans
from apps.workplans.models import Assignment

MAX_BASES = 20


@transaction.atomic
def request(*, project: Project, actor: User, year: int) -> Filing:
    """The project's report for a budget year, opened as a draft for the unit (B-09, Y-36).

    It is asked for under the plan by which the gate judges: the year's own, or before that is
    published the year before's. Raises PermissionDenied, or RuleError where it has no such task.
    """
    task = selectors.task_for(project, year)
    if task is None:
        raise RuleError(
            f"{year}年度已发布的计划没有事前绩效评估任务。", code="pre_assessment.no_task"
        )
    assignment: Assignment = plans.request(
        task=task, unit=project.unit, project=project, actor=actor
    )
    return filings.open_filing(assignment=assignment, actor=actor)


@transaction.atomic
def save(*, filing: Filing, actor: User, version: int, form: AssessmentForm) -> Revision:
    """Save the whole report as a draft, one version further; nothing is checked but that it fits.

    Amounts in yuan. The dimensions are the plan's; the form only says what stands in them. Raises
    PermissionDenied, or RuleError for a lock, too many rows, or a stale version.
    """
    if len(form.bases) > MAX_BASES:
        raise RuleError(
            f"政策依据有{len(form.bases)}条，最多{MAX_BASES}条。", code="pre_assessment.bases"
        )
    revision = filings.writing(filing=filing, actor=actor, version=version)
    kept = content.fitted(filing.assignment.task, _keyed(form))
    content.store(revision, kept)
    return revision


def _keyed(form: AssessmentForm) -> AssessmentForm:
    """The form with a proper key on every basis: ours kept, doubled or foreign ones replaced."""
    seen: set[str] = set()
    bases, unread = [], dict(form.unread)
    for row in form.bases:
        key = _key(row.key)
        key = str(uuid4()) if key in seen else key
        seen.add(key)
        bases.append(replace(row, key=key))
    return replace(form, bases=tuple(bases), unread=unread)


def _key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())
