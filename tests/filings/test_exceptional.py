"""What the plan administrator may do beside the rules, and what lapses by itself."""

from datetime import date, timedelta

import pytest

from apps.core import clock
from apps.filings import services, tasks
from apps.filings.models import Filing, Revision, State, Waiver
from apps.notifications.models import Message
from apps.organizations.models import Unit
from apps.targets import selectors as targets
from apps.workplans.services import exempt, extend
from tests import makers
from tests.filings import steps
from tests.filings.steps import LATER, denied, refused
from tests.flows.machine import BAD, BLOCK
from tests.makers import MONDAY
from tests.personas import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


@pytest.fixture
def admin(world):
    return world.people["plan_admin"]


# --- waiver -----------------------------------------------------------------------------------
def test_a_waived_check_stays_visible_and_no_longer_stops(world, filing, admin):
    version = makers.saved(world, filing, BAD)
    with refused("还有1处阻断"):
        services.submit(filing=filing, actor=world.people["filer"], version=version, key="k")
    with clock.at(LATER):
        waiver = services.waive(filing=filing, actor=admin, code=BLOCK, reason=" 上级已批复 ")
        again = services.waive(filing=filing, actor=admin, code=BLOCK, reason="再来")
    assert waiver == again
    assert waiver.reason == "上级已批复"
    with clock.at(LATER):
        services.submit(filing=filing, actor=world.people["filer"], version=version, key="k")
    (kept,) = [f for f in filing.revisions.get().findings if f["code"] == BLOCK]
    assert kept["severity"] == "提示"
    assert "已由陈计划豁免：上级已批复" in kept["message"]


def test_a_waiver_for_one_place_leaves_the_others(world, filing, admin):
    form = makers.good_form()
    form = makers.with_line(makers.with_line(form, 0, direction="双向"), 1, direction="双向")
    makers.saved(world, filing, form)
    revision = filing.revisions.get()
    findings = [f for f in services.findings_of(revision=revision) if f.severity == "阻断"]
    first, *others = findings
    assert others
    with clock.at(LATER):
        services.waive(filing=filing, actor=admin, code=first.code, reason="x", path=first.path)
    left = [f for f in services.findings_of(revision=revision) if f.severity == "阻断"]
    assert [f.path for f in left] == [f.path for f in others]


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_what_a_form_cannot_do_without_is_not_waived(world, filing, admin, state):
    """Neither the page nor the service offers it, also where it was sent before the check came."""
    makers.saved(world, filing, makers.with_line(makers.good_form(), 0, unit=""))
    fixed = next(f for f in services.findings_of(revision=filing.revisions.get()))
    assert fixed.code == "targets.unit"
    if state == "submitted":
        makers.submitted(world, filing)
        Revision.objects.filter(filing=filing).update(findings=[fixed.as_dict()])
        filing.refresh_from_db()
    with refused("“定量指标没有单位”必查，不能豁免"):
        services.waive(filing=filing, actor=admin, code=fixed.code, path=fixed.path, reason="x")
    assert fixed.code not in {each.code for each in services.waivable(filing)}
    client, told = client_of(admin), {"code": fixed.code, "path": fixed.path, "reason": "急"}
    with clock.at(LATER):
        findings = client.get(f"/2024/filings/{filing.public_id}/findings/").content.decode()
        page = client.get(f"/2024/filings/{filing.public_id}/waive/").content.decode()
        answer = client.post(
            f"/api/v1/2024/filings/{filing.public_id}/waive/", told, content_type="application/json"
        )
        rows = client.get(f"/api/v1/2024/filings/{filing.public_id}/findings/").json()
    assert fixed.where in findings
    assert f"?finding={fixed.code}" not in findings
    assert fixed.code not in page
    assert (answer.status_code, answer.json()["code"]) == (409, "filings.not_waivable")
    assert [row["may_be_waived"] for row in rows if row["code"] == fixed.code] == [False]
    assert not Waiver.objects.exists()


def test_only_what_the_check_says_can_be_waived_and_with_a_reason(world, filing, admin):
    makers.saved(world, filing)
    with refused("没有这一项可以豁免"):
        services.waive(filing=filing, actor=admin, code=BLOCK, reason="x")
    makers.saved(world, filing, BAD)
    with refused("没有这一项可以豁免"):
        services.waive(filing=filing, actor=admin, code="targets.zero", reason="x")
    with refused("理由未填"):
        services.waive(filing=filing, actor=admin, code=BLOCK, reason=" ")
    makers.submitted(world, filing)
    with refused("没有这一项可以豁免"):
        services.waive(filing=filing, actor=admin, code=BLOCK, reason="x")
    steps.decide(world, filing, "section_reviewer", "reject", opinion="不属于职责")
    with refused("现在是“不通过”"):
        services.waive(filing=filing, actor=admin, code=BLOCK, reason="x")
    assert not Waiver.objects.exists()


def test_whoever_may_waive_reaches_a_draft_that_was_never_submitted(world, filing, admin):
    assert Filing.objects.visible_to(admin).get() == filing
    for person in ("leader", "performance_reviewer", "foreign_reviewer", "section_reviewer"):
        assert not Filing.objects.visible_to(world.people[person]).exists()


@pytest.mark.parametrize("person", ["filer", "unit_head", "performance_reviewer", "sys_admin"])
def test_only_the_plan_administrator_does_exceptional_things(world, filing, person):
    steps.approved(world, filing)
    actor = world.people[person]
    with denied("可以豁免检查"):
        services.waive(filing=filing, actor=actor, code=BLOCK, reason="x")
    with denied("只有计划管理员可以重新开放"):
        services.reopen(filing=filing, actor=actor, reason="x", until=date(2024, 4, 10))
    with denied("只有计划管理员可以取消填报"):
        services.cancel(filing=filing, actor=actor, reason="x")


# --- cancelling -------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "rejected"])
def test_a_filing_is_cancelled_from_every_state_but_in_force(world, filing, admin, state):
    if state != "draft":
        makers.submitted(world, filing)
    if state == "returned":
        steps.returned(world, filing)
    if state == "rejected":
        steps.decide(world, filing, "section_reviewer", "reject", opinion="重复")
    with refused("理由未填"):
        services.cancel(filing=filing, actor=admin, reason="")
    with clock.at(LATER):
        services.cancel(filing=filing, actor=admin, reason="并入他项")
    filing.refresh_from_db()
    assert (filing.state, filing.step, filing.closed_at) == (State.CANCELLED, None, LATER)
    assert Message.objects.filter(kind="filings.cancelled").count() == 3


def test_what_is_in_force_is_not_cancelled(world, filing, admin):
    steps.approved(world, filing)
    with refused("现在是“已定稿”，不能取消"):
        services.cancel(filing=filing, actor=admin, reason="x")


@pytest.mark.trust("G11")
@pytest.mark.parametrize("how", ["reopened", "submitted again"])
def test_a_reopened_filing_whose_revision_is_in_force_is_not_cancelled(world, filing, admin, how):
    steps.reopened(world, steps.approved(world, filing))
    if how == "submitted again":
        makers.submitted(world, filing)
    with refused("第1版已定稿，仍然有效，不能取消"):
        services.cancel(filing=filing, actor=admin, reason="x")


def test_the_desk_hears_that_a_filing_was_cancelled(world, filing, admin):
    makers.submitted(world, filing)
    with clock.at(LATER):
        services.cancel(filing=filing, actor=admin, reason="并入他项")
    told = Message.objects.get(kind="filings.desk_cancelled")
    assert told.recipient == world.people["section_reviewer"]
    assert "并入他项" in told.body


# --- reopening --------------------------------------------------------------------------------
def test_reopening_needs_a_closed_filing_a_reason_and_a_day_to_come(world, filing, admin):
    with refused("现在是“草稿”，不能重新开放"):
        services.reopen(filing=filing, actor=admin, reason="x", until=date(2024, 4, 10))
    steps.approved(world, filing)
    with refused("不能早于今天"):
        services.reopen(filing=filing, actor=admin, reason="x", until=date(2024, 4, 7))
    with refused("理由未填"):
        services.reopen(filing=filing, actor=admin, reason="", until=date(2024, 4, 10))


def test_a_reopened_filing_that_is_approved_again_replaces_what_was_in_force(world, filing):
    steps.reopened(world, steps.approved(world, filing))
    second = filing.revisions.order_by("-number")[0]
    assert (second.number, second.origin) == (2, Revision.Origin.REOPENING)
    assert targets.revision_in_force(filing.assignment.project, 2024).number == 1
    steps.approved(world, filing)
    assert targets.revision_in_force(filing.assignment.project, 2024).number == 2


@pytest.mark.parametrize("way", ["untouched", "withdrawn"])
def test_what_was_reopened_and_not_filed_in_time_is_in_force_again(world, filing, way):
    steps.reopened(world, steps.approved(world, filing))
    if way == "withdrawn":
        makers.submitted(world, filing)
        with clock.at(LATER):
            services.withdraw(filing=filing, actor=world.people["filer"], reason="错")
    with clock.at(clock.end_of(date(2024, 4, 10)) - timedelta(microseconds=1)):
        assert tasks.lapse_reopenings() == 0
    with clock.at(clock.end_of(date(2024, 4, 10))):
        assert tasks.lapse_reopenings() == 1
        assert tasks.lapse_reopenings() == 0
    filing.refresh_from_db()
    assert (filing.state, filing.approved_revision.number) == (State.APPROVED, 1)


def test_a_draft_that_was_never_in_force_does_not_lapse(world, filing):
    with clock.at(MONDAY + timedelta(days=60)):
        assert services.lapse_reopenings() == 0
    filing.refresh_from_db()
    assert filing.state == State.DRAFT


def test_a_second_reopening_goes_on_with_the_lapsed_draft_and_is_told_again(world, filing):
    steps.reopened(world, steps.approved(world, filing))
    makers.saved(world, filing)
    with clock.at(clock.end_of(date(2024, 4, 10))):
        services.lapse_reopenings()
        services.reopen(
            filing=filing,
            actor=world.people["plan_admin"],
            reason="再改",
            until=date(2024, 4, 12),
        )
    assert filing.revisions.count() == 2
    told = Message.objects.filter(recipient=world.people["filer"], kind="filings.reopened")
    assert [message.body for message in told.order_by("id")] == ["单位写错", "再改"]


def test_a_rejected_filing_can_be_opened_again(world, filing):
    makers.submitted(world, filing)
    steps.decide(world, filing, "section_reviewer", "reject", opinion="重复")
    steps.reopened(world, filing)
    assert (filing.state, filing.closed_at) == (State.RETURNED, None)
    with clock.at(clock.end_of(date(2024, 4, 10))):
        assert services.lapse_reopenings() == 1
        assert services.lapse_reopenings() == 0
    filing.refresh_from_db()
    assert filing.state == State.REJECTED, "the refusal stands again"
    assert not filing.revisions.visible_to(world.people["filer"]).filter(submitted_at=None)
    told = Message.objects.filter(kind="filings.lapsed").first()
    assert "仍按不通过处理" in told.body


@pytest.mark.req("Q-14")
def test_a_change_that_does_not_pass_leaves_in_force_what_was(world, filing):
    steps.reopened(world, steps.approved(world, filing))
    makers.submitted(world, filing)
    steps.decide(world, filing, "section_reviewer", "reject", opinion="不同意改动")
    filing.refresh_from_db()
    assert (filing.state, filing.approved_revision.number) == (State.APPROVED, 1)
    assert targets.revision_in_force(filing.assignment.project, 2024).number == 1
    told = Message.objects.filter(kind="filings.rejected").first()
    assert "原定稿的第1版继续有效" in told.body


def test_what_was_turned_down_does_not_come_back_with_the_next_reopening(world, filing):
    promised = targets.current_form(steps.approved(world, filing))
    steps.reopened(world, filing)
    makers.saved(world, filing, makers.good_form(year_goal="另一个目标"))
    makers.submitted(world, filing)
    steps.decide(world, filing, "section_reviewer", "reject", opinion="不同意改动")
    filing.refresh_from_db()
    steps.reopened(world, filing)
    third = filing.revisions.order_by("-number")[0]
    assert third.number == 3
    assert targets.current_form(filing).year_goal == promised.year_goal
    page = client_of(world.people["filer"])
    with clock.at(LATER):
        assert "与第1版" in page.get(f"/2024/filings/{filing.public_id}/confirm/").text


@pytest.mark.trust("G11")
def test_an_extension_is_not_taken_back_in_passing(world, filing, admin):
    with clock.at(LATER):
        granted = clock.end_of(date(2024, 4, 30))
        extend(assignment=filing.assignment, new_due_at=granted, reason="汛期", actor=admin)
    makers.submitted(world, filing)
    with refused("已准许延到2024-04-30"):
        steps.returned(world, filing, due_on=date(2024, 4, 29))
    steps.returned(world, filing, due_on=date(2024, 4, 30))
    assert filing.assignment.due_at == granted


def test_a_reopening_begins_anew_and_its_returns_with_it(world, filing, admin):
    with clock.at(LATER):
        granted = clock.end_of(date(2024, 4, 30))
        extend(assignment=filing.assignment, new_due_at=granted, reason="汛期", actor=admin)
    steps.approved(world, filing)
    steps.reopened(world, filing, until=date(2024, 4, 12))
    makers.submitted(world, filing)
    steps.returned(world, filing, due_on=date(2024, 4, 15))
    assert filing.assignment.due_at == clock.end_of(date(2024, 4, 15))


@pytest.mark.req("U-35")
def test_a_unit_that_became_classified_goes_on_on_paper(world, filing):
    version = makers.saved(world, filing)
    Unit.objects.filter(pk=filing.unit_id).update(is_classified=True)
    with refused("涉密单位不在线填报"):
        makers.saved(world, filing)
    with refused("涉密单位不在线填报"):
        services.submit(filing=filing, actor=world.people["filer"], version=version, key="k")


def test_what_is_being_filed_is_not_excused(world, filing, admin):
    with refused("已经开始填报，不能豁免"):
        exempt(assignment=filing.assignment, reason="x", actor=admin)
    with clock.at(LATER):
        services.cancel(filing=filing, actor=admin, reason="并入他项")
        exempt(assignment=filing.assignment, reason="并入他项", actor=admin)


@pytest.mark.parametrize("before", ["in force", "rejected"])
def test_a_reopening_by_mistake_is_ended_before_its_day(world, filing, admin, before):
    if before == "in force":
        steps.approved(world, filing)
    else:
        makers.submitted(world, filing)
        steps.decide(world, filing, "section_reviewer", "reject", opinion="重复")
        filing.refresh_from_db()
    state = filing.state
    with refused("不能恢复"):
        services.end_reopening(filing=filing, actor=admin, reason="开错了")
    steps.reopened(world, filing)
    with denied("只有计划管理员可以结束开放"):
        services.end_reopening(filing=filing, actor=world.people["filer"], reason="x")
    with refused("理由未填"):
        services.end_reopening(filing=filing, actor=admin, reason=" ")
    with clock.at(LATER):
        services.end_reopening(filing=filing, actor=admin, reason="开错了")
    filing.refresh_from_db()
    assert (filing.state, filing.closed_at) == (state, LATER)
    assert "开错了" in Message.objects.filter(kind="filings.lapsed").first().body


def test_what_was_only_returned_is_no_reopening(world, filing, admin):
    makers.submitted(world, filing)
    steps.returned(world, filing)
    with refused("没有重新开放过"):
        services.end_reopening(filing=filing, actor=admin, reason="x")
