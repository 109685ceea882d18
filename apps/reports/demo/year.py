"""A demo year: projects, the plan's tasks, filings brought as far as the file says."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from time import sleep
from typing import Any
from uuid import uuid4

from django.db import connection

from apps.core import clock
from apps.core.uploads import Upload
from apps.filings import services as filings
from apps.filings.models import Filing, Revision
from apps.organizations.models import User
from apps.projects import selectors as projects
from apps.projects.models import Project, ProjectYear
from apps.reports.demo.county import County
from apps.reports.demo.figures import number
from apps.reports.demo.forms import Library, form_for
from apps.reports.demo.projects import make_wave, waves_of
from apps.rules.target_form import TargetForm
from apps.targets import selectors as target_selectors
from apps.targets import services as targets
from apps.targets.in_force import KIND
from apps.workplans import services as plans
from apps.workplans.models import Assignment, Plan

Told = Callable[[str], None]
TURN = 0.15  # seconds; SQLite's waiting writers look again after a tenth of a second at the latest
# The smallest page that readers open: what a demo attachment holds.
PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
OPINIONS = (
    ("name", "指标名称写清楚口径，例如注明服务对象范围。"),
    ("value", "指标值低于上年完成数，请调高或说明原因。"),
    ("evidence", "佐证材料写明文件名称，便于自评时核对。"),
)


def give_way() -> None:
    """Let people log in and save while the demo is loaded: SQLite has one writer at a time."""
    if connection.vendor == "sqlite":
        sleep(TURN)


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of a demo day."""
    return datetime.combine(day, time(hour, minute), tzinfo=clock.ZONE)


def load_projects(county: County, year: int, tell: Told) -> None:
    """The year's projects, wave by wave, each on the day it joined the budget."""
    done = Project.objects.filter(jurisdiction=county.region, years__fiscal_year=year).count()
    first = 0
    for wave in waves_of(county.data, year):
        if first >= done:
            with clock.at(at(wave.joined_on, 9)):
                make_wave(county, year, wave, first)
            tell(f"{year}年度：{wave.joined_on}列入{wave.n}个项目，{wave.total / 10000:,.2f}万元")
        first += wave.n


def publish(county: County, plan: Plan, on: date) -> None:
    """The plan is in force from a day on, and whoever it reaches then owes its tasks."""
    if plan.state == Plan.State.DRAFT:
        with clock.at(at(on, 9)):
            plans.publish(plan=plan, actor=county.admin)


class Walk:
    """Takes target filings through the engine, each step at its own moment."""

    def __init__(self, county: County, year: int) -> None:
        self.county = county
        self.year = year
        self.library = Library(county.region, year)
        sectors = {row["code"]: row.get("sector", "office") for row in county.data["units"]}
        self._category = {
            code: county.data["sectors"][sector]["category"] for code, sector in sectors.items()
        }

    def form(self, project: Project) -> TargetForm:
        """The project's form with its money in force."""
        money = sum(projects.money_of(project, self.year).values(), Decimal(0))
        category = self._category[project.unit.code]
        return form_for(project, category, money, self.library, self.year)

    def draft(self, assignment: Assignment, day: date) -> Filing:
        """Opened and saved by the unit's filer."""
        filer = self.county.filers[assignment.unit.code]
        with clock.at(at(day, 10, number(assignment.pk, below=60))):
            filing = filings.open_filing(assignment=assignment, actor=filer)
            form = self.form(_project(assignment))
            targets.save(filing=filing, actor=filer, version=1, form=form)
        return filing

    def submit(self, filing: Filing, day: date, hour: int = 15) -> Revision:
        """Submitted by the unit's filer."""
        filer = self.county.filers[filing.unit.code]
        with clock.at(at(day, hour, number(filing.pk, below=60))):
            version = filing.revisions.order_by("-number")[0].version
            return filings.submit(filing=filing, actor=filer, version=version, key=str(uuid4()))

    def first_review(self, filing: Filing, day: date) -> None:
        """Passed by the business section on whose desk it lies."""
        filing.refresh_from_db()
        section = filing.desk_section
        reviewer = self.county.reviewers[section.code if section else ""]
        with clock.at(at(day, 11, number(filing.pk, below=60))):
            marks = [filings.Mark(item, "合格", None) for item in _items(filing)]
            filings.pass_on(filing=filing, actor=reviewer, opinion="合理、规范。", marks=marks)

    def send_back(self, filing: Filing, day: date, due_on: date) -> None:
        """Returned by the business section with one or two items."""
        filing.refresh_from_db()
        section = filing.desk_section
        reviewer = self.county.reviewers[section.code if section else ""]
        keys = _keys(filing)
        wanted = [
            filings.Wanted(f"indicator:{keys[(filing.pk + step) % len(keys)]}.{field}", message)
            for step, (field, message) in enumerate(OPINIONS[: 1 + filing.pk % 2])
        ]
        with clock.at(at(day, 16, number(filing.pk, below=60))):
            filings.send_back(filing=filing, actor=reviewer, items=wanted, due_on=due_on)

    def correct(self, filing: Filing, day: date) -> None:
        """The return answered and the filing submitted again."""
        filer = self.county.filers[filing.unit.code]
        with clock.at(at(day, 14, number(filing.pk, below=60))):
            for item in filing.return_items.all():
                filings.answer_item(
                    item=item, actor=filer, answer="已按意见修改。", is_resolved=True
                )
            _improve(filing, filer)
        self.submit(filing, day, 16)

    def approve(self, filing: Filing, day: date) -> None:
        """Scored and put in force by the performance section."""
        filing.refresh_from_db()
        with clock.at(at(day, 17, number(filing.pk, below=60))):
            marks = [_mark(item, filing.pk) for item in _sheet_items(filing)]
            filings.pass_on(filing=filing, actor=self.county.scorer, opinion="", marks=marks)


def _improve(filing: Filing, filer: User) -> None:
    """What a clerk does with a return: raise a value, name the evidence."""
    form = target_selectors.current_form(filing)
    lines = list(form.lines)
    first = lines[0]
    raised = (first.value or Decimal(0)) + 2
    lines[0] = replace(first, value=raised, evidence=f"{first.evidence}、验收照片"[:200])
    lines[-1] = replace(lines[-1], name=f"{lines[-1].name}（随机抽样）")
    version = filing.revisions.order_by("-number")[0].version
    form = replace(form, lines=tuple(lines))
    targets.save(filing=filing, actor=filer, version=version, form=form)


def _project(assignment: Assignment) -> Project:
    if assignment.project is None:
        raise LookupError("a target assignment has a project")
    return assignment.project


def _sheet_items(filing: Filing) -> list[Any]:
    return list(filing.step.sheet.items.all()) if filing.step and filing.step.sheet else []


def _items(filing: Filing) -> list[int]:
    return [item.pk for item in _sheet_items(filing)]


def _keys(filing: Filing) -> list[str]:
    revision = filing.revisions.order_by("-number")[0]
    return [str(target.key) for target in revision.target_sheet.targets.all()]


def _mark(item: Any, seed: int) -> filings.Mark:
    """Points between 84 and 98 % of the maximum, with the grade that belongs to them."""
    percent = Decimal(84 + number(seed, item.position, below=15))
    points = (item.points * percent / 100).quantize(Decimal("0.5"))
    grade = "优" if points >= item.points * Decimal("0.9") else "良"
    return filings.Mark(item.pk, grade, points)


def owed(county: County, year: int) -> list[Assignment]:
    """Target assignments of the year without a filing, in a stable order."""
    rows = Assignment.objects.filter(
        jurisdiction=county.region, fiscal_year=year, task__kind=KIND, filings__isnull=True
    )
    return list(rows.select_related("unit", "project__unit", "task").order_by("pk"))


def load_progress(county: County, tell: Told) -> None:
    """2024 up to 10 April: approved, on both desks, returned, corrected, drafts, not begun."""
    walk, day = Walk(county, 2024), date(2024, 3, 18)
    plan = _states(county.data["progress"])
    assignments = owed(county, 2024)
    for index, assignment in enumerate(assignments):
        state = plan[number("state", assignment.project_id, below=100)]
        _bring(walk, assignment, state, day + timedelta(days=index % 9))
    tell(f"2024年度：{len(assignments)}个项目的绩效目标按进度办理")


def load_materials(county: County, tell: Told) -> None:
    """The first quarter's materials: a third in time, half of these checked, the rest late."""
    rows = Assignment.objects.filter(
        jurisdiction=county.region, task__code="quarter.unit", window__key="2024Q1", filings=None
    )
    filed = [row for row in rows.select_related("unit", "task") if row.unit.code in county.filers]
    for index, assignment in enumerate(filed[: len(filed) // 3]):
        _file_materials(county, assignment, date(2024, 3, 25) + timedelta(days=index % 5))
    tell(f"2024年度：{len(filed) // 3}个单位报送一季度材料")


def _file_materials(county: County, assignment: Assignment, day: date) -> None:
    filer = county.filers[assignment.unit.code]
    with clock.at(at(day, 11, number(assignment.pk, below=60))):
        filing = filings.open_filing(assignment=assignment, actor=filer)
        for slot in assignment.task.slots.all():
            upload = Upload(f"{slot.title}.pdf", PAPER, "application/pdf")
            filings.attach(filing=filing, actor=filer, slot=slot.code, upload=upload)
        filings.save_materials(
            filing=filing,
            actor=filer,
            version=1,
            summary="一季度按计划开展绩效目标编报和培训，明细见附件。",
            facts={"n_trained": str(2 + number(assignment.pk, "t", below=6)), "n_articles": "1"},
        )
        version = filing.revisions.get().version
        filings.submit(filing=filing, actor=filer, version=version, key=str(uuid4()))
    if number(assignment.pk, "checked", below=2):
        filing.refresh_from_db()
        with clock.at(at(day + timedelta(days=2), 16)):
            filings.pass_on(filing=filing, actor=county.scorer, opinion="材料齐全。")


def _states(progress: dict[str, int]) -> list[str]:
    """A hundred states in the file's proportions; the rest is not begun."""
    states = [name for name, share in progress.items() for _ in range(share)]
    return states + [""] * (100 - len(states))


def _bring(walk: Walk, assignment: Assignment, state: str, day: date) -> None:
    """One filing brought to a state by the steps that lead there."""
    if not state:
        return
    filing = walk.draft(assignment, day)
    if state == "draft":
        return
    walk.submit(filing, day + timedelta(days=1))
    if state in ("returned", "resubmitted"):
        walk.send_back(filing, date(2024, 4, 3), date(2024, 4, 12))
        if state == "resubmitted":
            walk.correct(filing, date(2024, 4, 8))
    elif state in ("performance", "approved"):
        walk.first_review(filing, date(2024, 4, 1))
        if state == "approved":
            walk.approve(filing, date(2024, 4, 7))


def load_past_filings(county: County, year: int, days: Sequence[date], tell: Told) -> int:
    """Every owed target filing of a past year put in force; stops and resumes anywhere.

    Each on the first of the days after its project joined the budget.
    """
    walk = Walk(county, year)
    joined = dict(
        ProjectYear.objects.filter(fiscal_year=year).values_list("project_id", "joined_on")
    )
    n_done = 0
    for assignment in owed(county, year):
        joined_on = joined[assignment.project_id or 0]
        day = next(day for day in days if joined_on < day)
        filing = walk.draft(assignment, day)
        walk.submit(filing, day + timedelta(days=1))
        walk.first_review(filing, day + timedelta(days=3))
        walk.approve(filing, day + timedelta(days=5))
        n_done += 1
        tell(f"{year}年度绩效目标：已办{n_done}件")
    return n_done
