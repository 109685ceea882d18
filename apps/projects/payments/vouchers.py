"""Payments one by one: what the vouchers in force add up to, and which of them a file changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from apps.projects.models import Payment, PaymentFile
from apps.projects.payments.lines import Line
from apps.projects.payments.marks import Key, Mark, Series
from apps.rules.numbers import show_wan


@dataclass
class Voucher:
    """A voucher's lines, as a file says them."""

    file: int
    lines: list[tuple[Key, date, Decimal]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """2行共3.50万元."""
        total = sum((amount for _, _, amount in self.lines), Decimal(0))
        return f"{len(self.lines)}行共{show_wan(total)}万元"


@dataclass
class SummedUp:
    """Running sums of what the file touches, and what it does to the vouchers on record."""

    series: Series = field(default_factory=dict)
    said: dict[int, Decimal] = field(default_factory=dict)  # by project: of all its vouchers, yuan
    rows: dict[int, int] = field(default_factory=dict)  # by project: the first row touching it
    payments: list[Line] = field(default_factory=list)  # of vouchers that are new or say otherwise
    marks: list[Mark] = field(default_factory=list)


def summed_up(lines: list[Line], file: PaymentFile) -> SummedUp:
    """Running sums of every project and source that a new or changed voucher touches."""
    known, days = _vouchers(file)
    given, touched = _given(lines)
    found = SummedUp()
    for number, rows in given.items():
        told = Voucher(0, [((row.project.pk, row.fund), row.on, row.amount) for row in rows])
        before = known.get(number)
        if before is not None and sorted(before.lines) == sorted(told.lines):
            continue
        known[number] = told
        found.payments += rows
        for key, _, _ in before.lines if before else ():
            touched.setdefault(key, rows[0].number)
        if before:
            found.marks.append(_changed(number, before, told, rows[0]))
    for (project, _), row in touched.items():
        found.rows[project] = min(row, found.rows.get(project, row))
    found.marks += _twice(given.values())
    found.series = _running(known.values(), list(touched), days)
    found.said = _said(known.values(), found.series)
    return found


def _given(lines: list[Line]) -> tuple[dict[str, list[Line]], dict[Key, int]]:
    """The lines of each voucher, and the first row of each project and source."""
    given: defaultdict[str, list[Line]] = defaultdict(list)
    touched: dict[Key, int] = {}
    for line in lines:
        given[line.voucher].append(line)
        touched.setdefault((line.project.pk, line.fund), line.number)
    return given, touched


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


def _changed(number: str, before: Voucher, told: Voucher, row: Line) -> Mark:
    """A voucher on record that says otherwise now: a correction, or its number used again."""
    words = (
        f"凭证{number}已登记{before.words}，文件里{told.words}，"
        "项目、来源、日期或金额不同，导入后以文件为准"
    )
    return Mark(row.number, row.project, words)


def _twice(vouchers: Iterable[list[Line]]) -> Iterator[Mark]:
    """Lines of a voucher that are the same to the 分."""
    for rows in vouchers:
        first: dict[tuple[object, ...], int] = {}
        for row in rows if len(rows) > 1 else ():
            seen = first.setdefault((row.project.pk, row.fund, row.on, row.amount), row.number)
            if seen != row.number:
                words = f"凭证{row.voucher}与第{seen}行完全相同，两笔都计入"
                yield Mark(row.number, row.project, words)


def _running(vouchers: Iterable[Voucher], touched: list[Key], days: dict[Key, set[date]]) -> Series:
    """What had been paid by each day of the touched projects, their earlier days included."""
    sums: dict[Key, defaultdict[date, Decimal]] = {key: defaultdict(Decimal) for key in touched}
    for voucher in vouchers:
        for key, on, amount in voucher.lines:
            if key in sums:
                sums[key][on] += amount
    series: Series = {}
    for key, own in _days_of(sums, days).items():
        paid_so_far, series[key] = Decimal(0), {}
        for on in sorted(own):
            paid_so_far += sums[key].get(on, Decimal(0))
            series[key][on] = paid_so_far
    return series


def _days_of(
    sums: dict[Key, defaultdict[date, Decimal]], days: dict[Key, set[date]]
) -> dict[Key, set[date]]:
    """The days of each number.

    Where a project's payments were of no source and now are of one, or the other way round, both
    are told of the same days: a later day of the one that fell to 0 would else count alone.
    """
    own = {key: set(found) | days.get(key, set()) for key, found in sums.items()}
    together: defaultdict[int, set[date]] = defaultdict(set)
    for (project, _), found in own.items():
        together[project] |= found
    without_source = {project for project, fund in sums if not fund}
    return {
        key: together[key[0]] if key[0] in without_source else found for key, found in own.items()
    }


def _said(vouchers: Iterable[Voucher], series: Series) -> dict[int, Decimal]:
    """By project, all that its vouchers say to be paid by the last day of its numbers."""
    until: dict[int, date] = {}
    for (project, _), days in series.items():
        until[project] = max([*days, until.get(project, date.min)])
    said = dict.fromkeys(until, Decimal(0))
    for voucher in vouchers:
        for (project, _), on, amount in voucher.lines:
            if project in until and on <= until[project]:
                said[project] += amount
    return said
