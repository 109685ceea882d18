"""Every write on transfers; who owes what for one follows from an event (decision 14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.jobs import services as jobs
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import Role, Unit, User
from apps.projects import permissions, selectors
from apps.projects.models import FundTag, Transfer, TransferFund
from apps.projects.services import chain_of
from apps.rules.errors import RuleError
from apps.rules.numbers import show_wan

FACTS = ("name", "document_number", "issued_on", "has_targets")
MOST = Decimal("9999999999999.99")  # what a sum of a year's transfers still fits into


@transaction.atomic
def register(
    *,
    actor: User,
    unit: Unit,
    year: int,
    name: str,
    document_number: str,
    issued_on: date,
    amounts: Mapping[str, Decimal],
    fund_tags: Sequence[FundTag] = (),
    has_targets: bool = True,
) -> Transfer:
    """The transfer is on record under its unit, in yuan by level; its tasks follow.

    Raises PermissionDenied, or RuleError for a doubled one, no money, a classified unit.
    """
    if not permissions.may_register_transfer(actor, unit):
        raise PermissionDenied("只有财政计划、预算人员和分管科室可以登记转移支付。")
    _demand_unit(unit)
    transfer = Transfer(
        jurisdiction=unit.jurisdiction,
        unit=unit,
        fiscal_year=year,
        name=name.strip(),
        document_number=document_number.strip(),
        issued_on=issued_on,
        has_targets=has_targets,
        created_at=clock.now(),
    )
    _check(transfer, amounts)
    transfer.save(force_insert=True)
    transfer.fund_tags.set(fund_tags)
    _store(transfer, amounts)
    data = {"year": year, "document_number": transfer.document_number, **_plain(amounts)}
    _record(actor, "register_transfer", transfer, data)
    _tell(transfer)
    return transfer


@transaction.atomic
def update(
    *,
    transfer: Transfer,
    actor: User,
    facts: Mapping[str, Any],
    amounts: Mapping[str, Decimal] | None = None,
    fund_tags: Sequence[FundTag] | None = None,
) -> Transfer:
    """The given facts are as given; unit and year stay, since somebody owes for them.

    Raises PermissionDenied or RuleError.
    """
    transfer = _locked(transfer)
    if not permissions.may_keep_transfer(actor, transfer):
        raise PermissionDenied("只有财政计划、预算人员和分管科室可以修改转移支付。")
    given = {name: _stripped(value) for name, value in facts.items() if name in FACTS}
    changed = {name: new for name, new in given.items() if getattr(transfer, name) != new}
    data = {name: [_told(getattr(transfer, name)), _told(new)] for name, new in changed.items()}
    for name, value in changed.items():
        setattr(transfer, name, value)
    before = selectors.amounts_of(transfer)
    wanted = before if amounts is None else _kept(amounts)
    _check(transfer, wanted)
    if changed:
        transfer.save(update_fields=list(changed))
    if wanted != before:
        _store(transfer, wanted)
        data |= {"before": [_plain(before)], "after": [_plain(wanted)]}
        _notify(transfer, before, wanted)
    if fund_tags is not None and set(fund_tags) != set(transfer.fund_tags.all()):
        transfer.fund_tags.set(fund_tags)
        data["fund_tags"] = [sorted(tag.name for tag in fund_tags)]
        _tell(transfer)
    if data:
        _record(actor, "update_transfer", transfer, data)
    return transfer


@transaction.atomic
def excuse(*, transfer: Transfer, actor: User, kind: str, reason: str, why: str = "") -> Transfer:
    """The transfer needs no targets handed down, for this kind and reason; empty: it does again.

    `why` it does again stands in the trail. Which kinds the plan allows is the caller's to know.
    Raises PermissionDenied or RuleError.
    """
    transfer = _locked(transfer)
    if not permissions.may_exempt_transfer(actor, transfer):
        raise PermissionDenied("只有计划管理员可以豁免转移支付的目标下达。")
    kind, reason = kind.strip(), reason.strip()
    if bool(kind) != bool(reason):
        raise RuleError("豁免要选类型，并写年初无法确定目标的理由。", code="transfer.exempt")
    if (kind, reason) == (transfer.exempt_kind, transfer.exempt_reason):
        return transfer
    data = {"before": transfer.exempt_kind, "after": kind, "reason": reason or why.strip()}
    transfer.exempt_kind, transfer.exempt_reason = kind, reason
    transfer.save(update_fields=["exempt_kind", "exempt_reason"])
    _record(actor, "excuse_transfer", transfer, data)
    _tell(transfer)
    return transfer


# --- steps ----------------------------------------------------------------------------------
def _locked(transfer: Transfer) -> Transfer:
    rows = Transfer.objects.select_related("unit__jurisdiction", "jurisdiction")
    return rows.select_for_update(of=("self",)).get(pk=transfer.pk)


def _demand_unit(unit: Unit) -> None:
    if unit.is_classified:
        raise RuleError("涉密单位的转移支付不收线上内容，请线下登记。", code="transfer.classified")
    if not unit.is_active:
        raise RuleError(f"{unit}已停用，不能登记转移支付。", code="transfer.unit")


def _check(transfer: Transfer, amounts: Mapping[str, Decimal]) -> None:
    """What a transfer must be, whatever door it came by."""
    if not transfer.name or not transfer.document_number:
        raise RuleError("转移支付名称和下达文号都要填。", code="transfer.head")
    if abs(transfer.issued_on.year - transfer.fiscal_year) > 1:
        raise RuleError(
            f"下达日期{transfer.issued_on:%Y-%m-%d}离{transfer.fiscal_year}年度太远，"
            "应在上年、当年或下年。",
            code="transfer.day",
        )
    for level, amount in amounts.items():
        if level not in TransferFund.Level.values or not 0 <= amount <= MOST:
            raise RuleError(f"资金级次或金额不对：{level} {amount}。", code="transfer.amount")
    if not sum(amounts.values(), Decimal(0)):
        raise RuleError("至少填一个级次的金额，单位元。", code="transfer.amount")
    same = Transfer.objects.filter(
        jurisdiction=transfer.jurisdiction_id,
        fiscal_year=transfer.fiscal_year,
        document_number=transfer.document_number,
        name=transfer.name,
    )
    if same.exclude(pk=transfer.pk).exists():
        raise RuleError(
            f"{transfer.document_number}的“{transfer.name}”已经登记过。", code="transfer.twice"
        )


def _kept(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {level: amount for level, amount in amounts.items() if amount}


def _store(transfer: Transfer, amounts: Mapping[str, Decimal]) -> None:
    transfer.funds.all().delete()
    rows = _kept(amounts).items()
    TransferFund.objects.bulk_create(
        TransferFund(transfer=transfer, level=level, amount=amount) for level, amount in rows
    )


def _tell(transfer: Transfer) -> None:
    """The rooms above learn of it; each time anew, since what was done once may be due again."""
    jobs.leave_event(kind="projects.transfer", key=str(uuid4()), payload={"transfer": transfer.pk})


def _notify(
    transfer: Transfer, before: Mapping[str, Decimal], wanted: Mapping[str, Decimal]
) -> None:
    """The unit learns that what it handed down no longer adds up, or will not."""
    old, new = (show_wan(sum(each.values(), Decimal(0)), exact=True) for each in (before, wanted))
    notifications.notify(
        recipients=people.people_at_unit(transfer.unit, Role.FILER, Role.UNIT_HEAD),
        kind="projects.transfer_money",
        key=f"{transfer.public_id}:{clock.now():%Y-%m-%dT%H:%M:%S.%f}",
        title=f"转移支付金额已改：{transfer}",
        body=f"{transfer.document_number}：下达资金由{old}万元改为{new}万元。分解合计应与它一致。",
        url=f"/{transfer.fiscal_year}/transfers/{transfer.public_id}/",
    )


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _plain(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    """The amounts as the trail keeps them, in yuan."""
    return {level: f"{amount:.2f}" for level, amount in sorted(_kept(amounts).items())}


def _record(actor: User, action: str, transfer: Transfer, data: Mapping[str, Any]) -> None:
    audit.record(
        actor=actor,
        action=f"projects.{action}",
        subject=transfer,
        chain=chain_of(transfer.unit),
        data=data,
        label=f"{transfer}　{show_wan(selectors.amount_of(transfer))}万元",
    )
