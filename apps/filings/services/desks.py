"""Where a filing goes next: the steps of its task, one desk after another (Y-46, Y-47, Y-75)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.core import clock
from apps.filings import permissions
from apps.filings.models import Filing, Review, Revision
from apps.filings.services import moves
from apps.filings.stages import hooks_for
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import Role, Section, Unit, User
from apps.rules.errors import RuleError
from apps.workplans import calendar
from apps.workplans.models import ReviewStep

NOWHERE: dict[str, Any] = {
    "step": None,
    "desk_section": None,
    "desk_unit": None,
    "desk_due_at": None,
}


@dataclass(frozen=True)
class Desk:
    """A step with the office that takes it and the moment by which it should."""

    step: ReviewStep
    section: Section | None
    unit: Unit | None
    due_at: datetime | None

    def columns(self) -> dict[str, Any]:
        """The filing's columns that say where it lies."""
        return {
            "step": self.step,
            "desk_section": self.section,
            "desk_unit": self.unit,
            "desk_due_at": self.due_at,
        }


def first_desk(filing: Filing) -> Desk:
    """The first desk of the task. Raises RuleError when the task has no step that applies."""
    desk = _desk_after(filing, position=-1)
    if desk is None:
        raise RuleError("这项任务没有设审核步骤，请计划管理员补设。", code="filings.no_step")
    return desk


def next_desk(filing: Filing) -> Desk | None:
    """The desk after the present one; None when the present one was the last."""
    if filing.step is None:
        return None
    return _desk_after(filing, filing.step.position)


def _desk_after(filing: Filing, position: int) -> Desk | None:
    steps = filing.assignment.task.steps.filter(position__gt=position).order_by("position")
    for step in steps:
        section, unit = _office(filing, step)
        if section is not None or unit is not None:
            return Desk(step, section, unit, _due(step))
    return None


def _office(filing: Filing, step: ReviewStep) -> tuple[Section | None, Unit | None]:
    """Section or unit that takes a step; both None when it does not apply (no superior unit)."""
    place = ReviewStep.Place
    if step.place == place.UNIT:
        return None, filing.unit
    if step.place == place.SUPERVISOR:
        return None, filing.unit.parent
    if step.place == place.SECTION:
        return _lead_section(filing), None
    if step.place == place.PERFORMANCE:
        return _performance_section(filing), None
    project = filing.assignment.project
    bearer = filing.assignment.subject
    return (
        people.route_section(
            jurisdiction=filing.jurisdiction,
            unit=filing.unit,
            budget_type=project.budget_type if project else "",
            fund_tags=[tag.code for tag in bearer.fund_tags.all()] if bearer else [],
        ),
        None,
    )


def _lead_section(filing: Filing) -> Section:
    """The task's 牵头科室. Raises RuleError when the plan names none: no step is skipped."""
    section = filing.assignment.task.section
    if section is None:
        raise RuleError(
            f"{filing.assignment.task}：没有定牵头科室，请计划管理员补设。", code="filings.desk"
        )
    return section


def _performance_section(filing: Filing) -> Section:
    """The bureau's 绩效科室. Raises RuleError when none is set up."""
    section = filing.jurisdiction.sections.filter(kind=Section.Kind.PERFORMANCE).first()
    if section is None:
        raise RuleError(
            f"{filing.jurisdiction}还没有设绩效科室，请系统管理员补设。", code="filings.desk"
        )
    return section


def _due(step: ReviewStep) -> datetime | None:
    """The step's working days from today, as a half-open end; None where the plan sets none.

    Also None while next year's holidays are not announced: that must not keep a unit from filing.
    """
    if step.working_days is None:
        return None
    day = calendar.usual_day(clock.today(), step.working_days)
    return clock.end_of(day) if day else None


def desk_people(filing: Filing) -> list[User]:
    """The people who hold the desk's role today."""
    if filing.step is None:
        return []
    role, unit = Role(filing.step.role), filing.desk_unit
    if filing.desk_section is not None:
        return people.people_at_section(filing.desk_section, role)
    if unit is None:
        return []
    above = people.supervisors_of(unit) if role == Role.SUPERVISOR else []
    return [*people.people_at_unit(unit, role), *above]


def tell_desk(filing: Filing, actor: User) -> None:
    """Tell the desk that a filing has come; whoever steers the plan, when nobody can take it."""
    revision = moves.current(filing)
    unfit = permissions.taken_part(revision, filing)
    holders = [person for person in desk_people(filing) if person.pk not in unfit]
    if not holders:
        _tell_empty_desk(filing, revision, actor)
    notifications.notify(
        recipients=[person for person in holders if person.pk != actor.pk],
        kind="filings.arrived",
        key=f"{filing.public_id}:{revision.number}:{filing.step_id}",
        title=f"{filing.unit}报来：{moves.label(filing)}",
        body=f"{revision}，{filing.step}。{hooks_for(filing.kind).title}。",
        url=f"/{filing.fiscal_year}/reviews/{filing.public_id}/",
    )


def _tell_empty_desk(filing: Filing, revision: Revision, actor: User) -> None:
    """A filing that waits where nobody may review it must not wait unseen."""
    role = Role(filing.step.role).label if filing.step else ""
    notifications.notify(
        recipients=people.people_in(filing.jurisdiction, Role.PLAN_ADMIN),
        kind="filings.desk_empty",
        key=f"{filing.public_id}:{revision.number}:{filing.step_id}",
        title=f"没有人能办：{moves.label(filing)}",
        body=f"{filing.step}在{filing.desk_section or filing.desk_unit}，没有能办这一版的{role}。"
        "请系统管理员补人或设代办人，补上后这件自动出现在他的待办里。",
        url=f"/{filing.fiscal_year}/filings/{filing.public_id}/",
    )


def tell_gone(filing: Filing, actor: User, people_there: list[User], what: str, why: str) -> None:
    """Tell those at whose desk a filing lay that it was taken away."""
    words = {"withdrawn": "撤回", "cancelled": "取消"}[what]
    revision = moves.current(filing)
    notifications.notify(
        recipients=[person for person in people_there if person.pk != actor.pk],
        kind=f"filings.desk_{what}",
        key=f"{filing.public_id}:{revision.number}",
        title=f"已{words}，不用再办：{moves.label(filing)}",
        body=f"{actor}{words}。理由：{why}",
        url=f"/{filing.fiscal_year}/filings/{filing.public_id}/",
    )


def tell_passed(filing: Filing, actor: User, review: Review) -> None:
    """Tell the unit that a step is done and where its filing lies now."""
    tell_unit(
        filing,
        actor,
        "filings.passed",
        f"通过{review.step}：{moves.label(filing)}",
        f"现在在{filing.desk_section or filing.desk_unit}，{filing.step}。",
        again=f":{review.step_id}",
    )


def tell_unit(
    filing: Filing, actor: User | None, kind: str, title: str, body: str, again: str = ""
) -> None:
    """Tell the unit's filers and head what became of their filing.

    `again` tells apart what may happen to one revision more than once.
    """
    revision = moves.current(filing)
    recipients = {
        person.pk: person
        for role in (Role.FILER, Role.UNIT_HEAD)
        for person in people.people_at_unit(filing.unit, role)
        if person != actor
    }
    notifications.notify(
        recipients=recipients.values(),
        kind=kind,
        key=f"{filing.public_id}:{revision.number}{again}",
        title=title,
        body=body,
        url=f"/{filing.fiscal_year}/filings/{filing.public_id}/",
    )
