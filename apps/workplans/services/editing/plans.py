"""The plan itself: made, renamed, thrown away while it is a draft."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.organizations.models import Jurisdiction, User
from apps.rules.errors import RuleError
from apps.workplans import permissions
from apps.workplans.models import Plan, ReminderRule
from apps.workplans.profiles import PlanRow, usual_reminders
from apps.workplans.services.editing.common import Values, checked, differing, opened, recorded


@transaction.atomic
def create_plan(*, jurisdiction: Jurisdiction, values: Values, actor: User) -> Plan:
    """The jurisdiction has a draft plan for the year, with the usual reminders.

    `values`: year, title, document_number, source_note. Raises PermissionDenied or RuleError.
    """
    if not permissions.may_load(actor, jurisdiction.pk):
        raise PermissionDenied("只有本级计划管理员可以新建计划。")
    Jurisdiction.objects.select_for_update().get(pk=jurisdiction.pk)  # two administrators in turn
    row = checked(PlanRow, values)
    refuse_second(jurisdiction, row.year)
    plan = Plan.objects.create(
        jurisdiction=jurisdiction, fiscal_year=row.year, **row.model_dump(exclude={"year"})
    )
    ReminderRule.objects.bulk_create(
        ReminderRule(plan=plan, **rule.model_dump()) for rule in usual_reminders()
    )
    recorded(plan, actor, "create_plan", plan)
    return plan


def refuse_second(jurisdiction: Jurisdiction, year: int) -> None:
    """A jurisdiction has one plan a year. Raises RuleError."""
    plans = Plan.objects.in_their_own_right()
    there = plans.filter(jurisdiction=jurisdiction, fiscal_year=year).first()
    if there is not None:
        raise RuleError(
            f"{jurisdiction}{year}年：已有“{there}”（{there.get_state_display()}），一年只有一份。",
            code="workplans.plan_exists",
            field="year",
        )


@transaction.atomic
def edit_plan(*, plan: Plan, values: Values, actor: User) -> Plan:
    """The plan has this title, document number and source note; its year stays."""
    plan = opened(plan, actor)
    columns = ("title", "document_number", "source_note")
    now = {"year": plan.fiscal_year} | {key: getattr(plan, key) for key in columns}
    row = checked(PlanRow, now | {key: values[key] for key in columns if key in values})
    data = differing(checked(PlanRow, now), row)
    if not data:
        return plan
    for key in columns:
        setattr(plan, key, getattr(row, key))
    plan.save(update_fields=list(columns))
    recorded(plan, actor, "edit_plan", plan, **data)
    return plan


@transaction.atomic
def drop_plan(*, plan: Plan, actor: User) -> None:
    """The draft, which was never published, is gone with all that belongs to it."""
    plan = opened(plan, actor)
    if plan.amends_id is not None:
        raise RuleError(f"{plan}：这是修订稿，用“放弃修订”。", code="workplans.is_copy")
    recorded(plan, actor, "drop_plan", plan, tasks=plan.tasks.count())
    discard(plan)


def discard(plan: Plan) -> None:
    """The plan's rows are gone, those first that point at others of it."""
    plan.tasks.all().delete()
    plan.delete()
