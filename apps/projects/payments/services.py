"""Each step of a file of payments: a person begins it, a job does it as that person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from apps.audit import services as audit
from apps.core import bulk, clock, sheets
from apps.core.uploads import XLSX_TYPE, Upload
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import Jurisdiction, User
from apps.projects import permissions
from apps.projects.executions import day_refusal
from apps.projects.imports import trail
from apps.projects.imports.services import NOTHING_DONE, SHOWN_ERRORS
from apps.projects.imports.trail import Batch
from apps.projects.models import Execution, Payment, PaymentFile
from apps.projects.payments import checking, marks, reading
from apps.projects.payments.checking import Reckoning
from apps.projects.payments.marks import Item
from apps.rules.errors import RuleError

READ, CHECK, IMPORT = (
    "projects.read_payments",
    "projects.check_payments",
    "projects.import_payments",
)
SOURCE = "国库集中支付"
SHOWN = 20  # rows of the preview
SHOWN_MARKS = 200


@dataclass(frozen=True)
class Layout:
    """How a person says the file is to be read; `total` in yuan."""

    columns: dict[str, str]
    kind: str
    unit: str
    is_unit_checked: bool = False
    as_of: date | None = None
    total: Decimal | None = None


# --- a person begins ------------------------------------------------------------------------
@transaction.atomic
def upload(*, actor: User, region: Jurisdiction, year: int, upload: Upload) -> PaymentFile:
    """The guarded file is kept and a job reads its head. Raises PermissionDenied."""
    if not permissions.may_import_executions(actor, region):
        raise PermissionDenied
    stored = jobs.keep_file(
        content=upload.content, name=upload.name, content_type=upload.content_type, owner=actor
    )
    file = PaymentFile.objects.create(
        jurisdiction=region,
        fiscal_year=year,
        name=stored.name,
        sha256=stored.sha256,
        file=stored,
        uploaded_at=clock.now(),
        uploaded_by=actor,
    )
    return _begin(file, actor, PaymentFile.Step.READ, READ)


@transaction.atomic
def check(*, actor: User, file: PaymentFile, layout: Layout) -> PaymentFile:
    """The confirmed columns stand on the file and a job checks its rows; nothing is imported.

    Raises PermissionDenied or RuleError.
    """
    file = _locked(actor, file)
    if file.job is None or not file.job.is_over or file.imported_at or not file.found:
        raise RuleError(f"文件{file.get_state_display()}，现在不能核对。", code="payments.state")
    _demand(file, layout)
    for name, value in asdict(layout).items():
        setattr(file, name, value)
    file.save(update_fields=list(asdict(layout)))
    return _begin(file, actor, PaymentFile.Step.CHECK, CHECK)


@transaction.atomic
def start_import(*, actor: User, file: PaymentFile, reason: str = "") -> PaymentFile:
    """A file that was checked without an error is imported by a job.

    What is marked or does not add up needs a reason. Raises PermissionDenied or RuleError.
    """
    file = _locked(actor, file)
    if file.step == PaymentFile.Step.IMPORT and file.state != "import_failed":
        return file  # a second click
    if file.state != "check_done" or file.job is None:
        raise RuleError(
            f"文件{file.get_state_display()}，核对通过才能导入。", code="payments.state"
        )
    told = file.job.result
    if told["n_marks"] + len(told["differences"]) and not reason.strip():
        raise RuleError("有标出的行或合计不符，写明理由才能导入。", code="payments.reason")
    file.reason = reason.strip()
    file.save(update_fields=["reason"])
    return _begin(file, actor, PaymentFile.Step.IMPORT, IMPORT, digest=told["digest"])


def _begin(file: PaymentFile, actor: User, step: str, kind: str, **more: str) -> PaymentFile:
    """The file is at the step, and a job waits to do it."""
    title = f"{PaymentFile.Step(step).label}“{file.name}”"
    params = {"payment_file": file.pk, "year": file.fiscal_year, **more}
    file.job = jobs.leave(kind=kind, title=title, owner=actor, params=params)
    file.step = step
    file.save(update_fields=["step", "job"])
    return file


def _locked(actor: User, file: PaymentFile) -> PaymentFile:
    """The file for one person at a time. Raises PermissionDenied."""
    if not permissions.may_import_executions(actor, file.jurisdiction):
        raise PermissionDenied
    rows = PaymentFile.objects.select_related("jurisdiction", "job", "file")
    return rows.select_for_update(of=("self",)).get(pk=file.pk)


def _demand(file: PaymentFile, layout: Layout) -> None:
    """The columns are in the file and say enough. Raises RuleError."""
    if problem := next(_problems(file, layout), ""):
        raise RuleError(problem, code="payments.layout")


def _problems(file: PaymentFile, layout: Layout) -> Iterator[str]:
    """What the columns lack, in the order of the form."""
    columns, labels = layout.columns, file.found["labels"]
    unknown = [label for label in columns.values() if label not in labels]
    if unknown:
        yield f"表头里没有“{unknown[0]}”列，现有：{'、'.join(labels)[:100]}。"
    if len(set(columns.values())) != len(columns):
        yield "同一列不能既是这个又是那个，请分别选。"
    if "amount" not in columns:
        yield "金额列没有选。"
    if not {"code", "name"} & set(columns):
        yield "项目编码、项目名称至少选一列。"
    yield from _day_problems(file, layout)


def _day_problems(file: PaymentFile, layout: Layout) -> Iterator[str]:
    """Payments need their day and voucher, sums a day for all or each."""
    if layout.kind == PaymentFile.Kind.SINGLE:
        if not {"voucher", "as_of"} <= set(layout.columns):
            yield "逐笔付款要选凭证号和日期列，凭证号用来认出哪一笔已经导入过。"
    elif "as_of" not in layout.columns and layout.as_of is None:
        yield "文件里没有日期列的，要填截至日期。"
    if layout.as_of and (refusal := day_refusal(layout.as_of, file.fiscal_year)):
        yield f"截至日期填{layout.as_of:%Y-%m-%d}，{refusal}。"


# --- a job does -----------------------------------------------------------------------------
def run_read(job: Job) -> dict[str, Any]:
    """What the file seems to say stands on it; one with classified rows is dropped."""
    file = _file(job)
    jobs.progress(job=job, n_done=0, n_total=0, message="正在读文件")
    grid = reading.grid_of(file)
    if secret := reading.secret_rows(reading.all_of(file, grid), file.jurisdiction):
        _drop(file)
        raise RuleError(
            f"{secret}是涉密单位或涉密项目，金额不在系统里登记。文件已从系统删除，"
            "请删去这些行再传。",
            code="payments.classified",
        )
    file.found = reading.found_in(grid)
    file.save(update_fields=["found"])
    return {"message": "表头已读，请对照各列。", "url": url_of(file)}


@transaction.atomic
def _drop(file: PaymentFile) -> None:
    """Nothing of the content is kept; that the file came stays on record."""
    stored, file.file = file.file, None
    file.save(update_fields=["file"])
    if stored is not None:
        jobs.drop_file(stored=stored)


def run_check(job: Job) -> dict[str, Any]:
    """The dry run: what the rows would do, or the wrong cells with a marked copy of the sheet."""
    file = _file(job)
    jobs.progress(job=job, n_done=0, n_total=0, message="正在读文件")
    grid = reading.grid_of(file)
    found = checking.reckon(grid, file, lambda n, total: _step(job, n, total))
    if found.plan.errors:
        job.file = jobs.keep_file(
            content=sheets.error_workbook(grid, found.plan.errors),
            name="错误清单.xlsx",
            content_type=XLSX_TYPE,
            owner=job.owner,
        )
        return {**_wrong(found), "url": url_of(file)}
    return {**_told(found), "message": _sentence(found), "url": url_of(file)}


def run_import(job: Job) -> dict[str, Any]:
    """The file's numbers are on record as a whole, or not at all."""
    file = _file(job)
    jobs.progress(job=job, n_done=0, n_total=0, message="正在读文件")
    grid = reading.grid_of(file)
    with transaction.atomic():
        # Two imports of one region would decide on rows that the other is about to write.
        # Rows that only point at the region need not wait.
        Jurisdiction.objects.select_for_update(no_key=True).get(pk=file.jurisdiction_id)
        file.refresh_from_db(fields=["imported_at"])
        if file.imported_at:  # the worker died between the commit and saying so
            return _done_before(file)
        found = checking.reckon(grid, file, lambda n, total: _step(job, n, total))
        if found.plan.errors or found.digest != job.params["digest"]:
            raise RuleError(
                f"核对以后数据有变化，请回到对照重新核对。{NOTHING_DONE}", code="import.changed"
            )
        jobs.progress(job=job, n_done=0, n_total=0, message="正在写入")
        _apply(found, file, job.owner)
    told = _told(found)
    words = f"已导入：新增{told['n_new']}笔，更正{told['n_changed']}笔，相同{told['n_same']}笔。"
    return {**told, "message": words, "url": url_of(file)}


def _done_before(file: PaymentFile) -> dict[str, Any]:
    """What an import that is on record did, counted from its rows."""
    rows = Execution.objects.filter(file=file)
    same = {name: OuterRef(name) for name in ("project", "fiscal_year", "fund", "as_of")}
    earlier = Execution.objects.filter(pk__lt=OuterRef("pk"), **same)
    n_changed = rows.filter(Exists(earlier)).count()
    n_new = rows.count() - n_changed
    return {
        "message": f"已导入：新增{n_new}笔，更正{n_changed}笔。",
        "url": url_of(file),
        "n_errors": 0,
        "n_new": n_new,
        "n_changed": n_changed,
        "n_payments": Payment.objects.filter(file=file).count(),
    }


def _apply(found: Reckoning, file: PaymentFile, actor: User) -> None:
    """Corrections are new rows; one audit line a unit, and one for the file with its reason."""
    items = marks.written(found.plan.items)
    region, year = file.jurisdiction, file.fiscal_year
    moment = clock.now()
    place = {"jurisdiction_id": region.pk, "fiscal_year": year, "file_id": file.pk}
    written = {"source": SOURCE, "recorded_at": moment, "recorded_by_id": actor.pk, **place}
    bulk.insert(Execution, [{**_row(item), **written} for item in items])
    lines = [
        {
            "project_id": line.project.pk,
            "fund": line.fund,
            "paid_on": line.on,
            "voucher": line.voucher,
            "amount": line.amount,
            **place,
        }
        for line in found.payments
    ]
    bulk.insert(Payment, lines)
    file.imported_at, file.imported_by = moment, actor
    file.save(update_fields=["imported_at", "imported_by"])
    batch = Batch(actor, region, year, str(file.public_id))
    told = (
        (item.project.unit, [item.project.code, item.fund, item.as_of, item.amount])
        for item in items
    )
    trail.record(batch, "projects.import_payments", told)
    _note(found, file, actor, len(items))


def _row(item: Item) -> dict[str, Any]:
    return {
        "project_id": item.project.pk,
        "fund": item.fund,
        "as_of": item.as_of,
        "amount": item.amount,
    }


def _note(found: Reckoning, file: PaymentFile, actor: User, n_rows: int) -> None:
    """Who took the file with which total and why, for the auditor."""
    audit.record(
        actor=actor,
        action="projects.confirm_payments",
        subject=file,
        chain=f"region:{file.jurisdiction.code}",
        data={
            "year": file.fiscal_year,
            "batch": str(file.public_id),
            "digest": file.sha256,
            "money_unit": file.get_unit_display(),
            "n_rows": n_rows,
            "total": f"{found.total:.2f}",
            "n_marks": len(found.marks),
            "reason": file.reason,
        },
    )


# --- in words -------------------------------------------------------------------------------
def url_of(file: PaymentFile) -> str:
    """The page of the file."""
    return reverse("projects:payment_file", args=[file.fiscal_year, file.public_id])


def _file(job: Job) -> PaymentFile:
    """The job's file; the right is asked again, as it may have ended meanwhile (B12)."""
    rows = PaymentFile.objects.select_related("jurisdiction", "file")
    file = rows.get(pk=job.params["payment_file"])
    if not permissions.may_import_executions(job.owner, file.jurisdiction):
        raise PermissionDenied
    return file


def _step(job: Job, n_done: int, n_total: int) -> None:
    jobs.progress(job=job, n_done=n_done, n_total=n_total, message="正在逐行核对")


def _wrong(found: Reckoning) -> dict[str, Any]:
    errors = found.plan.errors
    return {
        "message": f"有{len(errors)}处要改。{NOTHING_DONE}",
        "n_errors": len(errors),
        "n_error_rows": len({error.row for error in errors}),
        "errors": [error.as_dict() for error in errors[:SHOWN_ERRORS]],
    }


def _told(found: Reckoning) -> dict[str, Any]:
    """Counts, the first rows, what is marked, and the totals, as JSON; amounts in yuan."""
    counts = found.plan.counts()
    news = [item for item in found.plan.items if item.kind != "same"]
    return {
        "n_errors": 0,
        **{f"n_{kind}": counts[kind] for kind in ("new", "changed", "same")},
        "n_payments": len(found.payments),
        "ignored": found.plan.table.ignored[:20],
        "preview": [_shown(item) for item in news[:SHOWN]],
        "n_marks": len(found.marks),
        "marks": [
            {"row": mark.number, "project": str(mark.project), "text": mark.text}
            for mark in sorted(found.marks, key=lambda mark: mark.number)[:SHOWN_MARKS]
        ],
        "total": f"{found.total:.2f}",
        "printed": "" if found.printed is None else f"{found.printed:.2f}",
        "differences": found.differences,
        "digest": found.digest,
    }


def _shown(item: Item) -> dict[str, Any]:
    return {
        "row": item.number,
        "project": str(item.project),
        "code": item.project.code,
        "fund": item.fund and str(Execution(fund=item.fund).get_fund_display()),
        "as_of": item.as_of.isoformat(),
        "amount": f"{item.amount:.2f}",
        "stands": "" if item.stands is None else f"{item.stands:.2f}",
    }


def _sentence(found: Reckoning) -> str:
    """What the dry run found, in one sentence."""
    counts = found.plan.counts()
    if not counts["new"] and not counts["changed"] and not found.payments:
        return f"{counts['same']}笔执行数与现有数据完全相同，不需要导入。"
    words = (
        f"核对通过：将新增{counts['new']}笔，更正{counts['changed']}笔，相同{counts['same']}笔。"
    )
    n_why = len(found.marks) + len(found.differences)
    return f"{words}有{n_why}处要写明理由。" if n_why else f"{words}确认后导入。"
