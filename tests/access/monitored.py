"""Filings of nodes in every tenant: one being written, one on the last desk, one closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.workplans.models import Plan, TaskScope
from tests import makers
from tests.monitoring import acting

if TYPE_CHECKING:
    from tests.access.county import County, Tenant

MONTHS = {"monitored.closed": 1, "monitored.desk": 2, "monitored.draft": 3}


def add_monitored(county: County) -> None:
    """Each tenant's approved project is monitored; no other project is."""
    worlds = {tenant.world.county.pk: tenant.world for tenant in county.tenants.values()}
    tasks = {
        key: acting.add_monitoring(
            world,
            Plan.objects.get(jurisdiction=key, fiscal_year=makers.YEAR, amends=None),
            *MONTHS.values(),
        )
        for key, world in worlds.items()
    }
    for tenant in county.tenants.values():
        project = tenant.objects["approved"].assignment.project
        task = tasks[tenant.world.county.pk]
        TaskScope.objects.create(task=task, field=TaskScope.Field.PROJECT, value=project.code)
    for tenant in county.tenants.values():
        _fill(tenant)


def _fill(tenant: Tenant) -> None:
    world, project = tenant.world, tenant.objects["approved"].assignment.project
    months = MONTHS
    tenant.objects["monitored.closed"] = acting.closed(world, project, months["monitored.closed"])
    desk = acting.opened(world, project, months["monitored.desk"])
    tenant.objects["monitored.desk"] = acting.at_last_desk(world, desk, months["monitored.desk"])
    draft = acting.opened(world, project, months["monitored.draft"])
    acting.saved(world, draft, acting.filled(draft), months["monitored.draft"])
    tenant.objects["monitored.draft"] = draft
