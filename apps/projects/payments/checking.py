"""The dry run of an export: what it would put on record, what is doubtful, and its totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

from apps.core.sheets import CellError, Grid
from apps.projects import paid
from apps.projects.imports import plans
from apps.projects.imports.plans import Plan, Step
from apps.projects.models import Execution, Payment, PaymentFile, Project
from apps.projects.payments import lines as reading
from apps.projects.payments.lines import Line, Lines
from apps.rules import payment_export
from apps.rules.numbers import WAN, show_wan

Key = tuple[int, str]  # project and source
Series = dict[Key, dict[date, Decimal]]  # cumulative yuan by day
UNITS = dict(PaymentFile.Unit.choices)


@dataclass(frozen=True, slots=True)
class Item:
    """What a project had paid of a source by a day, and what stood on record for it."""

    project: Project
    fund: str
    as_of: date
    amount: Decimal
    stands: Decimal | None
    number: int  # of the row that says it

    @property
    def kind(self) -> str:
        """new, changed or same."""
        if self.stands is None:
            return "new"
        return "same" if self.stands == self.amount else "changed"


@dataclass(frozen=True)
class Mark:
    """What is unusual and yet may be true; it needs a reason."""

    number: int
    project: Project
    text: str


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
        """Of everything that a person was shown."""
        told = [
            f"{item.project.pk}/{item.fund}/{item.as_of}/{item.amount}/{item.stands}"
            for item in self.plan.items
            if item.kind != "same"
        ]
        told += [f"{mark.number}{mark.text}" for mark in self.marks] + self.differences
        return sha256("\n".join(told).encode()).hexdigest()


def reckon(grid: Grid, file: PaymentFile, step: Step | None = None) -> Reckoning:
    """Read, match and check every row against the file and the database; nothing is written."""
    found = reading.read(grid, file, step)
    result = Reckoning(Plan(found.table))
    if found.table.errors:
        return result
    in_force = _in_force(found, file)
    wanted, numbers = _wanted(found, file, result)
    projects = {line.project.pk: line.project for line in found.rows}
    projects |= _others(wanted, projects)
    for key, series in wanted.items():
        stands = in_force.get(key, {})
        for on, amount in sorted(series.items()):
            number = numbers.get((key, on), 0)
            item = Item(projects[key[0]], key[1], on, amount, stands.get(on), number)
            result.plan.items.append(item)
    _refuse_below_zero(result)
    _doubt_unit(found, file, wanted, result)
    result.marks += _marks(result.plan.items, in_force, found)
    _compare_totals(found, file, result)
    return result


# --- what stands ----------------------------------------------------------------------------
def _in_force(found: Lines, file: PaymentFile) -> Series:
    """The numbers on record of the file's projects; of a day the one recorded last."""
    series: Series = defaultdict(dict)
    for ids in plans.chunks({line.project.pk for line in found.rows}):
        rows = Execution.objects.filter(project__in=ids, fiscal_year=file.fiscal_year)
        for project, fund, on, amount in rows.order_by("id").values_list(
            "project", "fund", "as_of", "amount"
        ):
            series[project, fund][on] = amount
    return series


def _wanted(
    found: Lines, file: PaymentFile, result: Reckoning
) -> tuple[Series, dict[tuple[Key, date], int]]:
    """The cumulative numbers that the file gives, and the row of each."""
    numbers: dict[tuple[Key, date], int] = {}
    for line in found.rows:
        numbers[(line.project.pk, line.fund), line.on] = line.number
    if file.kind == PaymentFile.Kind.SINGLE:
        return _summed_up(found, file, result), numbers
    series: Series = defaultdict(dict)
    for line in found.rows:
        days = series[line.project.pk, line.fund]
        days[line.on] = days.get(line.on, Decimal(0)) + line.amount
    return series, numbers


# --- payments one by one --------------------------------------------------------------------
@dataclass
class Voucher:
    """A voucher's lines, as a file says them."""

    file: int
    lines: list[tuple[Key, date, Decimal]] = field(default_factory=list)


def _summed_up(found: Lines, file: PaymentFile, result: Reckoning) -> Series:
    """Running sums of every project and source that a new or changed voucher touches."""
    known, days = _vouchers(file)
    given: defaultdict[str, list[Line]] = defaultdict(list)
    for line in found.rows:
        given[line.voucher].append(line)
    touched = {(line.project.pk, line.fund) for line in found.rows}
    for number, rows in given.items():
        told = [((row.project.pk, row.fund), row.on, row.amount) for row in rows]
        before = known.get(number)
        if before is None or sorted(before.lines) != sorted(told):
            touched |= {key for key, _, _ in before.lines} if before else set()
            known[number] = Voucher(0, told)
            result.payments += rows
    result.marks += _twice(given.values())
    return _running(known.values(), touched, days)


def _vouchers(file: PaymentFile) -> tuple[dict[str, Voucher], dict[Key, set[date]]]:
    """The year's vouchers in force, and every day on which any was ever said to be paid."""
    known: dict[str, Voucher] = {}
    days: defaultdict[Key, set[date]] = defaultdict(set)
    rows = Payment.objects.filter(jurisdiction=file.jurisdiction, fiscal_year=file.fiscal_year)
    names = ("voucher", "file", "project", "fund", "paid_on", "amount")
    for number, source, project, fund, on, amount in rows.order_by("id").values_list(*names):
        key = (project, fund)
        days[key].add(on)
        if number not in known or known[number].file != source:
            known[number] = Voucher(source)
        known[number].lines.append((key, on, amount))
    return known, days


def _running(vouchers: Iterable[Voucher], touched: set[Key], days: dict[Key, set[date]]) -> Series:
    """What had been paid by each day of the touched projects, their earlier days included."""
    sums: defaultdict[Key, defaultdict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for voucher in vouchers:
        for key, on, amount in voucher.lines:
            if key in touched:
                sums[key][on] += amount
    series: Series = {}
    for key in touched:
        paid_so_far, series[key] = Decimal(0), {}
        for on in sorted(set(sums[key]) | days.get(key, set())):
            paid_so_far += sums[key].get(on, Decimal(0))
            series[key][on] = paid_so_far
    return series


def _twice(vouchers: Iterable[list[Line]]) -> Iterator[Mark]:
    """Lines of a voucher that are the same to the 分."""
    for rows in vouchers:
        first: dict[tuple[object, ...], int] = {}
        for row in rows if len(rows) > 1 else ():
            seen = first.setdefault((row.project.pk, row.fund, row.on, row.amount), row.number)
            if seen != row.number:
                words = f"凭证{row.voucher}与第{seen}行完全相同，两笔都计入"
                yield Mark(row.number, row.project, words)


def _others(wanted: Series, known: dict[int, Project]) -> dict[int, Project]:
    """Projects that a changed voucher used to belong to."""
    missing = {project for project, _ in wanted} - set(known)
    rows = Project.objects.filter(pk__in=missing).select_related("unit")
    return {project.pk: project for project in rows}


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


def _marks(items: list[Item], in_force: Series, found: Lines) -> Iterator[Mark]:
    """What is above the budget, and what is less than an earlier or more than a later day."""
    series: Series = defaultdict(dict)
    for key, stands in in_force.items():
        series[key].update(stands)
    for item in items:
        series[item.project.pk, item.fund][item.as_of] = item.amount
    falls = {
        (key, late): (early, days[early])
        for key, days in series.items()
        for early, late in pairwise(sorted(days))
        if days[late] < days[early]
    }
    news = {(item.project.pk, item.fund, item.as_of) for item in items if item.kind != "same"}
    for item in items:
        key = (item.project.pk, item.fund)
        budget = found.known.budgets.get(key, Decimal(0))
        if item.kind != "same" and item.amount > budget:
            yield Mark(item.number, item.project, _over(item, budget))
        fall = falls.get((key, item.as_of))
        if fall and ((*key, fall[0]) in news or item.kind != "same"):
            yield Mark(item.number, item.project, _fallen(item, *fall))
    yield from _later_falls(items, falls, series)


def _later_falls(
    items: list[Item], falls: dict[tuple[Key, date], tuple[date, Decimal]], series: Series
) -> Iterator[Mark]:
    """A number that an earlier import left is now less than the day before it."""
    given = {(item.project.pk, item.fund, item.as_of): item for item in items}
    for (key, late), (early, amount) in falls.items():
        item = given.get((*key, early))
        if item and item.kind != "same" and (*key, late) not in given:
            later = f"{late:%Y-%m-%d}已登记{show_wan(series[key][late])}万元"
            words = f"到{early:%Y-%m-%d}累计{show_wan(amount)}万元，多于{later}"
            yield Mark(item.number, item.project, words)


def _over(item: Item, budget: Decimal) -> str:
    shown = f"{show_wan(budget)}万元" if budget else "（没有登记）"
    return f"到{item.as_of:%Y-%m-%d}累计{show_wan(item.amount)}万元，超过调整后预算数{shown}"


def _fallen(item: Item, early: date, amount: Decimal) -> str:
    return (
        f"到{item.as_of:%Y-%m-%d}累计{show_wan(item.amount)}万元，"
        f"少于{early:%Y-%m-%d}的{show_wan(amount)}万元"
    )


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
