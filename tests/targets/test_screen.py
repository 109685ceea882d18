"""What the form page shows beside the form: findings by cell, last year, talk, money."""

from dataclasses import replace
from decimal import Decimal

import pytest
import yaml

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.indicators import library_file
from apps.indicators import services as library
from apps.indicators.models import Indicator
from apps.projects import services as projects
from apps.targets import screen, services
from tests import makers
from tests.filings import steps
from tests.indicators.conftest import CONTENT
from tests.makers import MONDAY
from tests.targets.test_services import next_year, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


def shown(world, filing, person="filer", picked=()):
    found = Filing.objects.select_related("assignment__task", "assignment__project", "step").get(
        pk=filing.pk
    )
    user = world.people[person]
    user.forget_memberships()
    with clock.at(MONDAY):
        return screen.sheet_screen(found, user, picked)


def test_an_open_form_shows_inputs_to_its_filer_alone(world, filing):
    assert shown(world, filing).may_edit
    assert (
        shown(world, filing).remaining == 5
    )  # working days after Monday the 8th, the 15th included
    assert not shown(world, filing, "unit_head").may_edit
    makers.submitted(world, filing)
    locked = shown(world, filing)
    assert (locked.may_edit, locked.lock.kind, locked.findings) == (False, "in_review", [])


def test_findings_stand_in_their_cells_the_worst_first(world, filing):
    form = replace(makers.good_form(), year_goal="", last_year=2022)
    lines = list(form.lines)
    lines[0] = replace(lines[0], value=None, unit="")
    lines[1] = replace(lines[1], name="")
    form = replace(form, lines=tuple(lines), unread={f"indicator:{lines[0].key}.value": "若干"})
    form = replace(form, funds={"year": {"fiscal": Decimal(1)}})
    save(world, filing, form)
    page = shown(world, filing)
    assert page.heads["year_goal"].finding is not None
    assert page.heads["first_year"].finding or page.heads["last_year"].finding
    assert page.rows[0].cells["value"].text == "若干"
    assert page.rows[0].cells["value"].finding.severity == "阻断"
    assert page.rows[1].cells["name"].finding is not None
    severities = [str(finding.severity) for finding in page.findings]
    assert severities == sorted(severities, key=["阻断", "提示", "建议"].index)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"operator": "定性", "value": None, "value_text": "达到Ⅲ类"}, "达到Ⅲ类"),
        ({"operator": "区间", "value": Decimal(60), "value_high": Decimal(80)}, "60–80"),
        ({"operator": "区间", "value": Decimal(60)}, "60"),
        ({"value": None}, ""),
        ({"value": Decimal("12.50")}, "12.5"),
    ],
)
def test_a_value_is_one_editable_text(world, filing, changes, text):
    save(world, filing, makers.with_line(makers.good_form(), 0, **changes))
    assert shown(world, filing).rows[0].cells["value"].text == text


def test_money_stands_beside_last_years(world, filing):
    project, admin = filing.assignment.project, world.people["plan_admin"]
    with clock.at(MONDAY):
        projects.confirm(project=project, actor=admin, year=2023, origin="initial", attribute="new")
        projects.set_money(
            project=project,
            actor=admin,
            year=2023,
            lines=[
                projects.MoneyLine("fiscal", "county", *([Decimal("12000000")] * 2), Decimal(0))
            ],
        )
    form = replace(makers.good_form(), unread={"funds.mid.fiscal": "三千万"})
    save(world, filing, form)
    rows = {row.source: row for row in shown(world, filing).funds}
    assert rows["fiscal"].last_budget == Decimal("12000000")
    assert rows["fiscal"].change == Decimal("0.15")
    assert rows["fiscal"].mid.text == "三千万"
    assert rows["fiscal"].year.text == "1,380.00"
    assert (rows["other"].last_budget, rows["other"].change) == (None, None)
    page = shown(world, filing)
    assert page.totals["year"] == Decimal("14200000")
    assert page.last_total == Decimal("12000000")
    assert round(page.change, 4) == Decimal("0.1833")


def test_last_years_values_stand_beside_this_years(world, filing):
    steps.approved(world, filing)
    later = next_year(world, filing)
    with clock.at(MONDAY):
        services.copy_from_last_year(filing=later, actor=world.people["filer"], version=1)
    page = shown(world, later)
    assert [row.last_year for row in page.rows] == ["≥1,900块", "≥32,000人", "≥92%"]
    assert page.n_last_year == 3
    assert page.last_goal == makers.good_form().year_goal


def test_talk_and_return_items_stand_with_their_rows(world, filing):
    makers.submitted(world, filing)
    key = filing.revisions.get().target_sheet.targets.all()[0].key
    with clock.at(MONDAY):
        filings.comment(
            filing=filing,
            actor=world.people["section_reviewer"],
            path=f"indicator:{key}.value",
            text="偏低",
        )
    steps.returned(world, filing, f"indicator:{key}.value")
    page = shown(world, filing)
    assert [remark.text for remark in page.rows[0].comments] == ["偏低"]
    assert page.rows[1].comments == []
    assert len(page.items) == 1


def test_a_picked_indicator_is_a_new_row_to_complete(world, filing, tmp_path):
    path = tmp_path / "water.yaml"
    path.write_text(yaml.safe_dump(CONTENT, allow_unicode=True), encoding="utf-8")
    library.load(actor=None, documents=library_file.read_all([path]))
    row = Indicator.objects.get(code="SL-1")
    save(world, filing, makers.good_form())
    page = shown(world, filing, picked=[str(row.pk), "x", "-1"])
    first, *empty = page.spare
    assert first.cells["name"].text == row.name
    assert first.number == 4
    assert len(empty) == screen.SPARE_ROWS
    assert page.blank.index == "__i__"


def test_the_points_due_leave_room_for_the_execution(world, filing):
    save(world, filing, makers.good_form())
    page = shown(world, filing)
    assert (page.points, page.points_due, page.weights_title) == (90, 90, "不设成本指标")


def test_a_span_without_any_amount_has_no_total(world, filing):
    save(world, filing, replace(makers.good_form(), funds={}))
    assert shown(world, filing).totals == {"mid": None, "year": None}
    save(world, filing, replace(makers.good_form(), funds={"year": {"fiscal": Decimal(0)}}))
    assert shown(world, filing).totals == {"mid": None, "year": 0}
