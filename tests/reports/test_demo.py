"""The demo county: the source's figures to the 分, every state made by the services."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from apps.audit.models import Entry
from apps.core import clock
from apps.filings.models import Filing, State
from apps.filings.services import findings_of
from apps.jobs.models import Job
from apps.monitoring import selectors as monitoring
from apps.pre_assessment import selectors as assessments
from apps.projects import paid
from apps.projects import selectors as projects
from apps.projects.models import FundLine, Project, ProjectYear
from apps.reports.demo import adjustments, figures, loader, nodes, payments
from apps.reports.demo import county as places
from apps.reports.demo import year as years
from apps.rules.monitoring import Flag
from apps.targets import selectors as targets
from apps.targets import transfer_screen
from apps.workplans import services as plans
from apps.workplans.models import Assignment, Plan

TODAY = years.at(date(2024, 4, 10))


class Interrupted(Exception):
    """What a kill looks like from inside."""


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo as `make run` loads it before the page answers, once for this module."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(DEMO=True, DATA_DIR=folder),
    ):
        with clock.at(TODAY):
            county = loader.load(lambda text: None)
        yield county
        transaction.set_rollback(True)


@pytest.mark.trust("A10")
def test_outside_demo_mode_it_refuses_and_leaves_nobody(db, settings, capsys):
    settings.DEMO = False
    with pytest.raises(CommandError) as refused:
        call_command("load_demo", "yuli")
    assert refused.value.returncode == 2
    from apps.organizations.models import User

    assert not User.objects.exists()


@pytest.mark.req("Y-11", "Y-12", "Y-16", "Y-18", "Y-21", "Y-114")
def test_the_past_year_sums_exactly_to_the_sources_figures(demo):
    totals = projects.totals(demo.region, 2023)
    assert (totals.n_projects, totals.n_initial) == (321, 101)
    assert totals.adjusted == Decimal("645000000.00")
    assert totals.initial == Decimal("364000000.00")
    by_may = ProjectYear.objects.filter(fiscal_year=2023, joined_on__lte=date(2023, 5, 31))
    assert by_may.count() == 132
    money = FundLine.objects.filter(year__in=by_may).values_list("adjusted", flat=True)
    assert sum(money) == Decimal("468000000.00")
    assert demo.region.units.count() == 58
    assert demo.region.units.filter(is_classified=True).count() == 6


@pytest.mark.req("Y-16", "Y-18")
def test_what_was_paid_by_the_two_nodes_sums_exactly_to_the_sources_figures(demo):
    for _ in range(2):  # the second time nothing is added
        payments.load(demo, lambda text: None)
    rows = Project.objects.filter(jurisdiction=demo.region)
    for on, n, total, rate in (
        (date(2023, 5, 31), 132, 133_000_000, "0.2842"),
        (date(2023, 8, 31), 321, 466_000_000, "0.7225"),
    ):
        told = paid.executed_to(rows, 2023, on)
        amount = sum(each.amount for each in told.values())
        assert (len(told), amount) == (n, total)
        budgets = projects.money_of_many(list(told), 2023)
        money = {key: sum(each.values()) for key, each in budgets.items()}
        assert (amount / sum(money.values())).quantize(Decimal("0.0001")) == Decimal(rate)
        assert not [key for key, each in told.items() if each.amount > money[key]]


def test_the_year_in_progress_has_every_state_and_loading_again_changes_nothing(demo):
    states = set(Filing.objects.filter(fiscal_year=2024).values_list("state", flat=True))
    assert states == {
        State.DRAFT,
        State.SUBMITTED,
        State.IN_REVIEW,
        State.RETURNED,
        State.APPROVED,
    }
    lines, filings = Entry.objects.count(), Filing.objects.count()
    with clock.at(TODAY):
        loader.load(lambda text: None)
    assert (Entry.objects.count(), Filing.objects.count()) == (lines, filings)
    assert Job.objects.filter(kind=loader.PAST).count() == 1


@pytest.mark.req("Y-80", "Y-81")
def test_whole_units_are_on_their_way(demo):
    rows = Filing.objects.filter(fiscal_year=2024, kind="targets.unit").order_by("unit__code")
    assert {row.unit.code: row.state for row in rows} == {
        "202": State.IN_REVIEW,
        "402": State.DRAFT,
        "403": State.SUBMITTED,
    }
    found = {row.unit.code: findings_of(revision=row.revisions.get()) for row in rows}
    assert found["202"] == found["403"] == []
    assert "targets.tasks_budget" in {finding.code for finding in found["402"]}


@pytest.mark.req("Y-43", "Y-44")
def test_a_transfer_shows_its_gap_and_a_relief_fund_needs_no_targets(demo):
    """What the unit takes back after a return is missing; who judged it sees what was handed in."""
    told = transfer_screen.lines_of(projects.transfers(demo.admin, 2024), demo.admin)
    lines = {line.transfer.unit.code: line for line in told}
    assert (lines["116"].state, lines["116"].filing) == ("已豁免", None)
    assert not Assignment.objects.owed().filter(transfer=lines["116"].transfer).exists()
    water = lines["202"]
    assert (water.state, water.n_recipients, water.n_uppers, water.n_open) == ("已退回", 5, 6, 1)
    assert (water.amount, water.gap) == (Decimal(12_400_000), Decimal(-600_000))
    shown = transfer_screen.screen_of(water.transfer, demo.filers["202"])
    gaps = {row.line.name: row.combined.gap for row in shown.rows if row.combined.gap}
    assert gaps["改造老旧供水管网里程"] == Decimal("-2.5")
    before = transfer_screen.screen_of(water.transfer, demo.scorer)
    assert before.outcome.adds_up
    assert before.outcome.gap == 0


@pytest.mark.req("Y-36", "Y-37")
def test_new_projects_are_on_their_way_through_the_assessment(demo):
    rows = assessments.assessments(demo.scorer, 2024)
    assert {row.unit.code: row.state for row in rows} == {
        "202": State.APPROVED,
        "401": State.IN_REVIEW,
    }
    waiting = rows.get(state=State.IN_REVIEW)
    assert findings_of(revision=waiting.revisions.get()) == []
    project = Project.objects.get(name="塔里木片区灌区量水设施改造")
    assert assessments.passage_of(project, 2024).code == "supported"
    stopped = Project.objects.get(name="县第一中学教学楼外墙保温修缮")
    assert assessments.passage_of(stopped, 2024).code == "running"


def test_the_past_year_goes_on_where_it_was_interrupted(demo):
    told = []

    def stop_after_two(text):
        told.append(text)
        if len(told) == 2:
            raise Interrupted

    with clock.at(years.at(loader.PUBLISHED[2023], 8)):
        plan = loader._plan(places.FOLDER / "demo" / "yuli-2023.yaml")
    years.publish(demo, plan, loader.PUBLISHED[2023])
    with clock.at(years.at(loader.ASSIGNED_2023[0], 8)):
        plans.open_due(on=loader.ASSIGNED_2023[0])
    assert Plan.objects.get(fiscal_year=2023).source_note.startswith("演示推定")
    n_owed = len(years.owed(demo, 2023))
    assert n_owed == 101
    for _ in range(2):
        told.clear()
        with pytest.raises(Interrupted):
            years.load_past_filings(demo, 2023, loader.ASSIGNED_2023, stop_after_two)
    done = Filing.objects.filter(fiscal_year=2023, state=State.APPROVED)
    assert done.count() == 4
    assert len(years.owed(demo, 2023)) == n_owed - 4


@pytest.mark.req("Y-45", "Y-86")
def test_one_target_of_the_past_year_was_adjusted_at_the_node_of_may(demo):
    with clock.at(years.at(loader.PUBLISHED[2023], 8)):
        plan = loader._plan(places.FOLDER / "demo" / "yuli-2023.yaml")
    years.publish(demo, plan, loader.PUBLISHED[2023])
    with clock.at(years.at(loader.ASSIGNED_2023[0], 8)):
        plans.open_due(on=loader.ASSIGNED_2023[0])

    def stop(text):
        raise Interrupted

    with pytest.raises(Interrupted):
        years.load_past_filings(demo, 2023, loader.ASSIGNED_2023, stop)
    for _ in range(2):  # twice is harmless
        adjustments.load(demo, lambda text: None)

    filing = Filing.objects.get(fiscal_year=2023, kind="targets.adjustment")
    project = filing.assignment.project
    titles = [(link.title, link.is_in_force) for link in targets.chain(project, 2023)]
    assert titles == [("年初部门预算项目绩效目标", False), ("第1次调整", True)]
    owed = Assignment.objects.get(task__trigger="target_adjusted")
    assert (owed.project, owed.opens_at.month) == (project, 6)


@pytest.mark.req("Y-25", "Y-26", "Y-114")
def test_the_nodes_mark_as_many_as_the_source_and_go_on_where_they_stopped(demo):
    with clock.at(years.at(loader.PUBLISHED[2023], 8)):
        plan = loader._plan(places.FOLDER / "demo" / "yuli-2023.yaml")
    years.publish(demo, plan, loader.PUBLISHED[2023])
    payments.load(demo, lambda text: None)
    nodes.open_all(demo)
    may, august = nodes.of(demo)
    assert (len(nodes.owed(demo, may)), len(nodes.owed(demo, august))) == (132, 321)
    failing = nodes.failing_at(demo, may)
    assert len(failing) == 69

    def stop(text):
        raise Interrupted

    for _ in range(4):
        with pytest.raises(Interrupted):
            nodes.load(demo, stop)
    assert nodes.failing_at(demo, may) == failing
    done = Project.objects.filter(node_verdicts__filing__state=State.APPROVED)
    assert done.count() == 4
    flags = {each.pk: monitoring.standing_of(each, 2023).flag for each in done}
    assert flags == {pk: Flag.YELLOW if pk in failing else Flag.NONE for pk in flags}
    failed = [pk for pk, flag in flags.items() if flag == Flag.YELLOW]
    assert failed
    again = nodes.failing_at(demo, august)
    assert len(again & set(failed)) == min(len(failed), 3)
    assert len(again) == 18 + min(len(failed), 3)


def test_shares_are_deterministic_and_exact():
    parts = figures.shares(Decimal("364000000"), 101, "x")
    assert sum(parts) == Decimal("364000000")
    assert parts == figures.shares(Decimal("364000000"), 101, "x")
    assert min(parts) > 0
