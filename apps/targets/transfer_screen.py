"""What the pages, the API and the workbooks show of a year's transfers and of one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from apps.filings import permissions as filing_permissions
from apps.filings.models import OPEN_STATES, Filing, Revision
from apps.organizations.models import Jurisdiction, Unit, User
from apps.projects import permissions as project_permissions
from apps.projects import selectors as projects
from apps.projects.models import Project, Transfer, TransferFund
from apps.rules.decomposition import Combined, Contribution, Decomposition, Money, Way
from apps.rules.errors import RuleError
from apps.rules.findings import Severity
from apps.rules.form_words import show_target
from apps.rules.numbers import show_value
from apps.rules.similarity import normal
from apps.rules.target_checks import handed as checks
from apps.rules.target_evidence import HandedRow
from apps.rules.target_form import TargetForm, TargetLine
from apps.targets import content, handed, handing, in_force, share_form
from apps.targets.handed import Share
from apps.targets.handed_paper import brought, part_text
from apps.targets.share_form import GridRow
from apps.targets.told import told_text
from apps.workplans import selectors as plans
from apps.workplans.models import Assignment, Plan

MOST = 200  # of each kind that the grid offers
NO_PART = Contribution()


@dataclass(frozen=True)
class Child:
    """A share of one upper indicator: what was handed down, and what stands in force below."""

    share: Share
    told: str
    in_force: str  # empty: nothing is approved yet
    departs: str
    is_easier: bool
    brings: Contribution = NO_PART

    @property
    def part(self) -> str:
        """Its part of the combined value in percent."""
        return part_text(self.brings)


@dataclass(frozen=True)
class UpperRow:
    """An upper indicator with what was made of it."""

    line: TargetLine
    shown: str
    combined: Combined
    children: list[Child]

    @property
    def combined_text(self) -> str:
        """The combined value as the table shows it."""
        row = self.combined
        if row.value is None:
            return ""
        if row.way == Way.BAND:
            return f"{show_value(row.value)}%，{row.band}"
        if row.upper.operator == "区间":
            return f"{show_value(row.value)}–{show_value(row.high)}{row.upper.unit}"
        return f"{row.upper.operator}{show_value(row.value)}{row.upper.unit}"


@dataclass(frozen=True)
class Recipient:
    """A share with how far its own targets are."""

    share: Share
    state: str  # 已定稿, 未定稿 for a project; empty for a unit or a region
    n_finer: int  # indicators of its own that have no upper counterpart
    n_departs: int


@dataclass(frozen=True)
class TransferScreen:
    """A transfer with its regional targets, shares and sums, as one person may see it."""

    transfer: Transfer
    funds: list[TransferFund]
    plan: Plan | None
    assignment: Assignment | None
    filing: Filing | None
    revision: Revision | None
    form: TargetForm
    rows: list[UpperRow]
    recipients: list[Recipient]
    outcome: Decomposition | None
    may_keep: bool
    may_exempt: bool
    may_begin: bool
    may_hand_down: bool
    exempt_kinds: tuple[str, ...]
    refusal: str  # why nothing can be exempted yet

    @property
    def state(self) -> str:
        """How far it is, in a word."""
        return state_of(self.transfer, self.filing)


def state_of(transfer: Transfer, filing: Filing | None) -> str:
    """Exempt, not begun, or the state of its filing."""
    if transfer.exempt_kind:
        return "已豁免"
    return filing.get_state_display() if filing else "未分解"


def screen_of(transfer: Transfer, user: User) -> TransferScreen:
    """One transfer for one person; a bounded number of queries.

    What a unit still writes is its own: others see the last revision that was submitted.
    """
    plan = plans.current_plan(transfer.jurisdiction, transfer.fiscal_year)
    assignment = _assignment(transfer)
    filing = handed.filing_of(transfer)
    revision = _revision(filing, user) if filing else None
    form = content.form_of(revision) if revision else TargetForm()
    shares = handed.shares_of(revision) if revision else []
    outcome = _outcome(transfer, filing, form, shares) if filing and revision else None
    forms = _forms_below(shares, transfer.fiscal_year)
    rows = [_upper_row(line, row, shares, forms) for line, row in _pairs(form, outcome)]
    may_exempt = project_permissions.may_exempt_transfer(user, transfer)
    kinds, refusal = _kinds(plan) if may_exempt else ((), "")
    files = assignment is not None and filing_permissions.may_file(user, assignment)
    return TransferScreen(
        transfer=transfer,
        funds=list(transfer.funds.order_by("pk")),
        plan=plan,
        assignment=assignment,
        filing=filing if revision else None,
        revision=revision,
        form=form,
        rows=rows,
        recipients=[_recipient(share, rows, forms) for share in shares],
        outcome=outcome,
        may_keep=project_permissions.may_keep_transfer(user, transfer),
        may_exempt=may_exempt,
        may_begin=files and filing is None and not transfer.exempt_kind,
        may_hand_down=files and filing is not None and filing.state in OPEN_STATES,
        exempt_kinds=kinds,
        refusal=refusal,
    )


def _assignment(transfer: Transfer) -> Assignment | None:
    rows = Assignment.objects.owed().filter(transfer=transfer, task__kind=handed.KIND)
    return rows.select_related("plan", "task", "unit").order_by("-pk").first()


def _outcome(
    transfer: Transfer, filing: Filing, form: TargetForm, shares: Sequence[Share]
) -> Decomposition:
    return handed.judged(form, shares, projects.amount_of(transfer), filing.assignment.plan)


def _revision(filing: Filing, user: User) -> Revision | None:
    return filing.revisions.visible_to(user).order_by("-number").first()


def _kinds(plan: Plan | None) -> tuple[tuple[str, ...], str]:
    if plan is None:
        return (), "本年度还没有发布计划。"
    try:
        return handing.exempt_kinds(plan), ""
    except RuleError as error:
        return (), str(error)


def _pairs(
    form: TargetForm, outcome: Decomposition | None
) -> Iterable[tuple[TargetLine, Combined]]:
    lines = {line.key: line for line in form.lines}
    return [(lines[row.upper.key], row) for row in outcome.rows] if outcome else []


# --- what stands below ------------------------------------------------------------------------
def _forms_below(shares: Sequence[Share], year: int) -> dict[int, TargetForm]:
    """The targets in force of the projects that got a share, by project id; four queries."""
    ids = [share.recipient.pk for share in shares if isinstance(share.recipient, Project)]
    filings = Filing.objects.filter(
        kind__in=in_force.OF_PROJECTS,
        assignment__project__in=ids,
        assignment__task__evaluated_year=year,
    )
    rows = in_force.standing(filings).order_by("approved_revision__submitted_at", "pk")
    found = dict(rows.values_list("assignment__project", "approved_revision"))
    revisions = Revision.objects.filter(pk__in=found.values())
    forms = content.forms_of(revisions) if found else {}
    return {project: forms[pk] for project, pk in found.items() if pk in forms}


def _upper_row(
    line: TargetLine, row: Combined, shares: Sequence[Share], forms: Mapping[int, TargetForm]
) -> UpperRow:
    parts = brought(line, list(shares))
    serving = [share for share in shares if line.key in share.values]
    children = [replace(_child(line, each, forms), brings=parts[each.key]) for each in serving]
    return UpperRow(line, show_target(line), row, children)


def _child(line: TargetLine, share: Share, forms: Mapping[int, TargetForm]) -> Child:
    value = share.values[line.key]
    told = told_text(line, share)
    form = forms.get(share.recipient.pk) if isinstance(share.recipient, Project) else None
    if form is None:
        return Child(share, told, "", "", is_easier=False)
    own = next((each for each in form.lines if normal(each.name) == normal(line.name)), None)
    if own is None:
        return Child(share, told, "没有这个指标", "定稿的目标里没有这个指标。", is_easier=True)
    is_text = line.operator == "定性"
    row = HandedRow(
        source="",
        name=line.name,
        operator=line.operator,
        unit=line.unit,
        value=None if is_text else value.value,
        high=None if is_text else value.high,
    )
    departs = checks.departure(row, own)
    words = (departs.text, departs.is_easier) if departs else ("", False)
    return Child(share, told, show_target(own), words[0], is_easier=words[1])


def _recipient(
    share: Share, rows: Sequence[UpperRow], forms: Mapping[int, TargetForm]
) -> Recipient:
    if not isinstance(share.recipient, Project):
        return Recipient(share, "", 0, 0)
    form = forms.get(share.recipient.pk)
    if form is None:
        return Recipient(share, "未定稿", 0, 0)
    known = {normal(row.line.name) for row in rows}
    finer = sum(normal(line.name) not in known for line in form.lines)
    departs = sum(bool(c.departs) for row in rows for c in row.children if c.share is share)
    return Recipient(share, "已定稿", finer, departs)


# --- the year ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class TransferLine:
    """A transfer as the year's list and ledger show it (Y-44)."""

    transfer: Transfer
    amount: Decimal
    filing: Filing | None
    handed: Decimal | None  # None: nothing that this person may see is handed down
    n_recipients: int
    n_uppers: int
    n_open: int  # upper indicators that stand against it

    @property
    def gap(self) -> Decimal | None:
        """The yuan handed down less those received."""
        return None if self.handed is None else self.handed - self.amount

    @property
    def state(self) -> str:
        """How far it is, in a word."""
        return state_of(self.transfer, self.filing)


def lines_of(transfers: Iterable[Transfer], user: User) -> list[TransferLine]:
    """The lines of transfers that carry `amount`, in their order, in a fixed number of queries."""
    rows = list(transfers)
    filings = handed.filings_of(rows)
    newest = _newest(filings.values(), user)
    forms = content.forms_of(newest.values()) if newest else {}
    shares = handed.shares_of_many(newest.values()) if newest else {}
    money: dict[int, Money | None] = {}
    made = []
    for transfer in rows:
        filing = filings.get(transfer.pk)
        revision = newest.get(filing.pk) if filing else None
        amount: Decimal = getattr(transfer, "amount", None) or Decimal(0)
        outcome = None
        if filing and revision and revision.pk in forms:
            plan = filing.assignment.plan
            if plan.pk not in money:
                money[plan.pk], _ = handed.money_told(plan)
            own = shares.get(revision.pk, [])
            outcome = handed.against(forms[revision.pk], own, amount, money[plan.pk])
        made.append(_line(transfer, filing if revision else None, amount, outcome))
    return made


def _newest(filings: Iterable[Filing], user: User) -> dict[int, Revision]:
    """The last revision of each filing that the person may see; one query."""
    rows = Revision.objects.visible_to(user).filter(filing__in=list(filings))
    return {row.filing_id: row for row in rows.order_by("number")}


def _line(
    transfer: Transfer, filing: Filing | None, amount: Decimal, outcome: Decomposition | None
) -> TransferLine:
    found = outcome.findings if outcome else []
    handed_down = outcome.handed if outcome and outcome.n_shares else None
    return TransferLine(
        transfer=transfer,
        amount=amount,
        filing=filing,
        handed=handed_down,
        n_recipients=outcome.n_shares if outcome else 0,
        n_uppers=len(outcome.rows) if outcome else 0,
        n_open=sum(f.path.startswith("upper:") and f.severity == Severity.BLOCK for f in found),
    )


# --- handing down -----------------------------------------------------------------------------
@dataclass(frozen=True)
class HandScreen:
    """The grid of a draft's shares."""

    filing: Filing
    transfer: Transfer
    amount: Decimal
    revision: Revision
    version: int  # that the grid was made from, also when somebody saved meanwhile
    heads: list[tuple[TargetLine, str, str]]  # indicator, its value from above, what to fill in
    rows: list[GridRow]
    outcome: Decomposition | None
    allowed: str
    refusal: str  # why nothing can be handed down yet
    candidates: list[tuple[str, str]]  # code and name, to choose from
    n_errors: int


def hand_screen(
    filing: Filing,
    user: User,
    typed: Mapping[str, str] | None,
    errors: Mapping[str, str],
    version: int | None = None,
) -> HandScreen:
    """The draft's grid as it stands, or as it was typed upon `version` with what is wrong."""
    transfer = handing.transfer_of(filing)
    revision = filing.revisions.order_by("-number")[0]
    form = content.form_of(revision)
    lines = [line for line in form.lines if line.name.strip()]
    shares = handed.shares_of(revision)
    allowed, refusal = _allowed(filing)
    return HandScreen(
        filing=filing,
        transfer=transfer,
        amount=projects.amount_of(transfer),
        revision=revision,
        version=revision.version if version is None else version,
        heads=[(line, show_target(line), share_form.hint_of(line)) for line in lines],
        rows=share_form.grid_of(shares, lines, typed, errors),
        outcome=None if refusal else _outcome(transfer, filing, form, shares),
        allowed=allowed,
        refusal=refusal,
        candidates=_candidates(transfer, user),
        n_errors=len(errors),
    )


def _allowed(filing: Filing) -> tuple[str, str]:
    try:
        kinds = handing.recipients_allowed(filing.assignment.plan)
        handed.money_of(filing.assignment.plan)
    except RuleError as error:
        return "", str(error)
    return "、".join(handing.NAMES[kind] for kind in kinds), ""


def _candidates(transfer: Transfer, user: User) -> list[tuple[str, str]]:
    """Units and regions of the place, and this year's projects that the person sees."""
    units = Unit.objects.filter(
        jurisdiction=transfer.jurisdiction_id, is_active=True, is_classified=False
    ).exclude(pk=transfer.unit_id)
    own = Project.objects.visible_to(user).filter(
        jurisdiction=transfer.jurisdiction_id,
        years__fiscal_year=transfer.fiscal_year,
        is_classified=False,
    )
    regions = Jurisdiction.objects.filter(parent=transfer.jurisdiction_id)
    rows = [rows.order_by("code")[:MOST] for rows in (own, units, regions)]
    return [(row.code or "", str(row)) for found in rows for row in found]
