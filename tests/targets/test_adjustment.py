"""An approved target is adjusted at a node or by an exception, and superseded in a chain (Y-45)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing, Revision, State
from apps.indicators.models import Indicator
from apps.jobs import services as jobs
from apps.jobs.models import Event
from apps.notifications.models import Message
from apps.projects import selectors as projects
from apps.projects import services as project_services
from apps.projects.models import FundLine, Project
from apps.rules.errors import RuleError
from apps.targets import adjust_screen, content, practice, selectors, services
from apps.targets import adjusting as own
from apps.targets.models import Adjustment, AdjustmentException
from apps.targets.selectors import chain, revision_in_force
from apps.targets.services import disclosing
from apps.workplans.models import Assignment, PlanTask, RuleSetting
from apps.workplans.services import assign
from tests import makers
from tests.faults import FailingAt, Fault
from tests.flows.stored import ALL, digest
from tests.makers import YEAR
from tests.personas import World, client_of
from tests.targets import adjusting
from tests.targets.adjusting import JULY, NODE, SEPTEMBER, WAN, project_of, subject_of

EVERYTHING = (*ALL, "projects")


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def target(world: World) -> Filing:
    """A target in force."""
    return adjusting.in_force(world)


@contextmanager
def refused(
    match: str, moment: datetime = NODE, error: type[Exception] = RuleError
) -> Iterator[Any]:
    before = digest(EVERYTHING)
    with clock.at(moment), pytest.raises(error, match=match) as caught:
        yield caught
    assert digest(EVERYTHING) == before


def let_in(
    world: World, target: Filing, moment: datetime = JULY, until: date = date(2024, 7, 10)
) -> AdjustmentException:
    """An exception that the filer asked for and a leader agreed to, until a day."""
    with clock.at(moment):
        asked = services.ask_exception(
            subject=subject_of(target),
            actor=world.people["filer"],
            year=YEAR,
            reason="六月下旬洪水冲毁取水口，等不到八月。",
            evidence="县应急局灾情证明",
        )
        return services.decide_exception(
            exception=asked,
            actor=world.people["leader"],
            is_agreed=True,
            until=until,
        )


# --- when -----------------------------------------------------------------------------------
@pytest.mark.req("Y-45")
def test_an_adjustment_begins_as_a_copy_of_what_is_in_force(world: World, target: Filing) -> None:
    filing = adjusting.asked(world, target)

    before, now = target.approved_revision, filing.revisions.get()
    assert before is not None
    assert (filing.kind, filing.state) == ("targets.adjustment", State.DRAFT)
    assert content.form_of(now) == content.form_of(before)
    assert [row.after - row.before for row in own.head_of(now).money] == [0, 0, 0]
    assert clock.last_day(filing.assignment.due_at) == date(2024, 6, 10)
    again = adjusting.asked(world, target)
    assert (again.pk, Assignment.objects.filter(task__kind=filing.kind).count()) == (filing.pk, 1)


@pytest.mark.req("Y-45")
@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2024, 5, 31, 23, 59, 59, tzinfo=clock.ZONE), "下一次是5月节点"),
        (datetime(2024, 6, 11, tzinfo=clock.ZONE), "下一次是8月节点（2024年9月1日至9月10日）"),
        (datetime(2024, 9, 11, tzinfo=clock.ZONE), "本年度没有以后的节点"),
    ],
)
def test_outside_a_node_the_rule_its_source_and_the_way_are_named(
    world: World, target: Filing, moment: datetime, words: str
) -> None:
    with refused(words, moment) as caught:
        adjusting.asked(world, target, moment)
    assert "另一人批准" in str(caught.value)
    assert "依据：经县财政部门审核确定的绩效目标，原则上不得调整" in str(caught.value)


@pytest.mark.parametrize("moment", [clock.start_of(date(2024, 6, 1)), SEPTEMBER])
def test_at_a_node_the_unit_asks(world: World, target: Filing, moment: datetime) -> None:
    assert adjusting.asked(world, target, moment).state == State.DRAFT


def test_nobody_owes_an_adjustment_by_its_dates(world: World, target: Filing) -> None:
    task = PlanTask.objects.get(kind="targets.adjustment")
    with clock.at(NODE):
        assert assign(task=task, on=NODE.date(), actor=world.people["plan_admin"]) == 0


def test_only_the_units_filer_asks(world: World, target: Filing) -> None:
    for person in ("stranger", "unit_head", "performance_reviewer", "plan_admin"):
        with refused("只有本单位填报员", error=PermissionDenied):
            adjusting.asked(world, target, person=person)


def test_nothing_in_force_is_nothing_to_adjust(world: World) -> None:
    draft = makers.target_filing(world)
    with refused("没有绩效目标调整任务"):
        adjusting.asked(world, draft)
    adjusting.add_adjustment(world, draft.assignment.plan)
    with refused("还没有定稿的绩效目标"):
        adjusting.asked(world, draft)


def test_a_draft_that_missed_its_node_goes_on_at_the_next(world: World, target: Filing) -> None:
    filing = adjusting.asked(world, target)
    with refused("已截止", JULY):
        adjusting.saved(world, filing, *adjusting.changed(filing), JULY)

    again = adjusting.asked(world, target, SEPTEMBER)

    assert again.pk == filing.pk
    filing = Filing.objects.get(pk=filing.pk)
    assert clock.last_day(filing.assignment.due_at) == date(2024, 9, 10)
    adjusting.saved(world, filing, *adjusting.changed(filing), SEPTEMBER)


# --- the exception --------------------------------------------------------------------------
@pytest.mark.req("Y-45")
def test_an_exception_lets_in_until_its_day_and_once(world: World, target: Filing) -> None:
    exception = let_in(world, target)

    filing = adjusting.asked(world, target, JULY)

    assert filing.assignment.due_at == exception.expires_at
    adjusting.approved(world, adjusting.submitted(world, filing, JULY), JULY)
    exception.refresh_from_db()
    assert exception.used_by == filing.adjustment
    with refused("不在节点内", JULY):
        adjusting.asked(world, target, JULY)


def test_an_exception_that_expired_lets_nobody_in(world: World, target: Filing) -> None:
    let_in(world, target)
    with refused("不在节点内", datetime(2024, 7, 11, tzinfo=clock.ZONE)) as caught:
        adjusting.asked(world, target, datetime(2024, 7, 11, tzinfo=clock.ZONE))
    assert caught.value.code == "targets.out_of_season"


@pytest.mark.req("Y-45")
def test_a_draft_that_missed_its_node_goes_on_by_one_exception_after_another(
    world: World, target: Filing
) -> None:
    filing = adjusting.asked(world, target)
    first = let_in(world, target)
    with refused("例外已经同意，2024-07-10", JULY) as caught:
        let_in(world, target)
    assert caught.value.code == "targets.exception_runs"
    assert adjusting.asked(world, target, JULY).pk == filing.pk
    with refused("已有一件调整在办", JULY):
        let_in(world, target)

    late = JULY + timedelta(days=19)
    with clock.at(late):
        screen = adjust_screen.adjustment_screen(subject_of(target), YEAR, world.people["filer"])
    assert screen.may_ask
    second = let_in(world, target, late, date(2024, 7, 25))
    assert adjusting.asked(world, target, late).pk == filing.pk
    assert set(filing.adjustment.exceptions.all()) == {first, second}
    adjusting.saved(world, Filing.objects.get(pk=filing.pk), *adjusting.changed(filing), late)


def test_two_people_stand_behind_an_exception(world: World, target: Filing) -> None:
    admin = world.people["plan_admin"]
    with clock.at(JULY):
        asked = services.ask_exception(
            subject=subject_of(target),
            actor=admin,
            year=YEAR,
            reason="六月下旬洪水冲毁取水口，等不到八月。",
            evidence="县应急局灾情证明",
        )
    for person in ("plan_admin", "performance_reviewer", "filer", "stranger"):
        with refused("不能批准自己提出的", JULY, PermissionDenied):
            services.decide_exception(
                exception=asked, actor=world.people[person], is_agreed=True, until=date(2024, 7, 9)
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        AdjustmentException.objects.update(decided_by=admin, decided_at=JULY)
    with clock.at(JULY):
        services.decide_exception(
            exception=asked, actor=world.people["leader"], is_agreed=False, refusal="等八月节点。"
        )
    with refused("不在节点内", JULY):
        adjusting.asked(world, target, JULY)
    with refused("已经办过", JULY):
        services.decide_exception(
            exception=asked, actor=world.people["leader"], is_agreed=True, until=date(2024, 7, 9)
        )
    told = Message.objects.filter(kind="targets.exception_decided")
    assert {row.recipient.name for row in told} >= {"陈计划", "艾力"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reason": "洪水"}, "理由至少10个字"),
        ({"evidence": " "}, "依据和佐证要写明"),
    ],
)
def test_an_exception_says_why(
    world: World, target: Filing, given: dict[str, str], words: str
) -> None:
    told = {"reason": "六月下旬洪水冲毁取水口。", "evidence": "灾情证明", **given}
    with refused(words, JULY):
        services.ask_exception(
            subject=subject_of(target), actor=world.people["filer"], year=YEAR, **told
        )
    with refused("例外由本单位填报员", JULY, PermissionDenied):
        services.ask_exception(
            subject=subject_of(target), actor=world.people["stranger"], year=YEAR, **told
        )


def test_within_a_node_no_exception_is_needed(world: World, target: Filing) -> None:
    with refused("现在就在监控节点内"):
        services.ask_exception(
            subject=subject_of(target),
            actor=world.people["filer"],
            year=YEAR,
            reason="六月下旬洪水冲毁取水口。",
            evidence="灾情证明",
        )


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"is_agreed": True}, "哪一天到期"),
        ({"is_agreed": True, "until": date(2024, 6, 30)}, "不能早于今天"),
        ({"is_agreed": False}, "不同意的理由未填"),
    ],
)
def test_a_decision_on_an_exception_is_whole(
    world: World, target: Filing, told: dict[str, Any], words: str
) -> None:
    with clock.at(JULY):
        asked = services.ask_exception(
            subject=subject_of(target),
            actor=world.people["filer"],
            year=YEAR,
            reason="六月下旬洪水冲毁取水口。",
            evidence="灾情证明",
        )
    with refused(words, JULY):
        services.decide_exception(exception=asked, actor=world.people["leader"], **told)
    with refused("例外已经提出", JULY):
        services.ask_exception(
            subject=subject_of(target),
            actor=world.people["plan_admin"],
            year=YEAR,
            reason="六月下旬洪水冲毁取水口。",
            evidence="灾情证明",
        )


# --- what is filed --------------------------------------------------------------------------
def blocks(filing: Filing) -> set[str]:
    found = filings.findings_of(revision=filing.revisions.order_by("-number")[0])
    return {f.code for f in found if f.severity == "阻断"}


@pytest.mark.req("Y-45")
def test_an_unchanged_copy_is_not_taken(world: World, target: Filing) -> None:
    filing = adjusting.asked(world, target)
    with clock.at(NODE):
        assert blocks(filing) >= {
            "adjustment.unchanged",
            "adjustment.reason",
            "adjustment.explanation",
            "adjustment.basis",
            "filings.slot_missing",
        }
    with refused("处阻断"):
        filings.submit(filing=filing, actor=world.people["filer"], version=1, key="k")


@pytest.mark.req("Y-45")
def test_a_whole_adjustment_has_no_finding(world: World, target: Filing) -> None:
    filing = adjusting.asked(world, target)
    adjusting.saved(world, filing, *adjusting.changed(filing))
    adjusting.attached(world, filing)
    with clock.at(NODE):
        assert filings.findings_of(revision=filing.revisions.get()) == []


@pytest.mark.req("Y-45")
def test_money_in_the_form_and_the_money_change_agree(world: World, target: Filing) -> None:
    filing = adjusting.asked(world, target)
    form, head = adjusting.changed(filing)
    adjusting.saved(world, filing, replace(form, funds={"year": {"fiscal": 1380 * WAN}}), head)
    with clock.at(NODE):
        assert blocks(filing) >= {"adjustment.money"}


@pytest.mark.req("Y-45", "Y-17")
def test_all_money_may_be_taken_back(world: World, target: Filing) -> None:
    filing = adjusting.asked(world, target)
    none = {row.path: Decimal(0) for row in own.head_of(filing.revisions.get()).money}
    form, head = adjusting.changed(filing, **none)
    assert not any(form.funds["year"].values())
    adjusting.saved(world, filing, form, head)
    with clock.at(NODE):
        assert not {code for code in blocks(filing) if "funds" in code or "money" in code}


def test_a_conflict_lists_the_heads_cells_too(world: World, target: Filing) -> None:
    filing = adjusting.asked(world, target)
    form, head = adjusting.changed(filing)
    adjusting.saved(world, filing, form, head)
    mine = replace(head, basis="另一文件", explanation="另一种说法，同样说明为什么要调整。")

    with refused("又被保存过") as caught:
        services.save(filing=filing, actor=world.people["filer2"], version=1, form=form, head=mine)
    paths = {row["path"] for row in caught.value.data["conflicts"]}
    assert paths == {"adjustment.basis", "adjustment.explanation"}
    with clock.at(NODE):
        services.save_chosen(
            filing=filing,
            actor=world.people["filer2"],
            version=2,
            form=form,
            head=mine,
            keep_theirs={"adjustment.basis"},
        )
    kept = selectors.current_head(filing)
    assert (kept.basis, kept.explanation) == (head.basis, mine.explanation)


# --- approval -------------------------------------------------------------------------------
@pytest.mark.req("Y-45", "Y-86")
def test_approval_supersedes_and_moves_the_money_with_the_target(
    world: World, target: Filing
) -> None:
    project = project_of(target)
    filing = adjusting.adjusted(world, target)

    target.refresh_from_db()
    assert (filing.state, target.state) == (State.APPROVED, State.APPROVED)
    assert revision_in_force(project, YEAR) == filing.approved_revision
    assert projects.money_of(project, YEAR) == {"fiscal": 1200 * WAN, "other": 40 * WAN}
    line = FundLine.objects.get(year__project=project, source="fiscal")
    assert (line.initial, line.adjusted) == (1380 * WAN, 1200 * WAN)
    promise = selectors.form_in_force(project, YEAR)
    assert promise is not None
    assert (promise.lines[0].value, promise.funds["year"]["fiscal"]) == (1500, 1200 * WAN)
    links = chain(project, YEAR)
    assert [(link.title, link.is_in_force) for link in links] == [
        ("年初项目绩效目标", False),
        ("第1次调整", True),
    ]
    assert target.approved_revision is not None  # the old one is kept
    assert content.form_of(target.approved_revision).lines[0].value == 1900


def test_a_second_adjustment_continues_the_chain(world: World, target: Filing) -> None:
    adjusting.adjusted(world, target)
    money = {"adjustment.money.fiscal.county": 1100 * WAN}
    second = adjusting.adjusted(world, target, SEPTEMBER, **money)

    titles = [link.title for link in chain(project_of(target), YEAR) if link.is_in_force]
    assert titles == ["第2次调整"]
    assert second.adjustment.base == Adjustment.objects.get(number=1).made
    assert Assignment.objects.filter(task__trigger=disclosing.TRIGGER).count() == 0  # not yet told


@pytest.mark.trust("G01")
def test_one_adjustment_at_a_time(world: World, target: Filing) -> None:
    filing = adjusting.submitted(world, adjusting.asked(world, target))
    assert adjusting.asked(world, target, SEPTEMBER).pk == filing.pk

    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.create(
            filing=target,
            project=project_of(target),
            year=YEAR,
            number=9,
            base=filing.revisions.get(),
        )


@pytest.mark.trust("G06")
def test_the_chain_neither_forks_nor_closes(world: World, target: Filing) -> None:
    filing = adjusting.adjusted(world, target)
    made = filing.adjustment
    with pytest.raises(IntegrityError), transaction.atomic():  # a fork: the same base twice
        Adjustment.objects.create(
            filing=target, project=made.project, year=2023, number=1, base=made.base
        )
    made = Adjustment.objects.get(pk=made.pk)
    with pytest.raises(IntegrityError), transaction.atomic():  # a circle: older than its base
        Adjustment.objects.filter(pk=made.pk).update(base=made.made, made=made.base)
    with pytest.raises(IntegrityError), transaction.atomic():  # itself
        Adjustment.objects.filter(pk=made.pk).update(base=made.made)


def test_what_is_adjusted_is_not_opened_again(world: World, target: Filing) -> None:
    admin = world.people["plan_admin"]

    def reopen(filing: Filing) -> None:
        fresh = Filing.objects.get(pk=filing.pk)
        filings.reopen(filing=fresh, actor=admin, reason="改", until=date(2024, 6, 20))

    filing = adjusting.asked(world, target)
    with refused("第1次调整正在办"):
        reopen(target)
    adjusting.approved(world, adjusting.submitted(world, filing))
    with refused("已被第1次调整取代"):
        reopen(target)
    with refused("另行申请调整"):
        reopen(filing)


def test_what_is_open_again_is_not_adjusted(world: World, target: Filing) -> None:
    with clock.at(NODE):
        filings.reopen(
            filing=target, actor=world.people["plan_admin"], reason="改", until=date(2024, 6, 20)
        )
    with refused("正在重新开放修改"):
        adjusting.asked(world, target)


def newer_version(world: World, target: Filing) -> Revision:
    """Another submitted version of the same content, not in force yet."""
    old = target.approved_revision
    assert old is not None
    later = Revision.objects.create(
        filing=target,
        number=2,
        opened_at=NODE,
        opened_by=world.people["filer"],
        submitted_at=NODE,
        submitted_by=world.people["filer"],
        receipt_number="x",
        content_hash="x",
    )
    content.store(later, content.form_of(old))
    return later


@pytest.mark.trust("G01")
def test_a_target_approved_anew_while_it_is_asked_for_is_no_base(
    world: World, target: Filing
) -> None:
    later, met = newer_version(world, target), []

    def meanwhile(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not met and 'WHERE "filings_filing"."id" =' in sql:  # about to be locked
            met.append(sql)
            Filing.objects.filter(pk=target.pk).update(approved_revision=later)
        return execute(sql, params, many, context)

    with (
        pytest.raises(RuleError, match="刚刚改过") as caught,
        connection.execute_wrapper(meanwhile),
    ):
        own.demand_adjustable(subject_of(target), YEAR)
    assert caught.value.code == "targets.moved"
    target.refresh_from_db()
    assert own.demand_adjustable(subject_of(target), YEAR) == later


def test_a_base_no_longer_in_force_stops_the_approval(world: World, target: Filing) -> None:
    filing = adjusting.submitted(world, adjusting.asked(world, target))
    adjusting.decide(world, filing, "section_reviewer", "pass_on")
    later = newer_version(world, target)
    Filing.objects.filter(pk=target.pk).update(approved_revision=later)

    with refused("取代。请另行申请") as caught:
        adjusting.decide(world, filing, "performance_reviewer", "pass_on")
    assert "依据：经县财政部门" in str(caught.value)


def test_money_that_moved_meanwhile_stops_the_approval(world: World, target: Filing) -> None:
    filing = adjusting.submitted(world, adjusting.asked(world, target))
    adjusting.decide(world, filing, "section_reviewer", "pass_on")
    with clock.at(NODE):
        project_services.set_money(
            project=project_of(target),
            actor=world.people["plan_admin"],
            year=YEAR,
            lines=[project_services.MoneyLine("fiscal", adjusted=1300 * WAN)],
        )
    with refused("资金现在是1,300.00万元"):
        adjusting.decide(world, filing, "performance_reviewer", "pass_on")


@pytest.mark.trust("G01")
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the embedded database has no row locks")
def test_the_money_is_locked_before_it_is_judged(world: World, target: Filing) -> None:
    filing = adjusting.submitted(world, adjusting.asked(world, target))
    adjusting.decide(world, filing, "section_reviewer", "pass_on")
    with CaptureQueriesContext(connection) as asked:
        adjusting.decide(world, filing, "performance_reviewer", "pass_on")

    done = [query["sql"] for query in asked]
    locked = next(n for n, sql in enumerate(done) if 'FOR UPDATE OF "projects_project"' in sql)
    read = next(n for n, sql in enumerate(done) if 'FROM "projects_fundline"' in sql)
    assert locked < read


@pytest.mark.parametrize("way", ["reject", "cancel"])
def test_what_came_to_nothing_frees_the_target(world: World, target: Filing, way: str) -> None:
    filing = adjusting.submitted(world, adjusting.asked(world, target))
    if way == "reject":
        adjusting.decide(world, filing, "section_reviewer", "reject")
    else:
        with clock.at(NODE):
            filings.cancel(filing=filing, actor=world.people["plan_admin"], reason="不调整了")

    again = adjusting.adjusted(world, target)

    assert again.pk != filing.pk
    assert again.assignment_id != filing.assignment_id
    assert list(Assignment.objects.owed().filter(task__kind="targets.adjustment")) == [
        each.assignment for each in (filing, again) if each == again or way == "reject"
    ]
    assert Adjustment.objects.filter(is_dropped=True).count() == 1
    assert projects.money_of(project_of(target), YEAR)["fiscal"] == 1200 * WAN


@pytest.mark.req("Y-45")
def test_the_filer_drops_a_draft_and_owes_nothing(world: World, target: Filing) -> None:
    filing = adjusting.asked(world, target)

    def drop(person: str, filing: Filing = filing) -> None:
        with clock.at(NODE):
            filings.cancel(filing=filing, actor=world.people[person], reason="不调整了")

    for person in ("stranger", "section_reviewer"):
        with refused("只有计划管理员", error=PermissionDenied):
            drop(person)
    required = makers.target_filing(world, 2)  # nobody asked for it
    with refused("只有计划管理员", error=PermissionDenied):
        drop("filer", required)
    with clock.at(NODE):
        page = client_of(world.people["filer"]).get(f"/{YEAR}/filings/{filing.public_id}/cancel/")
    assert "这次申请作废" in page.content.decode()

    drop("filer")

    filing.refresh_from_db()
    assert filing.state == State.CANCELLED
    owed_now = Assignment.objects.owed().filter(task__kind="targets.adjustment")
    assert not owed_now.exists()
    again = adjusting.submitted(world, adjusting.asked(world, target))
    assert list(owed_now) == [again.assignment]
    with refused("只有计划管理员", error=PermissionDenied):
        drop("filer", again)


def test_striking_out_an_old_refusal_leads_nobody_into_a_closed_filing(
    world: World, target: Filing
) -> None:
    refused_one = adjusting.submitted(world, adjusting.asked(world, target))
    adjusting.decide(world, refused_one, "section_reviewer", "reject")
    made = adjusting.adjusted(world, target)
    with clock.at(NODE):
        fresh = Filing.objects.get(pk=refused_one.pk)
        filings.cancel(filing=fresh, actor=world.people["plan_admin"], reason="重复")

    third = adjusting.asked(world, target)

    assert third.assignment_id not in (refused_one.assignment_id, made.assignment_id)
    assert third.adjustment.base == made.approved_revision


def test_every_reader_reads_the_adjusted_target(world: World, target: Filing) -> None:
    adjusting.adjusted(world, target)

    assert practice._in_force().count() == len(selectors.current_form(target).lines)
    assert not Indicator.objects.exists()


@pytest.mark.trust("G06")
def test_a_fault_at_any_write_of_the_approval_leaves_nothing(world: World, target: Filing) -> None:
    filing = adjusting.submitted(world, adjusting.asked(world, target))
    adjusting.decide(world, filing, "section_reviewer", "pass_on")
    before, number = digest(EVERYTHING), 0
    while True:
        number += 1
        fault = FailingAt(number, only_writes=True)
        try:
            with connection.execute_wrapper(fault):
                adjusting.decide(world, filing, "performance_reviewer", "pass_on")
        except Fault:
            assert digest(EVERYTHING) == before, f"after a fault at write {number}"
        else:
            break
    assert number > 8, "the loop went through the whole approval"
    assert revision_in_force(project_of(target), YEAR) != target.approved_revision


# --- the disclosure -------------------------------------------------------------------------
def owed(project: Any) -> list[Assignment]:
    rows = Assignment.objects.filter(project=project, task__trigger=disclosing.TRIGGER)
    return list(rows.order_by("occasion"))


@pytest.mark.req("Y-86", "Y-45")
def test_the_supplementary_disclosure_becomes_due_by_itself(world: World, target: Filing) -> None:
    project = project_of(target)
    adjusting.adjusted(world, target)
    assert owed(project) == []

    with clock.at(NODE + timedelta(minutes=1)):
        while jobs.handle_event():
            pass

    (made,) = owed(project)
    assert (made.opens_at, made.unit) == (NODE, project.unit)
    assert clock.last_day(made.due_at) == date(2024, 12, 31)  # the plan does not say how many days
    told = Message.objects.filter(kind="targets.disclosure_due").first()
    assert told is not None
    assert "待本地确认" in told.body
    event = Event.objects.get(kind="targets.adjusted")
    event.handled_at = None
    event.save()
    with clock.at(NODE + timedelta(minutes=2)):
        jobs.handle_event()
        assert services.disclose_missed() == 0
    assert len(owed(project)) == 1


@pytest.mark.req("Y-86")
def test_a_plan_that_says_how_many_days_dates_the_disclosure(world: World, target: Filing) -> None:
    RuleSetting.objects.filter(code=disclosing.DAYS).update(value="5", is_filled=True)
    adjusting.adjusted(world, target)
    adjusting.adjusted(world, target, SEPTEMBER, **{"adjustment.money.fiscal.county": WAN * 1100})

    with clock.at(SEPTEMBER + timedelta(minutes=1)):
        assert services.disclose_missed() == 2

    days = [clock.last_day(row.due_at) for row in owed(project_of(target))]
    assert days == [date(2024, 6, 10), date(2024, 9, 9)]  # five working days after each


@pytest.mark.req("Y-86")
def test_what_may_not_be_disclosed_holds_up_nothing_else(world: World, target: Filing) -> None:
    other = adjusting.in_force(world, 2)
    for each in (target, other):
        adjusting.adjusted(world, each)
    emptied = dict.fromkeys(("leader", "leader_phone", "summary"), "")
    unnamed = dict.fromkeys(("name", "code", "total_investment"))
    Project.objects.filter(pk=project_of(target).pk).update(
        is_classified=True, classified_serial=1, **emptied, **unnamed
    )

    with clock.at(NODE):
        assert services.disclose_missed() == 1

    assert (len(owed(project_of(target))), len(owed(project_of(other)))) == (0, 1)


def test_a_plan_without_the_task_discloses_nothing(world: World, target: Filing) -> None:
    PlanTask.objects.filter(trigger=disclosing.TRIGGER).update(trigger="")
    adjusting.adjusted(world, target)
    with clock.at(NODE):
        assert services.disclose_missed() == 0
    assert owed(project_of(target)) == []


def test_the_trail_tells_the_whole_story(world: World, target: Filing) -> None:
    let_in(world, target)
    adjusting.approved(
        world, adjusting.submitted(world, adjusting.asked(world, target, JULY), JULY), JULY
    )
    actions = set(Entry.objects.values_list("action", flat=True))
    assert actions >= {
        "targets.ask_exception",
        "targets.decide_exception",
        "targets.supersede",
        "projects.set_money",
        "workplans.request",
    }
