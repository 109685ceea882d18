"""Issue a document of approval: right, list, files, facts; one unit, or all that wait."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.core.uploads import XLSX_TYPE
from apps.jobs import services as jobs
from apps.jobs.models import Job, StoredFile
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Unit, User
from apps.projects.models import StepDate
from apps.projects.services import chain_of
from apps.projects.steps import services as steps
from apps.rules.errors import RuleError
from apps.targets.approvals import paper, permissions, reading
from apps.targets.approvals.reading import Draft
from apps.targets.models import Approval, ApprovalRow

ISSUE, BATCH = "targets.approval", "targets.approval_batch"
MOST = 300  # projects in one document
ISSUERS = "绩效目标由批复预算的计划管理员或预算科批复。"


@dataclass(frozen=True)
class Order:
    """What is written on the document."""

    number: str
    issued_on: date
    is_with_budget: bool = False
    reason: str = ""  # of a correction

    def as_params(self) -> dict[str, Any]:
        """The order as a job keeps it."""
        return {**asdict(self), "issued_on": self.issued_on.isoformat()}


def order_of(params: dict[str, Any]) -> Order:
    """The order that a job kept."""
    return Order(**{**params, "issued_on": date.fromisoformat(params["issued_on"])})


# --- asked for ------------------------------------------------------------------------------
@transaction.atomic
def start(
    *,
    actor: User,
    unit: Unit,
    year: int,
    order: Order,
    seen: str,
    replaces: Approval | None = None,
) -> Job:
    """A job makes the document of the list that the person saw (`seen` is its digest).

    Raises PermissionDenied, or RuleError for an empty list, one that moved, or a wrong order.
    """
    _demand_issuer(actor, unit.jurisdiction_id)
    draft = reading.draft_of(unit, year, replaces)
    demand(draft, order)
    if seen != draft.digest:
        raise RuleError("打开页面以后清单变了，请看过新的清单再下达。", code="approvals.moved")
    params = {
        "unit": unit.pk,
        "year": year,
        "order": order.as_params(),
        "seen": seen,
        "replaces": replaces.pk if replaces else None,
    }
    title = f"下达绩效目标批复：{unit}（{len(draft.lines)}个项目）"
    return jobs.leave(kind=ISSUE, title=title, owner=actor, params=params)


@transaction.atomic
def start_batch(*, actor: User, jurisdiction: Jurisdiction, year: int, order: Order) -> Job:
    """A job makes a document for every unit that waits, all with one number and day (W-07).

    Raises PermissionDenied, or RuleError where none waits or the order is wrong.
    """
    _demand_issuer(actor, jurisdiction.pk)
    _demand_order(order, year)
    n_units = len(reading.waiting(jurisdiction, year))
    if not n_units:
        raise RuleError(f"{year}年度没有等批复的绩效目标。", code="approvals.none")
    params = {"jurisdiction": jurisdiction.pk, "year": year, "order": order.as_params()}
    title = f"批量下达{year}年度绩效目标批复（{n_units}家单位）"
    return jobs.leave(kind=BATCH, title=title, owner=actor, params=params)


# --- done -----------------------------------------------------------------------------------
def run(job: Job) -> dict[str, Any]:
    """The document of one unit; the list must still be the one that was seen."""
    params = job.params
    unit = Unit.objects.select_related("jurisdiction").get(pk=params["unit"])
    replaces = Approval.objects.filter(pk=params["replaces"]).first()
    jobs.progress(job=job, n_done=0, n_total=1, message="正在排版")
    made = issue(
        actor=job.owner,
        unit=unit,
        year=params["year"],
        order=order_of(params["order"]),
        replaces=replaces,
        seen=params["seen"],
    )
    jobs.progress(job=job, n_done=1, n_total=1)
    url = f"/{made.fiscal_year}/approvals/{made.public_id}/"
    return {"message": f"已下达{made.number}，{made.rows.count()}个项目。", "url": url}


def run_batch(job: Job) -> dict[str, Any]:
    """A document for each unit that waits; one that is refused does not hold up the others."""
    params, told = job.params, []
    region = Jurisdiction.objects.get(pk=params["jurisdiction"])
    lines = reading.waiting(region, params["year"])
    for n_done, line in enumerate(lines):
        jobs.progress(job=job, n_done=n_done, n_total=len(lines), message=f"{line.unit}")
        unit = Unit.objects.select_related("jurisdiction").get(pk=line.unit.pk)
        try:
            issue(
                actor=job.owner,
                unit=unit,
                year=params["year"],
                order=order_of(params["order"]),
            )
        except RuleError as error:
            told.append(f"{unit}：{error}")
    jobs.progress(job=job, n_done=len(lines), n_total=len(lines))
    done = f"已下达{len(lines) - len(told)}家。"
    refused = f"没有下达{len(told)}家：{'；'.join(told)}" if told else ""
    return {"message": f"{done}{refused}", "url": f"/{params['year']}/approvals/"}


def issue(
    *,
    actor: User,
    unit: Unit,
    year: int,
    order: Order,
    replaces: Approval | None = None,
    seen: str = "",
) -> Approval:
    """The document stands with its frozen list and files, and 批复 is a fact of its projects.

    It is laid out before anything is locked; a list that moved meanwhile is refused. Raises
    PermissionDenied, or RuleError as start does.
    Source: 财预〔2015〕88号, 谁批复预算，谁批复目标.
    """
    _demand_issuer(actor, unit.jurisdiction_id)
    draft = reading.draft_of(unit, year, replaces)
    demand(draft, order)
    if seen and seen != draft.digest:
        raise RuleError("提交以后清单变了，请看过新的清单再下达。", code="approvals.moved")
    text = (order.number, order.issued_on)
    files = (
        paper.approval_pdf(draft, *text, order.is_with_budget, order.reason),
        paper.approval_xlsx(draft, *text),
    )
    return _stored(actor, draft, order, files)


@transaction.atomic
def _stored(actor: User, draft: Draft, order: Order, files: tuple[bytes, bytes]) -> Approval:
    """Right, lock, and the list again; then document, rows, facts, trail, notice."""
    Unit.objects.select_for_update().get(pk=draft.unit.pk)  # two clerks, one list
    now = reading.draft_of(draft.unit, draft.year, draft.replaces)
    if now.digest != draft.digest:
        raise RuleError("排版时清单变了，请看过新的清单再下达。", code="approvals.moved")
    demand(now, order)
    dated = reading.dated_elsewhere(draft.unit, draft.year, draft.replaces)
    made = _made(actor, draft, order, files)
    _date(actor, draft, order, dated)
    audit.record(
        actor=actor,
        action="targets.issue_approval",
        subject=made,
        chain=chain_of(draft.unit),
        data={
            "year": draft.year,
            "document_number": order.number,
            "new": order.issued_on.isoformat(),
            "n_rows": len(draft.lines),
            "digest": draft.digest,
            "replaces": draft.replaces.number if draft.replaces else "",
            "reason": order.reason,
        },
    )
    notifications.notify(
        recipients=people.people_at_unit(draft.unit, Role.FILER, Role.UNIT_HEAD),
        kind="targets.approved",
        key=str(made.public_id),
        title=f"绩效目标批复{order.number}已下达，{len(draft.lines)}个项目",
        body="随部门预算公开时同步公开，公开后在项目的四同步页登记日期和网址。",
        url=f"/{draft.year}/approvals/{made.public_id}/",
    )
    return made


def _made(actor: User, draft: Draft, order: Order, files: tuple[bytes, bytes]) -> Approval:
    name = f"{paper.approval_title(str(draft.unit), draft.year)} {order.number}"
    made = Approval.objects.create(
        jurisdiction=draft.unit.jurisdiction,
        unit=draft.unit,
        fiscal_year=draft.year,
        number=order.number,
        issued_on=order.issued_on,
        is_with_budget=order.is_with_budget,
        replaces=draft.replaces,
        reason=order.reason,
        digest=draft.digest,
        pdf=_kept(files[0], f"{name}.pdf", "application/pdf", actor),
        xlsx=_kept(files[1], f"{name}.xlsx", XLSX_TYPE, actor),
        issued_by=actor,
        issued_at=clock.now(),
    )
    ApprovalRow.objects.bulk_create(
        ApprovalRow(
            approval=made,
            project=line.project,
            revision=line.revision,
            position=position,
            fiscal=line.fiscal,
            total=line.total,
        )
        for position, line in enumerate(draft.lines, 1)
    )
    return made


def _kept(content: bytes, name: str, kind: str, owner: User) -> StoredFile:
    return jobs.keep_file(content=content, name=name, content_type=kind, owner=owner)


def _date(actor: User, draft: Draft, order: Order, dated: set[int]) -> None:
    """批复 is on record for the projects that no other document in force has dated."""
    fresh = [line.project for line in draft.lines if line.project.pk not in dated]
    sides = [StepDate.Side.TARGET]
    if order.is_with_budget:
        sides.append(StepDate.Side.BUDGET)
    for side in sides if fresh else ():
        steps.record_many(
            unit=draft.unit,
            projects=fresh,
            actor=actor,
            year=draft.year,
            side=side,
            step=StepDate.Step.APPROVED,
            on=order.issued_on,
            source=order.number,
        )


# --- what must hold -------------------------------------------------------------------------
def _demand_issuer(actor: User, jurisdiction: int) -> None:
    if not permissions.may_issue(actor, jurisdiction):
        raise PermissionDenied(ISSUERS)


def demand(draft: Draft, order: Order) -> None:
    """Raises RuleError for a list or an order that makes no document."""
    _demand_order(order, draft.year)
    _demand_replaceable(draft, order)
    if not draft.lines:
        raise RuleError(
            f"{draft.unit}：没有等批复的绩效目标。目标定稿后才能批复。", code="approvals.none"
        )
    if len(draft.lines) > MOST:
        raise RuleError(
            f"{draft.unit}：{len(draft.lines)}个项目，一份批复最多{MOST}个。",
            code="approvals.many",
        )
    held = Approval.objects.filter(unit=draft.unit, fiscal_year=draft.year)
    if held.filter(number=order.number).exists():
        raise RuleError(
            f"{draft.unit}：文号{order.number}已经下达过，更正要用新文号。",
            code="approvals.number",
        )


def _demand_replaceable(draft: Draft, order: Order) -> None:
    if draft.replaces is None:
        return
    if Approval.objects.filter(replaces=draft.replaces).exists():
        raise RuleError(
            f"{draft.replaces.number}已经被更正过，更正最新的一份。", code="approvals.replaced"
        )
    if not order.reason.strip():
        raise RuleError("更正理由未填。理由会印在新的批复上。", code="approvals.reason")


def _demand_order(order: Order, year: int) -> None:
    if not order.number.strip():
        raise RuleError("文号未填。", code="approvals.number")
    if reason := steps.day_refusal(order.issued_on, year):
        raise RuleError(f"批复日期：{reason}", code="approvals.day")
