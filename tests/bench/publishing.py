"""Publishing a plan to a province's units, against COPY of all rows it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from apps.core import bulk, clock
from apps.organizations.models import Jurisdiction, Role, Unit
from apps.workplans.models import Assignment, Plan, PlanTask, ReviewStep, TaskWindow
from tests.bench import crowd, databases, workers
from tests.bench.measuring import Measured, seconds_of

UNITS = {"default": 3_000, "full": 30_000}
TASKS = 20
RUNS = {"default": 3, "full": 3}
MOST_MB = 300.0
LEFT = ("workplans_assignment", "audit_chain", "audit_entry")  # beside the plan's own line


def measure(template: str, size: str) -> Iterator[Measured]:
    """Median of publishing in a process of its own, and that process's memory."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        base = stack.enter_context(databases.copied(template, f"{template}_publish"))
        databases.use(base)
        plan = _plan(UNITS[size])
        ran, copied = [], []
        for _ in range(RUNS[size]):
            with databases.copied(base, f"{base}_run") as filled:
                databases.use(filled)
                ran.append(workers.run_module("tests.bench.publish_child", str(plan.pk)))
                n_rows = Assignment.objects.filter(plan=plan).count()
                assert n_rows == UNITS[size] * TASKS, n_rows
                copied.append(_plain(base, filled, folder))
    name = f"publishing {UNITS[size] * TASKS:,} assignments"
    seconds = median(each.seconds for each in ran)
    yield Measured(name, seconds, "s", "COPY of all rows left behind", median(copied), 3.0)
    peak = median(each.peak_mb for each in ran)
    yield Measured(f"{name}, peak memory", peak, "MB", "", None, MOST_MB)


def _plan(n_units: int) -> Plan:
    """A draft with twenty tasks for every unit of a region of its own, of the county's people."""
    world = crowd.make_people()
    Plan.objects.filter(jurisdiction=world.county).update(fiscal_year=2023)
    _units(world.county, n_units)
    plan = Plan.objects.create(jurisdiction=world.county, fiscal_year=2024, title="2024年度计划")
    for number in range(1, TASKS + 1):
        _task(plan, number)
    return plan


def _units(county: Jurisdiction, n_units: int) -> None:
    Unit.objects.filter(jurisdiction=county).update(is_active=False)
    rows = (
        {
            "jurisdiction_id": county.pk,
            "code": f"{100_000_000 + number}",
            "name": f"第{number}局",
            "kind": Unit.Kind.DEPARTMENT,
        }
        for number in range(n_units)
    )
    bulk.insert(Unit, list(rows))


def _task(plan: Plan, number: int) -> None:
    task = PlanTask.objects.create(
        plan=plan,
        position=number,
        code=f"task-{number}",
        title=f"第{number}项任务",
        stage="materials",
        kind="materials",
        subject_kind=PlanTask.SubjectKind.UNIT,
        level=PlanTask.Level.UNIT,
        evaluated_year=2024,
        responsible="各部门单位",
        clause="各部门单位按时报送。",
    )
    last = date(2024, 4 + number // 3, 20)
    TaskWindow.objects.create(
        task=task,
        key="2024",
        opens_at=clock.start_of(date(2024, 4, 1)),
        closes_at=clock.end_of(last),
    )
    ReviewStep.objects.create(
        task=task,
        position=1,
        title="收件核对",
        place=ReviewStep.Place.PERFORMANCE,
        role=Role.PERFORMANCE_REVIEWER,
    )


def _plain(base: str, filled: str, folder: Path) -> float:
    """COPY every row that publishing left into a database that has none of them."""
    files = {table: folder / f"{table}.copy" for table in LEFT}
    source = databases.session(filled)
    for table, file in files.items():
        with file.open("wb") as target, source.cursor() as cursor:
            cursor.copy_expert(f"COPY (SELECT * FROM {table}) TO STDOUT", target)
    source.close()
    with databases.copied(base, f"{base}_plain") as name:
        session = databases.session(name)
        with session, session.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            cursor.execute("DELETE FROM audit_entry")
            cursor.execute("DELETE FROM audit_chain")
            cursor.execute("DELETE FROM workplans_assignment")
            cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
        copied = seconds_of(lambda: _copy(session, files))
        session.close()
    return copied


def _copy(session: databases.Session, files: dict[str, Path]) -> None:
    """One commit for all tables."""
    with session, session.cursor() as cursor:
        for table, file in files.items():
            with file.open("rb") as source:
                cursor.copy_expert(f"COPY {table} FROM STDIN", source)
