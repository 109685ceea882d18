"""Writing targets: what is kept as typed, what belongs to whom, last year's rows."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from apps.core import clock
from apps.filings import services as filings
from apps.targets import content, selectors, services, starts
from apps.workplans.models import Assignment, PlanTask, TaskWindow
from tests import makers
from tests.filings import steps
from tests.filings.steps import denied, refused
from tests.makers import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


def save(world, filing, form, person="filer"):
    version = filing.revisions.order_by("-number")[0].version
    with clock.at(MONDAY):
        return services.save(filing=filing, actor=world.people[person], version=version, form=form)


def next_year(world, filing):
    """The same project's targets of the year after, open as a draft."""
    task = PlanTask.objects.get(pk=filing.assignment.task_id)
    windows = list(task.windows.all())
    task.pk, task.public_id, task.code, task.evaluated_year = None, uuid4(), "targets.next", 2025
    task.position = 99
    task.save()
    window = TaskWindow.objects.create(
        task=task, key="2025", opens_at=windows[0].opens_at, closes_at=windows[0].closes_at
    )
    assignment = filing.assignment
    made = Assignment.objects.create(
        plan_id=assignment.plan_id,
        task=task,
        window=window,
        jurisdiction=assignment.jurisdiction,
        fiscal_year=2024,
        unit=assignment.unit,
        project=assignment.project,
        opens_at=window.opens_at,
        due_at=window.closes_at,
        assigned_at=MONDAY,
    )
    with clock.at(MONDAY):
        return filings.open_filing(assignment=made, actor=world.people["filer"])


def test_a_new_form_knows_what_the_system_knows(filing):
    form = selectors.current_form(filing)
    assert (form.attribute, form.first_year, form.last_year) == ("continuing", 2023, 2025)
    assert form.funds == {"year": {"fiscal": Decimal("13800000"), "other": Decimal("400000")}}
    assert (form.year_goal, form.lines) == ("", ())


def test_what_was_saved_is_what_is_read(world, filing):
    form = makers.good_form()
    save(world, filing, form)
    assert selectors.current_form(filing) == form


def test_more_than_a_hundred_rows_are_refused(world, filing):
    line = makers.good_form().lines[0]
    rows = tuple(replace(line, key=str(uuid4())) for _ in range(101))
    with refused("指标有101行，最多100行"):
        save(world, filing, replace(makers.good_form(), lines=rows))
    save(world, filing, replace(makers.good_form(), lines=rows[:100]))
    assert len(selectors.current_form(filing).lines) == 100


def test_every_row_gets_a_key_of_its_own_and_keeps_what_could_not_be_read(world, filing):
    line = makers.good_form().lines[0]
    kept = str(uuid4())
    rows = (
        replace(line, key=kept, weight=None),
        replace(line, key=kept, weight=None),
        replace(line, key="row 3", value=None),
        replace(line, key="row 4"),
    )
    unread = {
        f"indicator:{kept}.weight": "约五十",
        "indicator:row 3.value": "若干",
        "indicator:row 4.value": "not there: the row has a number",
        "indicator:nobody.value": "x",
        "first_year": "今年",
    }
    save(world, filing, replace(makers.good_form(), lines=rows, unread=unread))
    form = selectors.current_form(filing)
    keys = [row.key for row in form.lines]
    assert keys[0] == kept
    assert len(set(keys)) == 4
    assert form.unread == {
        "first_year": "今年",
        f"indicator:{kept}.weight": "约五十",
        f"indicator:{keys[1]}.weight": "约五十",
        f"indicator:{keys[2]}.value": "若干",
    }


def test_a_row_keeps_its_link_only_to_an_indicator_that_exists(world, filing):
    save(world, filing, makers.with_line(makers.good_form(), 0, library_id=987654321))
    assert selectors.current_form(filing).lines[0].library_id is None


@pytest.mark.trust("G01")
def test_after_a_conflict_each_cell_is_what_was_chosen_for_it(world, filing):
    base = makers.good_form()
    save(world, filing, base)
    stale = filing.revisions.get().version
    theirs = replace(makers.with_line(base, 0, value=Decimal(2000)), leader="李强")
    save(world, filing, theirs, "filer2")
    mine = replace(makers.with_line(base, 0, value=Decimal(26)), leader="赵敏")
    actor = world.people["filer"]
    with refused("又被保存过") as caught:
        services.save(filing=filing, actor=actor, version=stale, form=mine)
    by_path = {each["path"]: each for each in caught.value.data["conflicts"]}
    cell = f"indicator:{base.lines[0].key}.value"
    assert set(by_path) == {"leader", cell}
    assert (by_path["leader"]["theirs"], by_path["leader"]["mine"]) == ("李强", "赵敏")
    with clock.at(MONDAY):
        services.save_chosen(
            filing=filing,
            actor=actor,
            version=caught.value.data["version"],
            form=mine,
            keep_theirs={cell},
        )
    form = selectors.current_form(filing)
    assert (form.leader, form.lines[0].value) == ("赵敏", Decimal(2000))


# --- last year ----------------------------------------------------------------------------------
def test_last_years_rows_are_taken_once_and_without_weights(world, filing):
    steps.approved(world, filing)
    later = next_year(world, filing)
    actor = world.people["filer"]
    own = replace(makers.good_form().lines[0], weight=Decimal(33))  # same level and name
    form = replace(selectors.current_form(later), lines=(own,), leader="刚填的")
    with clock.at(MONDAY):
        services.copy_from_last_year(filing=later, actor=actor, version=1, form=form)
        services.copy_from_last_year(filing=later, actor=actor, version=2)
    lines = selectors.current_form(later).lines
    assert selectors.current_form(later).leader == "刚填的"
    assert [line.name for line in lines] == ["更换老旧水表", "供水受益农村人口", "用水户满意度"]
    assert [line.weight for line in lines] == [Decimal(33), None, None]
    before = {line.key for line in selectors.form_in_force(filing.assignment.project, 2024).lines}
    assert not before & {line.key for line in lines}


def test_there_must_be_a_last_year_and_a_filer_to_take_it_over(world, filing):
    with refused("上年没有已定稿"):
        services.copy_from_last_year(filing=filing, actor=world.people["filer"], version=1)
    with denied("只有本单位填报员"):
        services.copy_from_last_year(filing=filing, actor=world.people["unit_head"], version=1)


def test_nothing_is_in_force_before_the_approval_or_after_a_cancelled_answer(world, filing):
    project = filing.assignment.project
    makers.submitted(world, filing)
    assert selectors.form_in_force(project, 2024) is None
    steps.decide(world, filing, "section_reviewer", "pass_on")
    filing.refresh_from_db()
    steps.decide(world, filing, "performance_reviewer", "pass_on", marks=makers.full_marks(filing))
    assert selectors.revision_in_force(project, 2024) == filing.revisions.get()
    assert selectors.revision_in_force(project, 2023) is None


def test_a_task_without_a_project_has_an_empty_beginning_and_no_last_year(world, filing):
    """The same kind may be asked of a unit as a whole."""
    assignment = filing.assignment
    assignment.project = None
    assert selectors.last_year_revision(filing) is None
    assert starts.project_form(filing.revisions.get()).lines == ()


# --- words --------------------------------------------------------------------------------------
def test_the_signer_reads_money_goals_and_points(world, filing):
    save(world, filing, makers.good_form())
    assert content.figures(filing.revisions.get()) == [
        ("年度资金总额（万元）", "1,420.00"),
        ("其中：财政拨款（万元）", "1,380.00"),
        ("绩效指标", "3条"),
        ("权重合计", "90分"),
    ]


def test_a_place_is_named_in_the_forms_words(world, filing):
    save(world, filing, makers.good_form())
    revision = filing.revisions.get()
    key = revision.target_sheet.targets.all()[1].key
    assert content.place(revision, "slot.basis") == "五、佐证材料 立项依据"
    assert content.place(revision, f"indicator:{key}.weight").startswith("四、第2行")
    for path in ("slot.nothing", "indicator:0.value", "lines"):
        with refused("没有|不"):
            content.place(revision, path)
