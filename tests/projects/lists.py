"""Project lists as workbooks."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import uploads
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.projects.imports import columns, executions, services, spending, steps
from apps.projects.imports.listings import PROJECTS, Listing
from apps.projects.models import FundTag
from tests.personas import World

YEAR = 2024
assert settings.UPLOAD_LIMIT


def code(number: int, letter: str = "T", region: str = "652823") -> str:
    return f"{region}24{letter}{number:012d}"


def line(number: int = 1, **cells: Any) -> dict[str, Any]:
    """One good row by column key; keyword arguments replace cells."""
    return {
        "code": code(number),
        "name": f"农村饮水巩固{number}",
        "unit": "201",
        "attribute": "新增项目",
        "origin": "年初预算",
        "first_year": 2024,
        "fiscal/county/initial": 100,
        "fiscal/county/arrived": 40,
    } | cells


def workbook(world: World, *lines: dict[str, Any], year: int = YEAR) -> bytes:
    """The filled template."""
    wanted = [column.key for column in columns.columns(world.county, FundTag.objects.all())]
    rows = [[row.get(key, "") for key in wanted] for row in lines]
    return columns.template(world.county, year, rows)


def paid(code: str, **cells: Any) -> dict[str, Any]:
    """One good row of executions; keyword arguments replace cells."""
    return {"code": code, "as_of": date(2024, 3, 31), "amount": 25, "source": "国库"} | cells


def payments(world: World, *lines: dict[str, Any], year: int = YEAR) -> bytes:
    """The filled sheet of executions."""
    wanted = [column.key for column in executions.columns(world.county)]
    rows = [[row.get(key, "") for key in wanted] for row in lines]
    return executions.template(world.county, year, rows)


def day(code: str, **cells: Any) -> dict[str, Any]:
    """One good row of the budget's days; keyword arguments replace cells."""
    return {"code": code, "approved": date(2024, 3, 29), "source": "尉财预〔2024〕3号"} | cells


def dated(world: World, *lines: dict[str, Any], year: int = YEAR) -> bytes:
    """The filled sheet of the budget's days."""
    wanted = [column.key for column in steps.columns(world.county)]
    rows = [[row.get(key, "") for key in wanted] for row in lines]
    return steps.template(world.county, year, rows)


def pace(code: str, **cells: Any) -> dict[str, Any]:
    """One good row of a spending plan, 5 万元 more each month; keyword arguments replace cells."""
    return {"code": code} | {f"m{month}": 5 * month for month in range(1, 13)} | cells


def paced(world: World, *lines: dict[str, Any], year: int = YEAR) -> bytes:
    """The filled sheet of spending plans."""
    wanted = [column.key for column in spending.columns(world.county)]
    rows = [[row.get(key, "") for key in wanted] for row in lines]
    return spending.template(world.county, year, rows)


def bare(*rows: list[Any]) -> bytes:
    """A workbook that is no template of ours."""
    work = openpyxl.Workbook()
    for row in rows:
        work.active.append(row)
    target = io.BytesIO()
    work.save(target)
    return target.getvalue()


def as_file(content: bytes, name: str = "清单.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def checked(world: World, content: bytes, year: int = YEAR, *, listing: Listing = PROJECTS) -> Job:
    """The list after its dry run."""
    job = services.start_check(
        listing=listing,
        actor=world.people["plan_admin"],
        jurisdiction=world.county,
        year=year,
        upload=uploads.guard_xlsx(io.BytesIO(content), "清单.xlsx"),
    )
    return ran(job)


def imported(world: World, content: bytes, year: int = YEAR, *, listing: Listing = PROJECTS) -> Job:
    """The list after its import."""
    job = checked(world, content, year, listing=listing)
    actor = world.people["plan_admin"]
    return ran(services.start_import(actor=actor, checked=job))


def ran(job: Job) -> Job:
    jobs.run_job(job_id=job.pk)
    job.refresh_from_db()
    return job
