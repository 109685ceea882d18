"""How problems come into the ledger: by hand, from a list, from what other rooms found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.organizations.models import Unit, User
from apps.organizations.selectors import people_at_unit
from apps.projects.models import Project
from apps.rectification import permissions
from apps.rectification.models import Area, Problem, Severity, Source, State, Step
from apps.rectification.services import moves, telling
from apps.rectification.services.deadlines import last_day
from apps.rules.errors import RuleError

NOT_YOURS = "问题由绩效科、计划管理员或分管科室登记。"
CLASSIFIED = "涉密单位、涉密项目的问题不在线上登记，请按保密规定办理。"
OPENED = "opened"
MOST_TEXT = 4000
REPEATED = timedelta(minutes=10)  # a double click, a second tab, a retry after a lost answer
SAME = (
    "unit_id",
    "project_id",
    "fiscal_year",
    "source",
    "ref_kind",
    "ref_id",
    "ref_label",
    "title",
    "text",
    "area",
    "demands",
    "severity",
    "owner_id",
    "due_on",
    "opened_by_id",
)


@dataclass(frozen=True)
class Reference:
    """What a problem was found at, in the words of the room that found it."""

    kind: str  # at most 40 characters, e.g. filings.sample_item
    id: str  # at most 160
    label: str  # for people


@dataclass(frozen=True)
class Found:
    """What was found, where, and what has to be done; `due_on` is a month off when None."""

    unit: Unit
    year: int
    source: str
    title: str
    text: str
    project: Project | None = None
    severity: str = Severity.MINOR
    area: str = ""
    demands: str = ""
    due_on: date | None = None
    owner: User | None = None
    label: str = ""  # where it was found, for people: a document's number
    reference: Reference | None = None  # where another room found it; its label goes first


@transaction.atomic
def open_problem(*, actor: User | None, found: Found) -> Problem:
    """The problem stands in the ledger and its unit is told; for rooms that found it themselves.

    No right is asked: the finding room asked its own. The same reference again answers with the
    problem that stands, unless that was withdrawn. Raises RuleError for a classified unit or
    project, or content that no ledger takes.
    """
    problem, is_new = store(actor=actor, found=found)
    if is_new:
        moves.note(problem, actor, "open_problem", **_told(problem))
    return problem


@transaction.atomic
def register_problem(*, actor: User, found: Found) -> Problem:
    """The bureau brings a problem up by hand.

    The very same said again within ten minutes answers with the problem that it opened while the
    unit has done nothing about it. Raises PermissionDenied, or RuleError as `open_problem`.
    """
    if not permissions.may_open(actor, found.unit, found.project):
        raise PermissionDenied(NOT_YOURS)
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # two clicks come one by one
    demand_sound(found)
    return _said_before(actor, found) or open_problem(actor=actor, found=found)


def _said_before(actor: User, found: Found) -> Problem | None:
    """What the actor has just opened with every word the same."""
    made = _row(actor, found)
    same = {name: getattr(made, name) for name in SAME}
    rows = Problem.objects.filter(**same, state=State.OPEN)
    return rows.filter(opened_at__gte=clock.now() - REPEATED).last()


def store(*, actor: User | None, found: Found) -> tuple[Problem, bool]:
    """The problem with its first step, notices and event, and whether it is new; no trail.

    For callers that leave one line of the trail for many. Raises RuleError.
    """
    demand_sound(found)
    made = _row(actor, found)
    standing = _standing(made)
    if standing is not None:
        return standing, False
    # two that come at once: the second finds the row of the first
    Problem.objects.bulk_create([made], ignore_conflicts=True)
    problem = Problem.objects.filter(public_id=made.public_id).first()
    if problem is None:
        return _by_reference(made), False
    step = moves.step(problem, Step.Act.OPEN, actor, problem.demands, problem.due_on)
    telling.tell(problem, step, telling.of_unit(problem), "整改通知")
    moves.tell_rooms(problem, OPENED, OPENED)
    return problem, True


def _row(actor: User | None, found: Found) -> Problem:
    reference = found.reference or Reference("", "", found.label)
    return Problem(
        jurisdiction=found.unit.jurisdiction,
        fiscal_year=found.year,
        unit=found.unit,
        project=found.project,
        source=found.source,
        ref_kind=reference.kind,
        ref_id=reference.id,
        ref_label=reference.label[:200],
        title=" ".join(found.title.split())[:120],
        text=found.text.strip(),
        area=found.area,
        demands=found.demands.strip(),
        severity=found.severity,
        owner=found.owner,
        due_on=last_day(found.due_on),
        opened_at=clock.now(),
        opened_by=actor,
    )


def _standing(made: Problem) -> Problem | None:
    """What the reference has already."""
    if not made.ref_kind:
        return None
    same = Problem.objects.filter(
        jurisdiction=made.jurisdiction_id, ref_kind=made.ref_kind, ref_id=made.ref_id
    )
    return same.exclude(state=State.WITHDRAWN).first()


def _by_reference(made: Problem) -> Problem:
    found = _standing(made)
    if found is None:  # withdrawn in the moment between
        raise RuleError("这一问题刚被别人改动，请再试一次。", code="rectification.moved")
    return found


def demand_sound(found: Found) -> None:
    """Refuse what no ledger takes. Raises RuleError."""
    is_secret = found.unit.is_classified or bool(found.project and found.project.is_classified)
    if is_secret:
        raise RuleError(CLASSIFIED, code="rectification.classified")
    for value, what, most in ((found.title, "问题", 120), (found.text, "问题内容", MOST_TEXT)):
        moves.written(value, what, most)
    if found.project is not None and found.project.unit_id != found.unit.pk:
        raise RuleError(
            f"项目“{found.project}”不属于{found.unit}。选这个单位的项目，或改责任单位。",
            code="rectification.project",
        )
    known = (
        (found.source, Source.values, "来源"),
        (found.severity, Severity.values, "严重程度"),
        (found.area, ["", *Area.values], "整改方向"),
    )
    for value, allowed, what in known:
        if value not in allowed:
            raise RuleError(f"{what}：没有“{value}”这一项。", code="rectification.choice")
    if found.owner is not None:
        demand_owner(found.unit, found.owner)


def demand_owner(unit: Unit, owner: User) -> None:
    """Refuse an owner who may not answer for the unit. Raises RuleError."""
    if owner not in people_at_unit(unit, *permissions.ANSWERERS):
        raise RuleError(
            f"责任人：{owner.name}不是{unit}的填报员或负责人，应为其中一人。",
            code="rectification.owner",
        )


def _told(problem: Problem) -> dict[str, str]:
    return {
        "source": problem.get_source_display(),
        "severity": problem.get_severity_display(),
        "due_on": str(problem.due_on),
        "text": problem.text,
    }
