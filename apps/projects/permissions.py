"""Who may do what with a project."""

from __future__ import annotations

from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Unit
from apps.organizations.selectors import Person
from apps.projects.models import Project, StepDate, Transfer

MONEY_ROLES = (Role.PLAN_ADMIN, Role.BUDGET_OFFICER)


def may_manage(user: Person, jurisdiction: Jurisdiction | int) -> bool:
    """The plan administrator keeps the jurisdiction's list of projects and its money."""
    code = jurisdiction if isinstance(jurisdiction, int) else jurisdiction.pk
    return code in people.jurisdictions_of(user, Role.PLAN_ADMIN)


def may_import(user: Person, jurisdiction: Jurisdiction | int) -> bool:
    """Whoever keeps the list imports it."""
    return may_manage(user, jurisdiction)


def may_create(user: Person, unit: Unit) -> bool:
    """The unit's filer puts a project into reserve; the plan administrator for any unit."""
    return unit.pk in people.units_of(user, Role.FILER) or may_manage(user, unit.jurisdiction_id)


def may_edit(user: Person, project: Project) -> bool:
    """The unit's filer and the plan administrator; nobody edits a classified one."""
    if project.is_classified:
        return False
    own = project.unit_id in people.units_of(user, Role.FILER)
    return own or may_manage(user, project.jurisdiction_id)


def may_confirm(user: Person, project: Project) -> bool:
    """The plan administrator puts a project into a year's budget."""
    return may_manage(user, project.jurisdiction_id)


def may_set_money(user: Person, project: Project) -> bool:
    """The plan administrator and the budget officer write a year's money."""
    return project.jurisdiction_id in people.jurisdictions_of(user, *MONEY_ROLES)


def may_set_unit_budget(user: Person, unit: Unit) -> bool:
    """Those who write the projects' money also write what a unit has in all."""
    return unit.jurisdiction_id in people.jurisdictions_of(user, *MONEY_ROLES)


def may_record_execution(user: Person, project: Project) -> bool:
    """Those who write the money also write what was paid of it."""
    return may_set_money(user, project)


def may_import_executions(user: Person, jurisdiction: Jurisdiction) -> bool:
    """Whoever may record what was paid of each of the jurisdiction's projects."""
    return jurisdiction.pk in people.jurisdictions_of(user, *MONEY_ROLES)


def may_date_budget(user: Person, project: Project) -> bool:
    """Those who write the money also enter when its budget took its steps."""
    return may_set_money(user, project)


def may_date_targets(user: Person, project: Project, step: str) -> bool:
    """The performance section and the plan administrator both; an approval whoever approves the
    budget, a publication the unit's filer.
    """
    keepers = [Role.PLAN_ADMIN, Role.PERFORMANCE_REVIEWER]
    if step == StepDate.Step.APPROVED:
        keepers.append(Role.BUDGET_OFFICER)
    if project.jurisdiction_id in people.jurisdictions_of(user, *keepers):
        return True
    own = project.unit_id in people.units_of(user, Role.FILER)
    return own and step == StepDate.Step.PUBLISHED


def may_date(user: Person, project: Project, side: str, step: str) -> bool:
    """Whether the person may enter this day of the project."""
    if side == StepDate.Side.BUDGET:
        return may_date_budget(user, project)
    return may_date_targets(user, project, step)


def may_register_transfer(user: Person, unit: Unit) -> bool:
    """Those who write the money, and the section in charge of the unit (Y-47)."""
    if unit.jurisdiction_id in people.jurisdictions_of(user, *MONEY_ROLES):
        return True
    return any(unit.pk in share.units for share in people.shares_of(user))


def may_keep_transfer(user: Person, transfer: Transfer) -> bool:
    """Whoever may register one for its unit."""
    return may_register_transfer(user, transfer.unit)


def may_exempt_transfer(user: Person, transfer: Transfer) -> bool:
    """The plan administrator confirms for finance that a transfer comes without targets (Y-43)."""
    return may_manage(user, transfer.jurisdiction_id)
