"""A reminder sweep over the assignments of a province, against the bare query that finds them.

One plan of twenty tasks reaches 30,000 units: 600,000 assignments. One task is due tomorrow; of its
units nine in ten have filed. The bare query fetches what a reminder must know, with the person.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from statistics import median

from django.db import connection
from django.db.models import Max

from apps.core import clock
from apps.filings import services as filings
from apps.notifications.models import Message
from apps.organizations.models import Membership, Unit, User
from apps.workplans.models import HolidayYear, Plan, PlanTask, ReminderRule, TaskWindow
from tests.bench import databases
from tests.bench.measuring import Measured, resident_mb, seconds_of
from tests.personas import World, make_world

N_UNITS = {"default": 30_000, "full": 30_000}
N_TASKS = 20
ONE_IN = 10  # units of which one has not filed
ROUNDS = 5
ON = date(2024, 4, 9)  # a Tuesday
BATCH = 5000

BARE = """
SELECT a.public_id, a.due_at, u.name, t.title, t.accepts_late, f.public_id, f.state, m.user_id
FROM workplans_assignment a
JOIN workplans_plantask t ON t.id = a.task_id
JOIN organizations_unit u ON u.id = a.unit_id
JOIN organizations_membership m ON m.unit_id = a.unit_id AND m.role = 'filer'
    AND m.starts_on <= %s AND m.ends_on IS NULL AND m.revoked_at IS NULL
JOIN organizations_user p ON p.id = m.user_id AND p.is_active
LEFT JOIN filings_filing f ON f.assignment_id = a.id AND f.state <> 'cancelled'
WHERE a.exempt_reason = '' AND a.cancelled_at IS NULL AND a.task_id = ANY(%s)
  AND a.due_at > %s AND a.due_at <= %s AND a.opens_at < %s
  AND (f.id IS NULL OR f.state IN ('draft', 'returned'))
"""
OWED = """
INSERT INTO workplans_assignment (public_id, plan_id, task_id, window_id, jurisdiction_id,
    fiscal_year, unit_id, opens_at, due_at, exempt_reason, cancel_reason, occasion, assigned_at)
SELECT gen_random_uuid(), %s, %s, %s, u.jurisdiction_id, 2024, u.id, w.opens_at, w.closes_at,
    '', '', 1, w.opens_at
FROM organizations_unit u, workplans_taskwindow w WHERE w.id = %s AND u.code LIKE '1_____'
"""
FILED = """
INSERT INTO filings_filing (public_id, assignment_id, kind, jurisdiction_id, fiscal_year, unit_id,
    state, created_at, submitted_at, is_late)
SELECT gen_random_uuid(), a.id, 'materials', a.jurisdiction_id, a.fiscal_year, a.unit_id,
    'approved', a.assigned_at, a.assigned_at, false
FROM workplans_assignment a WHERE a.task_id = %s AND a.unit_id %% %s <> 0
"""


def measure(template: str, size: str) -> Iterator[Measured]:
    """The first sweep of a day, which leaves the messages, and the next, which finds them left."""
    n_units = N_UNITS[size]
    with databases.copied(template, f"{template}_remind") as name:
        databases.use(name)
        task = fill(make_world(), n_units)
        n_all = f"{n_units * N_TASKS:,} assignments"
        before = resident_mb()
        bare, first, again, n_new = _race(task)
        grown = resident_mb() - before
    found = f"{n_new:,} reminders"
    name = f"reminder sweep, {n_all}"
    yield Measured(
        name, first * 1000, "ms", "the bare query that finds them", bare * 1000, 3.0, found
    )
    yield Measured(f"{name}, again", again * 1000, "ms", "the same query", bare * 1000, 3.0)
    yield Measured("reminder sweep, memory", grown, "MB", "", None, 64)


def _race(task: PlanTask) -> tuple[float, float, float, int]:
    """Median seconds of the bare query, a day's first sweep, and its second."""
    bare, first, again = [], [], []
    n_new = 0
    with clock.at(datetime(2024, 4, 9, 9, tzinfo=clock.ZONE)):
        for _ in range(ROUNDS):
            bare.append(seconds_of(partial(_find, task)))
            first.append(seconds_of(partial(filings.sweep, on=ON)))
            n_new = Message.objects.count()
            with connection.cursor() as cursor:  # an hour lies between: the server counts its rows
                cursor.execute("ANALYZE notifications_message")
            again.append(seconds_of(partial(filings.sweep, on=ON)))
            Message.objects.all()._raw_delete("default")
            databases.settle()
    return median(bare), median(first), median(again), n_new


def _find(task: PlanTask) -> int:
    """The bare query, every row fetched."""
    day = clock.start_of(ON + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute(BARE, [ON, [task.pk], day, clock.end_of(day.date()), day])
        return len(cursor.fetchall())


def fill(world: World, n_units: int) -> PlanTask:
    """A plan of twenty tasks, one due tomorrow, that every unit owes; each unit has its filer."""
    HolidayYear.objects.create(year=2024, source="bench")
    plan = Plan.objects.create(
        jurisdiction=world.county, fiscal_year=2024, title="bench", state=Plan.State.PUBLISHED
    )
    ReminderRule.objects.create(plan=plan, days=-1)
    _units(world, n_units)
    opens_at = datetime(2024, 3, 1, tzinfo=clock.ZONE)
    tasks = [_task(plan, n) for n in range(N_TASKS)]
    for n, task in enumerate(tasks):
        closes_at = clock.end_of(ON + timedelta(days=1 + 10 * n))
        window = TaskWindow.objects.create(
            task=task, key="2024", opens_at=opens_at, closes_at=closes_at
        )
        _owed(task, window)
    with connection.cursor() as cursor:
        cursor.execute(FILED, [tasks[0].pk, ONE_IN])
    databases.settle()
    return tasks[0]


def _units(world: World, n_units: int) -> None:
    first = (Unit.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    Unit.objects.bulk_create(
        (
            Unit(
                jurisdiction=world.county,
                code=f"{100000 + n}",
                name=f"第{n}单位",
                kind="department",
            )
            for n in range(n_units)
        ),
        batch_size=BATCH,
    )
    units = list(Unit.objects.filter(pk__gte=first).values_list("pk", flat=True))
    people = User.objects.bulk_create(
        (
            User(username=f"b{n}", name=f"填报{n}", created_at=clock.start_of(date(2024, 1, 1)))
            for n in range(n_units)
        ),
        batch_size=BATCH,
    )
    Membership.objects.bulk_create(
        (
            Membership(
                user=person,
                role="filer",
                jurisdiction=world.county,
                unit_id=unit,
                starts_on=date(2024, 1, 1),
            )
            for person, unit in zip(people, units, strict=True)
        ),
        batch_size=BATCH,
    )


def _task(plan: Plan, n: int) -> PlanTask:
    return PlanTask.objects.create(
        plan=plan,
        position=n,
        code=f"t{n}",
        title=f"第{n}项材料",
        stage="materials",
        kind="materials",
        subject_kind="unit",
        evaluated_year=2024,
        level="unit",
        responsible="各单位",
        clause="原文。",
    )


def _owed(task: PlanTask, window: TaskWindow) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OWED, [task.plan_id, task.pk, window.pk, window.pk])
