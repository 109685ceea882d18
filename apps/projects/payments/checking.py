"""The dry run of an export: what it would put on record, what is doubtful, and its totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256

from apps.core.sheets import CellError, Grid
from apps.projects import paid
from apps.projects.imports import plans
from apps.projects.imports.plans import Plan, Step
from apps.projects.models import Execution, PaymentFile, Project
from apps.projects.payments import lines as reading
from apps.projects.payments import marks, vouchers
from apps.projects.payments.lines import Line, Lines
from apps.projects.payments.marks import Item, Key, Mark, OnRecord, Series
from apps.rules import payment_export
from apps.rules.numbers import WAN, show_wan

UNITS = dict(PaymentFile.Unit.choices)
ADVICE = {  # what to look at where the sources do not add up to what the file says
    True: ("各凭证相加", "核对各凭证的资金性质，同一项目的都写或都不写"),
    False: ("文件里", "其他来源已登记的仍计入；来源登记错了的，在文件里给那个来源加一行填0"),
}


@dataclass
class Reckoning:
    """What a whole file would do, and what a person must look at before it does."""

    plan: Plan[Item]
    payments: list[Line] = field(default_factory=list)  # of vouchers that are new or say otherwise
    marks: list[Mark] = field(default_factory=list)
    total: Decimal = Decimal(0)  # of all rows, yuan
    printed: Decimal | None = None  # the file's own total
    differences: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Of everything that a person was shown, whatever its order."""
        told = [
            f"{item.project.pk}/{item.fund}/{item.as_of}/{item.amount}/{item.stands}"
            for item in self.plan.items
            if item.kind != "same"
        ]
        told += [f"{mark.number}{mark.text}" for mark in self.marks] + self.differences
        return sha256("\n".join(sorted(told)).encode()).hexdigest()


@dataclass
class Wanted:
    """The cumulative numbers that the file gives, and where in it each comes from."""

    series: Series = field(default_factory=lambda: defaultdict(dict))
    said: dict[int, Decimal] = field(default_factory=dict)  # by project: over all sources, yuan
    rows: dict[int, int] = field(default_factory=dict)  # by project: the first row touching it
    numbers: dict[tuple[Key, date], int] = field(default_factory=dict)  # the row of each number

    def row_of(self, key: Key, on: date) -> int:
        """The row that says the number, else one that touches its project."""
        return self.numbers.get((key, on)) or self.rows[key[0]]


def reckon(grid: Grid, file: PaymentFile, step: Step | None = None) -> Reckoning:
    """Read, match and check every row against the file and the database; nothing is written."""
    found = reading.read(grid, file, step)
    result = Reckoning(Plan(found.table))
    if found.table.errors:
        return result
    wanted = _wanted(found, file, result)
    projects = _projects(found, wanted, file)
    record = _on_record(projects, file)
    result.plan.items = list(_items(wanted, projects, record))
    _refuse_below_zero(result)
    _doubt_unit(found, file, wanted.series, result)
    result.marks += _misnamed(found)
    result.marks += marks.marks(result.plan.items, record, found.known.budgets)
    advice = ADVICE[file.kind == PaymentFile.Kind.SINGLE]
    result.marks += marks.unlike_totals(result.plan.items, record, wanted.said, advice)
    _compare_totals(found, file, result)
    return result


# --- what stands, and what the file says ----------------------------------------------------
def _on_record(projects: Iterable[int], file: PaymentFile) -> OnRecord:
    """The numbers on record of the projects; of a day the one recorded last."""
    record = OnRecord()
    for ids in plans.chunks(sorted(projects)):
        rows = Execution.objects.filter(project__in=ids, fiscal_year=file.fiscal_year)
        for pk, project, fund, on, amount in rows.order_by("id").values_list(
            "pk", "project", "fund", "as_of", "amount"
        ):
            record.series[project, fund][on] = amount
            record.keys[(project, fund), on] = pk
    return record


def _wanted(found: Lines, file: PaymentFile, result: Reckoning) -> Wanted:
    """The cumulative numbers that the file gives, and the row of each."""
    wanted = Wanted()
    for line in found.rows:
        wanted.numbers[(line.project.pk, line.fund), line.on] = line.number
        wanted.rows.setdefault(line.project.pk, line.number)
    if file.kind == PaymentFile.Kind.SINGLE:
        told = vouchers.summed_up(found.rows, file)
        wanted.series, wanted.said, wanted.rows = told.series, told.said, told.rows
        result.payments, result.marks = told.payments, told.marks
        return wanted
    for line in found.rows:
        days = wanted.series[line.project.pk, line.fund]
        days[line.on] = days.get(line.on, Decimal(0)) + line.amount
    for (project, _), days in wanted.series.items():
        wanted.said[project] = wanted.said.get(project, Decimal(0)) + days[max(days)]
    return wanted


def _projects(found: Lines, wanted: Wanted, file: PaymentFile) -> dict[int, Project]:
    """The file's projects, and those that a changed voucher used to belong to."""
    projects = {line.project.pk: line.project for line in found.rows}
    missing = {project for project, _ in wanted.series} - set(projects)
    for ids in plans.chunks(sorted(missing)):
        rows = Project.objects.filter(pk__in=ids).select_related("unit")
        projects |= {project.pk: project for project in rows}
    reading.add_budgets(found.known, missing, file.fiscal_year)
    return projects


def _items(wanted: Wanted, projects: dict[int, Project], record: OnRecord) -> Iterator[Item]:
    """Each number beside what stands for it."""
    for key, series in wanted.series.items():
        stands = record.series.get(key, {})
        for on, amount in sorted(series.items()):
            number = wanted.row_of(key, on)
            yield Item(projects[key[0]], key[1], on, amount, stands.get(on), number)


# --- what is wrong or doubtful --------------------------------------------------------------
def _refuse_below_zero(result: Reckoning) -> None:
    """Refunds cannot exceed what was paid."""
    table = result.plan.table
    for item in result.plan.items:
        if item.amount < 0 and item.kind != "same":
            sum_ = f"到{item.as_of:%Y-%m-%d}累计为{show_wan(item.amount)}万元"
            words = f"{sum_}，退款超过已付，累计不能为负"
            letter, found = table.letters["amount"], str(item.project.code)
            error = CellError(table.sheet, item.number, letter, "累计执行数", found, words)
            table.errors.append(error)


def _doubt_unit(found: Lines, file: PaymentFile, wanted: Series, result: Reckoning) -> None:
    """Refuse a unit that anything speaks against, until a person has said it is right."""
    doubts = list(_doubts(found, file, wanted))
    if not doubts or file.is_unit_checked:
        return
    words = f"{'；'.join(doubts)}。核对无误的，回到对照勾选“金额单位已核对”"
    table, head = found.table, int(file.found.get("head", 0)) + 1
    place = (table.sheet, head, table.letters["amount"], file.columns["amount"])
    table.errors.append(CellError(*place, f"按{UNITS[file.unit]}读", words))


def _doubts(found: Lines, file: PaymentFile, wanted: Series) -> Iterator[str]:
    """What the file's words, its sums and the last file say of another unit."""
    said = payment_export.unit_in([file.columns["amount"]]) or str(file.found.get("unit", ""))
    if said and said != file.unit:
        yield f"文件里写的是{UNITS[said]}"
    last = paid.last_imported(file.jurisdiction)
    if last and last.unit != file.unit:
        yield f"上次导入的文件按{UNITS[last.unit]}"
    total = sum((days[max(days)] for days in wanted.values() if days), Decimal(0))
    if file.unit == PaymentFile.Unit.WAN:
        total /= WAN
    budget = sum(
        (found.known.budgets.get((project, ""), Decimal(0)) for project in {k[0] for k in wanted}),
        Decimal(0),
    )
    likely = payment_export.likely_unit(total, budget)
    if likely and likely != file.unit:
        yield f"合计与这些项目的预算{show_wan(budget)}万元相比，像是{UNITS[likely]}"


def _misnamed(found: Lines) -> Iterator[Mark]:
    """Rows whose code and name are of two projects; the code counts."""
    for line, name in found.misnamed:
        words = f"编码是“{line.project.name}”的，文件里的名称是“{name[:40]}”，按编码计入"
        yield Mark(line.number, line.project, words)


# --- control totals -------------------------------------------------------------------------
def _compare_totals(found: Lines, file: PaymentFile, result: Reckoning) -> None:
    """The rows' sum against the file's 合计 row and the cover's total."""
    result.total = sum((line.amount for line in found.rows), Decimal(0))
    result.printed = found.totals[-1] if found.totals else None
    for label, total in (("文件的合计行", result.printed), ("封面合计", file.total)):
        if total is not None and total != result.total:
            result.differences.append(
                f"各行相加{show_wan(result.total, exact=True)}万元，"
                f"{label}{show_wan(total, exact=True)}万元，"
                f"相差{show_wan(result.total - total, exact=True)}万元"
            )
    if result.printed is None and file.total is None:
        result.differences.append("文件没有合计行，也没有填封面合计，无从核对总数")
