"""The main job through the services: filed, returned with items, corrected, scored, in force."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import arrival, clock
from apps.filings import selectors, services
from apps.filings.models import Filing, ReturnItem, Revision, State
from apps.notifications.models import Message
from apps.rules.errors import RuleError
from apps.targets import selectors as targets
from apps.targets import services as writing
from apps.workplans.models import HolidayYear, ReviewStep
from tests import makers
from tests.makers import MONDAY
from tests.personas import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


def decide(world, filing, person, verb, **more):
    filing.refresh_from_db()
    with clock.at(MONDAY + timedelta(hours=1)):
        return getattr(services, verb)(
            filing=filing, actor=world.people[person], opinion=more.pop("opinion", ""), **more
        )


@pytest.mark.req("Y-46", "Y-47", "Q-14", "B-13")
def test_a_filing_is_returned_corrected_scored_and_in_force(world, filing):
    makers.submitted(world, filing)
    assert filing.state == State.SUBMITTED
    assert filing.desk_section == world.sections["agriculture"]

    first = filing.revisions.get()
    path = f"indicator:{first.target_sheet.targets.first().key}.value"
    decide(
        world,
        filing,
        "section_reviewer",
        "send_back",
        items=[services.Wanted(path, "不低于2023年完成数")],
        due_on=date(2024, 4, 17),
    )
    filing.refresh_from_db()
    assert filing.state == State.RETURNED
    assert filing.assignment.due_at == clock.end_of(date(2024, 4, 17))
    item = ReturnItem.objects.get()
    assert item.place.startswith("四、第1行")

    second = filing.revisions.order_by("-number")[0]
    assert (second.number, second.origin) == (2, Revision.Origin.RETURN)
    with clock.at(MONDAY + timedelta(hours=2)):
        services.answer_item(
            item=item, actor=world.people["filer"], answer="已调高", is_resolved=True
        )
    makers.submitted(world, filing, makers.with_line(makers.good_form(), 0, value=Decimal(2000)))
    decide(world, filing, "section_reviewer", "pass_on")
    filing.refresh_from_db()
    assert filing.state == State.IN_REVIEW
    assert filing.desk_section == world.sections["performance"]

    decide(world, filing, "performance_reviewer", "pass_on", marks=makers.full_marks(filing))
    filing.refresh_from_db()
    assert filing.state == State.APPROVED
    assert filing.approved_revision.number == 2
    review = filing.approved_revision.reviews.get(step__position=2)
    assert (review.score, review.grade) == (Decimal("95.00"), "优")
    assert review.trace["clause"]
    promise = targets.form_in_force(filing.assignment.project, 2024)
    assert promise.lines[0].value == Decimal(2000)


@pytest.mark.trust("F01")
def test_every_step_leaves_one_line_in_the_units_chain(world, filing):
    before = Entry.objects.count()
    version = makers.saved(world, filing)
    assert Entry.objects.count() == before + 1
    with clock.at(MONDAY):
        services.submit(filing=filing, actor=world.people["filer"], version=version, key="a")
    assert Entry.objects.count() == before + 2
    assert Entry.objects.order_by("-id")[0].chain.name == "unit:652823/201"


@pytest.mark.trust("G02", "G03")
def test_the_same_key_brings_the_same_receipt_and_nothing_twice(world, filing):
    version = makers.saved(world, filing)
    with clock.at(MONDAY):
        first = services.submit(
            filing=filing, actor=world.people["filer"], version=version, key="k"
        )
        lines, notices = Entry.objects.count(), Message.objects.count()
        again = services.submit(
            filing=filing, actor=world.people["filer"], version=version, key="k"
        )
    assert again.receipt_number == first.receipt_number
    assert (Entry.objects.count(), Message.objects.count()) == (lines, notices)
    with clock.at(MONDAY), pytest.raises(RuleError, match="标识"):
        services.submit(filing=filing, actor=world.people["filer"], version=version + 1, key="k")


@pytest.mark.trust("G01")
def test_a_stale_version_is_refused_with_both_values_and_overwrites_nothing(world, filing):
    version = makers.saved(world, filing)
    other = makers.with_line(targets.current_form(filing), 0, value=Decimal(26))
    with clock.at(MONDAY), pytest.raises(RuleError) as refused:
        writing.save(filing=filing, actor=world.people["filer2"], version=version - 1, form=other)
    assert refused.value.code == "filings.stale"
    (conflict,) = refused.value.data["conflicts"]
    assert "1,900" in conflict["theirs"]
    assert "26" in conflict["mine"]
    assert targets.current_form(filing).lines[0].value == Decimal(1900)


@pytest.mark.trust("G10")
@pytest.mark.parametrize(
    ("microseconds", "accepted"), [(-1, True), (-1000, True), (0, False), (1, False)]
)
def test_the_deadline_is_half_open_and_counts_the_arrival(world, filing, microseconds, accepted):
    version = makers.saved(world, filing)
    moment = makers.CLOSES + timedelta(microseconds=microseconds)
    late = moment + timedelta(seconds=30)  # processed after the deadline all the same
    with clock.at(late), arrival.of(moment, "127.0.0.1"):
        if accepted:
            services.submit(filing=filing, actor=world.people["filer"], version=version, key="d")
        else:
            with pytest.raises(RuleError, match=r"已截止。2024年4月15日24:00截止"):
                services.submit(
                    filing=filing, actor=world.people["filer"], version=version, key="d"
                )
    filing.refresh_from_db()
    assert filing.state == (State.SUBMITTED if accepted else State.DRAFT)


@pytest.mark.trust("B09")
def test_who_wrote_a_revision_may_not_review_it(world, filing):
    makers.submitted(world, filing)
    from apps.organizations.models import Membership

    Membership.objects.create(
        user=world.people["filer"],
        role="section_reviewer",
        section=world.sections["agriculture"],
        jurisdiction=world.county,
        starts_on=date(2024, 1, 1),
    )
    world.people["filer"].forget_memberships()
    with pytest.raises(PermissionDenied, match="三个人"):
        decide(world, filing, "filer", "pass_on")
    filing.refresh_from_db()
    assert filing.state == State.SUBMITTED


@pytest.mark.req("U-13")
def test_a_grade_whose_consequence_is_not_passing_cannot_pass(world, filing):
    makers.submitted(world, filing)
    decide(world, filing, "section_reviewer", "pass_on")
    filing.refresh_from_db()
    with pytest.raises(RuleError, match="评定为“中”"):
        decide(
            world,
            filing,
            "performance_reviewer",
            "pass_on",
            marks=makers.full_marks(filing, "0.7"),
        )
    filing.refresh_from_db()
    assert filing.state == State.IN_REVIEW


def test_submit_refuses_while_a_return_item_is_neither_changed_nor_answered(world, filing):
    makers.submitted(world, filing)
    decide(
        world,
        filing,
        "section_reviewer",
        "send_back",
        items=[services.Wanted("year_goal", "写明完成年份")],
        due_on=date(2024, 4, 17),
    )
    version = makers.saved(world, filing)
    with clock.at(MONDAY), pytest.raises(RuleError, match="退回意见") as refused:
        services.submit(filing=filing, actor=world.people["filer"], version=version, key="r")
    assert refused.value.code == "filings.blocked"
    filing.refresh_from_db()
    assert filing.state == State.RETURNED


def test_withdrawal_is_possible_until_a_reviewer_begins(world, filing):
    makers.submitted(world, filing)
    with clock.at(MONDAY):
        services.withdraw(filing=filing, actor=world.people["filer"], reason="资金来源填错")
    filing.refresh_from_db()
    assert filing.state == State.DRAFT
    assert filing.revisions.count() == 2
    makers.submitted(world, filing)
    decide(world, filing, "section_reviewer", "save_review")
    with clock.at(MONDAY), pytest.raises(RuleError, match="审核已经开始"):
        services.withdraw(filing=filing, actor=world.people["filer"], reason="再改")


@pytest.mark.trust("G01")
@pytest.mark.parametrize("verb", ["save_review", "pass_on", "reject"])
def test_what_came_while_another_revision_lay_open_is_not_judged_unread(world, filing, verb):
    makers.submitted(world, filing)
    with clock.at(MONDAY):
        services.withdraw(filing=filing, actor=world.people["filer"], reason="资金来源填错")
    makers.submitted(world, filing)
    with pytest.raises(RuleError, match=r"您看的是第1版，.+又报了第2版"):
        decide(world, filing, "section_reviewer", verb, opinion="同意", seen=1)
    filing.refresh_from_db()
    assert filing.state == State.SUBMITTED
    assert not filing.revisions.get(number=2).reviews.exists()
    decide(world, filing, "section_reviewer", verb, opinion="同意", seen=2)


@pytest.mark.trust("F08")
def test_a_receipt_can_be_verified_and_shows_tampering(world, filing):
    makers.submitted(world, filing)
    revision = filing.revisions.get()
    assert services.verify_receipt(revision=revision).holds
    sheet = revision.target_sheet
    sheet.year_goal += "改"
    sheet.save()
    assert not services.verify_receipt(revision=revision).holds


def test_a_strangers_list_does_not_show_it_and_a_finished_one_leaves_the_work_list(world, filing):
    filer, stranger = world.people["filer"], world.people["stranger"]
    assert Filing.objects.visible_to(filer).filter(pk=filing.pk).exists()
    assert not Filing.objects.visible_to(stranger).filter(pk=filing.pk).exists()
    assert not Filing.objects.visible_to(world.people["section_reviewer"]).exists()
    with clock.at(MONDAY):
        owed = set(selectors.todo(filer, 2024).values_list("project", flat=True))
    assert filing.assignment.project_id in owed
    makers.submitted(world, filing)
    assert filing.assignment.project_id not in set(
        selectors.todo(filer, 2024).values_list("project", flat=True)
    )
    assert selectors.queue(world.people["section_reviewer"], 2024).get() == filing
    assert not selectors.queue(world.people["performance_reviewer"], 2024).exists()
    assert not selectors.queue(world.people["other_section_reviewer"], 2024).exists()


def test_reopening_keeps_what_is_in_force_and_lapses(world, filing):
    makers.submitted(world, filing)
    decide(world, filing, "section_reviewer", "pass_on")
    filing.refresh_from_db()
    decide(world, filing, "performance_reviewer", "pass_on", marks=makers.full_marks(filing))
    with clock.at(MONDAY):
        services.reopen(
            filing=filing,
            actor=world.people["plan_admin"],
            reason="指标单位写错",
            until=date(2024, 4, 10),
        )
    filing.refresh_from_db()
    assert filing.state == State.RETURNED
    assert targets.form_in_force(filing.assignment.project, 2024) is not None
    with clock.at(MONDAY + timedelta(days=4)):
        assert services.lapse_reopenings() == 1
        assert services.lapse_reopenings() == 0
    filing.refresh_from_db()
    assert filing.state == State.APPROVED
    filer = world.people["filer"]  # the draft of the lapsed reopening is not shown as final
    assert selectors.newest(filing, filer) == filing.approved_revision
    assert [r.number for r in selectors.history(filing, filer)] == [1]
    told = Message.objects.filter(kind="filings.lapsed")
    assert {m.recipient for m in told} == {
        world.people[p] for p in ("filer", "filer2", "unit_head")
    }


def test_holidays_not_announced_yet_do_not_keep_a_unit_from_filing(world, filing):
    HolidayYear.objects.filter(year__gte=2024).delete()
    ReviewStep.objects.filter(task=filing.assignment.task).update(working_days=3)
    makers.submitted(world, filing)
    assert (filing.state, filing.desk_due_at) == (State.SUBMITTED, None)


def test_a_waiver_speaks_of_the_one_place_that_its_page_shows(world, filing):
    form = makers.with_line(makers.good_form(), 0, direction="双向")
    form = makers.with_line(form, 1, direction="双向")
    makers.saved(world, filing, form)
    page = f"/2024/filings/{filing.public_id}/waive/"
    with clock.at(MONDAY):
        admin = client_of(world.people["plan_admin"])
        choices = admin.get(page).context["form"].fields["code"].choices
        (first, said), *rest = [c for c in choices if "方向" in c[1]]
        assert rest
        assert admin.post(page, {"code": first, "reason": "方向待定"}).status_code == 302
        left = [c[0] for c in admin.get(page).context["form"].fields["code"].choices]
    assert first not in left
    assert rest[0][0] in left
    assert "第" in said


def test_nobody_talks_about_what_is_closed(world, filing):
    makers.submitted(world, filing)
    with clock.at(MONDAY):
        said = services.comment(
            filing=filing,
            actor=world.people["section_reviewer"],
            path="year_goal",
            text="写明年份",
        )
    decide(world, filing, "section_reviewer", "reject", opinion="不属于职责")
    filer, page = world.people["filer"], f"/2024/targets/{filing.public_id}/"
    assert client_of(filer).get(page).text.count("写明年份") == 1
    assert "标为已解决" not in client_of(filer).get(page).text
    with pytest.raises(RuleError, match="不再写意见"):
        services.comment(filing=filing, actor=filer, path="year_goal", text="已写明", parent=said)
    with pytest.raises(RuleError, match="不再写意见"):
        services.resolve_comment(remark=said, actor=filer, is_resolved=True)
    said.refresh_from_db()
    assert (said.resolved_at, said.replies.count()) == (None, 0)
