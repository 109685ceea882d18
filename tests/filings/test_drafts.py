"""Opening, saving, files, answers, submission, withdrawal: what the unit may do and when."""

from datetime import date, timedelta

import pytest

from apps.core import arrival, clock
from apps.core.uploads import Upload
from apps.filings import selectors, services
from apps.filings.models import Attachment, Filing, ReturnItem, State
from apps.rules.errors import RuleError
from apps.targets import services as targets
from apps.workplans import services as plans
from apps.workplans.models import Assignment
from tests import makers
from tests.filings import steps
from tests.filings.steps import denied, refused
from tests.makers import CLOSES, MONDAY, OPENS

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)
PDF = Upload("批复.pdf", b"%PDF-1.4\n", "application/pdf")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


@pytest.fixture
def owed(world):
    """An assignment that nobody has opened."""
    plan = makers.make_plan(world)
    project = makers.make_project(world)
    makers.assign_all(world, plan)
    return Assignment.objects.get(project=project)


def put(world, filing, slot="basis", person="filer"):
    filing.refresh_from_db()
    with clock.at(MONDAY):
        return services.attach(filing=filing, actor=world.people[person], slot=slot, upload=PDF)


# --- the window -----------------------------------------------------------------------------
@pytest.mark.req("Y-46")
@pytest.mark.trust("G10")
@pytest.mark.parametrize(
    ("moment", "kind", "words"),
    [
        (OPENS - MICRO, "not_yet", "未到填报期。2024年3月11日开放，开放时会通知。"),
        (OPENS, None, ""),
        (CLOSES - MICRO, None, ""),
        (CLOSES, "closed", "已截止。2024年4月15日24:00截止，要补报请向财政局计划管理员申请延期。"),
    ],
)
def test_the_window_is_half_open_and_says_what_to_do(owed, moment, kind, words):
    lock = selectors.window_lock(owed, moment)
    assert (lock.kind if lock else None) == kind
    assert (lock.text if lock else "") == words


def test_a_window_without_a_date_is_not_open_yet(owed):
    owed.opens_at = None
    lock = selectors.window_lock(owed, MONDAY)
    assert "开放时间还没有定" in lock.text


def test_the_four_locks_say_why_and_what_to_do(world, filing):
    assert selectors.lock_of(filing, MONDAY) is None
    assert selectors.lock_of(filing, CLOSES).kind == "closed"
    makers.submitted(world, filing)
    lock = selectors.lock_of(filing, MONDAY)
    assert (lock.kind, lock.title) == ("in_review", "审核中")
    assert "2024年4月8日报送，业务科室初审正在办" in lock.text
    steps.decide(world, filing, "section_reviewer", "reject", opinion="重复")
    filing.refresh_from_db()
    lock = selectors.lock_of(filing, MONDAY)
    assert lock.kind == "final"
    assert lock.text.startswith("不通过。内容已锁定")


# --- opening ----------------------------------------------------------------------------------
def test_opening_again_brings_the_same_filing_to_either_filer(world, owed):
    with clock.at(MONDAY):
        first = services.open_filing(assignment=owed, actor=world.people["filer"])
        again = services.open_filing(assignment=owed, actor=world.people["filer2"])
    assert first == again
    assert first.revisions.get().opened_by == world.people["filer"]


@pytest.mark.parametrize("person", ["unit_head", "supervisor", "stranger", "plan_admin"])
def test_only_a_filer_of_the_unit_opens(world, owed, person):
    with denied("只有本单位填报员可以填报"):
        services.open_filing(assignment=owed, actor=world.people[person])


@pytest.mark.parametrize(("moment", "words"), [(OPENS - MICRO, "未到填报期"), (CLOSES, "已截止")])
def test_nothing_is_opened_outside_the_window(world, owed, moment, words):
    with refused(words), arrival.of(moment, ""):
        services.open_filing(assignment=owed, actor=world.people["filer"])


def test_what_was_exempted_is_not_opened(world, owed):
    with clock.at(MONDAY):
        plans.exempt(assignment=owed, reason="项目终止", actor=world.people["plan_admin"])
    with refused("已豁免（项目终止），不用报"):
        services.open_filing(assignment=owed, actor=world.people["filer"])


def test_a_cancelled_filing_leaves_its_assignment_to_be_answered_anew(world, filing):
    with clock.at(MONDAY):
        services.cancel(filing=filing, actor=world.people["plan_admin"], reason="重报")
        again = services.open_filing(assignment=filing.assignment, actor=world.people["filer"])
    assert again != filing
    assert again.revisions.get().number == 1


# --- versions ---------------------------------------------------------------------------------
@pytest.mark.trust("G01", "G14")
def test_a_page_left_open_on_an_earlier_revision_never_overwrites_a_later_one(world, filing):
    """Versions run on: were they counted anew, the third save would meet the old page's number."""
    makers.saved(world, filing)
    old_page = makers.saved(world, filing)
    makers.submitted(world, filing)
    steps.returned(world, filing)
    versions = [makers.saved(world, filing) for _ in range(3)]
    assert old_page not in versions
    with refused("又被保存过"):
        targets.save(
            filing=filing, actor=world.people["filer"], version=old_page, form=makers.good_form()
        )


def test_a_stale_submission_is_refused_and_names_the_version(world, filing):
    version = makers.saved(world, filing)
    with refused("请先看过最新内容再提交") as caught:
        services.submit(filing=filing, actor=world.people["filer"], version=version - 1, key="k")
    assert caught.value.data["version"] == version


@pytest.mark.trust("G01")
def test_a_file_that_came_after_the_page_was_read_is_not_submitted_unseen(world, filing):
    version = makers.saved(world, filing)
    seen = services.content_hash(filing.revisions.get())
    put(world, filing)
    mine = {"filing": filing, "actor": world.people["filer"], "version": version, "key": "k"}
    with refused("请先看过最新内容再提交"):
        services.submit(**mine, seen=seen)
    with clock.at(MONDAY):
        services.submit(**mine, seen=services.content_hash(filing.revisions.get()))


# --- files --------------------------------------------------------------------------------------
@pytest.mark.req("U-06", "U-08")
def test_a_required_slot_without_a_file_stops_the_submission(world, filing):
    filing.assignment.task.slots.update(is_required=True)
    version = makers.saved(world, filing)
    with refused("“立项依据”未上传") as caught:
        services.submit(filing=filing, actor=world.people["filer"], version=version, key="k")
    assert caught.value.code == "filings.blocked"
    assert caught.value.data["findings"][0]["path"] == "slot.basis"
    put(world, filing)
    with clock.at(MONDAY):
        services.submit(filing=filing, actor=world.people["filer"], version=version, key="k")


def test_a_file_goes_into_a_known_slot_with_room(world, filing, monkeypatch):
    with refused("没有这一项材料"):
        services.attach(filing=filing, actor=world.people["filer"], slot="other", upload=PDF)
    for _ in range(20):
        put(world, filing)
    with refused("这一项已有20个文件"):
        services.attach(filing=filing, actor=world.people["filer"], slot="basis", upload=PDF)


@pytest.mark.trust("F08")
def test_files_are_part_of_what_the_receipt_vouches_for_and_go_on_with_the_copy(world, filing):
    put(world, filing)
    makers.submitted(world, filing)
    first = filing.revisions.get()
    steps.returned(world, filing)
    second = filing.revisions.order_by("-number")[0]
    copy = second.attachments.get()
    assert copy.file == first.attachments.get().file
    assert copy.public_id != first.attachments.get().public_id
    with clock.at(MONDAY):
        services.detach(attachment=copy, actor=world.people["filer"])
    assert services.verify_receipt(revision=first).holds
    Attachment.objects.filter(revision=first).update(name="别的.pdf")
    assert not services.verify_receipt(revision=first).holds


def test_a_submitted_revision_keeps_its_files_and_a_second_click_is_told(world, filing):
    attachment = put(world, filing)
    makers.submitted(world, filing)
    with refused("内容已锁定"):
        services.detach(attachment=attachment, actor=world.people["filer"])
    steps.returned(world, filing)
    with refused("属于已提交的版次"):
        services.detach(attachment=attachment, actor=world.people["filer"])
    copy = filing.revisions.order_by("-number")[0].attachments.get()
    again = Attachment.objects.select_related("revision__filing").get(pk=copy.pk)
    with clock.at(MONDAY):
        services.detach(attachment=copy, actor=world.people["filer2"])
    with refused("已经删去"):
        services.detach(attachment=again, actor=world.people["filer"])


@pytest.mark.parametrize("person", ["unit_head", "stranger", "section_reviewer"])
def test_only_a_filer_touches_files_and_answers(world, filing, person):
    attachment, actor = put(world, filing), world.people[person]
    makers.submitted(world, filing)
    item = steps.returned(world, filing).return_items.get()
    with denied("上传材料"):
        services.attach(filing=filing, actor=actor, slot="basis", upload=PDF)
    with denied("删去材料"):
        services.detach(attachment=attachment, actor=actor)
    with denied("答复退回意见"):
        services.answer_item(item=item, actor=actor, answer="好", is_resolved=True)
    with denied("可以提交"):
        services.submit(filing=filing, actor=actor, version=9, key="k")
    with denied("可以撤回"):
        services.withdraw(filing=filing, actor=actor, reason="错")
    with denied("可以填报"):
        targets.save(filing=filing, actor=actor, version=9, form=makers.good_form())


# --- answers ----------------------------------------------------------------------------------
def test_what_a_return_asked_must_be_changed_or_answered(world, filing):
    makers.submitted(world, filing)
    items = [
        services.Wanted("year_goal", "写明年份"),
        services.Wanted("mid_goal", "可再具体", ReturnItem.Severity.SHOULD),
    ]
    steps.decide(
        world, filing, "section_reviewer", "send_back", items=items, due_on=date(2024, 4, 17)
    )
    revision = filing.revisions.order_by("-number")[0]
    found = {f.path: str(f.severity) for f in selectors.return_findings(revision)}
    assert found == {"year_goal": "阻断", "mid_goal": "提示"}
    must, should = filing.return_items.order_by("id")
    with clock.at(MONDAY):
        services.answer_item(
            item=must, actor=world.people["filer"], answer="批复未写年份", is_resolved=False
        )
    assert [f.path for f in selectors.return_findings(revision)] == ["mid_goal"]
    assert set(selectors.open_items(filing)) == {must, should}
    with clock.at(MONDAY):
        services.answer_item(item=must, actor=world.people["filer"], answer="", is_resolved=True)
    must.refresh_from_db()
    assert (must.resolved_in, must.resolved_by) == (revision, world.people["filer"])
    assert set(selectors.open_items(filing)) == {should}


def test_answers_end_with_the_window_and_with_the_submission(world, filing):
    makers.submitted(world, filing)
    item = steps.returned(world, filing).return_items.get()
    late = clock.end_of(date(2024, 4, 17))
    with refused("已截止"), arrival.of(late, ""):
        services.answer_item(item=item, actor=world.people["filer"], answer="x", is_resolved=True)
    with clock.at(MONDAY):
        services.answer_item(item=item, actor=world.people["filer"], answer="x", is_resolved=True)
    makers.submitted(world, filing)
    with refused("内容已锁定"):
        services.answer_item(item=item, actor=world.people["filer"], answer="y", is_resolved=False)


# --- submission and withdrawal --------------------------------------------------------------
def test_a_receipt_names_region_day_and_number_and_keeps_the_findings(world, filing):
    form = makers.with_line(makers.good_form(), 0, basis="")
    makers.submitted(world, filing, form)
    revision = filing.revisions.get()
    assert revision.receipt_number == f"652823-20240408-{revision.pk:07d}"
    assert len(revision.content_hash) == 64
    assert all(finding["severity"] != "阻断" for finding in revision.findings)


def test_nothing_is_submitted_or_saved_twice(world, filing):
    makers.submitted(world, filing)
    with refused("现在是“已提交”，不能提交"):
        services.submit(filing=filing, actor=world.people["filer"], version=2, key="other")
    with refused("内容已锁定"):
        targets.save(filing=filing, actor=world.people["filer"], version=2, form=makers.good_form())


def test_a_withdrawal_needs_a_reason_and_time_to_submit_again(world, filing):
    with refused("现在是“草稿”，不能撤回"):
        services.withdraw(filing=filing, actor=world.people["filer"], reason="错")
    makers.submitted(world, filing)
    with refused("撤回理由未填"):
        services.withdraw(filing=filing, actor=world.people["filer"], reason=" ")
    with refused("撤回后不能再提交"), arrival.of(CLOSES, ""):
        services.withdraw(filing=filing, actor=world.people["filer"], reason="错")
    with arrival.of(CLOSES - MICRO, ""), clock.at(CLOSES):
        services.withdraw(filing=filing, actor=world.people["filer"], reason="错")
    filing.refresh_from_db()
    assert filing.state == State.DRAFT
    assert Filing.objects.filter(step=None, desk_section=None, pk=filing.pk).exists()


@pytest.mark.trust("G11")
def test_an_extension_lets_this_unit_alone_file_later(world, filing):
    other = makers.target_filing(world, n=2)
    versions = {f.pk: makers.saved(world, f) for f in (filing, other)}
    with clock.at(MONDAY):
        plans.extend(
            assignment=filing.assignment,
            new_due_at=clock.end_of(date(2024, 4, 20)),
            reason="汛期",
            actor=world.people["plan_admin"],
        )
    with clock.at(CLOSES):
        services.submit(
            filing=filing, actor=world.people["filer"], version=versions[filing.pk], key="a"
        )
        with pytest.raises(RuleError, match="已截止"):
            services.submit(
                filing=other, actor=world.people["filer"], version=versions[other.pk], key="b"
            )


def test_a_key_belongs_to_one_submission_of_one_person(world, filing):
    other = makers.target_filing(world, n=2)
    first, second = makers.saved(world, filing), makers.saved(world, other)
    with clock.at(MONDAY):
        services.submit(filing=filing, actor=world.people["filer"], version=first, key="k")
    with refused("标识已经用在别的提交上"):
        services.submit(filing=other, actor=world.people["filer"], version=second, key="k")
    with clock.at(MONDAY):
        services.submit(filing=other, actor=world.people["filer2"], version=second, key="k")
