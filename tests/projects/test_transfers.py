"""Transfers: registering, changing, excusing; who owes what for one follows (Y-43)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.jobs import services as jobs
from apps.notifications.models import Message
from apps.projects import selectors, transfers
from apps.projects.models import FundTag, Transfer, TransferFund
from apps.rules.errors import RuleError
from apps.workplans import selectors as plans
from apps.workplans import services as workplans
from apps.workplans.models import Assignment, Plan, PlanTask, TaskScope, TaskWindow
from tests import makers
from tests.projects.lists import YEAR

pytestmark = pytest.mark.django_db
D = Decimal
KIND = {"materials"}  # a kind that can be filed whatever the stages registered


def registered(world, actor="budget_officer", unit="water", **changes) -> Transfer:
    """A transfer of 900 万元 by a document of February."""
    told = {
        "unit": world.units[unit],
        "year": YEAR,
        "name": "农村危房改造补助资金",
        "document_number": "新财社〔2024〕12号",
        "issued_on": date(2024, 2, 20),
        "amounts": {"central": D(6_000_000), "province": D(3_000_000)},
    }
    with clock.at(makers.MONDAY):
        return transfers.register(actor=world.people[actor], **(told | changes))


def transfer_task(plan: Plan, **changes) -> PlanTask:
    """A task owed once for each transfer, open since March."""
    told = {
        "plan": plan,
        "position": 9,
        "code": "targets.transfers",
        "title": "转移支付绩效目标分解下达",
        "stage": "targets",
        "kind": "materials",
        "subject_kind": "transfer",
        "level": "unit",
        "evaluated_year": YEAR,
        "responsible": "业务主管部门",
        "clause": "随资金拨付文件同步下达。",
    }
    task = PlanTask.objects.create(**(told | changes))
    TaskWindow.objects.create(task=task, key="2024", opens_at=makers.OPENS, closes_at=makers.CLOSES)
    return task


def handled() -> None:
    """The events that wait are handled."""
    with clock.at(makers.MONDAY):
        while jobs.handle_event():
            pass


@pytest.mark.req("Y-43", "Y-44")
@pytest.mark.parametrize("actor", ["plan_admin", "budget_officer", "section_reviewer"])
def test_the_bureau_registers_a_transfer_with_its_document_and_money_by_level(world, actor):
    transfer = registered(world, actor)
    assert selectors.amount_of(transfer) == D(9_000_000)
    assert selectors.amounts_of(transfer) == {"central": D(6_000_000), "province": D(3_000_000)}
    entry = Entry.objects.get()
    assert (entry.action, entry.chain.name) == ("projects.register_transfer", "unit:652823/201")


@pytest.mark.parametrize(
    "actor", ["filer", "unit_head", "other_section_reviewer", "observer", "foreign_reviewer"]
)
def test_nobody_else_registers_one(world, actor):
    with pytest.raises(PermissionDenied):
        registered(world, actor)
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amounts": {}}, "至少填一个级次的金额"),
        ({"amounts": {"central": D(0)}}, "至少填一个级次的金额"),
        ({"amounts": {"central": D(-1), "other": D(5)}}, "资金级次或金额不对"),
        ({"amounts": {"moon": D(5)}}, "资金级次或金额不对"),
        ({"amounts": {"central": D("99999999999999999")}}, "资金级次或金额不对"),
        ({"name": "  "}, "名称和下达文号都要填"),
        ({"issued_on": date(2019, 1, 1)}, "离2024年度太远"),
        ({"unit": "secret"}, "涉密单位"),
    ],
)
def test_a_wrong_transfer_is_refused_with_the_place(world, changes, words):
    with pytest.raises(RuleError, match=words):
        registered(world, **changes)
    assert not Transfer.objects.exists()


def test_the_same_transfer_of_a_document_is_registered_once(world):
    registered(world)
    with pytest.raises(RuleError, match="已经登记过"):
        registered(world)
    registered(world, name="农村公路养护补助")
    assert Transfer.objects.count() == 2


def test_an_inactive_unit_has_no_transfer(world):
    unit = world.units["town"]
    unit.is_active = False
    unit.save(update_fields=["is_active"])
    with pytest.raises(RuleError, match="已停用"):
        registered(world, unit="town")


def test_a_change_is_on_record_and_what_stays_leaves_no_line(world):
    transfer, officer = registered(world), world.people["budget_officer"]
    same = {"name": transfer.name, "has_targets": True}
    transfers.update(transfer=transfer, actor=officer, facts=same)
    assert Entry.objects.count() == 1
    tag = FundTag.objects.create(code="special_transfer", name="专项转移支付")
    transfers.update(
        transfer=transfer,
        actor=officer,
        facts={"document_number": " 新财社〔2024〕15号 "},
        amounts={"central": D(5_000_000), "county": D(0)},
        fund_tags=[tag],
    )
    transfer.refresh_from_db()
    assert transfer.document_number == "新财社〔2024〕15号"
    assert selectors.amounts_of(transfer) == {"central": D(5_000_000)}
    data = Entry.objects.get(action="projects.update_transfer").data
    assert data["document_number"] == ["新财社〔2024〕12号", "新财社〔2024〕15号"]
    with pytest.raises(PermissionDenied):
        transfers.update(transfer=transfer, actor=world.people["filer"], facts={"name": "别名"})


@pytest.mark.req("Y-43")
def test_the_unit_is_told_of_other_money_and_of_nothing_else(world):
    transfer, officer = registered(world), world.people["budget_officer"]
    transfers.update(transfer=transfer, actor=officer, facts={"name": "危房改造补助"})
    assert not Message.objects.exists()
    transfers.update(transfer=transfer, actor=officer, facts={}, amounts={"central": D(8_000_000)})
    told = Message.objects.filter(kind="projects.transfer_money")
    assert world.people["filer"].pk in told.values_list("recipient", flat=True)
    assert "由900.00万元改为800.00万元" in told[0].body


def test_who_sees_a_transfer(world):
    transfer = registered(world)
    seen = {
        key
        for key, person in world.people.items()
        if Transfer.objects.visible_to(person).filter(pk=transfer.pk).exists()
    }
    assert seen >= {"filer", "filer2", "unit_head", "supervisor", "section_reviewer", "plan_admin"}
    assert not seen & {"stranger", "other_section_reviewer", "foreign_filer", "foreign_reviewer"}
    assert not seen & {"sys_admin", "sec_admin", "audit_admin", "expert", "station_filer"}


def test_a_section_sees_what_its_kind_of_money_brings(world):
    tag = FundTag.objects.create(code="衔接资金", name="衔接资金")
    transfer = registered(world, fund_tags=[tag])
    for key, is_seen in (("rural_reviewer", True), ("debt_reviewer", False)):
        rows = Transfer.objects.visible_to(world.people[key])
        assert rows.filter(pk=transfer.pk).exists() == is_seen


def test_the_database_keeps_money_positive_and_an_exemption_whole(world):
    transfer = registered(world)
    for change in ({"exempt_kind": "其他"}, {"exempt_reason": "年初不明"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Transfer.objects.filter(pk=transfer.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferFund.objects.create(transfer=transfer, level="other", amount=D(0))


# --- who owes -------------------------------------------------------------------------------
@pytest.fixture
def plan(world):
    return makers.make_plan(world)


@pytest.mark.req("Y-43", "U-36")
def test_publication_and_a_later_registration_give_the_unit_its_assignment_once(world, plan):
    task, early = transfer_task(plan), registered(world)
    with clock.at(makers.MONDAY):
        workplans.assign(task=task, on=makers.MONDAY.date(), actor=None, kinds=KIND)
        assert workplans.assign(task=task, on=makers.MONDAY.date(), actor=None, kinds=KIND) == 0
    late = registered(world, unit="traffic", name="农村公路养护补助")
    handled()
    handled()
    found = {(row.transfer, row.unit) for row in Assignment.objects.filter(task=task)}
    assert found == {(early, world.units["water"]), (late, world.units["traffic"])}
    assert plans.scope_preview(task).n_projects == 2


@pytest.mark.req("Y-43")
def test_an_exempt_transfer_is_not_owed_where_targets_are_asked_and_is_again_later(world, plan):
    task, admin = transfer_task(plan), world.people["plan_admin"]
    report = transfer_task(plan, code="transfers.report", stage="self_evaluation", position=10)
    transfer = registered(world)
    with clock.at(makers.MONDAY):
        transfers.excuse(transfer=transfer, actor=admin, kind="应急救灾类", reason="灾情未核定")
    handled()
    assert [row.task for row in Assignment.objects.all()] == [report]
    with clock.at(makers.MONDAY):
        transfers.excuse(transfer=transfer, actor=admin, kind="", reason="")
    handled()
    assert {row.task for row in Assignment.objects.all()} == {task, report}


@pytest.mark.parametrize(
    ("actor", "kind", "reason", "error"),
    [
        ("budget_officer", "其他", "年初不明", PermissionDenied),
        ("plan_admin", "其他", " ", RuleError),
        ("plan_admin", "", "年初不明", RuleError),
    ],
)
def test_an_exemption_needs_its_right_its_kind_and_its_reason(world, actor, kind, reason, error):
    transfer = registered(world)
    with pytest.raises(error):
        transfers.excuse(transfer=transfer, actor=world.people[actor], kind=kind, reason=reason)
    transfer.refresh_from_db()
    assert transfer.exempt_kind == ""


def test_scopes_choose_transfers_by_unit_and_kind_of_money(world, plan):
    tag = FundTag.objects.create(code="special", name="专项转移支付")
    task = transfer_task(plan)
    TaskScope.objects.create(task=task, field="fund_tag", value="special")
    TaskScope.objects.create(task=task, field="fund_manager", value="yes", is_exclude=True)
    special = registered(world, fund_tags=[tag])
    registered(world, name="没有标签")
    traffic = world.units["traffic"]
    traffic.is_fund_manager = True
    traffic.save(update_fields=["is_fund_manager"])
    registered(world, unit="traffic", name="资金主管部门的", fund_tags=[tag])
    handled()
    assert [row.transfer for row in Assignment.objects.all()] == [special]
    inside = plans.reach_list(task, makers.MONDAY.date(), outside=False)
    outside = plans.reach_list(task, makers.MONDAY.date(), outside=True)
    assert [plans.reach_line(row, inside.reasons).name for row in inside.rows] == [special.name]
    told = {plans.reach_line(row, outside.reasons).reason for row in outside.rows}
    assert told == {"不属于：资金标签special", "资金主管部门yes"}


def test_what_is_owed_for_a_transfer_bears_its_name(world, plan):
    transfer = registered(world)
    task = transfer_task(plan)
    handled()
    with clock.at(makers.MONDAY):
        workplans.assign(task=task, on=makers.MONDAY.date(), actor=None, kinds=KIND)
    owed = Assignment.objects.get(task=task)
    assert owed.subject == transfer
    assert str(owed) == "转移支付绩效目标分解下达 农村危房改造补助资金"


def test_two_assignments_about_one_transfer_or_two_subjects_are_refused(world, plan):
    transfer, project = registered(world), makers.make_project(world)
    task = transfer_task(plan)
    with clock.at(makers.MONDAY):
        workplans.assign(task=task, on=makers.MONDAY.date(), actor=None, kinds=KIND)
    owed = Assignment.objects.get(task=task)
    assert owed.transfer == transfer
    owed.pk, owed.public_id = None, Assignment._meta.get_field("public_id").get_default()
    with pytest.raises(IntegrityError), transaction.atomic():
        owed.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.update(project=project)
