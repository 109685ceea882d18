"""Every write on handing a transfer down: its shares, and that it needs none (Y-43)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from apps.filings import services as filings
from apps.filings.models import Filing, Revision
from apps.organizations.models import Jurisdiction, Unit, User
from apps.projects import permissions as project_permissions
from apps.projects import transfers
from apps.projects.models import Project, Transfer
from apps.rules.decomposition import Value
from apps.rules.errors import RuleError
from apps.targets import handed
from apps.targets.handed import Recipient, Share
from apps.targets.models import HandedShare
from apps.workplans import selectors as plans
from apps.workplans import services as workplans
from apps.workplans.models import Assignment, Plan

BREAKDOWN, EXEMPT_KINDS = "transfers.breakdown", "transfers.exempt_kinds"
MOST = 200  # recipients of one transfer
KINDS: dict[str, type[Recipient]] = {
    "区域": Jurisdiction,
    "单位": Unit,
    "项目": Project,
}  # words of the parameter
NAMES: dict[type[Recipient], str] = {Jurisdiction: "地区", Unit: "单位", Project: "项目"}


@dataclass(frozen=True)
class ShareIn:
    """A row as it comes in: the recipient by its official code, yuan, values by indicator."""

    code: str
    amount: Decimal
    values: Mapping[str, Value] = field(default_factory=dict)
    key: str = ""


@transaction.atomic
def hand_down(*, filing: Filing, actor: User, version: int, rows: Sequence[ShareIn]) -> Revision:
    """The draft's shares are exactly these rows, one version further; sums are checked later.

    Amounts in yuan. Raises PermissionDenied, or RuleError for a lock, a stale version, a plan that
    has not said whom to hand down to, a recipient that is unknown, doubled, foreign or the unit
    itself, or more than 200 rows.
    """
    revision = _writing(filing, actor, version)
    shares = []
    for _, told in _told(filing, actor, rows):
        if isinstance(told, RuleError):
            raise told
        shares.append(told)
    handed.store(revision, _keyed(shares))
    return revision


def _writing(filing: Filing, actor: User, version: int) -> Revision:
    """The draft to write; of a form two values can be put side by side, of a whole table not."""
    try:
        return filings.writing(filing=filing, actor=actor, version=version)
    except RuleError as error:
        if error.code != "filings.stale":
            raise
        who = error.data.get("saved_by") or "别人"
        text = (
            f"分解在您打开之后又被保存过（{who}），两边不一样。"
            "先看现在的分解，把要改的填进那一页再保存。"
        )
        raise RuleError(text, code=error.code, **error.data) from error


def refusals(*, filing: Filing, actor: User, rows: Sequence[ShareIn]) -> dict[int, RuleError]:
    """What handing down would refuse, by the row's place; nothing is written.

    Raises RuleError for what concerns no single row: too many of them, a plan that waits.
    """
    told = _told(filing, actor, rows)
    return {place: each for place, each in told if isinstance(each, RuleError)}


def _told(
    filing: Filing, actor: User, rows: Sequence[ShareIn]
) -> Iterator[tuple[int, Share | RuleError]]:
    """Each row's place with its share, or with why there is none."""
    if len(rows) > MOST:
        raise RuleError(f"分解有{len(rows)}行，最多{MOST}行。", code="transfer.rows")
    transfer, allowed = transfer_of(filing), recipients_allowed(filing.assignment.plan)
    known = _nameable(filing, transfer, actor, [row.code.strip() for row in rows])
    seen: set[str] = set()
    for place, row in enumerate(rows):
        try:
            share = _share(row, transfer, allowed, known)
            _demand_new(share, seen)
        except RuleError as error:
            yield place, error
        else:
            yield place, share


def transfer_of(filing: Filing) -> Transfer:
    """The transfer that a filing hands down. Raises RuleError for a filing about anything else."""
    transfer = filing.assignment.transfer
    if transfer is None:
        raise RuleError("这件填报不是转移支付的分解下达。", code="transfer.filing")
    return transfer


def recipients_allowed(plan: Plan) -> tuple[type[Recipient], ...]:
    """To whom the plan hands down; a plan without the parameter says nothing against anybody.

    Raises RuleError while the parameter waits to be decided.
    """
    try:
        said = plans.setting(plan, BREAKDOWN).value
    except RuleError as error:
        if error.code == "workplans.setting_unknown":
            return tuple(KINDS.values())
        raise
    return tuple(kind for word, kind in KINDS.items() if word in said)


@transaction.atomic
def exempt(*, transfer: Transfer, actor: User, kind: str, reason: str) -> Transfer:
    """The transfer comes without targets, for a kind the plan allows; nobody owes it (Y-43).

    Raises PermissionDenied, or RuleError for a kind or reason that is missing, a parameter that
    waits, or a decomposition that was already handed in.
    """
    if not project_permissions.may_exempt_transfer(actor, transfer):
        raise PermissionDenied("只有计划管理员可以豁免转移支付的目标下达。")
    plan = plans.current_plan(transfer.jurisdiction, transfer.fiscal_year)
    if plan is None:
        raise RuleError("本年度还没有发布计划，不能豁免。", code="transfer.no_plan")
    kinds = exempt_kinds(plan)
    if kind not in kinds:
        shown = "、".join(kinds)
        raise RuleError(f"豁免类型填“{kind}”，可选{shown}。", code="transfer.exempt_kind")
    if not reason.strip():
        raise RuleError("豁免要写年初无法确定目标的理由。", code="transfer.exempt_reason")
    done = transfers.excuse(transfer=transfer, actor=actor, kind=kind, reason=reason)
    for owed in _owed(done):
        if owed.filings.exclude(state="cancelled").filter(submitted_at__isnull=False).exists():
            raise RuleError("分解已经提交，不能再豁免。先取消填报。", code="transfer.handed_in")
        workplans.exempt(assignment=owed, reason=_why(done), actor=actor)
    return done


@transaction.atomic
def end_exemption(*, transfer: Transfer, actor: User, reason: str) -> Transfer:
    """The transfer is handed down after all: its exemption ends, and what it excused is owed again.

    What was excused for another reason stays. Raises PermissionDenied, or RuleError for a transfer
    that is not exempt or no reason.
    """
    if not project_permissions.may_exempt_transfer(actor, transfer):
        raise PermissionDenied("只有计划管理员可以撤销转移支付的豁免。")
    before = Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    if not before.exempt_kind:
        raise RuleError("这笔转移支付没有豁免，仍要分解下达。", code="transfer.not_exempt")
    if not reason.strip():
        raise RuleError("撤销豁免要写理由。", code="transfer.end_reason")
    done = transfers.excuse(transfer=before, actor=actor, kind="", reason="", why=reason)
    excused = Assignment.objects.filter(transfer=before, task__kind=handed.KIND, cancelled_at=None)
    for row in excused.filter(exempt_reason=_why(before)).order_by("pk"):
        workplans.unexempt(assignment=row, reason=reason, actor=actor)
    return done


def _why(transfer: Transfer) -> str:
    """Why nobody owes an exempt transfer; both parts fit the column together."""
    return f"{transfer.exempt_kind}：{transfer.exempt_reason}"[:200]


def exempt_kinds(plan: Plan) -> tuple[str, ...]:
    """The kinds that may come without targets, as the plan says. Raises RuleError if undecided."""
    said = plans.setting(plan, EXEMPT_KINDS).value
    return tuple(part.strip()[:60] for part in re.split("[；;]", said) if part.strip())


def _owed(transfer: Transfer) -> list[Assignment]:
    rows = Assignment.objects.owed().filter(transfer=transfer, task__kind=handed.KIND)
    return list(rows.select_related("task", "unit__jurisdiction", "transfer"))


# --- recipients -------------------------------------------------------------------------------
def _nameable(
    filing: Filing, transfer: Transfer, actor: User, codes: Sequence[str]
) -> dict[str, Project]:
    """Those of the codes that name a project of the year the person may hand down to; one query.

    Of projects that the person sees, of the unit in charge and those below it, of units that got a
    share on record, and what stands in the table already. A project's name is not for everybody
    who can count up a code, so all others are as if they were not there.
    """
    shares = HandedShare.objects.filter(sheet__revision__filing=filing)
    on_record = shares.filter(sheet__revision__submitted_at__isnull=False, unit__isnull=False)
    reached = Q(unit=transfer.unit_id) | Q(unit__parent=transfer.unit_id)
    reached |= Q(unit__in=on_record.values("unit"))
    reached |= Q(pk__in=shares.filter(project__isnull=False).values("project"))
    reached |= Q(pk__in=Project.objects.visible_to(actor).values("pk"))
    rows = Project.objects.filter(
        reached,
        jurisdiction=transfer.jurisdiction_id,
        years__fiscal_year=transfer.fiscal_year,
        code__in=codes,
        is_classified=False,
    )
    return {project.code or "": project for project in rows.select_related("unit")}


def _share(
    row: ShareIn,
    transfer: Transfer,
    allowed: Sequence[type[Recipient]],
    known: Mapping[str, Project],
) -> Share:
    recipient = _recipient(row.code.strip(), transfer, known)
    _demand_fit(recipient, row.code.strip(), transfer, allowed)
    if row.amount < 0:
        raise RuleError(f"{recipient}：资金不能为负。", code="transfer.negative")
    return Share(row.key, recipient, row.amount, dict(row.values))


def _recipient(code: str, transfer: Transfer, known: Mapping[str, Project]) -> Recipient:
    """Whom a code names in the transfer's place: a project of 21 digits, a unit, a region below.

    Raises RuleError for nobody, in the same words for a project that the person may not name.
    """
    place = transfer.jurisdiction_id
    unit = Unit.objects.filter(jurisdiction=place, code=code).first()
    region = Jurisdiction.objects.filter(parent=place, code=code)
    who = known.get(code) or unit or region.first()
    if who is None:
        text = (
            f"“{code[:30]}”不是{transfer.jurisdiction}的单位或下级地区的编码，"
            f"也不是{transfer.unit}、它的下属单位或已分到资金的单位的项目。"
            f"别的单位的项目，先分解到那个单位；项目须已列入{transfer.fiscal_year}年度。"
        )
        raise RuleError(text, code="transfer.recipient", row=code)
    return who


def _demand_fit(
    recipient: Recipient, code: str, transfer: Transfer, allowed: Sequence[type[Recipient]]
) -> None:
    """Raises RuleError for whom nothing may be handed down to."""
    if not isinstance(recipient, tuple(allowed)):
        wanted = "、".join(NAMES[kind] for kind in allowed)
        text = f"{recipient}（{code}）：本年度计划分解到{wanted}。"
        raise RuleError(text, code="transfer.recipient_kind", row=code)
    unit = recipient.unit if isinstance(recipient, Project) else recipient
    if isinstance(unit, Unit) and (unit.is_classified or not unit.is_active):
        text = f"{recipient}（{code}）：单位涉密或已停用，不在线分解。"
        raise RuleError(text, code="transfer.recipient_closed", row=code)
    if recipient == transfer.unit:
        text = f"{recipient}（{code}）是这笔转移支付的主管部门，不能分解给自己，请分解到它的项目。"
        raise RuleError(text, code="transfer.circular", row=code)


def _demand_new(share: Share, seen: set[str]) -> None:
    """Raises RuleError at a recipient's second row."""
    if share.who in seen:
        text = f"{share.recipient}（{share.code}）列了不止一行，合成一行。"
        raise RuleError(text, code="transfer.doubled", row=share.code)
    seen.add(share.who)


def _keyed(shares: Sequence[Share]) -> list[Share]:
    """Every share under a proper key of its own: ours kept, doubled or foreign ones replaced."""
    seen: set[str] = set()
    made = []
    for share in shares:
        key = _key(share.key)
        key = str(uuid4()) if key in seen else key
        seen.add(key)
        made.append(replace(share, key=key))
    return made


def _key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())
