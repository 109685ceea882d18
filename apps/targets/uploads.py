"""A filled-in workbook becomes the draft, whole or not at all."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import arrival
from apps.core.uploads import Upload
from apps.filings import permissions, selectors
from apps.filings import services as filings
from apps.filings.models import Filing, Revision
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity, ranked
from apps.targets import handing, services, workbook_reading, workbook_shares
from apps.targets.workbook_reading import Reading
from apps.targets.workbook_shares import ShareCounts

SHOWN = 200


@dataclass(frozen=True)
class Mark:
    """A cell of the workbook that must still be changed."""

    sheet: str
    row: int
    column: str
    label: str
    found: str
    expected: str

    @property
    def address(self) -> str:
        """工作表“绩效指标” 第5行 F列."""
        return f"工作表“{self.sheet}” 第{self.row}行 {self.column}列"

    def as_dict(self) -> dict[str, Any]:
        """The mark as the session keeps it, in the keys of a CellError."""
        return asdict(self)


@dataclass(frozen=True)
class Taken:
    """What an upload did: the saved revision, rows read, cells to change."""

    revision: Revision
    n_lines: int
    marks: tuple[Mark, ...]
    is_changed: bool
    shares: ShareCounts | None = None  # of a transfer's decomposition
    is_check: bool = False  # a dry run: nothing was written

    @property
    def message(self) -> str:
        """One sentence or two for the person who uploaded."""
        if not self.is_changed:
            return f"表里的{self.n_lines}条指标和其他内容与现在的完全相同，没有改动。"
        did = "能读入" if self.is_check else "已读入"
        then = "现在没有保存" if self.is_check else f"存为第{self.revision.number}版草稿"
        read = f"{did}{self.n_lines}条指标，{then}。{self.shares.message if self.shares else ''}"
        if not self.marks:
            return read
        first = "；".join(f"{mark.address} {mark.label}" for mark in self.marks[:3])
        more = "等" if len(self.marks) > 3 else ""
        return f"{read}有{len(self.marks)}格要改：{first}{more}。"


def take_in(*, filing: Filing, actor: User, upload: Upload) -> Taken:
    """Save a guarded workbook as the draft, if nothing was saved since it was downloaded.

    Raises PermissionDenied for anyone but a filer; RuleError for a lock (before the file is
    opened), for a workbook that can not be read, and (code "filings.stale", data["conflicts"],
    data["posted"]) when the form moved on meanwhile. Then nothing is written.
    """
    return _store(filing, actor, *_read(filing, actor, upload))


def check(*, filing: Filing, actor: User, upload: Upload) -> Taken:
    """What taking the workbook in would do; nothing is written. Raises as `take_in` does."""
    read = _read(filing, actor, upload)
    with transaction.atomic():
        taken = _store(filing, actor, *read)
        transaction.set_rollback(True)
    return replace(taken, is_check=True)


def _read(filing: Filing, actor: User, upload: Upload) -> tuple[Revision, Reading]:
    """The workbook for the newest revision, before anything is locked: reading takes its time."""
    if not permissions.may_file(actor, filing):
        raise PermissionDenied("只有本单位填报员可以上传。")
    lock = selectors.lock_of(filing, arrival.received_at())
    if lock is not None:
        raise RuleError(lock.text, code=f"filings.{lock.kind}")
    revision = filing.revisions.order_by("-number")[0]
    return revision, workbook_reading.read(upload.content, filing, revision, actor)


@transaction.atomic
def _store(filing: Filing, actor: User, revision: Revision, reading: Reading) -> Taken:
    """Form and shares are saved together."""
    form, rows = reading.form, reading.shares.rows if reading.shares else []
    told = workbook_shares.counts(revision, rows) if reading.shares else None
    try:
        saved = services.save(filing=filing, actor=actor, version=reading.version, form=form)
    except RuleError as error:
        error.data["posted"] = reading.inputs
        if error.code == "filings.stale":
            _demand_same_shares(told)
        if error.code == "filings.stale" and not error.data["conflicts"]:
            return Taken(revision, len(form.lines), (), is_changed=False)
        raise
    if told is not None:
        version = saved.version
        saved = handing.hand_down(filing=filing, actor=actor, version=version, rows=rows)
    return Taken(saved, len(form.lines), _marks(saved, reading), is_changed=True, shares=told)


def _demand_same_shares(told: ShareCounts | None) -> None:
    """Of a form two values are shown to choose from; of a table of shares nobody could choose."""
    if told and (told.n_new or told.n_changed or told.n_gone):
        raise RuleError(
            "这张表下载之后，分解又被保存过，两边不一样。请重新下载填报表，把改动填进去再传。",
            code="targets.shares_moved",
        )


def _marks(revision: Revision, reading: Reading) -> tuple[Mark, ...]:
    """Blocking findings that stand in one cell, by its address in the uploaded workbook."""
    found = ranked(filings.findings_of(revision=revision))
    marks = (_mark(finding, reading) for finding in found if finding.severity == Severity.BLOCK)
    return tuple(mark for mark in marks if mark is not None)[:SHOWN]


def _mark(finding: Finding, reading: Reading) -> Mark | None:
    place = reading.address(finding.path)
    if place is None:
        return None
    sheet, row, column = place
    return Mark(sheet, row, column, finding.where, finding.found, finding.message)
