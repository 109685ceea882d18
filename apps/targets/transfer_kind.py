"""What the engine must know of 转移支付绩效目标分解: a target form with what is handed down."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

from apps.filings.models import Filing, Revision
from apps.projects import selectors as projects
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity
from apps.rules.form_diff import Cell as DiffCell
from apps.rules.form_diff import FormDiff, Row, Section
from apps.rules.numbers import plain, quoted, show_wan
from apps.rules.target_form import TargetForm
from apps.rules.target_shapes import TRANSFER
from apps.targets import content, handed, handing
from apps.targets.handed import PART, Share
from apps.targets.kinds import TargetKind
from apps.targets.told import told_text


def start(revision: Revision) -> TargetForm:
    """An empty form: goal and indicators are those of the document from above."""
    return TargetForm(shape=TRANSFER)


def more(revision: Revision, form: TargetForm) -> list[Finding]:
    """What stands against handing it down; the money must add up to the transfer's."""
    transfer = handing.transfer_of(revision.filing)
    plan = revision.filing.assignment.plan
    shares = handed.shares_of(revision)
    try:
        handing.recipients_allowed(plan)
        money = handed.money_of(plan)
    except RuleError as error:
        return [handed.waits(str(error))]
    return handed.against(form, shares, projects.amount_of(transfer), money).findings


KIND = TargetKind(handed.KIND, "转移支付绩效目标分解表", start, more=more)


# --- what differs from a form alone -----------------------------------------------------------
def begin(revision: Revision, previous: Revision | None) -> None:
    """The form as its kind starts it, or a copy of the previous revision with its shares."""
    content.begin(revision, previous)
    if previous is not None:
        handed.store(revision, handed.shares_of(previous))


def canonical(revision: Revision) -> str:
    """Form and shares as one deterministic text."""
    shares = [_plain(share) for share in handed.shares_of(revision)]
    told = json.dumps(shares, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return f"{content.canonical(revision)}\n{told}"


def _plain(share: Share) -> dict[str, object]:
    values = {
        key: [plain(value.value), "" if value.high is None else plain(value.high)]
        for key, value in share.values.items()
    }
    return {"who": share.code, "amount": plain(share.amount), "values": values}


def place(revision: Revision, path: str) -> str:
    """A path in the form's words, also of a share and of an upper indicator. Raises RuleError."""
    kind, _, rest = path.partition(":")
    if path in ("shares", "shares.money"):
        return f"{PART} 资金合计" if path == "shares.money" else PART
    if kind == "upper":
        lines = content.form_of(revision).lines
        named = [quoted(line.name) for line in lines if line.key == rest]
    elif kind == "share":
        key = rest.partition(".")[0]
        shares = handed.shares_of(revision)
        named = [quoted(str(share.recipient)) for share in shares if share.key == key]
    else:
        return content.place(revision, path)
    if not named:
        raise RuleError(f"表里没有“{quoted(path)}”这一格。", code="form.unknown_path")
    return f"{PART} {named[0]}"


def figures(revision: Revision) -> list[tuple[str, str]]:
    """What a signer must know: indicators, recipients, the money beside the transfer's."""
    shares = handed.shares_of(revision)
    whole = projects.amount_of(handing.transfer_of(revision.filing))
    total = sum((share.amount for share in shares), Decimal(0))
    return [
        *content.figures(revision),
        ("上级下达（万元）", show_wan(whole)),
        ("分解合计（万元）", show_wan(total)),
        ("接收方", f"{len(shares)}个"),
    ]


def diff(old: Revision | None, new: Revision) -> FormDiff:
    """What changed between two revisions, shares included."""
    found = content.diff(old, new)
    before = {share.who: share for share in handed.shares_of(old)} if old else {}
    after = {share.who: share for share in handed.shares_of(new)}
    form = content.form_of(new)
    rows = [
        _row(share, before.get(who), after.get(who), form)
        for who, share in (before | after).items()
    ]
    section = Section("shares", "五、分解", tuple(rows))
    return FormDiff((*found.sections, section))


def _row(share: Share, old: Share | None, new: Share | None, form: TargetForm) -> Row:
    cells = [DiffCell("amount", "资金（万元）", _amount(old), _amount(new))]
    for line in form.lines:
        cell = DiffCell(line.key, line.name, told_text(line, old), told_text(line, new))
        if cell.old or cell.new:
            cells.append(cell)
    is_changed = any(cell.is_changed for cell in cells)
    kind = "added" if old is None else "removed" if new is None else ""
    kind = kind or ("changed" if is_changed else "same")
    return Row(share.key, f"{PART} {share.recipient}", kind, tuple(cells), lead="share:")


def _amount(share: Share | None) -> str:
    return "" if share is None else show_wan(share.amount, exact=True)


def demand_decidable(filing: Filing, revision: Revision, is_passing: bool) -> None:
    """Refuse to approve what no longer adds up: money or plan may have changed since it came.

    Raises RuleError.
    """
    if not is_passing:
        return
    found = more(revision, content.form_of(revision))
    blocking = next((each for each in found if each.severity == Severity.BLOCK), None)
    if blocking is not None:
        text = f"不能通过：{blocking.where}，{blocking.message}登记改过的，退回单位重新分解。"
        raise RuleError(text, code=blocking.code)


HOOKS = replace(
    content.hooks_of(KIND),
    begin=begin,
    canonical=canonical,
    place=place,
    diff=diff,
    figures=figures,
    demand_decidable=demand_decidable,
)
