"""The county's notice: who carries a flag after a node, by unit, with counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string

from apps.audit.models import Entry
from apps.core import clock
from apps.jobs.models import Job
from apps.jobs.services import run_one
from apps.monitoring import bulletin, selectors
from apps.organizations.models import Unit
from apps.rules.errors import RuleError
from apps.workplans.models import RuleSetting
from tests.monitoring import acting
from tests.personas import World, client_of

pytestmark = pytest.mark.django_db
MAY, AUGUST = date(2024, 5, 31), date(2024, 8, 31)
PAGE = "/2024/monitoring/bulletin/"
NOTHING = "还没有办结的监控"


@pytest.fixture(autouse=True)
def october() -> Iterator[None]:
    with clock.at(datetime(2024, 10, 8, 9, tzinfo=clock.ZONE)):
        yield


@pytest.fixture
def county(world: World) -> World:
    """One project fails twice, another only in August, a third never."""
    acting.monitoring_plan(world)
    again, late, good = (acting.promised(world, n) for n in (1, 2, 3))
    acting.closed(world, again, 5, "不合格", wan=100)
    acting.closed(world, late, 5)
    for project, verdict in ((again, "不合格"), (late, "不合格"), (good, "合格")):
        acting.closed(world, project, 8, verdict)
    return world


@pytest.mark.req("Y-25", "Y-26")
def test_each_node_lists_its_flags_with_what_the_node_did(county):
    may = bulletin.build(county.county, 2024, MAY)
    august = bulletin.build(county.county, 2024, AUGUST)

    assert (may.n_checked, may.counts) == (2, [("初次黄标", 1), ("升级红标", 0)])
    assert (august.n_checked, august.counts) == (3, [("初次黄标", 1), ("升级红标", 1)])
    assert [unit.name for unit, _ in august.units] == ["县水利局"]
    assert [(each.flag, each.reason) for each in august.flagged] == [
        ("red", "执行滞后"),
        ("yellow", "执行滞后"),
    ]

    html = render_to_string("print/monitoring/bulletin.html", bulletin.told(august))
    assert "审核办结3个项目" in html
    assert "初次黄标1个，升级红标1个。现予通报。" in html
    who = client_of(county.people["performance_reviewer"])
    page = who.get(PAGE).content.decode()
    assert "2024年8月31日" in page
    assert page.count("执行滞后") == 2
    assert who.get(f"{PAGE}?node=2024-05-31").content.decode().count("执行滞后") == 1


def test_classified_units_are_left_out_and_unsettled_rules_are_named(county):
    RuleSetting.objects.filter(code="monitoring.flag_rule").update(value="", is_filled=False)
    page = client_of(county.people["plan_admin"]).get(PAGE).content.decode()
    assert "黄标、红标的判定" in page

    Unit.objects.filter(pk=county.units["water"].pk).update(is_classified=True)
    assert selectors.closed_at(county.county, 2024, AUGUST) == []


@pytest.mark.trust("B01", "B12")
def test_the_performance_section_prints_it_and_nobody_else(county):
    for key in ("filer", "section_reviewer", "leader"):
        with pytest.raises(PermissionDenied):
            bulletin.start(actor=county.people[key], year=2024, node="")
    with pytest.raises(RuleError, match="没有办结"):
        bulletin.start(actor=county.people["plan_admin"], year=2024, node="2024-07-31")
    assert not Job.objects.filter(kind=bulletin.KIND).exists()

    actor = county.people["performance_reviewer"]
    job = bulletin.start(actor=actor, year=2024, node="2024-05-31")
    bulletin.run(job)
    assert job.file.name == "关于2024年5月绩效监控黄标、红标项目的通报.pdf"
    assert Entry.objects.filter(action="monitoring.print_bulletin").count() == 1
    actor.memberships.update(ends_on=date(2024, 4, 1))
    actor.forget_memberships()
    with pytest.raises(PermissionDenied):
        bulletin.run(job)


def test_nothing_is_said_before_a_node_is_closed(world):
    acting.monitoring_plan(world)
    admin = world.people["plan_admin"]
    assert NOTHING in client_of(admin).get(PAGE).content.decode()
    told = client_of(admin).get(f"/api/v1{PAGE}").json()
    assert told == {"node": None, "n_checked": 0, "counts": {}, "flagged": []}
    with pytest.raises(RuleError, match="没有可通报的"):
        bulletin.start(actor=admin, year=2024, node="")
    assert not run_one()
