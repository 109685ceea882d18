"""All projects of a unit at one node in one grid: each is opened and saved for itself."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import clock
from apps.filings.models import Filing
from apps.monitoring import content
from apps.workplans.models import PlanTask
from apps.workplans.services import assign
from tests.monitoring import acting
from tests.personas import client_of

pytestmark = pytest.mark.django_db
URL = "/2024/monitoring/"


@pytest.fixture
def projects(world):
    acting.monitoring_plan(world)
    made = [acting.promised(world, n) for n in (1, 2)]
    task = PlanTask.objects.get(kind=content.PROJECT_KIND)
    with clock.at(acting.day_of(5)):
        assign(task=task, on=acting.day_of(5).date(), actor=world.people["plan_admin"])
    return made


def ask(world, verb, data=None, person="filer"):
    with clock.at(acting.day_of(5) + timedelta(hours=1)):
        return getattr(client_of(world.people[person]), verb)(URL, data or {})


def nodes():
    return list(Filing.objects.filter(kind=content.PROJECT_KIND).order_by("pk"))


def grid(**changes):
    """What the grid posts: two filings with their versions, and some cells."""
    data = {"act": "save", "node": "2024-05"}
    for number, filing in enumerate(nodes()):
        data[f"f{number}-id"] = str(filing.public_id)
        data[f"f{number}-version"] = acting.newest(filing).version
    return {**data, **changes}


def test_every_project_of_the_node_is_opened_at_once_and_shown(world, projects):
    assert "全部开始填报（2个）" in ask(world, "get").text

    answer = ask(world, "post", {"act": "open", "node": "2024-05"})

    assert answer.status_code == 302
    assert len(nodes()) == 2
    page = ask(world, "get").text
    for words in ("1–5月执行", "更换老旧水表", "≥1,900块", "农村饮水安全巩固提升工程2"):
        assert words in page
    for number in (0, 1):
        assert page.count(f'name="f{number}-') == 2 + 3 * 2 + 3 * 3


def test_only_what_was_changed_is_saved_and_the_rest_of_a_filing_stays(world, projects):
    ask(world, "post", {"act": "open", "node": "2024-05"})
    first, second = nodes()
    acting.saved(world, first, acting.filled(first, reason="雨季长"))
    versions = [acting.newest(each).version for each in (first, second)]

    ask(world, "post", grid(**{"f1-line-0-actual": "950", "f1-money-total-executed": "600"}))

    assert [acting.newest(each).version for each in (first, second)] == [
        versions[0],
        versions[1] + 1,
    ]
    form = content.form_of(acting.newest(second))
    assert (form.lines[0].actual, form.total.executed) == (Decimal(950), Decimal(6000000))
    assert content.form_of(acting.newest(first)).lines[0].reason == "雨季长"


def test_one_that_is_stale_keeps_what_was_typed_and_hinders_no_other(world, projects):
    ask(world, "post", {"act": "open", "node": "2024-05"})
    first, second = nodes()
    old = grid(**{"f0-line-0-actual": "111", "f1-line-0-actual": "222"})
    acting.saved(world, first, acting.filled(first))

    page = ask(world, "post", old)

    assert page.status_code == 409
    assert "有1个项目没有保存" in page.text
    assert 'value="111"' in page.text
    assert content.form_of(acting.newest(first)).lines[0].actual == Decimal(950)
    assert content.form_of(acting.newest(second)).lines[0].actual == Decimal(222)


def test_nobody_saves_the_projects_of_another_unit(world, projects):
    ask(world, "post", {"act": "open", "node": "2024-05"})
    before = [acting.newest(each).version for each in nodes()]

    ask(world, "post", grid(**{"f0-line-0-actual": "1"}), person="stranger")

    assert [acting.newest(each).version for each in nodes()] == before
    assert "更换老旧水表" not in ask(world, "get", person="stranger").text


def test_the_grid_costs_the_same_however_many_projects(world, projects):
    def cost() -> int:
        ask(world, "get")
        with CaptureQueriesContext(connection) as queries:
            ask(world, "get")
        return len(queries)

    acting.opened(world, projects[0])
    one = cost()
    acting.opened(world, projects[1])
    assert cost() == one
