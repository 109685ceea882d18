"""What came of the checks of a year: each rule with how often it spoke, and how often it hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from apps.audit import services as audit
from apps.core import clock
from apps.core.sheets import Head, write_table
from apps.filings import permissions
from apps.filings.models import Filing, FindingAnswer, FindingRecord, Waiver
from apps.organizations.models import User
from apps.rules import finding_counts
from apps.rules.finding_counts import RuleCount
from apps.rules.target_checks import CODES

ENGINE = {
    "filings.return_open": "退回意见未改",
    "filings.slot_missing": "必传材料未传",
    "filings.money_same": "要求重新测算而资金未变",
}
KIND = "targets."
HEADS = [
    Head("检查", width=32),
    Head("依据", width=44),
    Head("次数", "whole", 10),
    Head("单位答复", "whole", 10),
    Head("豁免", "whole", 10),
    Head("引起修改", "whole", 10),
    Head("未引起修改", "whole", 12),
    Head("命中率", width=10),
]


@dataclass(frozen=True)
class CountLine:
    """A rule in words with its numbers."""

    title: str
    clause: str
    count: RuleCount

    @property
    def n_unchanged(self) -> int:
        """Findings of which it is known that nothing was changed for them."""
        return self.count.n_settled - self.count.n_changed


def rule_counts(user: User, year: int) -> list[CountLine]:
    """Each check that spoke at submissions of target forms that the person sees, most often first.

    One query. A check that speaks of one cell in two revisions counts twice.
    """
    rows = (
        _records(user, year)
        .values_list("code")
        .annotate(
            n_found=Count("pk"),
            n_answered=Count("pk", filter=Exists(_answers())),
            n_waived=Count("pk", filter=Exists(_waivers())),
            n_changed=Count("pk", filter=Q(led_to_change=True)),
            n_settled=Count("pk", filter=Q(led_to_change__isnull=False)),
        )
        .order_by("-n_found", "code")
    )
    return [_line(RuleCount(*row)) for row in rows]


def _records(user: User, year: int) -> QuerySet[FindingRecord]:
    seen = Filing.objects.visible_to(user).filter(fiscal_year=year, kind__startswith=KIND)
    return FindingRecord.objects.filter(revision__filing__in=seen)


def _answers() -> QuerySet[FindingAnswer]:
    same = {name: OuterRef(name) for name in ("revision", "code", "path")}
    return FindingAnswer.objects.filter(**same)


def _waivers() -> QuerySet[Waiver]:
    rows = Waiver.objects.filter(filing=OuterRef("revision__filing"), code=OuterRef("code"))
    return rows.filter(Q(path="") | Q(path=OuterRef("path")))


def _line(count: RuleCount) -> CountLine:
    check = CODES.get(count.code)
    title = check.title if check else ENGINE.get(count.code, count.code)
    return CountLine(title, check.clause if check else "", count)


def whole(lines: list[CountLine]) -> CountLine:
    """All rules together."""
    return CountLine("合计", "", finding_counts.total([line.count for line in lines]))


def demand_right(user: User) -> None:
    """Raises PermissionDenied for anybody but the bureau."""
    if not permissions.may_count_findings(user):
        raise PermissionDenied("只有财政部门可以看检查统计。")


def name_of(year: int) -> str:
    """The file's name."""
    return f"{year}年度智能审核统计.xlsx"


@transaction.atomic
def export(*, actor: User, year: int) -> bytes:
    """The counts as a workbook; who took it is on record. Raises PermissionDenied."""
    demand_right(actor)
    lines = rule_counts(actor, year)
    audit.record(
        actor=actor,
        action="filings.export_check_counts",
        subject=None,
        chain=audit.SYSTEM,
        data={"year": year, "n_rows": len(lines)},
        label=f"导出{name_of(year).removesuffix('.xlsx')}",
    )
    note = f"截至{clock.today():%Y-%m-%d}。命中率为引起修改的条数除以已有结果的条数。"
    title = name_of(year).removesuffix(".xlsx")
    return write_table(map(_cells, lines), HEADS, sheet="智能审核", title=title, note=note)


def _cells(line: CountLine) -> list[Any]:
    count, rate = line.count, line.count.hit_rate
    shown = "" if rate is None else f"{rate * 100:.1f}%"
    numbers = [count.n_found, count.n_answered, count.n_waived, count.n_changed, line.n_unchanged]
    return [line.title, line.clause, *numbers, shown]
