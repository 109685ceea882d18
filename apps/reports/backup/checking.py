"""What is checked after a restore: rows, trail, receipts, files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from apps.audit import verifier
from apps.audit.models import Chain
from apps.filings import services as filings
from apps.filings.models import Revision
from apps.jobs import files
from apps.jobs.models import StoredFile
from apps.reports.backup import databases
from apps.reports.backup.manifest import Manifest

SHOWN = 20  # faults of one kind that are printed


@dataclass(frozen=True)
class Check:
    """One kind of check: over what it went, and what it found."""

    title: str
    scope: str
    faults: list[str]

    def lines(self) -> Iterator[str]:
        """The check in words for the operator."""
        if not self.faults:
            yield f"{self.title}：{self.scope}，相符。"
            return
        yield f"{self.title}：{self.scope}，{len(self.faults)}处不符。"
        yield from (f"  {fault}" for fault in self.faults[:SHOWN])
        if len(self.faults) > SHOWN:
            yield f"  另有{len(self.faults) - SHOWN}处。"


def checks(manifest: Manifest) -> Iterator[Check]:
    """Every check of a restored installation, one after the other."""
    yield _rows(manifest)
    yield _trail()
    yield _receipts()
    yield _files()


def _rows(manifest: Manifest) -> Check:
    """As many rows in each table as when the backup was written."""
    found = databases.row_counts()
    faults = [
        f"{table}：备份时{manifest.rows.get(table, 0)}行，现在{found.get(table, 0)}行"
        for table in sorted({*manifest.rows, *found})
        if manifest.rows.get(table, 0) != found.get(table, 0)
    ]
    return Check("数据", f"{len(found)}张表，{sum(found.values())}行", faults)


def _trail() -> Check:
    """Every chain of the audit trail, and the triggers that keep it."""
    n_entries = sum(Chain.objects.values_list("n_entries", flat=True))
    faults = [str(broken) for broken in verifier.all_breaks()]
    return Check("留痕", f"{Chain.objects.count()}条链，{n_entries}行", faults)


def _receipts() -> Check:
    """Every receipt still has its content."""
    revisions = Revision.objects.filter(submitted_at__isnull=False).order_by("pk")
    n_receipts, faults = 0, []
    for revision in revisions.iterator(chunk_size=500):
        n_receipts += 1
        if not filings.verify_receipt(revision=revision).holds:
            faults.append(f"回执{revision.receipt_number}：内容与提交时的校验值不符")
    return Check("回执", f"{n_receipts}件", faults)


def _files() -> Check:
    """Every stored file has the digest of its row."""
    n_files, faults = 0, []
    for stored in StoredFile.objects.order_by("pk").iterator(chunk_size=500):
        n_files += 1
        if fault := _fault_of(stored):
            faults.append(f"{stored.path}（{stored.name}）：{fault}")
    return Check("文件", f"{n_files}个", faults)


def _fault_of(stored: StoredFile) -> str:
    """What is wrong with a stored file, empty when nothing is."""
    digest = hashlib.sha256()
    try:
        with files.opened(stored) as opened:
            for chunk in opened.chunks():
                digest.update(chunk)
    except FileNotFoundError:
        return "没有这个文件"
    return "" if digest.hexdigest() == stored.sha256 else "内容与登记的校验值不符"
