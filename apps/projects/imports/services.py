"""An uploaded list is checked by one job and imported by another, both as their owner."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from apps.core import collecting, sheets
from apps.core.sheets import Grid
from apps.core.uploads import XLSX_TYPE, Upload
from apps.jobs import files
from apps.jobs import services as jobs
from apps.jobs.models import Job, StoredFile
from apps.organizations.models import Jurisdiction, User
from apps.projects.imports.listings import BY_JOB, Listing
from apps.projects.imports.trail import Batch
from apps.rules.errors import RuleError

SHOWN_ERRORS = 200
NOTHING_DONE = "本次没有导入任何数据。"


@transaction.atomic
def start_check(
    *, listing: Listing, actor: User, jurisdiction: Jurisdiction, year: int, upload: Upload
) -> Job:
    """The guarded workbook is kept and a job checks it; nothing is imported.

    Raises PermissionDenied.
    """
    if not listing.may_import(actor, jurisdiction):
        raise PermissionDenied
    stored = jobs.keep_file(
        content=upload.content, name=upload.name, content_type=upload.content_type, owner=actor
    )
    params = {"file": str(stored.public_id), "jurisdiction": jurisdiction.pk, "year": year}
    title = f"核对{listing.title}“{stored.name}”"
    return jobs.leave(kind=listing.check, title=title, owner=actor, params=params)


@transaction.atomic
def start_import(*, actor: User, checked: Job) -> Job:
    """A list that was checked without an error is imported by a job. Raises RuleError otherwise."""
    listing = BY_JOB.get(checked.kind)
    if listing is None or checked.owner_id != actor.pk or checked.kind != listing.check:
        raise PermissionDenied
    if checked.state != Job.State.DONE or checked.result.get("n_errors") != 0:
        raise RuleError(f"这份{listing.title}还没有核对通过，不能导入。", code="import.not_checked")
    same = {"owner": actor, "params__checked": str(checked.public_id)}
    earlier = Job.objects.filter(kind=listing.run, **same)
    going_on = earlier.exclude(state=Job.State.FAILED).first()
    if going_on:  # a second click is answered with the job of the first
        return going_on
    params = {**checked.params, "checked": str(checked.public_id)}
    title = checked.title.replace("核对", "导入", 1)
    return jobs.leave(kind=listing.run, title=title, owner=actor, params=params)


@collecting.put_off()
def run_check(job: Job) -> dict[str, Any]:
    """The dry run: counts, or the wrong cells with a marked copy of the workbook."""
    jurisdiction, year = _scope(job)
    grid = _grid(job, jurisdiction, year)
    listing = BY_JOB[job.kind]
    plan = listing.plan(grid, jurisdiction, year, lambda n, total: _step(job, n, total))
    counts, errors = plan.counts(), plan.errors
    if errors:
        job.file = jobs.keep_file(
            content=sheets.error_workbook(grid, errors),
            name="错误清单.xlsx",
            content_type=XLSX_TYPE,
            owner=job.owner,
        )
    return {
        "message": _told(listing, counts, len(errors)),
        "url": f"{reverse(listing.page, args=[year])}?job={job.public_id}",
        "n_errors": len(errors),
        "n_error_rows": len({error.row for error in errors}),
        "errors": [error.as_dict() for error in errors[:SHOWN_ERRORS]],
        "ignored": plan.table.ignored[:20],
        **_numbers(counts),
    }


@collecting.put_off()
def run_import(job: Job) -> dict[str, Any]:
    """The list is stored as a whole, or not at all."""
    listing = BY_JOB[job.kind]
    jurisdiction, year = _scope(job)
    grid = _grid(job, jurisdiction, year)
    with transaction.atomic():
        # Two imports of one region would decide on rows that the other is about to write.
        # Rows that only point at the region need not wait.
        Jurisdiction.objects.select_for_update(no_key=True).get(pk=jurisdiction.pk)
        plan = listing.plan(grid, jurisdiction, year, lambda n, total: _step(job, n, total))
        if plan.errors:
            raise RuleError(
                f"核对以后数据有变化，现有{len(plan.errors)}处不符："
                f"{plan.errors[0].message}请重新上传核对。{NOTHING_DONE}",
                code="import.changed",
            )
        jobs.progress(job=job, n_done=0, n_total=0, message="正在写入")
        counts = plan.counts()
        listing.apply(plan, Batch(job.owner, jurisdiction, year, str(job.public_id)))
    url = reverse(listing.back_page, args=[year])
    return {"message": f"已导入：{_counted(listing, counts)}。", "url": url, **_numbers(counts)}


def _scope(job: Job) -> tuple[Jurisdiction, int]:
    """Whose list and which year; the right is asked again, as it may have ended meanwhile (B12)."""
    jurisdiction = Jurisdiction.objects.get(pk=job.params["jurisdiction"])
    if not BY_JOB[job.kind].may_import(job.owner, jurisdiction):
        raise PermissionDenied
    return jurisdiction, job.params["year"]


def _grid(job: Job, jurisdiction: Jurisdiction, year: int) -> Grid:
    """The kept workbook's sheet; a template of another year or region is refused first."""
    listing = BY_JOB[job.kind]
    jobs.progress(job=job, n_done=0, n_total=0, message="正在读工作簿")
    stored = StoredFile.objects.get(public_id=job.params["file"], owner=job.owner)
    with files.opened(stored) as file:
        content = file.read()
    grid = sheets.read_grid(content)
    if sheets.META_SHEET in grid.names:
        sheets.check_meta(
            sheets.read_meta(content),
            listing.meta(jurisdiction, year),
            what=f"{listing.title}模板",
            whose=jurisdiction.name,
            required=True,
        )
    return grid


def _step(job: Job, n_done: int, n_total: int) -> None:
    jobs.progress(job=job, n_done=n_done, n_total=n_total, message="正在逐行核对")


def _numbers(counts: Counter[str]) -> dict[str, int]:
    return {f"n_{kind}": counts[kind] for kind in ("new", "changed", "same")}


def _counted(listing: Listing, counts: Counter[str], will: str = "") -> str:
    """How many rows are new, changed and the same, in the list's own words."""
    each = listing.measure
    return (
        f"{will}新增{counts['new']}{each}，{listing.change}{counts['changed']}{each}，"
        f"相同{counts['same']}{each}"
    )


def _told(listing: Listing, counts: Counter[str], n_errors: int) -> str:
    """What the dry run found, in one sentence."""
    if n_errors:
        return f"有{n_errors}处要改。{NOTHING_DONE}"
    if not counts["new"] and not counts["changed"]:
        return f"{counts['same']}{listing.thing}与现有数据完全相同，不需要导入。"
    return f"核对通过：{_counted(listing, counts, '将')}。确认后导入。"
