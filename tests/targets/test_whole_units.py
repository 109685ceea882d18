"""Whole units' targets: the plan's catalogue, tasks that cost the budget, assets, every door."""

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from apps.core import clock
from apps.core.uploads import guard_xlsx
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.projects.models import UnitBudget
from apps.projects.unit_budgets import set_unit_budget, unit_money
from apps.rules import form_diff
from apps.rules.errors import RuleError
from apps.rules.numbers import show_wan
from apps.targets import content, documents, form_xlsx, selectors, services, uploads, workbook
from apps.targets.form_json import form_as, form_from
from apps.targets.forms import target_form
from apps.targets.inputs import inputs_of
from apps.targets.screen import sheet_screen
from apps.workplans.models import Assignment
from tests import makers
from tests.filings import steps
from tests.filings.steps import denied, refused
from tests.makers import MONDAY, YEAR
from tests.personas import client_of
from tests.targets import whole

pytestmark = pytest.mark.django_db


def newest(filing):
    return filing.revisions.order_by("-number")[0]


def codes(filing):
    return {finding.code for finding in content.check(newest(filing))}


@pytest.mark.req("Q-16")
def test_nobody_begins_before_the_catalogue_is_chosen(world):
    assignment = whole.owed(world, whole.task_of(world))
    for value in (None, ""):
        if value is not None:
            whole.choose(world, value)
        with refused("指标目录还没有选定"):
            whole.opened(world, assignment)
    assert not Filing.objects.exists()


@pytest.mark.req("Q-16", "Y-80", "W-12")
def test_a_good_form_of_six_dimensions_has_nothing_against_it_and_is_submitted(world):
    filing = whole.unit_filing(world)
    whole.budget(world)
    saved = whole.save(world, filing, whole.unit_form())
    assert content.check(newest(filing)) == []
    assert selectors.current_form(filing) == whole.unit_form()
    whole.submit(world, filing, saved.version)
    filing.refresh_from_db()
    assert filing.state == "submitted"


@pytest.mark.req("Q-16")
def test_each_dimension_has_an_indicator_and_no_other_level_is_known(world):
    filing = whole.unit_filing(world)
    whole.budget(world)
    lines = whole.unit_form().lines
    whole.save(world, filing, whole.unit_form(lines=lines[1:]))
    assert {"targets.required_level", "targets.weights_sum"} <= codes(filing)
    odd = (replace(lines[0], level1="产出", level2="数量"), *lines[1:])
    whole.save(world, filing, whole.unit_form(lines=odd))
    assert "targets.level1" in codes(filing)


def test_the_older_catalogue_knows_outputs_effects_and_satisfaction(world):
    filing = whole.unit_filing(world, whole.THREE)
    assert list(selectors.current_shape(filing).levels) == ["产出", "效益", "满意度"]


@pytest.mark.req("Y-80")
def test_tasks_cost_what_the_budget_is(world):
    filing = whole.unit_filing(world)
    whole.save(world, filing, whole.unit_form())
    assert codes(filing) == {"targets.budget_unknown"}  # never a guessed one
    whole.budget(world, fiscal="1000000", other="300000")
    (finding,) = content.check(newest(filing))
    assert finding.code == "targets.tasks_budget"
    assert finding.severity == "阻断"
    assert "任务合计120.00万元，部门预算130.00万元，少10.00万元" in finding.message
    whole.budget(world, fiscal="900000", other="300000")
    (finding,) = content.check(newest(filing))
    assert finding.severity == "提示"  # the sum agrees, the sources do not


def test_a_task_says_what_and_how_much(world):
    filing = whole.unit_filing(world)
    whole.budget(world)
    first, second = whole.unit_form().tasks
    tasks = (replace(first, content="", fiscal=None, other=None), replace(second, name="农村供水"))
    whole.save(world, filing, whole.unit_form(tasks=tasks, assets={}, duties="", grounds=""))
    found = {(finding.code, finding.where) for finding in content.check(newest(filing))}
    assert ("targets.task_cells", "二、任务1 农村供水 主要内容") in found
    assert ("targets.task_cells", "二、任务1 农村供水 财政拨款") in found
    assert ("targets.task_repeated", "二、任务2 农村供水 任务名称") in found
    assert ("targets.assets_missing", "一、资产状况") in found
    assert ("targets.head_text", "一、职能职责") in found
    assert ("targets.head_text", "一、规划依据") in found
    whole.save(world, filing, whole.unit_form(tasks=()))
    assert "targets.tasks_missing" in codes(filing)


def test_what_a_project_form_has_is_dropped_and_what_is_no_number_is_kept(world):
    filing = whole.unit_filing(world)
    key = whole.unit_form().tasks[0].key
    typed = inputs_of(whole.unit_form()) | {
        "attribute": "new",
        "funds-year-fiscal": "12",
        "task-0-fiscal": "七十万",
        "assets-vehicle-quantity": "-1",
    }
    whole.save(world, filing, target_form(typed))
    form = selectors.current_form(filing)
    assert (form.attribute, form.funds) == ("", {})
    assert form.unread == {f"task:{key}.fiscal": "七十万", "assets.vehicle.quantity": "-1"}
    assert "targets.unread" in codes(filing)


def test_more_than_a_hundred_tasks_are_refused(world):
    filing = whole.unit_filing(world)
    task = whole.unit_form().tasks[0]
    with refused("任务有101项，最多100项"):
        whole.save(world, filing, whole.unit_form(tasks=(task,) * 101))


def test_page_program_and_workbook_read_what_they_show(world):
    filing = whole.unit_filing(world)
    whole.save(world, filing, whole.unit_form())
    form = selectors.current_form(filing)
    assert target_form(inputs_of(form)).of(form.shape) == form
    assert form_as(form_from(form_as(form)).of(form.shape)) == form_as(form)
    book = openpyxl.load_workbook(io.BytesIO(workbook.write(filing, newest(filing))))
    book["年度主要任务"]["D3"].value = 65
    book["基本信息"]["B4"].value = "负责水利工作"
    target = io.BytesIO()
    book.save(target)
    with clock.at(MONDAY):
        guarded = guard_xlsx(io.BytesIO(target.getvalue()), "填报表.xlsx")
        taken = uploads.take_in(filing=filing, actor=world.people["filer"], upload=guarded)
    assert taken.is_changed
    read = selectors.current_form(filing)
    assert read.duties == "负责水利工作"
    assert read.tasks[0] == replace(form.tasks[0], fiscal=Decimal("650000"))
    assert read.assets == form.assets
    assert read.lines == form.lines


def test_a_difference_and_a_conflict_name_the_cell_of_the_task(world):
    filing = whole.unit_filing(world)
    form = whole.unit_form()
    whole.save(world, filing, form)
    mine = replace(form, tasks=(replace(form.tasks[0], fiscal=Decimal(1)), form.tasks[1]))
    diff = form_diff.diff(form, mine)
    assert [section.name for section in diff.sections] == ["head", "tasks", "goals", "indicators"]
    assert diff.n_changes == 1
    with clock.at(MONDAY), pytest.raises(RuleError) as caught:
        services.save(filing=filing, actor=world.people["filer"], version=0, form=mine)
    (conflict,) = caught.value.data["conflicts"]
    assert conflict["place"] == "二、任务1 农村供水 财政拨款"
    kept = {conflict["path"]}
    with clock.at(MONDAY):
        services.save_chosen(
            filing=filing,
            actor=world.people["filer"],
            version=newest(filing).version,
            form=mine,
            keep_theirs=kept,
        )
    assert selectors.current_form(filing) == form


@pytest.mark.req("Y-13", "Y-80")
def test_a_reviewer_sees_each_tasks_money_and_can_talk_about_it(world):
    filing = whole.unit_filing(world)
    whole.budget(world)
    form = whole.unit_form()
    saved = whole.save(world, filing, form)
    whole.submit(world, filing, saved.version)
    reviewer = world.people["section_reviewer"]
    client = client_of(reviewer)
    with clock.at(MONDAY):
        for name in ("detail", "review"):
            page = client.get(reverse(f"filings:{name}", args=[YEAR, filing.public_id]))
            assert f"财政拨款</span> {show_wan(form.tasks[0].fiscal)}" in page.content.decode()
        path = f"task:{form.tasks[0].key}"
        remark = filings.comment(
            filing=Filing.objects.get(pk=filing.pk), actor=reviewer, path=path, text="依据是什么"
        )
        page = client.get(reverse("filings:review", args=[YEAR, filing.public_id]))
    assert remark.path == path
    assert f'href="#t-{path}"' in page.content.decode()


def test_the_paper_has_tasks_with_their_sum_and_numbered_goals(world):
    filing = whole.unit_filing(world)
    whole.save(world, filing, whole.unit_form())
    document = documents.document_of(filing, newest(filing))
    assert document.title == "部门（单位）整体支出绩效目标申报表"
    assert document.subject_label == "部门（单位）名称"
    assert [(task.name, task.total) for task in document.tasks] == [
        ("农村供水", "90.00"),
        ("河湖管护", "30.00"),
        ("金额合计", "120.00"),
    ]
    assert document.goals[0].splitlines()[1].startswith("目标2：巡河")
    assert document.funds == ()
    assert document.texts[-1] == ("资产状况", "房屋1,200平方米，账面价值360万元")
    cells = {
        cell.value
        for row in openpyxl.load_workbook(io.BytesIO(form_xlsx.form_xlsx(document))).active.rows
        for cell in row
    }
    assert {"年度\n主要\n任务", "河湖管护", "金额合计", "运行成本指标"} <= cells


def test_the_page_shows_tasks_assets_and_free_second_levels(world):
    filing = whole.unit_filing(world)
    whole.budget(world)
    whole.save(world, filing, whole.unit_form())
    with clock.at(MONDAY):
        answer = client_of(world.people["filer"]).get(f"/{YEAR}/targets/{filing.public_id}/")
        shown = sheet_screen(filing, world.people["filer"])
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("年度主要任务", "资产状况", "职能职责", "部门预算", "县水利局", "可持续发展能力"):
        assert words in page
    assert 'name="funds-year-fiscal"' not in page
    assert shown.unit is not None
    assert shown.unit.due == shown.unit.sums["total"] == Decimal("1200000.00")


@pytest.mark.req("Y-80")
def test_next_year_begins_with_the_duties_in_force(world):
    filing = whole.unit_filing(world)
    whole.budget(world)
    saved = whole.save(world, filing, whole.unit_form())
    whole.submit(world, filing, saved.version)
    steps.decide(world, filing, "section_reviewer", "pass_on")
    after = whole.opened(
        world, whole.owed(world, whole.task_of(world, "targets.later", evaluated_year=YEAR + 1))
    )
    form = selectors.current_form(after)
    assert form.duties == whole.unit_form().duties
    assert (form.tasks, form.lines) == ((), ())
    assert selectors.last_year_form(after) == whole.unit_form()


def test_a_stranger_finds_no_such_form(world):
    filing = whole.unit_filing(world)
    client = client_of(world.people["stranger"])
    assert client.get(f"/{YEAR}/targets/{filing.public_id}/").status_code == 404


# --- the unit's budget ------------------------------------------------------------------------
def test_only_who_keeps_money_records_a_budget(world):
    with denied("只有预算股"):
        set_unit_budget(
            unit=world.units["water"],
            actor=world.people["filer"],
            year=YEAR,
            amounts={"fiscal": Decimal(1)},
            basis="文号",
        )
    assert not UnitBudget.objects.exists()


@pytest.mark.parametrize(
    ("amounts", "basis", "words"),
    [({}, "文号", "批复数未填"), ({"fiscal": Decimal(1)}, " ", "批复文号未填")],
)
def test_a_budget_has_an_amount_and_a_document(world, amounts, basis, words):
    with refused(words):
        set_unit_budget(
            unit=world.units["water"],
            actor=world.people["plan_admin"],
            year=YEAR,
            amounts=amounts,
            basis=basis,
        )
    assert not UnitBudget.objects.exists()


def test_a_correction_replaces_and_repetition_changes_nothing(world):
    whole.budget(world)
    first = set(UnitBudget.objects.values_list("pk", flat=True))
    whole.budget(world)
    assert set(UnitBudget.objects.values_list("pk", flat=True)) == first
    whole.budget(world, fiscal="500000", other="0")
    assert unit_money(world.units["water"], YEAR) == {
        "fiscal": Decimal("500000.00"),
        "other": Decimal("0.00"),
    }


def test_projects_alone_are_the_budget_only_where_staff_is_among_them(world):
    unit = world.units["water"]

    project = makers.make_project(world)
    assert unit_money(unit, YEAR) == {}
    for n, category in ((2, "R"), (3, "Y")):
        other = makers.make_project(world, n=n)
        other.category = category
        other.save(update_fields=["category"])
    found = unit_money(unit, YEAR)
    assert set(found) == {"fiscal", "other"}
    assert found["fiscal"] > 0
    project.unit = world.units["traffic"]
    project.save(update_fields=["unit"])
    assert unit_money(unit, YEAR)["fiscal"] < found["fiscal"]


def test_the_budget_pages_list_and_record(world):
    client = client_of(world.people["budget_officer"])
    assert "没有登记" in client.get(f"/{YEAR}/unit-budgets/").content.decode()
    url = f"/{YEAR}/unit-budgets/{world.units['water'].public_id}/"
    assert client.post(url, {"fiscal": "", "basis": "文号"}).status_code == 422
    assert client.post(url, {"fiscal": "100", "basis": "文号"}).status_code == 302
    assert unit_money(world.units["water"], YEAR) == {"fiscal": Decimal("1000000.00")}


# --- policies ---------------------------------------------------------------------------------
@pytest.mark.req("Q-07")
def test_a_policy_task_reaches_policies_only_and_asks_for_the_policy(world):

    makers.make_project(world, n=1)
    policy = makers.make_project(world, n=2)
    policy.is_policy = True
    policy.save(update_fields=["is_policy"])
    task = whole.task_of(
        world, "targets.policy", kind="targets.policy", subject_kind="policy", title="政策目标"
    )
    with clock.at(MONDAY):
        from apps.workplans.services import assign

        assign(task=task, on=MONDAY.date(), actor=world.people["plan_admin"])
    (assignment,) = Assignment.objects.filter(task=task)
    assert assignment.project == policy
    filing = whole.opened(world, assignment)
    form = selectors.current_form(filing)
    assert (form.shape.code, form.attribute) == ("policy", "")
    assert form.funds["year"]["fiscal"] > 0
    found = {(f.code, f.where) for f in content.check(newest(filing))}
    for word in ("政策依据", "受益范围", "支出标准"):
        assert ("targets.head_text", f"一、{word}") in found
    document = documents.document_of(filing, newest(filing))
    assert document.title == "政策绩效目标申报表"
    assert document.pairs[1][:2] == ("政策期", "2023年—2025年")
    with clock.at(MONDAY), pytest.raises(RuleError):
        filings.submit(filing=filing, actor=world.people["filer"], version=0, key="k" * 36)
