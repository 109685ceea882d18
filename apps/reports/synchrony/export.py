"""What the filter shows, as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.core.sheets import Head, write_table
from apps.organizations.models import User
from apps.reports.synchrony import rows as synchrony_rows
from apps.reports.synchrony.rows import Asked, SyncRow
from apps.rules.synchrony import STATES, WORDS, Step

HEADS = [
    Head("单位编码", width=11),
    Head("单位名称", width=26),
    Head("项目编码", width=25),
    Head("项目名称", width=38),
    Head("情况", width=12),
    *(
        head
        for step in Step
        for head in (
            Head(f"预算{WORDS[step]}", "day", 12),
            Head(f"目标{WORDS[step]}", "day", 12),
            Head(f"{WORDS[step]}情况", width=26),
        )
    ),
    Head("怎么办", width=60),
]


def name_of(year: int) -> str:
    """The file's name."""
    return f"{year}年度绩效目标与预算四同步.xlsx"


@transaction.atomic
def export(*, actor: User, year: int, asked: Asked) -> bytes:
    """The workbook; who took what is on record. Raises RuleError beyond 5,000 projects."""
    rows = synchrony_rows.found(actor, year, asked)
    audit.record(
        actor=actor,
        action="reports.export_synchrony",
        subject=None,
        chain=audit.SYSTEM,
        data={
            "year": year,
            "filter": {key: value for key, value in asdict(asked).items() if value},
            "n_rows": len(rows),
        },
        label=f"导出{name_of(year).removesuffix('.xlsx')}",
    )
    title = name_of(year).removesuffix(".xlsx")
    note = f"截至{clock.today():%Y-%m-%d}，晚于预算的在前；空白为未登记。"
    return write_table(_cells(rows), HEADS, sheet="四同步", title=title, note=note)


def _cells(rows: list[SyncRow]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        unit = row.project.unit
        pairs = [
            value
            for pair in row.pairs
            for value in (pair.budget.on, pair.target.on, pair.found.text)
        ]
        todo = "".join(pair.found.todo for pair in row.pairs)
        state = STATES[row.worst.state]
        yield (unit.code, unit.name, row.project.code, str(row.project), state, *pairs, todo)
