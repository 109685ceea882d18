"""Policies and whole units are adjusted the one way that projects are (Y-45, Y-86)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing, State
from apps.jobs import services as jobs
from apps.projects.models import FundLine, UnitBudget
from apps.projects.unit_budgets import unit_money
from apps.rules.adjustment import AdjustmentHead
from apps.rules.errors import RuleError
from apps.rules.target_form import TargetForm
from apps.targets import adjusting as own
from apps.targets import content, documents, in_force, selectors, services
from apps.targets.models import Adjustment, AdjustmentException
from apps.targets.services import disclosing
from apps.workplans.models import Assignment
from apps.workplans.services import assign
from tests import makers
from tests.flows.stored import ALL, digest
from tests.makers import MONDAY, YEAR
from tests.personas import World, client_of
from tests.targets import adjusting, whole
from tests.targets.adjusting import JULY, NODE, WAN

EVERYTHING = (*ALL, "projects")
LESS = Decimal(900000)  # of the unit's fiscal money, instead of 100 万元


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def into_force(world: World, filing: Filing, form: TargetForm) -> Filing:
    """A target of any shape, passed by its one desk; the plan adjusts at its nodes."""
    version = whole.save(world, filing, form).version
    whole.submit(world, filing, version)
    with clock.at(MONDAY):
        fresh = Filing.objects.get(pk=filing.pk)
        filings.pass_on(filing=fresh, actor=world.people["section_reviewer"], opinion="同意")
    adjusting.add_adjustment(world, filing.assignment.plan)
    filing.refresh_from_db()
    return filing


@pytest.fixture
def unit_target(world: World) -> Filing:
    """水利局's whole-unit targets in force, for a budget of 120 万元."""
    filing = whole.unit_filing(world)
    whole.budget(world)
    return into_force(world, filing, whole.unit_form())


def changed(filing: Filing, after: Decimal = LESS) -> tuple[TargetForm, AdjustmentHead]:
    """Less fiscal money for the first task and fewer kilometres, said why."""
    revision = filing.revisions.order_by("-number")[0]
    form, head = content.form_of(revision), own.head_of(revision)
    rows = tuple(replace(row, after=after) if row.source == "fiscal" else row for row in head.money)
    task = replace(form.tasks[0], content="改造供水管网22公里", fiscal=Decimal(600000))
    lines = tuple(
        replace(line, value=Decimal(22)) if line.unit == "公里" else line for line in form.lines
    )
    form = replace(
        form,
        tasks=(task, *form.tasks[1:]),
        lines=lines,
        year_goal=form.year_goal.replace("26公里", "22公里"),
    )
    return form, replace(
        head,
        reason=adjusting.REASONS[0],
        explanation="县级部门预算调整，供水管网少改造4公里。",
        basis="尉财预〔2024〕12号",
        money=rows,
    )


def submitted(world: World, filing: Filing, **more: Any) -> Filing:
    version = adjusting.saved(world, filing, *changed(filing, **more))
    adjusting.attached(world, filing)
    with clock.at(NODE):
        filings.submit(filing=filing, actor=world.people["filer"], version=version, key="k" * 36)
    filing.refresh_from_db()
    return filing


# --- whole units ----------------------------------------------------------------------------
@pytest.mark.req("Y-45", "Y-86")
def test_a_whole_units_target_is_adjusted_with_its_budget(
    world: World, unit_target: Filing
) -> None:
    unit = world.units["water"]
    filing = adjusting.asked(world, unit_target)
    begun = filing.revisions.get()
    assert content.form_of(begun) == content.form_of(unit_target.approved_revision)
    assert [(row.label, row.before) for row in own.head_of(begun).money] == [
        ("财政拨款", Decimal(1000000)),
        ("上年结转", Decimal(0)),
        ("其他资金", Decimal(200000)),
    ]

    adjusting.approved(world, submitted(world, filing))

    filing.refresh_from_db()
    assert filing.state == State.APPROVED
    assert in_force.unit_revision_in_force(unit, YEAR) == filing.approved_revision
    assert unit_money(unit, YEAR) == {"fiscal": LESS, "other": Decimal(200000)}
    basis = set(UnitBudget.objects.filter(unit=unit).values_list("basis", flat=True))
    assert basis == {"第1次调整 尉财预〔2024〕12号"}
    links = selectors.unit_chain(unit, YEAR)
    assert [(link.title, link.is_in_force) for link in links] == [
        ("整体绩效目标", False),
        ("第1次调整", True),
    ]
    assert {"targets.supersede", "projects.set_unit_budget"} <= set(
        Entry.objects.values_list("action", flat=True)
    )


@pytest.mark.req("Y-86")
def test_an_adjusted_whole_target_is_disclosed_once(world: World, unit_target: Filing) -> None:
    adjusting.approved(world, submitted(world, adjusting.asked(world, unit_target)))
    rows = Assignment.objects.filter(task__trigger=disclosing.TRIGGER)
    assert not rows.exists()
    with clock.at(NODE):
        while jobs.handle_event():
            pass
        assert services.disclose_missed() == 0
    owed = rows.get()
    assert (owed.unit, owed.project, owed.occasion) == (world.units["water"], None, 1)


@pytest.mark.req("Y-45")
def test_a_whole_target_is_adjusted_again_within_the_same_node(
    world: World, unit_target: Filing
) -> None:
    first = adjusting.asked(world, unit_target)
    adjusting.approved(world, submitted(world, first))
    second = adjusting.asked(world, unit_target)
    assert (second.assignment.occasion, second.adjustment.number) == (2, 2)
    assert second.adjustment.base == Adjustment.objects.get(number=1).made


@pytest.mark.req("Y-45")
def test_a_whole_units_tasks_and_its_budget_agree(world: World, unit_target: Filing) -> None:
    filing = adjusting.asked(world, unit_target)
    version = adjusting.saved(world, filing, *changed(filing, after=Decimal(950000)))
    adjusting.attached(world, filing)
    before = digest(EVERYTHING)
    with clock.at(NODE), pytest.raises(RuleError, match="调整后部门预算115"):
        filings.submit(filing=filing, actor=world.people["filer"], version=version, key="k" * 36)
    assert digest(EVERYTHING) == before


@pytest.mark.req("Y-45")
def test_an_adjusted_whole_unit_knows_the_budget_that_will_be(
    world: World, unit_target: Filing
) -> None:
    filing = adjusting.asked(world, unit_target)
    adjusting.saved(world, filing, *changed(filing))
    revision = filing.revisions.get()
    with clock.at(NODE):
        found = {finding.code for finding in filings.findings_of(revision=revision)}
        facts = content.facts_of(revision, content.form_of(revision))
    assert "targets.budget_unknown" not in found
    assert sum(facts.budget.values()) == LESS + 200000


@pytest.mark.req("Y-45")
def test_a_budget_that_moved_meanwhile_stops_the_approval(
    world: World, unit_target: Filing
) -> None:
    filing = submitted(world, adjusting.asked(world, unit_target))
    adjusting.decide(world, filing, "section_reviewer", "pass_on")
    whole.budget(world, fiscal="1100000")
    before = digest(EVERYTHING)
    with pytest.raises(RuleError, match="资金现在是110"):
        adjusting.decide(world, filing, "performance_reviewer", "pass_on")
    assert digest(EVERYTHING) == before


@pytest.mark.req("Y-45")
def test_only_the_units_own_filer_asks_and_only_at_a_node(
    world: World, unit_target: Filing
) -> None:
    before = digest(EVERYTHING)
    with pytest.raises(PermissionDenied):
        adjusting.asked(world, unit_target, person="stranger")
    with pytest.raises(RuleError, match="下一次是8月节点"):
        adjusting.asked(world, unit_target, JULY)
    assert digest(EVERYTHING) == before


@pytest.mark.req("Y-45")
def test_a_row_of_the_chain_names_one_subject(world: World, unit_target: Filing) -> None:
    filing = adjusting.asked(world, unit_target)
    project = makers.make_project(world, n=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.filter(filing=filing).update(project=project)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.filter(filing=filing).update(unit=None)


@pytest.mark.req("Y-45")
def test_the_unit_goes_from_its_dossier_to_the_form(world: World, unit_target: Filing) -> None:
    unit, client = world.units["water"], client_of(world.people["filer"])
    page = f"/{YEAR}/units/{unit.public_id}/adjustment/"
    with clock.at(NODE):
        assert page in client.get(f"/{YEAR}/units/{unit.public_id}/").content.decode()
        shown = client.get(page).content.decode()
        assert f"目标调整　{unit}整体" in shown
        assert f'action="{page}request/"' in shown
        answer = client.post(f"{page}request/")
        filing = Filing.objects.get(kind="targets.adjustment")
        assert answer.url == f"/{YEAR}/targets/{filing.public_id}/"
        sheet = client.get(answer.url).content.decode()
    assert 'name="adjust-money-fiscal-whole"' in sheet
    for wrong in ("未登记", "部门预算，任务合计无从核对", "与本单位的另一项目"):
        assert wrong not in sheet
    made = documents.document_of(filing, filing.revisions.get())
    assert made.title == "部门（单位）整体支出绩效目标调整申请表"
    assert made.project == str(unit)


def test_a_program_asks_for_a_whole_unit(world: World, unit_target: Filing) -> None:
    base = f"/api/v1/{YEAR}/units/{world.units['water'].public_id}/adjustment/"
    client = client_of(world.people["filer"])
    told = {"reason": "洪水冲毁取水口，等不到八月", "evidence": "灾情证明"}
    with clock.at(JULY):
        asked = client.post(f"{base}exception/", told, content_type="application/json").json()
        exception = AdjustmentException.objects.get()
        assert asked["unit"] == str(world.units["water"].public_id)
        assert (asked["project"], exception.project) == (None, None)
        url = f"/api/v1/{YEAR}/adjustment-exceptions/{exception.public_id}/decide/"
        client_of(world.people["leader"]).post(
            url, {"is_agreed": True, "until": "2024-07-10"}, content_type="application/json"
        )
        assert client.get(base).json()["may_request"] is True
        made = client.post(f"{base}request/").json()
    filing = Filing.objects.get(public_id=made["filing"])
    exception.refresh_from_db()
    assert exception.used_by == filing.adjustment


# --- policies -------------------------------------------------------------------------------
@pytest.mark.req("Y-45", "Q-07")
def test_a_policys_target_is_adjusted_with_its_projects_money(world: World) -> None:
    policy = makers.make_project(world, n=2)
    policy.is_policy = True
    policy.save(update_fields=["is_policy"])
    task = whole.task_of(
        world, "targets.policy", kind="targets.policy", subject_kind="policy", title="政策目标"
    )
    with clock.at(MONDAY):
        assign(task=task, on=MONDAY.date(), actor=world.people["plan_admin"])
    target = whole.opened(world, Assignment.objects.get(task=task, project=policy))
    form = makers.good_form()
    form = replace(
        form.of(selectors.current_form(target).shape),
        grounds="《尉犁县农村饮水补助办法》",
        beneficiaries="脱贫户",
        standards="每户200元",
    )
    into_force(world, target, form)

    filing = adjusting.asked(world, target)
    assert selectors.current_form(filing).shape.code == "policy"
    adjusting.approved(world, adjusting.submitted(world, filing))

    line = FundLine.objects.get(year__project=policy, source="fiscal")
    assert line.adjusted == 1200 * WAN
    assert (
        in_force.revision_in_force(policy, YEAR)
        == Filing.objects.get(pk=filing.pk).approved_revision
    )
    made = documents.document_of(filing, filing.revisions.get())
    assert made.title == "政策绩效目标调整申请表"
