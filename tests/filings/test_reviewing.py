"""What a reviewer may give, must give, and is told."""

from datetime import date
from decimal import Decimal

import pytest

from apps.core import clock
from apps.filings import scoring, services
from apps.filings.models import Review, State
from apps.notifications.models import Message
from apps.organizations.models import Membership, Role
from apps.workplans.models import GradeBand, ScoreItem, ScoreSheet
from tests import makers
from tests.filings import steps
from tests.filings.steps import decide, denied, refused
from tests.makers import MONDAY
from tests.personas import SINCE, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


@pytest.fixture
def sent(world, filing):
    return makers.submitted(world, filing)


@pytest.fixture
def second(world, filing):
    return steps.at_second_desk(world, filing)


# --- returning ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("items", "due_on", "words"),
    [
        ([], date(2024, 4, 17), "没有勾选退回意见"),
        ([services.Wanted("year_goal", " ")], date(2024, 4, 17), "未写要求"),
        ([services.Wanted("year_goal", "改", "maybe")], date(2024, 4, 17), "只分“必须改”"),
        ([services.Wanted("nowhere", "改")], date(2024, 4, 17), "表里没有这一处|没有"),
        ([services.Wanted("slot.other", "补")], date(2024, 4, 17), "没有"),
        ([services.Wanted("year_goal", "改")], date(2024, 4, 7), "不能早于今天2024-04-08"),
    ],
)
def test_a_return_says_where_what_and_until_when(world, sent, items, due_on, words):
    with refused(words):
        decide(world, sent, "section_reviewer", "send_back", items=items, due_on=due_on)


def test_a_return_may_ask_for_a_material_and_names_its_slot(world, sent):
    items = [services.Wanted("slot.basis", "补批复"), services.Wanted("year_goal", "改")]
    decide(world, sent, "section_reviewer", "send_back", items=items, due_on=date(2024, 4, 17))
    assert sent.return_items.all()[0].place == "五、佐证材料 立项依据"
    notice = Message.objects.get(recipient=world.people["filer"], kind="filings.returned")
    assert "2024年4月17日24:00前重报" in notice.body
    assert "\n1. 五、佐证材料 立项依据：补批复（必须改）\n2. " in notice.body


def test_a_return_on_the_last_day_itself_is_still_possible(world, sent):
    steps.returned(world, sent, due_on=date(2024, 4, 8))
    assert sent.assignment.due_at == clock.end_of(date(2024, 4, 8))


# --- marks ------------------------------------------------------------------------------------
@pytest.mark.parametrize("points", ["-0.01", "10.01"])
def test_points_stay_between_nothing_and_the_criterions_maximum(world, second, points):
    item = second.step.sheet.items.first()
    with refused(r"规范完整性：给了.*应在0–10分之间"):
        decide(
            world,
            second,
            "performance_reviewer",
            "save_review",
            marks=[services.Mark(item.pk, "", Decimal(points))],
        )


@pytest.mark.parametrize("points", ["0", "10"])
def test_the_ends_of_a_criterion_can_be_given(world, second, points):
    item = second.step.sheet.items.first()
    marks = [services.Mark(item.pk, "", Decimal(points))]
    review = decide(world, second, "performance_reviewer", "save_review", marks=marks)
    assert review.scores.get().points == Decimal(points)


def test_a_word_that_is_no_grade_is_refused(world, second):
    item = second.step.sheet.items.first()
    with refused("没有“甲”这一级"):
        decide(
            world,
            second,
            "performance_reviewer",
            "save_review",
            marks=[services.Mark(item.pk, "甲", Decimal(9))],
        )


def test_an_incomplete_sheet_cannot_pass_and_names_what_is_missing(world, second):
    marks = makers.full_marks(second)[:-2]
    with refused("评分未完成，还缺：实现可能性、条件充分性"):
        decide(world, second, "performance_reviewer", "pass_on", marks=marks)


@pytest.mark.req("U-13", "Q-14")
@pytest.mark.parametrize(
    ("share", "grade", "passes"),
    [("0.9", "优", True), ("0.8", "良", True), ("0.6", "中", False), ("0.5", "差", False)],
)
def test_the_grade_decides_whether_a_filing_may_pass(world, second, share, grade, passes):
    marks = makers.full_marks(second, share)
    if passes:
        decide(world, second, "performance_reviewer", "pass_on", marks=marks)
        assert second.revisions.get().reviews.get(step__position=2).grade == grade
        return
    with refused(f"评定为“{grade}”"):
        decide(world, second, "performance_reviewer", "pass_on", marks=marks)


def test_marks_are_kept_between_saves_and_the_total_follows(world, second):
    first, *rest = makers.full_marks(second)
    decide(world, second, "performance_reviewer", "save_review", marks=[first])
    review = decide(world, second, "performance_reviewer", "save_review", marks=rest)
    assert review.score == Decimal("95.00")
    assert review.trace["result"] == "95.00分，优"


def with_sheet(world, filing, mode, n_items=4):
    """The first step judged by a sheet of this mode."""
    plan = filing.assignment.plan
    sheet = ScoreSheet.objects.create(plan=plan, code=mode, title=mode, clause="W-04", mode=mode)
    for number in range(1, n_items + 1):
        ScoreItem.objects.create(
            sheet=sheet, position=number, group="g", name=f"要点{number}", prompt="p", points=0
        )
    for grade, floor, consequence, text in makers.BANDS:
        GradeBand.objects.create(
            sheet=sheet, grade=grade, floor=floor, consequence=consequence, text=text
        )
    filing.assignment.task.steps.filter(position=1).update(sheet=sheet)
    return sheet


def words(sheet, *grades):
    return [
        services.Mark(item.pk, grade, None)
        for item, grade in zip(sheet.items.all(), grades, strict=True)
    ]


@pytest.mark.req("W-04", "Y-47")
def test_a_sheet_of_checks_passes_only_when_all_are_met(world, sent):
    sheet = with_sheet(world, sent, "checks")
    bad = words(sheet, "合格", "不合格", "合格", "合格")
    with refused("评定为“不合格”：要点2不合格，应退回修改"):
        decide(world, sent, "section_reviewer", "pass_on", marks=bad)
    with refused("还缺：要点4"):
        decide(world, sent, "section_reviewer", "pass_on", marks=words(sheet, *["合格"] * 4)[:3])
    with refused("没有“优”这一级"):
        decide(world, sent, "section_reviewer", "pass_on", marks=words(sheet, *["优"] * 4))
    decide(world, sent, "section_reviewer", "pass_on", marks=words(sheet, *["合格"] * 4))
    review = Review.objects.get(revision__filing=sent)
    assert (review.grade, review.score) == (scoring.MET, None)


def test_a_sheet_of_grades_is_judged_by_how_many_reach_which(world, sent):
    sheet = with_sheet(world, sent, "grades")
    with refused("评定为“中”"):
        decide(
            world,
            sent,
            "section_reviewer",
            "pass_on",
            marks=words(sheet, "优", "优", "中", "差"),
        )
    decide(world, sent, "section_reviewer", "pass_on", marks=words(sheet, "优", "良", "良", "良"))
    assert Review.objects.get(revision__filing=sent).grade == "良"


# --- deciding -------------------------------------------------------------------------------
def test_a_rejection_needs_a_reason_and_is_final(world, sent):
    with refused("不通过的理由未填"):
        decide(world, sent, "section_reviewer", "reject", opinion=" ")
    decide(world, sent, "section_reviewer", "reject", opinion="与上级项目重复")
    sent.refresh_from_db()
    assert (sent.state, sent.approved_revision, sent.step) == (State.REJECTED, None, None)
    assert sent.closed_at is not None
    assert Message.objects.filter(kind="filings.rejected").count() == 3  # two filers and the head


def test_a_second_click_on_a_decision_is_told_from_a_wrong_person(world, sent):
    decide(world, sent, "section_reviewer", "pass_on")
    with refused("您已经办过这件：第1版，通过"):
        decide(world, sent, "section_reviewer", "pass_on")
    with denied("不在您的办理处"):
        decide(world, sent, "other_section_reviewer", "pass_on")


def test_nobody_judges_what_lies_on_no_desk(world, filing):
    with denied("不在您的办理处"):
        decide(world, filing, "section_reviewer", "pass_on")


def test_who_read_an_old_page_is_told_that_the_filing_moved_on(world, sent):
    """The right is asked again under the lock."""
    old = type(sent).objects.select_related("step").get(pk=sent.pk)
    decide(world, sent, "section_reviewer", "pass_on")
    with denied("已经转到下一处"):
        services.pass_on(filing=old, actor=world.people["section_reviewer"], opinion="")
    stale = type(sent).objects.select_related("step").get(pk=sent.pk)
    decide(world, sent, "performance_reviewer", "reject", opinion="重复")
    with refused("现在是“不通过”，不能通过"):
        services.pass_on(filing=stale, actor=world.people["performance_reviewer"], opinion="")


def test_a_colleague_who_decides_signs_what_another_began(world, sent):
    world.people["second"] = make_person(world, "second", "李二", "section_reviewer", "agriculture")
    decide(world, sent, "section_reviewer", "save_review", opinion="在看")
    decide(world, sent, "second", "pass_on", opinion="同意")
    assert Review.objects.get(revision__filing=sent).reviewer == world.people["second"]


@pytest.mark.trust("B09")
def test_the_first_reviewer_cannot_be_the_second_too(world, sent):
    Membership.objects.create(
        user=world.people["section_reviewer"],
        role=Role.PERFORMANCE_REVIEWER,
        section=world.sections["performance"],
        jurisdiction=world.county,
        starts_on=SINCE,
    )
    decide(world, sent, "section_reviewer", "pass_on")
    sent.refresh_from_db()
    with denied("三个人"):
        decide(world, sent, "section_reviewer", "pass_on", marks=makers.full_marks(sent))


@pytest.mark.trust("B09")
@pytest.mark.parametrize("hand", ["an earlier save", "a file", "an answer", "an earlier revision"])
def test_every_hand_in_the_content_counts_not_only_the_last(world, filing, hand):
    from apps.core.uploads import Upload

    person = world.people["filer2"]
    Membership.objects.create(
        user=person,
        role=Role.SECTION_REVIEWER,
        section=world.sections["agriculture"],
        jurisdiction=world.county,
        starts_on=SINCE,
    )
    with clock.at(MONDAY):
        if hand == "an answer":
            makers.submitted(world, filing)
            (item,) = steps.returned(world, filing).return_items.all()
            services.answer_item(item=item, actor=person, answer="已按要求改", is_resolved=True)
        elif hand == "a file":
            upload = Upload("批复.pdf", b"%PDF-1.4\n", "application/pdf")
            services.attach(filing=filing, actor=person, slot="basis", upload=upload)
        else:
            services.writing(filing=filing, actor=person, version=1)
    makers.submitted(world, filing)
    if hand == "an earlier revision":
        with clock.at(MONDAY):
            services.withdraw(filing=filing, actor=world.people["filer"], reason="改")
        makers.submitted(world, filing)
    with denied("三个人"):
        decide(world, filing, "filer2", "pass_on")
