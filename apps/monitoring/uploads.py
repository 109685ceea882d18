"""A filled-in workbook of a node becomes the draft, whole or not at all."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import arrival
from apps.core.uploads import Upload
from apps.filings import permissions, selectors
from apps.filings import services as filings
from apps.filings.models import Filing, Revision
from apps.monitoring import services, workbook_reading
from apps.monitoring.workbook_reading import Reading
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.findings import Severity, ranked

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

    def as_dict(self) -> dict[str, Any]:
        """The mark as the page shows it, in the keys of a CellError."""
        return asdict(self)


@dataclass(frozen=True)
class Taken:
    """What an upload did: the saved revision, rows read, cells to change."""

    revision: Revision
    n_lines: int
    marks: tuple[Mark, ...]

    @property
    def message(self) -> str:
        """One sentence or two for the person who uploaded."""
        read = f"已读入{self.n_lines}条指标，存为第{self.revision.number}版草稿。"
        return f"{read}有{len(self.marks)}格要改，表里已标出。" if self.marks else read


def take_in(*, filing: Filing, actor: User, upload: Upload) -> Taken:
    """Save a guarded workbook as the draft, if nothing was saved since it was downloaded.

    Raises PermissionDenied for anyone but a filer; RuleError for a lock (before the file is
    opened), for a workbook that cannot be read, and where the filing moved on meanwhile. Then
    nothing is written.
    """
    if not permissions.may_file(actor, filing):
        raise PermissionDenied("只有本单位填报员可以上传。")
    lock = selectors.lock_of(filing, arrival.received_at())
    if lock is not None:
        raise RuleError(lock.text, code=f"filings.{lock.kind}")
    revision = filing.revisions.order_by("-number")[0]
    revision.filing = filing
    return _store(filing, actor, workbook_reading.read(upload.content, filing, revision))


@transaction.atomic
def _store(filing: Filing, actor: User, reading: Reading) -> Taken:
    form = reading.form
    try:
        saved = services.save(filing=filing, actor=actor, version=reading.version, form=form)
    except RuleError as error:
        if error.code != "filings.stale":
            raise
        raise RuleError(
            "这张表下载之后，页面上又保存过。请重新下载，把改动填进去再传。",
            code="monitoring.moved",
        ) from error
    return Taken(saved, len(form.lines), _marks(saved, reading))


def _marks(revision: Revision, reading: Reading) -> tuple[Mark, ...]:
    """Blocking findings that stand in one cell, by its address in the uploaded workbook."""
    found = []
    for finding in ranked(filings.findings_of(revision=revision)):
        place = reading.places.get(finding.path)
        if place is not None and finding.severity == Severity.BLOCK:
            found.append(Mark(*place, finding.where, finding.found, finding.message))
    return tuple(found[:SHOWN])
