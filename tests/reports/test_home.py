"""Home in a year without a plan: it says so, and what to do. The dates beside the log-in form."""

from datetime import date

import pytest

from apps.core import clock
from apps.reports.year_lines import plan_lines
from apps.workplans.models import PlanTask, TaskWindow
from apps.workplans.services import holidays
from tests import makers
from tests.makers import MONDAY
from tests.personas import client_of

pytestmark = pytest.mark.django_db
NO_PLAN = "2022年度没有发布计划"


def home(world, person, year):
    with clock.at(MONDAY):
        return client_of(world.people[person]).get(f"/{year}/").content.decode()


@pytest.mark.parametrize("person", ["filer", "section_reviewer", "leader"])
def test_a_year_without_a_plan_says_so_and_leads_back_to_the_current_one(world, person):
    makers.make_plan(world)
    page = home(world, person, 2022)
    assert NO_PLAN in page
    assert "都办完了" not in page
    assert 'href="/2024/">看2024年度</a>' in page
    assert '/2022/plan/">去' not in page


def test_the_plan_administrator_is_led_to_the_plan(world):
    makers.make_plan(world)
    page = home(world, "plan_admin", 2022)
    assert NO_PLAN in page
    assert 'href="/2022/plan/">去2022年度计划</a>' in page


def test_a_year_with_a_plan_and_nothing_to_do_says_that_all_is_done(world):
    makers.make_plan(world)
    page = home(world, "filer", 2024)
    assert "待办都办完了" in page
    assert "没有发布计划" not in page


def test_a_date_beside_the_log_in_form_names_its_window(world):
    makers.make_plan(world)
    with clock.at(MONDAY):
        (plain,) = plan_lines()
        TaskWindow.objects.filter(task__title=plain.title).update(label="8月节点")
        (named,) = plan_lines()
    assert named.title == f"{plain.title}·8月节点"


def test_a_date_beside_the_log_in_form_is_the_day_that_is_owed(world):
    holidays.load_package()
    makers.make_plan(world)
    with clock.at(MONDAY):
        (plain,) = plan_lines()
        window = TaskWindow.objects.get(task__title=plain.title)
        window.closes_at = clock.end_of(date(2024, 5, 1))
        window.save()
        PlanTask.objects.update(roll="next")
        (rolled,) = plan_lines()
    assert rolled.day == "5月6日"
