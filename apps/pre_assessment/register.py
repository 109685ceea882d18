"""The register of a year's assessments, on the page and as a workbook (Y-09)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from apps.audit import services as audit
from apps.core import clock
from apps.core.sheets import Head, write_table
from apps.filings.models import Filing, State
from apps.organizations import selectors as people
from apps.organizations.models import User
from apps.pre_assessment import selectors
from apps.pre_assessment.earlier import in_force
from apps.pre_assessment.models import AssessmentSheet, Conclusion, Reassessment
from apps.rules.errors import RuleError

CLOSED = (State.APPROVED, State.REJECTED)
MOST = 5_000
BLOCK = 500
HEADS = [
    Head("单位编码", width=11),
    Head("单位名称", width=26),
    Head("项目编码", width=25),
    Head("项目名称", width=40),
    Head("预算年度", "whole", 10),
    Head("状态", width=10),
    Head("申请金额（万元）", "wan", 16),
    Head("结论", width=10),
    Head("支持金额（万元）", "wan", 16),
    Head("审核得分", width=10),
    Head("第三方再评估", width=26),
    Head("结论日期", "day", 12),
    Head("结论人", width=12),
]


@dataclass(frozen=True)
class RegisterRow:
    """An assessment as the register shows it; the conclusion where the person may know it."""

    filing: Filing
    asked: Decimal | None
    conclusion: Conclusion | None
    reassessment: Reassessment | None

    @property
    def score(self) -> str:
        """The points of finance's sheet, as it was when concluded."""
        return str(self.conclusion.trace.get("score", "")) if self.conclusion else ""

    @property
    def third_party(self) -> str:
        """Whether a third party assesses again, and which."""
        if self.reassessment is None:
            return ""
        return self.reassessment.agency if self.reassessment.is_wanted else "不做"


def listed(user: User, year: int, verdict: str = "", state: str = "") -> QuerySet[Filing]:
    """The year's assessments that fit the filter; a verdict counts once its filing is closed."""
    rows = selectors.assessments(user, year)
    if state:
        rows = rows.filter(state=state)
    if verdict:
        said = in_force().filter(verdict=verdict)
        rows = rows.filter(pk__in=said.values("filing"))
    return rows


def rows_of(filings: Iterable[Filing], user: User) -> list[RegisterRow]:
    """The rows in their order; what was asked is known once it was submitted. Two queries."""
    found = list(filings)
    sheets = AssessmentSheet.objects.filter(
        revision__filing__in=found, revision__submitted_at__isnull=False
    )
    pairs = sheets.order_by("revision__number").values_list("revision__filing", "asked")
    asked = dict(pairs)
    regions = people.whole_region_jurisdictions(user)
    return [_row(filing, asked.get(filing.pk), regions) for filing in found]


def _row(filing: Filing, asked: Decimal | None, regions: set[int]) -> RegisterRow:
    knows = filing.state in CLOSED or filing.jurisdiction_id in regions
    said = list(filing.conclusions.all()) if knows else []
    last = max(said, key=lambda one: one.pk, default=None)
    held = getattr(filing, "reassessment", None) if knows else None
    return RegisterRow(filing, asked, last, held)


# --- the workbook ---------------------------------------------------------------------------
def name_of(year: int) -> str:
    """The file's name."""
    return f"{year}年度事前绩效评估登记簿.xlsx"


@transaction.atomic
def export(*, actor: User, year: int, chosen: dict[str, str]) -> bytes:
    """What the filter shows, as a workbook; who took what is on record.

    Raises RuleError beyond 5,000 rows.
    """
    rows = listed(actor, year, **chosen)
    n_rows = rows.order_by()[: MOST + 1].count()
    if n_rows > MOST:
        text = f"这次筛选超过{MOST}行，一次最多导出{MOST}行。请选结论或状态后再导。"
        raise RuleError(text, code="export.size")
    audit.record(
        actor=actor,
        action="pre_assessment.export",
        subject=None,
        chain=audit.SYSTEM,
        data={
            "year": year,
            "filter": {key: value for key, value in chosen.items() if value},
            "n_rows": n_rows,
        },
        label=f"导出{name_of(year).removesuffix('.xlsx')}",
    )
    note = f"截至{clock.today():%Y-%m-%d}，金额单位万元。"
    return write_table(
        _cells(rows, actor), HEADS, sheet="登记簿", title=name_of(year)[:-5], note=note
    )


def _cells(rows: QuerySet[Filing], user: User) -> Iterator[tuple[Any, ...]]:
    """A block at a time, so that a region's year does not stand in memory."""
    keys = list(rows.order_by("-created_at", "-pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BLOCK):
        found = rows.filter(pk__in=keys[start : start + BLOCK])
        yield from map(_cell, rows_of(found.order_by("-created_at", "-pk"), user))


def _cell(row: RegisterRow) -> tuple[Any, ...]:
    filing, said = row.filing, row.conclusion
    project = filing.assignment.project
    return (
        filing.unit.code,
        filing.unit.name,
        project.code if project else "",
        str(project or filing.assignment.task),
        said.budget_year if said else None,
        filing.get_state_display(),
        said.asked if said else row.asked,
        said.verdict if said else "",
        said.supported if said else None,
        row.score,
        row.third_party,
        said.decided_at.astimezone(clock.ZONE).date() if said else None,
        said.decided_by.name if said else "",
    )
