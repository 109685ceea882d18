"""The frame of every page: who, which year, where one can go, what it costs."""

from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from apps.core import clock
from apps.notifications.models import Message
from apps.organizations.models import Membership, User
from apps.reports import context
from apps.reports.context import Shell
from apps.workplans.models import Plan, PlanTask, Stage, TaskWindow
from apps.workplans.services import holidays
from tests.personas import SINCE, World, client_of

NOW = datetime(2024, 8, 28, 10, 42, tzinfo=clock.ZONE)


def shell_of(user: object, path: str = "/2024/") -> Shell:
    """The frame of a page as this person sees it."""
    request = RequestFactory().get(path)
    request.user = user  # type: ignore[assignment]
    request.resolver_match = resolve(path.split("?")[0])
    return Shell(request)


def make_year(world: World, year: int, state: str = "published") -> Plan:
    """A plan with the August node running in it, and one that closes later."""
    plan = Plan.objects.create(
        jurisdiction=world.county, fiscal_year=year, title=f"{year}年", state=state
    )
    task = PlanTask.objects.create(
        plan=plan,
        position=1,
        code="monitoring",
        title="绩效监控",
        stage=Stage.MONITORING,
        kind="materials",
        subject_kind="unit",
        evaluated_year=year,
    )
    for key, label, month in (("08", "8月监控", 9), ("12", "", 12)):
        TaskWindow.objects.create(
            task=task,
            key=f"{year}-{key}",
            label=label,
            opens_at=datetime(year, 8, 1, tzinfo=clock.ZONE),
            closes_at=datetime(year, month, 11, tzinfo=clock.ZONE),
        )
    return plan


@pytest.fixture
def at_august():
    with clock.at(NOW):
        yield


def labels(user: User) -> list[str]:
    return [entry.label for entry in shell_of(user).nav]


@pytest.mark.parametrize(
    ("key", "seen"),
    [
        (
            "filer",
            ["待办", "填报", "事前评估", "监控", "整改台账", "年度计划", "项目档案", "指标库"],
        ),
        (
            "unit_head",
            ["待办", "填报", "事前评估", "整改台账", "年度计划", "推进台账", "项目档案", "指标库"],
        ),
        (
            "supervisor",
            [
                "待办",
                "填报",
                "审核",
                "事前评估",
                "整改台账",
                "年度计划",
                "推进台账",
                "项目档案",
                "指标库",
            ],
        ),
        (
            "section_reviewer",
            [
                "待办",
                "审核",
                "抽审",
                "事前评估",
                "整改台账",
                "年度计划",
                "推进台账",
                "项目档案",
                "单位档案",
                "指标库",
            ],
        ),
        (
            "performance_reviewer",
            [
                "待办",
                "审核",
                "抽审",
                "事前评估",
                "整改台账",
                "年度计划",
                "推进台账",
                "项目档案",
                "单位档案",
                "指标库",
            ],
        ),
        (
            "budget_officer",
            [
                "待办",
                "事前评估",
                "整改台账",
                "年度计划",
                "推进台账",
                "项目档案",
                "单位档案",
                "指标库",
            ],
        ),
        (
            "leader",
            [
                "待办",
                "抽审",
                "事前评估",
                "整改台账",
                "年度计划",
                "推进台账",
                "项目档案",
                "单位档案",
                "指标库",
            ],
        ),
        (
            "observer",
            [
                "待办",
                "事前评估",
                "整改台账",
                "年度计划",
                "推进台账",
                "项目档案",
                "单位档案",
                "指标库",
            ],
        ),
        (
            "plan_admin",
            [
                "待办",
                "抽审",
                "事前评估",
                "整改台账",
                "年度计划",
                "推进台账",
                "项目档案",
                "单位档案",
                "指标库",
                "机构人员",
            ],
        ),
        ("sys_admin", ["机构人员", "通知渠道"]),
        ("sec_admin", ["机构人员"]),
        ("audit_admin", ["系统日志"]),
        ("expert", ["待办"]),
    ],
)
def test_the_rail_shows_each_role_its_own_places(world, at_august, key, seen):
    assert labels(world.people[key]) == seen


def test_every_address_of_the_rail_and_the_top_bar_exists(world, at_august):
    named = [entry.name for entry in context.ENTRIES] + list(context.LINKS.values())
    assert not [name for name in named if not context.link(name, 2024)]


def test_a_stranger_gets_a_frame_without_places_or_counts(db):
    shell = shell_of(AnonymousUser())
    assert shell.nav == []
    assert shell.regions == []
    assert shell.running is None
    assert (shell.n_todo, shell.n_unread) == (0, 0)
    assert shell.label == "访客"


def test_a_member_whose_roles_have_ended_sees_only_the_home(world, at_august, filer):
    Membership.objects.filter(user=filer).update(ends_on="2024-01-31", starts_on=SINCE)
    assert labels(User.objects.get(pk=filer.pk)) == ["待办"]


def test_the_page_in_the_address_decides_which_entry_is_current(world, at_august):
    def current(path: str) -> list[str]:
        return [e.label for e in shell_of(world.people["supervisor"], path).nav if e.is_current]

    assert current(reverse("reports:home", args=[2024])) == ["待办"]
    assert current(reverse("filings:queue", args=[2024])) == ["审核"]
    assert current(reverse("filings:list", args=[2024])) == ["填报"]
    assert current(reverse("projects:list", args=[2024])) == ["项目档案"]
    assert current(reverse("organizations:account")) == []


def test_the_year_comes_from_the_address_and_other_years_say_so(world, at_august, filer):
    for year in (2023, 2024, 2025):
        make_year(world, year)
    words = {year: shell_of(filer, f"/{year}/").year_word for year in (2023, 2024, 2025)}
    assert words == {2023: "往年", 2024: "", 2025: "下年"}
    options = shell_of(filer).years
    assert [option.year for option in options] == [2025, 2024, 2023]
    assert options[2].url == "/2023/"


def test_without_a_year_in_the_address_the_year_in_progress_counts(world, at_august, filer):
    assert shell_of(filer, "/account/").year == 2024
    make_year(world, 2023)
    assert shell_of(filer, "/account/").year == 2023


def test_a_draft_plan_is_not_offered(world, at_august, filer):
    make_year(world, 2024)
    make_year(world, 2025, state="draft")
    assert [option.year for option in shell_of(filer).years] == [2024]


def test_what_closes_first_is_named_as_running(world, at_august, filer):
    make_year(world, 2024)
    make_year(world, 2023)
    running = shell_of(filer).running
    assert running is not None
    assert (running.title, running.closes_at.month) == ("绩效监控·8月监控", 9)
    assert shell_of(filer, "/2023/").running is None
    with clock.at(datetime(2024, 9, 11, tzinfo=clock.ZONE)):
        later = shell_of(filer).running
    assert later is not None
    assert later.title == "绩效监控"


def test_what_runs_by_a_moved_end_is_named_with_it(world, at_august, filer):
    holidays.load_package()
    make_year(world, 2024)
    PlanTask.objects.update(roll="next")
    august = TaskWindow.objects.get(label="8月监控")
    august.closes_at = datetime(2024, 9, 16, tzinfo=clock.ZONE)  # until 15 September, Mid-Autumn
    august.save()

    with clock.at(datetime(2024, 9, 16, 9, tzinfo=clock.ZONE)):
        running = shell_of(filer).running
    with clock.at(datetime(2024, 9, 19, tzinfo=clock.ZONE)):
        later = shell_of(filer).running
    with clock.at(datetime(2024, 12, 20, tzinfo=clock.ZONE)):
        assert shell_of(filer).running is None

    assert running is not None
    assert (running.title, clock.last_day(running.closes_at).day) == ("绩效监控·8月监控", 18)
    assert later is not None
    assert later.title == "绩效监控"


def test_whoever_works_in_two_regions_can_choose_but_only_between_those(world, at_august):
    leader = world.people["leader"]
    Membership.objects.create(
        user=leader, role="leader", jurisdiction=world.sibling, starts_on=SINCE
    )
    leader = User.objects.get(pk=leader.pk)
    assert [region.code for region in shell_of(leader).regions] == ["652325", "652823"]
    assert shell_of(leader, "/2024/?region=652823").region == world.county
    assert shell_of(leader, "/2024/?region=650000").region == world.sibling


def test_unread_messages_are_counted_for_their_reader_only(world, at_august, filer):
    for key in ("a", "b"):
        Message.objects.create(recipient=filer, kind="k", key=key, title="t", created_at=NOW)
    assert shell_of(filer).n_unread == 2
    assert shell_of(world.people["filer2"]).n_unread == 0


def test_the_frame_costs_three_queries_beside_the_persons_own_seats(
    world, at_august, filer, django_assert_max_num_queries
):
    make_year(world, 2024)
    shell = shell_of(User.objects.get(pk=filer.pk))
    assert shell.memberships  # read once for the whole request, by whoever asks first
    with django_assert_max_num_queries(3):
        assert shell.nav
        assert shell.running
        assert shell.years
        assert shell.links
        assert shell.label
        assert shell.n_unread == 0
        assert shell.nav


@pytest.mark.trust("B10")
def test_a_missing_page_is_the_same_to_everybody_and_reads_no_work(world, at_august, filer):
    client = client_of(filer)
    with CaptureQueriesContext(connection) as queries:
        mine = client.get("/2024/nowhere/")
    theirs = Client().get("/2024/nowhere/")
    assert (mine.status_code, theirs.status_code) == (404, 404)
    assert mine.content == theirs.content
    assert all("session" in query["sql"] or "_user" in query["sql"] for query in queries)


def test_the_page_carries_what_the_scripts_need_and_no_inline_code(world, at_august, filer):
    html = client_of(filer).get("/2024/").content.decode()
    assert f'data-user="{filer.public_id}"' in html
    assert 'data-login-url="/login/"' in html
    assert "&quot;X-CSRFToken&quot;" in html or '"X-CSRFToken"' in html
    assert 'data-idle="1800"' in html
    assert '"includeIndicatorStyles":false' in html
    assert " style=" not in html
    assert "<script>" not in html


def test_a_date_that_is_not_the_real_one_is_said_on_every_page(world, at_august, filer):
    with override_settings(BUSINESS_DATE=NOW.date(), DEMO=True):
        html = client_of(filer).get("/2024/").content.decode()
    assert "演示数据" in html
    assert "今天按2024年8月28日办理" in html
    assert "jx-demo" not in client_of(filer).get("/2024/").content.decode()
