"""An adjustment: a copy of the form in force with a head of its own, and what the engine asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from django.db.models import Max

from apps.audit import services as audit
from apps.core import clock
from apps.filings.models import Filing, Revision, State
from apps.filings.stages import Base
from apps.jobs import services as jobs
from apps.organizations.models import User
from apps.projects import gates, unit_budgets
from apps.projects import selectors as money
from apps.projects import services as projects
from apps.rules import adjustment as rules
from apps.rules import form_diff
from apps.rules.adjustment import AdjustmentFacts, AdjustmentHead, MoneyChange
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity
from apps.rules.form_diff import FormDiff
from apps.rules.numbers import show_wan
from apps.rules.target_form import SOURCES, TASK_SOURCES, TargetForm
from apps.rules.target_shapes import POLICY, PROJECT, UNIT, UNIT_SIX, Shape
from apps.targets import content, in_force, subjects
from apps.targets.kinds import TargetKind
from apps.targets.models import Adjustment, AdjustmentMoney, AdjustmentSheet
from apps.targets.subjects import Subject
from apps.workplans.models import PlanTask

REASONS = "targets.adjust_reasons"
EVENT = "targets.adjusted"
LOCAL = "county"  # FundLine.Level: where money of a source stands that had none


# --- stored rows ↔ head ---------------------------------------------------------------------
def head_of(revision: Revision) -> AdjustmentHead:
    """The revision's head as plain data; two queries."""
    sheet = AdjustmentSheet.objects.prefetch_related("money").get(revision=revision)
    changes = (MoneyChange(r.source, r.level, r.before, r.after) for r in sheet.money.all())
    texts = {name: getattr(sheet, name) for name in rules.TEXTS}
    return AdjustmentHead(**texts, money=tuple(changes), unread=dict(sheet.unread))


def store_head(revision: Revision, head: AdjustmentHead) -> None:
    """Write the head as the revision's rows, replacing what was there."""
    texts = {name: getattr(head, name) for name in rules.TEXTS}
    sheet, _ = AdjustmentSheet.objects.update_or_create(
        revision=revision, defaults={**texts, "unread": head.unread}
    )
    sheet.money.all().delete()
    AdjustmentMoney.objects.bulk_create(
        AdjustmentMoney(
            sheet=sheet,
            position=position,
            source=row.source,
            level=row.level,
            before=row.before,
            after=row.after,
        )
        for position, row in enumerate(head.money, 1)
    )


def money_now(subject: Subject, year: int) -> dict[tuple[str, str], Decimal]:
    """The subject's yuan of the year by source and level; a whole unit's by source alone."""
    if subject.project is None:
        known = unit_budgets.unit_money(subject.unit, year)
        return {(source, rules.WHOLE): amount for source, amount in known.items()}
    lines = money.funds_of(subject.project, year)
    return {(line.source, line.level): line.adjusted for line in lines}


def fitted(subject: Subject, year: int, head: AdjustmentHead | None) -> AdjustmentHead:
    """The head on the subject's money as it stands, with what it says of each amount.

    A source without money has one empty row, so that money may come from it.
    """
    rows, level = money_now(subject, year), LOCAL if subject.project else rules.WHOLE
    held = {source for source, _ in rows}
    rows |= {(source, level): Decimal(0) for source in SOURCES if source not in held}
    order = sorted(
        rows, key=lambda key: (list(SOURCES).index(key[0]), rules.LEVELS_ALL.index(key[1]))
    )
    changes = [
        MoneyChange(source, level, rows[source, level], rows[source, level])
        for source, level in order
    ]
    if head is None:
        return AdjustmentHead(money=tuple(changes))
    given = {row.path: row.after for row in head.money}
    kept = tuple(
        replace(row, after=given[row.path]) if row.path in given else row for row in changes
    )
    places = {row.path for row in kept}
    unread = {path: text for path, text in head.unread.items() if path in places}
    return replace(head, money=kept, unread=unread)


# --- what a new revision begins with --------------------------------------------------------
def begin(revision: Revision, previous: Revision | None) -> None:
    """A copy of the previous revision, or of what is in force with the money as it stands.

    Raises RuleError where nothing is in force, or it is being changed already.
    """
    subject, year = subjects.of_filing(revision.filing)
    if previous is None:
        _open(revision.filing, subject, year)
    content.store(revision, content.form_of(previous) if previous else start(revision))
    store_head(revision, fitted(subject, year, head_of(previous) if previous else None))


def start(revision: Revision) -> TargetForm:
    """The form that the filing adjusts, with the same row keys."""
    return content.form_of(revision.filing.adjustment.base)


def _open(filing: Filing, subject: Subject, year: int) -> None:
    """The filing's place in the chain, under the subject's lock."""
    subject = subject.locked()
    base = demand_adjustable(subject, year)
    known = Adjustment.objects.filter(**subject.own, year=year)
    number = (known.aggregate(last=Max("number"))["last"] or 0) + 1
    Adjustment.objects.create(filing=filing, **subject.own, year=year, number=number, base=base)


def demand_adjustable(subject: Subject, year: int) -> Revision:
    """The revision in force, nothing else changing it. Raises RuleError."""
    base = in_force.subject_revision(subject, year)
    if base is None:
        raise RuleError(
            f"{subject}：{year}年度还没有定稿的绩效目标，没有可调整的。",
            code="targets.none_in_force",
        )
    # locked, so that it is not opened again meanwhile
    held = Filing.objects.select_for_update(of=("self",)).get(pk=base.filing_id)
    if held.state != State.APPROVED:
        raise RuleError(
            f"{subject}：现行目标正在重新开放修改，改完再申请调整。", code="targets.reopened"
        )
    if held.approved_revision_id != base.pk:
        raise RuleError(
            f"{subject}：现行目标刚刚改过，请再申请一次，从新的版次改起。", code="targets.moved"
        )
    if open_of(subject, year) is not None:
        raise RuleError(f"{subject}：已有一件调整在办，办完再申请。", code="targets.adjusting")
    return base


def open_of(subject: Subject, year: int) -> Adjustment | None:
    """The adjustment under way, or None."""
    rows = Adjustment.objects.filter(**subject.own, year=year, made=None, is_dropped=False)
    return rows.select_related("filing__assignment__window").first()


# --- checks ---------------------------------------------------------------------------------
def reasons_of(task: PlanTask) -> tuple[str, ...]:
    """The reasons for which the plan lets a target be adjusted."""
    row = task.plan.settings.filter(code=REASONS, is_filled=True).order_by("task_id").first()
    return tuple(word for word in row.value.split("；") if word) if row else ()


def more(revision: Revision, form: TargetForm) -> list[Finding]:
    """What is wrong with the head, and between the head, the form and the money."""
    return head_findings(revision, form, head_of(revision))


def head_findings(revision: Revision, form: TargetForm, head: AdjustmentHead) -> list[Finding]:
    """The same for a head that is at hand."""
    subject, year = subjects.of_filing(revision.filing)
    task, base = revision.filing.assignment.task, revision.filing.adjustment.base
    now = money_now(subject, year)
    facts = AdjustmentFacts(
        reasons=reasons_of(task),
        clause=task.clause,
        n_changes=form_diff.diff(content.form_of(base), form).n_changes,
        form_year=_form_year(form),
        budget={f"{source}.{level}": amount for (source, level), amount in now.items()},
        gate=_gate(subject, year, head) if head.n_money else "",
        superseded=_superseded(revision.filing.adjustment),
    )
    return rules.check(head, facts)


def budget(revision: Revision) -> dict[str, Decimal]:
    """The year's yuan by source once adjusted; empty while no money is on record or typed."""
    subject, year = subjects.of_filing(revision.filing)
    head = head_of(revision)
    return head.totals if head.n_money or money_now(subject, year) else {}


def _form_year(form: TargetForm) -> dict[str, Decimal]:
    """The year's yuan by source as the form says: its fund table, or its tasks together."""
    if not form.shape.has_tasks:
        return form.funds.get("year", {})
    return {
        source: sum((getattr(task, source) or Decimal(0) for task in form.tasks), Decimal(0))
        for source in TASK_SOURCES
    }


def _gate(subject: Subject, year: int, head: AdjustmentHead) -> str:
    """Why no gate lets so much fiscal money in; empty where it does, and for a whole unit."""
    if subject.project is None:
        return ""
    place = money.year_of(subject.project, year)
    if place is None:
        return f"项目还没有列入{year}年度。"
    try:
        gates.demand_amount(place, head.totals.get("fiscal", Decimal(0)))
    except RuleError as error:
        return str(error)
    return ""


def _superseded(adjustment: Adjustment) -> str:
    """What took the base's place meanwhile; empty while it is in force."""
    now = in_force.subject_revision(adjustment.subject, adjustment.year)
    if now is None or now.pk == adjustment.base_id:
        return ""
    later = Adjustment.objects.filter(made=now).first()
    return f"“{later or now.filing.assignment.task}”（{now}）"


# --- what the engine asks -------------------------------------------------------------------
def canonical(revision: Revision) -> str:
    """Form and head as one deterministic text, for the receipt's hash."""
    return f"{content.canonical(revision)}\n{rules.canonical(head_of(revision))}"


def place(revision: Revision, path: str) -> str:
    """A path in the words of head or form. Raises RuleError."""
    if path.startswith(rules.PREFIX):
        return rules.place(path, head_of(revision))
    return content.place(revision, path)


def diff(old: Revision | None, new: Revision) -> FormDiff:
    """The form's comparison, and before it the head: money always as it changes."""
    found = content.diff(old, new)
    is_own = old is not None and old.filing_id == new.filing_id
    head = rules.section(head_of(new), head_of(old) if old and is_own else None)
    return FormDiff((head, *found.sections))


def figures(revision: Revision) -> list[tuple[str, str]]:
    """What a signer must know: why, which money, then as of any target."""
    head = head_of(revision)
    before = sum((row.before for row in head.money), Decimal(0))
    after = sum(head.totals.values(), Decimal(0))
    moved = f"{show_wan(before)} → {show_wan(after)}" if head.n_money else "不变"
    return [
        ("调整原因", head.reason or "未选"),
        ("资金（万元）", moved),
        *content.figures(revision),
    ]


def base(filing: Filing) -> Base:
    """What the adjustment is a change of."""
    begun = filing.adjustment.base
    return Base(begun, f"{in_force_title(begun)}{begun}")


def in_force_title(revision: Revision) -> str:
    """年初项目绩效目标 or 第1次调整, as a version of the chain is called."""
    made = Adjustment.objects.filter(made=revision).first()
    return str(made or revision.filing.assignment.task)


def demand_decidable(filing: Filing, revision: Revision, is_passing: bool) -> None:
    """Refuse to approve what no longer fits: base, money and gate are asked again at the last desk.

    Raises RuleError.
    """
    if not is_passing:
        return
    subjects.of_filing(filing)[0].locked()  # the money that is judged is the money that moves
    found = more(revision, content.form_of(revision))
    blocking = next((f for f in found if f.severity == Severity.BLOCK), None)
    if blocking is not None:
        raise RuleError(
            f"不能通过：{blocking.where}，{blocking.message}依据：{blocking.clause}",
            code=blocking.code,
        )


def on_approved(filing: Filing, actor: User) -> None:
    """The adjustment takes its base's place; the money changes with it; rooms are told.

    Source: 尉犁县2024年度工作计划 三（一）2.
    """
    made = Adjustment.objects.select_for_update(of=("self",)).get(filing=filing)
    revision = filing.approved_revision
    if revision is None:
        raise RuleError("没有定稿的版次。", code="targets.none_in_force")
    head = head_of(revision)
    if head.n_money:
        _adjust_money(made, head, actor)
    made.made, made.made_at = revision, clock.now()
    made.save(update_fields=["made", "made_at"])
    receipt = str(revision.receipt_number)
    note(made.subject, actor, "supersede", adjustment=str(made), receipt=receipt)
    jobs.leave_event(kind=EVENT, key=str(filing.public_id), payload={"adjustment": made.pk})


def _adjust_money(made: Adjustment, head: AdjustmentHead, actor: User) -> None:
    if made.project is None:
        unit_budgets.adjust_unit_budget(
            unit=made.subject.unit,
            actor=actor,
            year=made.year,
            amounts={source: amount for source, amount in head.totals.items() if amount},
            basis=f"{made} {head.basis}",
        )
        return
    given: Mapping[tuple[str, str], Decimal] = {
        (row.source, row.level): row.amount for row in head.money
    }
    projects.adjust_money(project=made.project, actor=actor, year=made.year, adjusted=given)


def on_dropped(filing: Filing, actor: User) -> None:
    """Refused or struck out: what it would have adjusted may be adjusted by another."""
    dropped = Adjustment.objects.select_for_update(of=("self",)).get(filing=filing)
    dropped.is_dropped = True
    dropped.save(update_fields=["is_dropped"])


def demand_reopenable(filing: Filing) -> None:
    """What is in force is adjusted once more instead. Raises RuleError."""
    raise RuleError(
        "目标调整不重新开放。要再改的，从现行目标另行申请调整。", code="targets.adjustment_closed"
    )


def note(subject: Subject, actor: User, action: str, **data: object) -> None:
    """One line in the trail of the subject's unit."""
    audit.record(
        actor=actor,
        action=f"targets.{action}",
        subject=subject.row,
        chain=projects.chain_of(subject.unit),
        data=dict(data),
        label=str(subject),
    )


def keep_head(revision: Revision, head: AdjustmentHead) -> None:
    """Store a typed head on the subject's money as it stands."""
    store_head(revision, fitted(*subjects.of_filing(revision.filing), head))


def title_of(shape: Shape) -> str:
    """What the official form of an adjustment is called, by what it adjusts."""
    return TITLES.get(shape.code, KIND.title)


KIND = TargetKind(
    in_force.ADJUSTMENT,
    "绩效目标调整申请表",
    start,
    more=more,
    on_approved=on_approved,
    budget=budget,
)
WHOLE_TITLE = f"部门（单位）整体支出{KIND.title}"
TITLES = {
    PROJECT.code: f"项目支出{KIND.title}",
    POLICY.code: f"政策{KIND.title}",
    UNIT.code: WHOLE_TITLE,
    UNIT_SIX.code: WHOLE_TITLE,
}
HOOKS = replace(
    content.hooks_of(KIND),
    begin=begin,
    canonical=canonical,
    place=place,
    diff=diff,
    figures=figures,
    on_dropped=on_dropped,
    demand_decidable=demand_decidable,
    demand_reopenable=demand_reopenable,
    base=base,
    is_requested=True,
)
