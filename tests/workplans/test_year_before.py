"""The plan of the year before, beside this year's: only for those for whom it exists."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.organizations.models import User
from apps.workplans import selectors
from apps.workplans.models import Plan
from tests.personas import World, client_of
from tests.workplans.conftest import make_plan, make_task


@pytest.mark.parametrize(("state", "is_shown"), [("draft", False), ("published", True)])
def test_a_draft_of_the_year_before_is_not_shown_to_readers(
    world: World, filer: User, plan_admin: User, state: str, is_shown: bool
) -> None:
    before = make_plan(world, state)
    make_task(before, "secret", "unit", title="还没有发的任务")
    Plan.objects.filter(pk=before.pk).update(fiscal_year=2023)
    plan = make_plan(world)

    page = client_of(filer).get(reverse("workplans:compare", args=[2024, plan.public_id]))

    assert page.status_code == 200
    assert ("还没有发的任务" in page.text) is is_shown
    assert (selectors.year_before(filer, plan) == before) is is_shown
    assert selectors.year_before(plan_admin, plan) == before
