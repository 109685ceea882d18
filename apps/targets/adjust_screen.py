"""What the pages show of an adjustment: its head and comparison, and how a project stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from apps.core import arrival
from apps.core.money import WAN
from apps.filings.models import Filing, Revision
from apps.filings.stages import Base
from apps.organizations.models import User
from apps.projects import selectors as projects
from apps.projects.models import Project
from apps.rules import adjustment as rules
from apps.rules import form_diff
from apps.rules.adjustment import (
    PREFIX,
    TEXTS,
    AdjustmentHead,
    Difference,
    MoneyChange,
    Season,
)
from apps.rules.findings import Finding
from apps.rules.form_diff import FormDiff
from apps.rules.numbers import plain
from apps.rules.target_form import TargetForm
from apps.targets import adjusting, content, in_force, nodes, permissions, subjects
from apps.targets.in_force import ADJUSTMENT, Link
from apps.targets.models import AdjustmentException
from apps.targets.subjects import Subject
from apps.workplans.models import PlanTask


# --- the form's head ------------------------------------------------------------------------
@dataclass(frozen=True)
class HeadCell:
    """An input of the head: its name, path, text as typed or stored, and its worst finding."""

    name: str
    path: str
    label: str
    text: str
    finding: Finding | None


@dataclass(frozen=True)
class MoneyRow:
    """An amount before, and the input of the amount after in 万元."""

    change: MoneyChange
    cell: HeadCell


@dataclass(frozen=True)
class Part:
    """A section of the comparison: what changed, and how many rows did not."""

    title: str
    rows: list[Difference]
    n_same: int


@dataclass(frozen=True)
class HeadScreen:
    """The head of an adjustment with the comparison to what is in force."""

    head: AdjustmentHead
    base: Base
    base_filing: Filing
    reasons: tuple[str, ...]
    texts: dict[str, HeadCell]
    money: list[MoneyRow]
    diff: FormDiff
    parts: list[Part]
    clause: str


def head_screen(
    filing: Filing,
    revision: Revision,
    form: TargetForm,
    marks: Mapping[str, Finding],
    typed: AdjustmentHead | None = None,
) -> HeadScreen | None:
    """The head for the form page; None for a filing that adjusts nothing.

    `marks` are the worst findings by path, `typed` what a refused save brought.
    """
    if filing.kind != ADJUSTMENT:
        return None
    head = _head(filing, revision, typed)
    base = adjusting.base(filing)
    diff = form_diff.diff(content.form_of(base.revision), form)
    return HeadScreen(
        head=head,
        base=base,
        base_filing=base.revision.filing,
        reasons=adjusting.reasons_of(filing.assignment.task),
        texts={name: _text(name, head, marks) for name in TEXTS},
        money=[_money(row, head, marks) for row in head.money],
        diff=diff,
        parts=parts_of(diff),
        clause=filing.assignment.task.clause,
    )


def _head(filing: Filing, revision: Revision, typed: AdjustmentHead | None) -> AdjustmentHead:
    if typed is None:
        return adjusting.head_of(revision)
    return adjusting.fitted(*subjects.of_filing(filing), typed)


def _text(name: str, head: AdjustmentHead, marks: Mapping[str, Finding]) -> HeadCell:
    path = f"{PREFIX}{name}"
    return HeadCell(f"adjust-{name}", path, TEXTS[name], getattr(head, name), marks.get(path))


def _money(row: MoneyChange, head: AdjustmentHead, marks: Mapping[str, Finding]) -> MoneyRow:
    after = "" if row.after is None else plain(row.after / WAN)
    text = head.unread.get(row.path, after)
    name = f"adjust-money-{row.source}-{row.level}"
    return MoneyRow(row, HeadCell(name, row.path, row.label, text, marks.get(row.path)))


def parts_of(diff: FormDiff) -> list[Part]:
    """The comparison's sections with their changed rows; the others are counted."""
    found = []
    for section in diff.sections:
        filled = [r for r in section.rows if not r.n_changes and any(c.new for c in r.cells)]
        found.append(Part(section.title, rules.differences(section), len(filled)))
    return found


# --- how a subject stands -------------------------------------------------------------------
@dataclass(frozen=True)
class AdjustmentScreen:
    """The page of a subject's adjustments in a year for one person."""

    subject: Subject
    year: int
    task: PlanTask | None
    chain: list[Link]
    season: Season
    nodes: list[nodes.Dated]
    under_way: Filing | None
    running: AdjustmentException | None  # an exception that lets an adjustment in now
    exceptions: list[AdjustmentException]
    may_request: bool
    may_ask: bool
    may_decide: bool

    @property
    def page(self) -> str:
        """Where the page stands; its forms are sent to addresses below it."""
        return self.subject.page(self.year)

    @property
    def pending(self) -> AdjustmentException | None:
        """The exception that waits for a decision."""
        return next((row for row in self.exceptions if row.decided_at is None), None)

    @property
    def is_let_in(self) -> bool:
        """Whether an adjustment may be begun now."""
        return self.season.is_open or self.running is not None


def adjustment_screen(subject: Subject, year: int, user: User) -> AdjustmentScreen:
    """How the subject's targets stand; a bounded number of queries."""
    task = None if subject.is_classified else nodes.task_for(subject, year)
    windows = nodes.dated(task) if task else []
    moment = arrival.received_at()
    season = nodes.season(windows, moment)
    running = nodes.exception_in_force(subject, year, moment)
    chain = in_force.chain(subject, year)
    adjustment = adjusting.open_of(subject, year)
    found = list(exceptions(user, year).filter(**subject.own))
    pending = next((row for row in found if row.decided_at is None), None)
    is_ready = task is not None and any(link.is_in_force for link in chain)
    return AdjustmentScreen(
        subject=subject,
        year=year,
        task=task,
        chain=chain,
        season=season,
        nodes=windows,
        under_way=_seen(adjustment.filing, user) if adjustment else None,
        running=running,
        exceptions=found,
        may_request=is_ready
        and (season.is_open or running is not None)
        and permissions.may_request(user, subject),
        may_ask=is_ready
        and (adjustment is None or not nodes.is_in_hand(adjustment.filing, moment))
        and pending is None
        and not season.is_open
        and running is None
        and permissions.may_ask_exception(user, subject),
        may_decide=pending is not None and permissions.may_decide_exception(user, pending),
    )


def _seen(filing: Filing, user: User) -> Filing | None:
    """The filing where it exists for the person."""
    rows = Filing.objects.visible_to(user).select_related("assignment__task", "step")
    return rows.filter(pk=filing.pk).first()


def exceptions(user: User, year: int) -> QuerySet[AdjustmentException]:
    """Exceptions of the projects and units that the person sees, the newest first."""
    own = Q(project__in=Project.objects.visible_to(user).values("pk"))
    own |= Q(unit__in=projects.units_known(user).values("pk"))
    rows = AdjustmentException.objects.filter(own, year=year)
    around = ("project__unit__jurisdiction", "project__jurisdiction", "unit__jurisdiction")
    return rows.select_related(*around, "asked_by", "decided_by").order_by("-asked_at")


def subject_for(user: User, of: str, public_id: UUID) -> Subject:
    """The project, or the unit as a whole, that exists for the person. Raises Http404."""
    if of == "unit":
        units = projects.units_known(user).select_related("jurisdiction")
        return Subject(get_object_or_404(units, public_id=public_id))
    rows = Project.objects.visible_to(user).select_related("unit__jurisdiction", "jurisdiction")
    found = get_object_or_404(rows, public_id=public_id)
    return Subject(found.unit, found)
