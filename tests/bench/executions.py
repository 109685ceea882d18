"""Import of an export of the payment system, against reading it and COPY of what it leaves."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from apps.core import bulk, clock
from apps.core.uploads import CSV_TYPE, Upload
from apps.jobs import services as jobs
from apps.organizations.models import Jurisdiction, User
from apps.projects.models import FundLine, PaymentFile, Project, ProjectYear
from apps.projects.payments import services
from apps.projects.payments.services import Layout
from tests.bench import crowd, databases, workers
from tests.bench.measuring import Measured, seconds_of
from tests.personas import World

PROJECTS = 20_000
DAYS = ("2024-01-31", "2024-02-15", "2024-02-29", "2024-03-15", "2024-03-31")
ROWS = PROJECTS * len(DAYS)
RUNS = {"default": 3, "full": 7}
MOST_MB = 400.0
HEAD = ("项目编码", "资金性质", "截至日期", "累计支付（元）")
COLUMNS = {"code": HEAD[0], "fund": HEAD[1], "as_of": HEAD[2], "amount": HEAD[3]}
LEFT = ("projects_execution", "audit_chain", "audit_entry")


def measure(template: str, size: str) -> Iterator[Measured]:
    """Median of the import's whole job, in a process of its own, and that process's memory."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        base = stack.enter_context(databases.copied(template, f"{template}_paid"))
        databases.use(base)
        content = _export(_projects(crowd.make_people()))
        runs, plain = [], []
        for _ in range(RUNS[size]):
            with databases.copied(base, f"{base}_run") as filled:
                runs.append(_import(filled, content))
                plain.append(_plain(base, filled, content, folder))
    yield from _lines(runs, plain)


def _lines(runs: list[dict[str, float]], plain: list[dict[str, float]]) -> Iterator[Measured]:
    read = median(each["read"] for each in plain)
    copied = median(each["copy"] for each in plain)
    than = f"csv {read:.2f} s + COPY {copied:.2f} s"
    seconds = median(run["import"] for run in runs)
    check = median(run["check"] for run in runs)
    name = f"import of {ROWS:,} executions"
    yield Measured(name, seconds, "s", than, read + copied, 3.0)
    yield Measured(f"dry run of {ROWS:,} executions", check, "s", than, read + copied, None)
    peak = median(run["peak"] for run in runs)
    yield Measured(f"{name}, peak memory", peak, "MB", "", None, MOST_MB, "worker alone")


def _projects(world: World) -> list[str]:
    """Projects with 1,000 万元 each in 2024; their codes."""
    units = list(world.county.units.filter(is_classified=False))
    codes = [f"65282324T{number:012d}" for number in range(1, PROJECTS + 1)]
    region, moment = {"jurisdiction_id": world.county.pk}, clock.now()
    facts = {"first_year": 2024, "created_at": moment, **region}
    rows: list[dict[str, Any]] = [
        {"code": code, "name": f"项目{code}", "unit_id": units[n % len(units)].pk, **facts}
        for n, code in enumerate(codes)
    ]
    place = {"fiscal_year": 2024, "origin": "initial", "attribute": "new", **region}
    joined = [
        {"project_id": key, "joined_on": moment.date(), **place}
        for key in bulk.insert(Project, rows)
    ]
    money = {"source": "fiscal", "level": "county", "adjusted": 10_000_000}
    bulk.insert(FundLine, [{"year_id": key, **money} for key in bulk.insert(ProjectYear, joined)])
    return codes


def _export(codes: list[str]) -> bytes:
    """One row a project and day, rising, with the total at the end."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(HEAD)
    total = 0
    for place, day in enumerate(DAYS, start=1):
        for number, code in enumerate(codes):
            amount = place * 1_000_000 + number
            total += amount
            lines.writerow((code, "一般公共预算", day, f"{amount}.25"))
    lines.writerow(("合计", "", "", f"{total + ROWS // 4}.00"))
    return text.getvalue().encode()


# --- ours -----------------------------------------------------------------------------------
def _import(name: str, content: bytes) -> dict[str, float]:
    """Check and import the export, each in a fresh process; their times and highest memory."""
    databases.use(name)
    actor = User.objects.get(username="plan_admin")
    county = Jurisdiction.objects.get(code="652823")
    upload = Upload("paid.csv", content, CSV_TYPE)
    file = services.upload(actor=actor, region=county, year=2024, upload=upload)
    jobs.run_job(job_id=file.job_id)
    layout = Layout(columns=COLUMNS, kind="cumulative", unit="yuan")
    file = services.check(actor=actor, file=_fresh(file), layout=layout)
    checked = workers.run(file.job)
    file = services.start_import(actor=actor, file=_fresh(file), reason="no total to meet")
    done = workers.run(file.job)
    told = _fresh(file)
    assert told.job is not None
    assert told.job.result["n_new"] == ROWS
    return {
        "check": checked.seconds,
        "import": done.seconds,
        "peak": max(checked.peak_mb, done.peak_mb),
    }


def _fresh(file: PaymentFile) -> PaymentFile:
    return PaymentFile.objects.select_related("jurisdiction", "job").get(pk=file.pk)


# --- the least that must be done ------------------------------------------------------------
def _plain(base: str, filled: str, content: bytes, folder: Path) -> dict[str, float]:
    """Read the CSV, then COPY every row that the import left into an empty database."""
    files = {table: folder / f"{table}.copy" for table in LEFT}
    source = databases.session(filled)
    for table, file in files.items():
        with file.open("wb") as target, source.cursor() as cursor:
            cursor.copy_expert(f"COPY {_columns(table)} TO STDOUT", target)
    source.close()
    read = seconds_of(lambda: _read(content))
    with databases.copied(base, f"{base}_plain") as name:
        session = databases.session(name)
        copied = seconds_of(lambda: _copy(session, files))
        session.close()
    return {"read": read, "copy": copied}


def _read(content: bytes) -> list[list[str]]:
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert len(rows) > ROWS
    return rows


def _columns(table: str) -> str:
    """The executions without their file, which the empty database does not have."""
    if table != "projects_execution":
        return table
    names = "id, project_id, jurisdiction_id, fiscal_year, as_of, fund, amount, source"
    return f"{table} ({names}, recorded_at, recorded_by_id)"


def _copy(session: databases.Session, files: dict[str, Path]) -> None:
    """One commit for all tables; the chains' heads are new there too."""
    with session, session.cursor() as cursor:
        for table, file in files.items():
            with file.open("rb") as source:
                cursor.copy_expert(f"COPY {_columns(table)} FROM STDIN", source)
