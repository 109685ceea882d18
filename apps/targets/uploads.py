"""A filled-in workbook becomes the draft, whole or not at all."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from apps.core import arrival
from apps.core.uploads import Upload
from apps.filings import permissions, selectors
from apps.filings import services as filings
from apps.filings.models import Filing, Revision
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity, ranked
from apps.targets import services, workbook_reading
from apps.targets.workbook_reading import Reading

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

    @property
    def message(self) -> str:
        """One sentence or two for the person who uploaded."""
        if not self.is_changed:
            return f"表里的{self.n_lines}条指标和其他内容与现在的完全相同，没有改动。"
        read = f"已读入{self.n_lines}条指标，存为第{self.revision.number}版草稿。"
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
    if not permissions.may_file(actor, filing):
        raise PermissionDenied("只有本单位填报员可以上传。")
    lock = selectors.lock_of(filing, arrival.received_at())
    if lock is not None:
        raise RuleError(lock.text, code=f"filings.{lock.kind}")
    revision = filing.revisions.order_by("-number")[0]
    reading = workbook_reading.read(upload.content, filing, revision)
    form = reading.form
    try:
        saved = services.save(filing=filing, actor=actor, version=reading.version, form=form)
    except RuleError as error:
        error.data["posted"] = reading.inputs
        if error.code == "filings.stale" and not error.data["conflicts"]:
            return Taken(revision, len(form.lines), (), is_changed=False)
        raise
    return Taken(saved, len(form.lines), _marks(saved, reading), is_changed=True)


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
