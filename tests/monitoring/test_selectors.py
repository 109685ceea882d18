"""What boards and lists read of many projects at once."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.monitoring import selectors
from apps.rules.monitoring import Flag
from apps.workplans.models import RuleSetting
from tests.monitoring import acting
from tests.personas import make_world


@pytest.mark.req("Y-25")
def test_many_projects_are_told_in_as_many_queries_as_one(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world = make_world()
    acting.monitoring_plan(world)
    failed, passed = acting.promised(world, 1), acting.promised(world, 2)
    acting.closed(world, failed, 5, "不合格", wan=100)
    acting.closed(world, passed, 5)
    keys = [failed.pk, passed.pk]

    with django_assert_num_queries(9):
        told = selectors.standings(world.county, keys[:1], acting.YEAR)
    with django_assert_num_queries(9):
        told = selectors.standings(world.county, keys, acting.YEAR)
    assert [told[key].flag for key in keys] == [Flag.YELLOW, Flag.NONE]

    with django_assert_num_queries(2):
        closed = selectors.results(keys, acting.YEAR)
    [found] = closed[failed.pk]
    assert (found.verdict, found.money, found.promise) == ("不合格", "red", "green")
    assert found.light == "red"

    RuleSetting.objects.filter(code="monitoring.flag_clear").update(value="", is_filled=False)
    unknown = selectors.standings(world.county, keys, acting.YEAR)
    assert all("摘标的条件" in told.lacking for told in unknown.values())
