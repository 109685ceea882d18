"""Import of a project list, against the fastest reader and COPY of all rows it leaves behind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from python_calamine import CalamineWorkbook

from apps.core.uploads import XLSX_TYPE, Upload
from apps.organizations.models import Jurisdiction, User
from apps.projects.imports import columns, services
from apps.projects.imports.listings import PROJECTS
from apps.projects.models import FundTag
from tests.bench import crowd, databases, workers
from tests.bench.measuring import Measured, seconds_of
from tests.personas import World

ROWS = 20_000
RUNS = {"default": 3, "full": 7}
UNITS = ("201", "201001", "205", "301", "401")
MOST_MB = 300.0
LEFT = (  # what an import leaves behind, in an order that foreign keys allow
    "projects_project",
    "projects_projectyear",
    "projects_fundline",
    "projects_project_fund_tags",
    "jobs_event",
    "audit_chain",
    "audit_entry",
)


def measure(template: str, size: str) -> Iterator[Measured]:
    """Median of the import's whole job, in a process of its own, and that process's memory."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        base = stack.enter_context(databases.copied(template, f"{template}_import"))
        databases.use(base)
        world = crowd.make_people()
        book = _workbook(world)
        runs, plain = [], []
        for _ in range(RUNS[size]):
            with databases.copied(base, f"{base}_run") as filled:
                runs.append(_import(filled, book))
                plain.append(_plain(base, filled, book, folder))
    yield from _lines(runs, plain)


def _lines(runs: list[dict[str, float]], plain: list[dict[str, float]]) -> Iterator[Measured]:
    read = median(each["read"] for each in plain)
    copied = median(each["copy"] for each in plain)
    than = f"calamine {read:.2f} s + COPY {copied:.2f} s"
    seconds = median(run["import"] for run in runs)
    check = median(run["check"] for run in runs)
    name = f"import of {ROWS:,} projects"
    yield Measured(name, seconds, "s", than, read + copied, 3.0)
    yield Measured(f"dry run of {ROWS:,} projects", check, "s", than, read + copied, None)
    peak = median(run["peak"] for run in runs)
    told = "worker with its reader"
    yield Measured(f"{name}, peak memory", peak, "MB", "", None, MOST_MB, told)


def _workbook(world: World) -> bytes:
    """The template with a row for each project: two purses of money, some tags and marks."""
    for code, name in (("bond", "债券"), ("link", "衔接资金")):
        FundTag.objects.get_or_create(code=code, defaults={"name": name})
    wanted = [column.key for column in columns.columns(world.county, FundTag.objects.all())]
    lines = (_line(number) for number in range(1, ROWS + 1))
    return columns.template(
        world.county, 2024, [[line.get(key, "") for key in wanted] for line in lines]
    )


def _line(number: int) -> dict[str, Any]:
    return {
        "code": f"65282324T{number:012d}",
        "name": f"农村饮水安全巩固提升工程{number}",
        "unit": UNITS[number % len(UNITS)],
        "attribute": "新增项目" if number % 2 else "延续项目",
        "origin": "年初预算",
        "first_year": 2024,
        "last_year": 2025,
        "leader": "阿不都",
        "leader_phone": "0996-1234567",
        "tags": ("", "债券", "衔接资金")[number % 3],
        "is_key": "是" if number % 10 == 0 else "否",
        "fiscal/county/initial": 100 + number % 900,
        "fiscal/county/arrived": 40,
        "other/county/initial": 12.5,
    }


# --- ours -----------------------------------------------------------------------------------
def _import(name: str, book: bytes) -> dict[str, float]:
    """Check and import the list, each in a fresh process; their times and highest memory."""
    databases.use(name)
    actor = User.objects.get(username="plan_admin")
    county = Jurisdiction.objects.get(code="652823")
    upload = Upload("list.xlsx", book, XLSX_TYPE)
    check = services.start_check(
        listing=PROJECTS, actor=actor, jurisdiction=county, year=2024, upload=upload
    )
    checked = workers.run(check)
    check.refresh_from_db()
    done = workers.run(services.start_import(actor=actor, checked=check))
    return {
        "check": checked.seconds,
        "import": done.seconds,
        "peak": max(checked.peak_mb, done.peak_mb),
    }


# --- the least that must be done ------------------------------------------------------------
def _plain(base: str, filled: str, book: bytes, folder: Path) -> dict[str, float]:
    """Read the workbook, then COPY every row that the import left into an empty database."""
    files = {table: folder / f"{table}.copy" for table in LEFT}
    source = databases.session(filled)
    for table, file in files.items():
        with file.open("wb") as target, source.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} TO STDOUT", target)
    source.close()
    read = seconds_of(lambda: _read(book))
    with databases.copied(base, f"{base}_plain") as name:
        session = databases.session(name)
        copied = seconds_of(lambda: _copy(session, files))
        session.close()
    return {"read": read, "copy": copied}


def _read(content: bytes) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("项目")
    rows: list[list[Any]] = sheet.to_python()
    assert len(rows) > ROWS
    return rows


def _copy(session: databases.Session, files: dict[str, Path]) -> None:
    """One commit for all tables; the chains' heads are new there too."""
    with session, session.cursor() as cursor:
        for table, file in files.items():
            with file.open("rb") as source:
                cursor.copy_expert(f"COPY {table} FROM STDIN", source)
