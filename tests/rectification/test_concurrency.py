"""Many hands on one problem at the same moment, with real commits (TRUST G01, G03)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from apps.audit.models import Entry
from apps.core import clock
from apps.jobs.models import Event
from apps.rectification import services
from apps.rectification.models import Problem
from apps.rectification.services import Reference
from apps.rules.errors import RuleError
from tests.jobs.together import at_once
from tests.makers import MONDAY
from tests.personas import World, make_world
from tests.rectification.acting import act, answered, found, opened


@pytest.fixture(scope="module")
def town(module_database) -> World:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time: there is no row to race for")
    return make_world()


@pytest.mark.trust("G03")
def test_a_reference_found_many_times_at_once_has_one_problem(town):
    told = found(town, reference=Reference("monitoring.node", "n-9", "8月节点"))

    def work(index: int) -> Any:
        with clock.at(MONDAY):
            return services.open_problem(actor=None, found=told)

    made = {problem.pk for problem in at_once(6, work)}
    assert made == {Problem.objects.get(ref_id="n-9").pk}
    assert Event.objects.filter(kind="rectification.opened").count() == 1
    assert Entry.objects.filter(action="rectification.open_problem").count() == 1


@pytest.mark.trust("G01")
def test_of_a_close_and_a_withdrawal_at_once_one_is_refused(town):
    with clock.at(MONDAY):
        problem = answered(town, opened(town))
    reviewers = [act(town, "performance_reviewer"), act(town, "plan_admin")]

    def work(index: int) -> Any:
        with clock.at(MONDAY):
            try:
                if index:
                    return services.close(problem=problem, actor=reviewers[1], opinion="属实")
                return services.withdraw(problem=problem, actor=reviewers[0], reason="有误")
            except RuleError as refusal:
                return refusal

    outcomes = at_once(2, work)
    assert sum(isinstance(one, RuleError) for one in outcomes) == 1
    problem.refresh_from_db()
    acts = [step.act for step in problem.steps.all()]
    assert acts[-1] == {"closed": "close", "withdrawn": "withdraw"}[problem.state]
    assert len(acts) == 3


@pytest.mark.trust("G02")
def test_a_problem_registered_many_times_at_once_stands_once(town):
    told = found(town, unit="traffic", title="重复点击的一件")
    people = [act(town, "performance_reviewer") for _ in range(4)]

    def work(index: int) -> Any:
        with clock.at(MONDAY):
            return services.register_problem(actor=people[index], found=told)

    made = {problem.pk for problem in at_once(4, work)}
    assert made == {Problem.objects.get(title="重复点击的一件").pk}
