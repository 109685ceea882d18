"""A province's worth of filings, written by the server itself, around one county's own people.

Ninety-five of a hundred filings lie in counties of 20 units, five years and a thousand filings a
year: more filings means more counties, as in an installation that grows. Five of a hundred are this
year's of the county whose people look, so that the reviewer's own desk grows too: at a million
filings ten thousand wait there. The clerk's unit has a thousand projects this year at every size.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Model, UUIDField

from apps.core import clock
from apps.filings.models import Filing, Revision
from apps.organizations.models import Jurisdiction, Section, Unit
from apps.projects.models import Project, ProjectYear
from apps.workplans.models import Assignment, Plan, PlanTask, ReviewStep, TaskWindow
from tests import makers
from tests.bench import databases
from tests.personas import World, make_world

YEARS = range(2020, 2025)
UNITS = 20
A_COUNTY = 5_000  # filings of a county in all five years
SIBLINGS = 1_000

PLACES = """
CREATE TEMP TABLE place AS SELECT row_number() OVER (ORDER BY year, unit) - 1 AS n, known.* FROM (
SELECT u.id AS unit, u.jurisdiction_id AS county, p.fiscal_year AS year,
       p.id AS plan, t.id AS task, w.id AS wnd, w.opens_at, w.closes_at,
       s1.id AS step1, s2.id AS step2,
       (SELECT min(id) FROM organizations_section WHERE jurisdiction_id = u.jurisdiction_id
          AND kind = 'business') AS section1,
       (SELECT min(id) FROM organizations_section WHERE jurisdiction_id = u.jurisdiction_id
          AND kind = 'performance') AS section2
FROM organizations_unit u
JOIN workplans_plan p ON p.jurisdiction_id = u.jurisdiction_id
JOIN workplans_plantask t ON t.plan_id = p.id AND t.kind = 'targets.project'
JOIN workplans_taskwindow w ON w.task_id = t.id
JOIN workplans_reviewstep s1 ON s1.task_id = t.id AND s1.position = 1
JOIN workplans_reviewstep s2 ON s2.task_id = t.id AND s2.position = 2
WHERE NOT u.is_classified
) AS known WHERE {where}
"""
# g numbers the projects; `way` says how far its filing is; a tenth has none yet.
ROWS = """
CREATE TEMP TABLE new AS
SELECT g, {base} + g AS id, place.*,
       CASE WHEN year < 2024 THEN CASE WHEN g % 50 = 0 THEN 'rejected' WHEN g % 50 = 1
                                       THEN 'cancelled' ELSE 'approved' END
            ELSE (ARRAY['approved', 'approved', 'approved', 'submitted', 'submitted', 'in_review',
                        'returned', 'draft', 'approved', 'none'])[1 + (g / {places}) % 10]
       END AS way,
       opens_at + (g % 30) * interval '1 hour' AS sent_at
FROM generate_series(1, {n}) AS g JOIN place ON place.n = g % {places}
"""
FILL = (
    """
    INSERT INTO projects_project
        (id, public_id, jurisdiction_id, unit_id, code, name, first_year, created_at)
    SELECT id, gen_random_uuid(), county, unit, '65282324T' || lpad(id::text, 12, '0'),
        '灌区渠系维修养护工程' || id, year, opens_at
    FROM new
    """,
    """
    INSERT INTO projects_projectyear
        (id, project_id, jurisdiction_id, fiscal_year, origin, attribute, joined_on)
    SELECT id, id, county, year, 'initial', 'new', make_date(year, 1, 1) FROM new
    """,
    """
    INSERT INTO workplans_assignment (id, public_id, plan_id, task_id, window_id, jurisdiction_id,
        fiscal_year, unit_id, project_id, opens_at, due_at, assigned_at)
    SELECT id, gen_random_uuid(), plan, task, wnd, county, year, unit, id, opens_at,
        closes_at, opens_at
    FROM new
    """,
    """
    INSERT INTO filings_filing (id, public_id, assignment_id, kind, jurisdiction_id, fiscal_year,
        unit_id, state, step_id, desk_section_id, desk_due_at, submitted_at, created_at, closed_at,
        approved_revision_id)
    SELECT id, gen_random_uuid(), id, 'targets.project', county, year, unit, way,
        CASE way WHEN 'submitted' THEN step1 WHEN 'in_review' THEN step2 END,
        CASE way WHEN 'submitted' THEN section1 WHEN 'in_review' THEN section2 END,
        CASE WHEN way IN ('submitted', 'in_review')
             THEN closes_at + (id % 9 - 6) * interval '1 day' END,
        CASE WHEN way <> 'draft' THEN sent_at END, opens_at,
        CASE WHEN way IN ('approved', 'rejected', 'cancelled') THEN closes_at END,
        CASE way WHEN 'approved' THEN 2 * id END
    FROM new WHERE way <> 'none'
    """,
    """
    INSERT INTO filings_revision (id, public_id, filing_id, number, origin, version, opened_at,
        opened_by_id, submitted_at, submitted_by_id, receipt_number, content_hash)
    SELECT 2 * id, gen_random_uuid(), id, 1, 'first', 3, opens_at, {person},
        CASE WHEN way <> 'draft' THEN sent_at END, CASE WHEN way <> 'draft' THEN {person} END,
        CASE WHEN way <> 'draft' THEN 'bench-' || id END,
        CASE WHEN way <> 'draft' THEN repeat('0', 64) ELSE '' END
    FROM new WHERE way <> 'none'
    """,
    """
    INSERT INTO filings_revision (id, public_id, filing_id, number, origin, version, opened_at,
        opened_by_id)
    SELECT 2 * id + 1, gen_random_uuid(), id, 2, 'return', 1, sent_at, {person}
    FROM new WHERE way = 'returned'
    """,
    "DROP TABLE new, place",
)
TABLES = (Project, ProjectYear, Assignment, Filing, Revision)


def make_people() -> World:
    """The tests' county with its people and this year's plan, and nothing filed."""
    with transaction.atomic():
        world = make_world()
        makers.make_plan(world)
    return world


def fill(world: World, n_filings: int) -> None:
    """About so many filings stand in the database, all of whose statistics are fresh."""
    counties = [world.county]
    with transaction.atomic():
        counties += [_county(number) for number in range(1, max(2, n_filings // A_COUNTY))]
        _units(counties)
        for county in counties:
            _plans(county)
    server = databases.session(databases.database_name())
    water, here = world.units["water"].pk, world.county.pk
    with server, server.cursor() as cursor:
        # The rows fit by construction; twenty foreign keys a filing would be most of the time.
        cursor.execute("SET session_replication_role = replica")
        for model in TABLES:
            _defaults(cursor, model)
        person = world.people["filer"].pk
        _insert(cursor, n_filings * 19 // 20, person, "true")
        _insert(
            cursor, n_filings // 20, person, f"year = 2024 AND county = {here} AND unit <> {water}"
        )
        _insert(cursor, SIBLINGS, person, f"year = 2024 AND unit = {water}")
    server.close()
    databases.settle()


def _insert(cursor: databases.Cursor, n: int, person: int, where: str) -> None:
    """So many projects of these places with what was filed for them, sequences moved along."""
    cursor.execute(PLACES.format(where=where))
    cursor.execute(
        "SELECT count(*), (SELECT coalesce(max(id), 0) FROM projects_project) FROM place"
    )
    places, base = cursor.fetchone() or (0, 0)
    cursor.execute(ROWS.format(base=base + 1000, places=places, n=n))
    for statement in FILL:
        cursor.execute(statement.format(person=person))
    for model in TABLES:
        table = model._meta.db_table
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        )


def _defaults(cursor: databases.Cursor, model: type[Model]) -> None:
    """The columns' defaults, which Django keeps to itself, stand in the table."""
    for field in model._meta.local_concrete_fields:
        default = field.get_default()
        if default is not None and not isinstance(field, UUIDField):
            cursor.execute(
                f'ALTER TABLE {model._meta.db_table} ALTER COLUMN "{field.column}" SET DEFAULT %s',
                [field.get_db_prep_save(default, connection)],
            )


def _county(number: int) -> Jurisdiction:
    county = Jurisdiction.objects.create(
        code=f"9{number:05d}", name=f"第{number}县", level=Jurisdiction.Level.COUNTY
    )
    for code, name, kind in (("yw", "业务科", "business"), ("jx", "绩效科", "performance")):
        Section.objects.create(jurisdiction=county, code=code, name=name, kind=kind)
    return county


def _units(counties: list[Jurisdiction]) -> None:
    Unit.objects.bulk_create(
        Unit(jurisdiction=county, code=str(500 + n), name=f"{county}第{n}局", kind="department")
        for county in counties
        for n in range(UNITS)
    )


def _plans(county: Jurisdiction) -> None:
    """The years that have no plan yet, each with the target task and its two desks."""
    known = set(county.plans.values_list("fiscal_year", flat=True))
    for year in YEARS:
        if year not in known:
            _plan(county, year)


def _plan(county: Jurisdiction, year: int) -> None:
    opens_at = datetime(year, 3, 11, tzinfo=clock.ZONE)
    plan = Plan.objects.create(
        jurisdiction=county,
        fiscal_year=year,
        title=f"{county}{year}年度工作计划",
        state=Plan.State.PUBLISHED,
        published_at=opens_at,
    )
    task = PlanTask.objects.create(
        plan=plan,
        position=1,
        code="targets.initial",
        title="年初项目绩效目标",
        stage="targets",
        kind="targets.project",
        subject_kind="project",
        evaluated_year=year,
        responsible="各部门单位",
        clause="谁申请资金谁设置目标。",
    )
    TaskWindow.objects.create(
        task=task,
        key=str(year),
        label="年初",
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=36),
    )
    for position, place, role in (
        (1, "routed", "section_reviewer"),
        (2, "performance", "performance_reviewer"),
    ):
        ReviewStep.objects.create(
            task=task, position=position, title=f"第{position}步", place=place, role=role
        )
