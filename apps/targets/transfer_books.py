"""A transfer's decomposition and the year's ledger as workbooks; who took what is on record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.core.sheets import Head, Page, write_book, write_table
from apps.organizations.models import User
from apps.projects import selectors as projects
from apps.projects.models import Transfer, TransferFund
from apps.rules.errors import RuleError
from apps.rules.numbers import show_value
from apps.targets import transfer_screen
from apps.targets.transfer_screen import TransferScreen

MOST = 2_000
BLOCK = 200
LEVELS = TransferFund.Level
LEDGER = [
    Head("下达文号", width=24),
    Head("转移支付名称", width=36),
    Head("类别", width=18),
    Head("单位编码", width=10),
    Head("主管部门", width=24),
    Head("下达日期", "day", 12),
    *(Head(f"{label}（万元）", "wan", 16) for label in LEVELS.labels),
    Head("合计（万元）", "wan", 16),
    Head("目标随文下达", width=12),
    Head("状态", width=10),
    Head("豁免类型和理由", width=30),
    Head("接收方", "whole", 9),
    Head("已分解（万元）", "wan", 16),
    Head("资金差额（万元）", "wan", 16),
    Head("上级指标", "whole", 9),
    Head("对不上的指标", "whole", 12),
    Head("责任科室", width=16),
]
SHARES = [
    Head("编码", width=25),
    Head("接收方", width=36),
    Head("资金（万元）", "wan", 16),
    Head("绩效目标", width=10),
    Head("自设指标", "whole", 9),
    Head("与下达不一致", "whole", 12),
]
TABLE = [
    Head("一级指标", width=10),
    Head("二级指标", width=14),
    Head("三级指标", width=32),
    Head("权重", "number", 8),
    Head("上级指标值", width=16),
    Head("汇总方式", width=14),
    Head("编码", width=25),
    Head("接收方", width=32),
    Head("资金（万元）", "wan", 16),
    Head("下达指标值", width=16),
    Head("贡献值", "number", 12),
    Head("占比", "percent", 10),
    Head("定稿的指标值", width=16),
    Head("合成值", width=16),
    Head("差额", width=12),
]


@transaction.atomic
def ledger(*, actor: User, year: int) -> bytes:
    """The year's transfers that the person sees (Y-44). Raises RuleError beyond 2,000 rows."""
    rows = projects.transfers(actor, year)
    n_rows = rows.order_by()[: MOST + 1].count()
    if n_rows > MOST:
        raise RuleError(f"转移支付超过{MOST}项，一次最多导出{MOST}项。", code="export.size")
    name = f"{year}年度转移支付目标台账"
    audit.record(
        actor=actor,
        action="targets.export_transfers",
        subject=None,
        chain=audit.SYSTEM,
        data={"year": year, "n_rows": n_rows},
        label=f"导出{name}",
    )
    note = f"截至{clock.today():%Y-%m-%d}，金额单位万元。"
    return write_table(_ledger(actor, year), LEDGER, sheet="台账", title=name, note=note)


def _ledger(actor: User, year: int) -> Iterator[tuple[Any, ...]]:
    """A block at a time."""
    keys = list(projects.transfers(actor, year).values_list("pk", flat=True))
    for start in range(0, len(keys), BLOCK):
        rows = projects.transfers(actor, year).filter(pk__in=keys[start : start + BLOCK])
        told = rows.prefetch_related("funds", "fund_tags")
        for line in transfer_screen.lines_of(told, actor):
            yield _ledger_row(line)


def _ledger_row(line: transfer_screen.TransferLine) -> tuple[Any, ...]:
    transfer = line.transfer
    amounts = {fund.level: fund.amount for fund in transfer.funds.all()}
    desk = line.filing.desk_section if line.filing else None
    return (
        transfer.document_number,
        transfer.name,
        "、".join(tag.name for tag in transfer.fund_tags.all()),
        transfer.unit.code,
        transfer.unit.name,
        transfer.issued_on,
        *(amounts.get(level) for level in LEVELS.values),
        line.amount,
        transfer.has_targets,
        line.state,
        f"{transfer.exempt_kind}　{transfer.exempt_reason}".strip(),
        line.n_recipients,
        line.handed,
        line.gap,
        line.n_uppers,
        line.n_open,
        str(desk) if desk else "",
    )


@transaction.atomic
def decomposition(*, actor: User, transfer: Transfer) -> bytes:
    """The transfer's indicators with their shares, and the shares with their money."""
    shown = transfer_screen.screen_of(transfer, actor)
    name = f"{transfer.fiscal_year}年度转移支付目标分解表 {transfer}"
    audit.record(
        actor=actor,
        action="targets.export_transfer",
        subject=transfer,
        chain=audit.SYSTEM,
        data={"year": transfer.fiscal_year, "document_number": transfer.document_number},
        label=f"导出{name}",
    )
    note = f"{transfer.document_number}　金额单位万元。{'' if shown.rows else '还没有分解。'}"
    return write_book(
        [
            Page("指标分解", TABLE, _table(shown), name, note),
            Page("资金分解", SHARES, _shares(shown), name, note),
        ]
    )


def _table(shown: TransferScreen) -> Iterator[tuple[Any, ...]]:
    for row in shown.rows:
        line, gap = row.line, row.combined.gap
        places = (line.level1, line.level2, line.name, line.weight)
        head = (*places, row.shown, str(row.combined.way))
        foot = (row.combined_text, "" if gap is None else show_value(gap))
        for child in row.children:
            share = child.share
            told = (share.code, str(share.recipient), share.amount, child.told)
            part = (child.brings.number, child.brings.part)
            yield (*head, *told, *part, child.in_force, *foot)
        if not row.children:
            yield (*head, "", "没有分解", None, "", None, None, "", *foot)


def _shares(shown: TransferScreen) -> Iterator[tuple[Any, ...]]:
    for each in shown.recipients:
        share = each.share
        told = (share.code, str(share.recipient), share.amount)
        yield (*told, each.state, each.n_finer, each.n_departs)
