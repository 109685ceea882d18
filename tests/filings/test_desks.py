"""From desk to desk, and the talk beside the form."""

from datetime import date

import pytest

from apps.core import clock
from apps.filings import services
from apps.filings.models import Comment, State
from apps.notifications.models import Message
from apps.organizations.models import Membership, Section, SectionRoute
from apps.workplans.models import ReviewStep
from tests import makers
from tests.filings import steps
from tests.filings.steps import decide, denied, refused
from tests.personas import SINCE, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


@pytest.fixture
def sent(world, filing):
    return makers.submitted(world, filing)


def steps_of(filing, *places):
    """The task's steps replaced by these places with their roles."""
    task = filing.assignment.task
    task.steps.all().delete()
    for number, (place, role) in enumerate(places, 1):
        ReviewStep.objects.create(task=task, position=number, title=place, place=place, role=role)


@pytest.mark.req("Y-46")
def test_a_filing_passes_the_units_head_the_superior_and_the_leading_section(world):
    plan = makers.make_plan(world)
    project = makers.make_project(world, unit="water_station")
    makers.assign_all(world, plan)
    filing = makers.open_target_filing(world, project, world.people["station_filer"])
    steps_of(
        filing,
        ("unit", "unit_head"),
        ("supervisor", "supervisor"),
        ("section", "performance_reviewer"),
    )
    world.people["head"] = make_person(world, "head", "站长", "unit_head", "water_station")
    world.people["filer"] = world.people["station_filer"]
    makers.submitted(world, filing)
    assert (filing.desk_unit, filing.desk_due_at) == (world.units["water_station"], None)
    decide(world, filing, "head", "pass_on")
    filing.refresh_from_db()
    assert filing.desk_unit == world.units["water"]
    decide(world, filing, "supervisor", "pass_on")
    filing.refresh_from_db()
    assert filing.desk_section == world.sections["performance"]
    decide(world, filing, "performance_reviewer", "pass_on")
    filing.refresh_from_db()
    assert filing.state == State.APPROVED


def test_a_department_without_a_superior_skips_that_step(world, filing):
    steps_of(filing, ("supervisor", "supervisor"), ("performance", "performance_reviewer"))
    makers.submitted(world, filing)
    assert filing.desk_section == world.sections["performance"]


@pytest.mark.req("Y-75")
def test_money_with_a_fund_tag_goes_to_that_funds_section_first(world, filing):
    from apps.projects.models import FundTag

    tag, _ = FundTag.objects.get_or_create(code="衔接资金", defaults={"name": "衔接资金"})
    filing.assignment.project.fund_tags.add(tag)
    makers.submitted(world, filing)
    assert filing.desk_section == world.sections["rural"]


@pytest.mark.parametrize("gap", ["no step", "no section", "no route"])
def test_a_plan_with_a_gap_stops_the_submission_and_says_who_fills_it(world, filing, gap):
    words = {
        "no step": "请计划管理员补设",
        "no section": "还没有设绩效科室",
        "no route": "县水利局",
    }
    version = makers.saved(world, filing)
    if gap == "no step":
        filing.assignment.task.steps.all().delete()
    elif gap == "no section":
        steps_of(filing, ("performance", "performance_reviewer"))
        Section.objects.filter(jurisdiction=world.county, kind="performance").update(
            kind="business"
        )
    else:
        SectionRoute.objects.filter(unit=world.units["water"]).delete()
    with refused(words[gap]):
        services.submit(filing=filing, actor=world.people["filer"], version=version, key="k")


def test_the_desk_is_told_once_and_never_by_itself(world, sent):
    notices = Message.objects.filter(kind="filings.arrived")
    assert [n.recipient for n in notices] == [world.people["section_reviewer"]]
    assert notices.get().url == f"/2024/reviews/{sent.public_id}/"


def test_the_desks_deadline_counts_working_days(world, sent):
    assert sent.desk_due_at == clock.end_of(date(2024, 4, 11))  # Monday and three working days


# --- talk -----------------------------------------------------------------------------------
def remark(world, filing, person="section_reviewer", **more):
    with clock.at(steps.LATER):
        return services.comment(
            filing=filing,
            actor=world.people[person],
            **{"path": "year_goal", "text": "请写明年份", **more},
        )


@pytest.mark.req("B-13")
def test_a_remark_is_answered_in_its_thread_and_settled_by_either_side(world, sent):
    first = remark(world, sent)
    reply = remark(world, sent, "filer", path="", text="已写明", parent=first)
    again = remark(world, sent, path="", text="好", parent=reply)
    assert (reply.parent, again.parent, again.path) == (first, first, "year_goal")
    assert first.author_label == "审核员·农业科"
    with clock.at(steps.LATER):
        services.resolve_comment(remark=first, actor=world.people["filer"], is_resolved=True)
    first.refresh_from_db()
    assert first.resolved_by == world.people["filer"]
    with clock.at(steps.LATER):
        services.resolve_comment(
            remark=first, actor=world.people["section_reviewer"], is_resolved=False
        )
    first.refresh_from_db()
    assert (first.resolved_by, first.resolved_at) == (None, None)


def test_a_remark_needs_words_a_place_and_its_own_form(world, sent):
    other = makers.target_filing(world, n=2)
    foreign = remark(world, other, "filer")
    with refused("意见未写内容"):
        remark(world, sent, text=" ")
    with refused("没有"):
        remark(world, sent, path="nowhere")
    with refused("不是这份表的意见"):
        remark(world, sent, parent=foreign)


@pytest.mark.parametrize("person", ["other_section_reviewer", "stranger", "leader", "unit_head"])
def test_only_the_unit_and_the_desk_talk(world, sent, person):
    thread = remark(world, sent)
    with denied("只有本单位和正在办理的科室"):
        remark(world, sent, person)
    with denied("只有本单位和正在办理的科室"):
        services.resolve_comment(remark=thread, actor=world.people[person], is_resolved=True)
    assert Comment.objects.count() == 1


def test_the_desks_due_date_may_be_left_to_the_plan(world, filing):
    filing.assignment.task.steps.update(working_days=None)
    makers.submitted(world, filing)
    assert filing.desk_due_at is None


@pytest.mark.parametrize("why", ["nobody there", "only who wrote it"])
def test_a_filing_that_nobody_can_review_is_told_to_whoever_steers_the_plan(world, filing, why):
    Membership.objects.filter(section=world.sections["agriculture"]).update(
        revoked_at=makers.MONDAY
    )
    if why == "only who wrote it":
        Membership.objects.create(
            user=world.people["filer"],
            role="section_reviewer",
            section=world.sections["agriculture"],
            jurisdiction=world.county,
            starts_on=SINCE,
        )
    makers.submitted(world, filing)
    told = Message.objects.get(kind="filings.desk_empty")
    assert told.recipient == world.people["plan_admin"]
    assert "没有能办这一版的业务科室审核员" in told.body


def test_the_desk_hears_that_the_unit_took_its_filing_back(world, sent):
    with clock.at(steps.LATER):
        services.withdraw(filing=sent, actor=world.people["filer"], reason="金额写错")
    told = Message.objects.get(kind="filings.desk_withdrawn")
    assert told.recipient == world.people["section_reviewer"]
    assert "金额写错" in told.body
    assert not Message.objects.filter(kind="filings.desk_empty").exists()
