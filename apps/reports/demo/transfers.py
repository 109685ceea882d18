"""Transfers of the year in progress: one handed down and sent back, one that is exempt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from django.db import transaction

from apps.core import clock
from apps.core.money import WAN
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.projects import transfers
from apps.projects.models import FundTag, Project, Transfer
from apps.reports.demo.county import County, read
from apps.reports.demo.year import Told, at
from apps.rules.decomposition import Value
from apps.rules.form_words import usual_direction
from apps.rules.target_form import TargetForm, TargetLine
from apps.rules.target_shapes import TRANSFER
from apps.targets import handing
from apps.targets import services as targets
from apps.targets.handed import KIND, MONEY
from apps.targets.handing import BREAKDOWN, ShareIn
from apps.workplans import services as plans
from apps.workplans.models import Assignment, Plan
from apps.workplans.services import editing

YEAR = 2024
WORDS = "定性"


def prepare(county: County, plan: Plan, on: date) -> None:
    """What the notice left open is decided as long as the plan is a draft."""
    if plan.state != Plan.State.DRAFT:
        return
    data = read("yuli-transfers")
    with clock.at(at(on, 8)):
        for code, value in ((BREAKDOWN, data["breakdown"]), (MONEY, data["money"])):
            setting = plan.settings.get(code=code)
            editing.set_setting(setting=setting, value=value, actor=county.admin)


def load(county: County, plan: Plan, tell: Told) -> None:
    """Every transfer of the file that is not there yet, through the services."""
    if plan.settings.filter(code=BREAKDOWN, is_filled=False).exists():
        return  # a demo whose plan was published before it had transfers
    for row in read("yuli-transfers")["transfers"]:
        known = Transfer.objects.filter(jurisdiction=county.region, document_number=row["number"])
        if not known.exists():
            with transaction.atomic():
                _transfer(county, row)
            tell(f"转移支付：{row['name']}")


def _transfer(county: County, row: dict[str, Any]) -> None:
    with clock.at(at(row["registered_on"])):
        made = transfers.register(
            actor=county.admin,
            unit=county.units[row["unit"]],
            year=YEAR,
            name=row["name"],
            document_number=row["number"],
            issued_on=row["issued_on"],
            amounts={level: Decimal(wan) * WAN for level, wan in row["amounts"].items()},
            fund_tags=list(FundTag.objects.filter(code__in=row["tags"])),
            has_targets=row.get("has_targets", True),
        )
        plans.assign_transfer(transfer=made, actor=None)
        if "exempt" in row:
            handing.exempt(transfer=made, actor=county.admin, **row["exempt"])
    if "shares" in row:
        _hand_down(county, made, row)


def _hand_down(county: County, transfer: Transfer, row: dict[str, Any]) -> None:
    """Handed in once, sent back, and being changed: the page shows a gap."""
    owed = Assignment.objects.get(transfer=transfer, task__kind=KIND)
    filer = county.filers[row["unit"]]
    with clock.at(at(row["submitted_on"])):
        filing = filings.open_filing(assignment=owed, actor=filer)
        targets.save(filing=filing, actor=filer, version=1, form=_form(row))
        _save(county, filing, row, row["shares"])
        filings.submit(filing=filing, actor=filer, version=_version(filing), key=str(uuid4()))
    _send_back(county, filing, row)
    with clock.at(at(row["changed_on"])):
        for item in filing.return_items.all():
            told = row["returned"]["answer"]
            filings.answer_item(item=item, actor=filer, answer=told, is_resolved=False)
        changed = {cells[0]: cells for cells in row["changed"]}
        _save(county, filing, row, [changed.get(cells[0], cells) for cells in row["shares"]])


def _send_back(county: County, filing: Filing, row: dict[str, Any]) -> None:
    filing.refresh_from_db()
    reviewer = county.reviewers[filing.desk_section.code if filing.desk_section else ""]
    told = row["returned"]
    path = f"upper:{_key(row, told['line'])}"
    with clock.at(at(told["on"], 16)):
        wanted = [filings.Wanted(path, told["message"])]
        filings.send_back(filing=filing, actor=reviewer, items=wanted, due_on=told["due_on"])


def _save(
    county: County, filing: Filing, row: dict[str, Any], shares: Sequence[Sequence[str]]
) -> None:
    keys = [_key(row, cells[2]) for cells in row["lines"]]
    rows = [
        ShareIn(
            _code(filing, code),
            Decimal(wan) * WAN,
            {key: Value(Decimal(text)) for key, text in zip(keys, texts, strict=True) if text},
        )
        for code, wan, *texts in shares
    ]
    filer, version = county.filers[row["unit"]], _version(filing)
    handing.hand_down(filing=filing, actor=filer, version=version, rows=rows)


def _code(filing: Filing, code: str) -> str:
    """The file names units by their codes, and the unit's first project of the year as such."""
    if code != "project":
        return code
    rows = Project.objects.filter(
        unit=filing.unit, years__fiscal_year=YEAR, years__origin="initial"
    )
    return rows.order_by("code")[0].code or ""


def _version(filing: Filing) -> int:
    return filing.revisions.order_by("-number")[0].version


def _form(row: dict[str, Any]) -> TargetForm:
    lines = tuple(_line(row, *cells) for cells in row["lines"])
    return TargetForm(shape=TRANSFER, year_goal=row["goal"], lines=lines)


def _key(row: dict[str, Any], name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{row['number']}/{name}"))


def _line(
    row: dict[str, Any],
    level1: str,
    level2: str,
    name: str,
    operator: str,
    value: str,
    unit: str,
) -> TargetLine:
    return TargetLine(
        _key(row, name),
        level1=level1,
        level2=level2,
        name=name,
        operator=operator,
        value=None if operator == WORDS else Decimal(value),
        value_text=value if operator == WORDS else "",
        unit=unit,
        direction=usual_direction(operator),
        basis="计划标准",
        evidence="上级下达文件、验收资料",
    )
