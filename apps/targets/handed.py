"""What is handed down of a transfer: stored shares ↔ plain data, and what is in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from apps.filings.models import Filing, Revision, State
from apps.organizations.models import Jurisdiction, Unit
from apps.projects.models import Project, Transfer
from apps.rules import decomposition
from apps.rules.decomposition import Decomposition, Money, Upper, Value
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity
from apps.rules.target_evidence import HandedRow
from apps.rules.target_form import TargetForm, TargetLine
from apps.targets.models import HandedShare, HandedValue, Target, TargetSheet
from apps.workplans import selectors as plans
from apps.workplans.models import Plan

KIND = "targets.transfer"
PART = "分解"
MONEY = "transfers.money"  # a plan's parameter; without it the sums are equal
Recipient = Jurisdiction | Unit | Project


@dataclass(frozen=True)
class Share:
    """A row of the decomposition; `values` by the upper indicator's key, amount in yuan."""

    key: str
    recipient: Recipient
    amount: Decimal
    values: dict[str, Value] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The official code by which people name the recipient."""
        return self.recipient.code or ""

    @property
    def who(self) -> str:
        """What tells recipients apart."""
        return f"{type(self.recipient).__name__}:{self.recipient.pk}"


def shares_of(revision: Revision) -> list[Share]:
    """The revision's shares in their order; two queries."""
    return shares_of_many([revision]).get(revision.pk, [])


def shares_of_many(revisions: Iterable[Revision]) -> dict[int, list[Share]]:
    """Several revisions' shares by revision id, in the same two queries."""
    rows = HandedShare.objects.filter(sheet__revision__in=list(revisions))
    found: dict[int, list[Share]] = {}
    told = rows.select_related("sheet", "region", "unit", "project__unit")
    for row in told.prefetch_related("values"):
        found.setdefault(row.sheet.revision_id, []).append(_share(row))
    return found


def _share(row: HandedShare) -> Share:
    recipient = next(each for each in (row.region, row.unit, row.project) if each is not None)
    values = {str(each.indicator): Value(each.value, each.high) for each in row.values.all()}
    return Share(str(row.key), recipient, row.amount, values)


def store(revision: Revision, shares: Sequence[Share]) -> None:
    """Write the shares as the revision's rows, replacing what was there; values of no row go."""
    sheet = TargetSheet.objects.get(revision=revision)
    known = {str(key) for key in sheet.targets.values_list("key", flat=True)}
    sheet.shares.all().delete()
    rows = [_row(sheet, position, share) for position, share in enumerate(shares, 1)]
    stored = HandedShare.objects.bulk_create(rows)
    HandedValue.objects.bulk_create(
        HandedValue(share=row, indicator=UUID(key), value=value.value, high=value.high)
        for row, share in zip(stored, shares, strict=True)
        for key, value in share.values.items()
        if key in known
    )


def _row(sheet: TargetSheet, position: int, share: Share) -> HandedShare:
    who = share.recipient
    return HandedShare(
        sheet=sheet,
        key=UUID(share.key),
        position=position,
        region=who if isinstance(who, Jurisdiction) else None,
        unit=who if isinstance(who, Unit) else None,
        project=who if isinstance(who, Project) else None,
        amount=share.amount,
    )


# --- against what came from above -------------------------------------------------------------
def upper_of(line: TargetLine) -> Upper:
    """A line of the regional targets as what the shares are measured against."""
    return Upper(
        line.key, line.name, line.operator, line.value, line.value_high, line.unit, line.level2
    )


def against(
    form: TargetForm, shares: Sequence[Share], amount: Decimal, money: Money | None
) -> Decomposition:
    """The shares against the regional targets and the transfer's money in yuan.

    Without `money` the sum of the amounts is not judged.
    """
    uppers = [upper_of(line) for line in form.lines if line.name.strip()]
    return decomposition.decompose(uppers, [plain(share) for share in shares], amount, money)


def judged(form: TargetForm, shares: Sequence[Share], amount: Decimal, plan: Plan) -> Decomposition:
    """The same as the plan asks for it; while a parameter waits, that is among the findings."""
    money, refusal = money_told(plan)
    found = against(form, shares, amount, money)
    return replace(found, findings=[waits(refusal), *found.findings]) if refusal else found


def waits(refusal: str) -> Finding:
    """A parameter of the plan is not decided, so nothing can be handed in."""
    return Finding("decomposition.setting", Severity.BLOCK, "shares", PART, "", "", refusal)


def plain(share: Share) -> decomposition.Share:
    """The share as the arithmetic takes it."""
    title = str(share.recipient)
    return decomposition.Share(share.key, share.who, title, share.amount, share.values)


def money_of(plan: Plan) -> Money:
    """What the plan asks of the amounts together: equal, unless it says otherwise."""
    try:
        return Money(plans.setting(plan, MONEY).value)
    except RuleError as error:
        if error.code == "workplans.setting_unknown":
            return Money.EQUAL
        raise
    except ValueError as error:
        wanted = "、".join(Money)
        raise RuleError(f"参数“{MONEY}”只能是{wanted}。", code="transfer.setting") from error


def money_told(plan: Plan) -> tuple[Money | None, str]:
    """The same, or None and why the sum of the amounts cannot be judged yet."""
    try:
        return money_of(plan), ""
    except RuleError as error:
        return None, str(error)


# --- in force ---------------------------------------------------------------------------------
def filings_of(transfers: Iterable[Transfer]) -> dict[int, Filing]:
    """The filings by which the transfers are handed down, by transfer id; one query."""
    rows = Filing.objects.filter(kind=KIND, assignment__transfer__in=list(transfers))
    told = rows.exclude(state=State.CANCELLED).select_related(
        "assignment__plan", "step", "desk_section"
    )
    return {row.assignment.transfer_id or 0: row for row in told.order_by("pk")}


def filing_of(transfer: Transfer) -> Filing | None:
    """The filing by which the transfer is handed down; None while there is none."""
    return filings_of([transfer]).get(transfer.pk)


def to_project(project: Project, year: int) -> tuple[HandedRow, ...]:
    """What approved transfers of the year handed down to the project, indicator by indicator."""
    rows = HandedValue.objects.filter(
        share__project=project,
        share__sheet__revision__filing__approved_revision=F("share__sheet__revision"),
        share__sheet__revision__filing__kind=KIND,
        share__sheet__revision__filing__assignment__transfer__fiscal_year=year,
    ).exclude(share__sheet__revision__filing__state=State.CANCELLED)
    told = rows.order_by("share__sheet", "pk").select_related(
        "share__sheet__revision__filing__assignment__transfer"
    )
    found = list(told)
    lines = _lines(found)
    return tuple(
        _handed(row, lines) for row in found if (row.share.sheet_id, row.indicator) in lines
    )


def _lines(rows: Iterable[HandedValue]) -> dict[tuple[int, UUID], Target]:
    sheets = {row.share.sheet_id for row in rows}
    targets = Target.objects.filter(sheet__in=sheets) if sheets else ()
    return {(target.sheet_id, target.key): target for target in targets}


def _handed(row: HandedValue, lines: dict[tuple[int, UUID], Target]) -> HandedRow:
    target = lines[row.share.sheet_id, row.indicator]
    transfer = row.share.sheet.revision.filing.assignment.transfer
    source = f"“{transfer}”（{transfer.document_number}）" if transfer else ""
    is_text = target.operator == "定性"
    return HandedRow(
        source=source,
        name=target.name,
        operator=target.operator,
        unit=target.unit,
        value=None if is_text else row.value,
        high=None if is_text else row.high,
    )
