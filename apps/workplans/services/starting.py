"""Where a new year begins: with nothing, with a sample, with an earlier plan."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from apps.organizations.models import Jurisdiction, User
from apps.rules.errors import RuleError
from apps.workplans import samples
from apps.workplans.models import Plan
from apps.workplans.services import cloning, editing, importing


@transaction.atomic
def start_plan(
    *, jurisdiction: Jurisdiction, year: int, title: str, source: str, actor: User
) -> Plan:
    """The jurisdiction has a draft for the year under this title.

    `source` is “empty”, “plan:” with the number of an earlier plan of the jurisdiction, or
    “sample:” with a shipped profile's name. Raises PermissionDenied or RuleError.
    """
    kind, _, name = source.partition(":")
    if kind == "plan":
        plan = cloning.clone(plan=_earlier(jurisdiction, name), year=year, actor=actor)
        return editing.edit_plan(plan=plan, values={"title": title}, actor=actor)
    plan = editing.create_plan(
        jurisdiction=jurisdiction, values={"year": year, "title": title}, actor=actor
    )
    if kind == "sample":
        profile = samples.sample(name)
        importing.import_profile(plan=plan, profile=profile, actor=actor)
    return plan


def _earlier(jurisdiction: Jurisdiction, name: str) -> Plan:
    plans = Plan.objects.in_their_own_right().filter(jurisdiction=jurisdiction)
    try:
        found = plans.filter(public_id=UUID(name)).first()
    except ValueError:
        found = None
    if found is None:
        raise RuleError("从上年复制：没有这个计划。", code="workplans.source", field="source")
    return found
