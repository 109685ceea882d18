"""Adjusting an approved target: at which moment, for what reason, with which money (Y-45, Y-86)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity, ranked
from apps.rules.form_diff import ADDED, CHANGED, REMOVED, SAME, Cell, Row, Section
from apps.rules.numbers import plain, quoted, show_wan
from apps.rules.target_form import SOURCES

LEVELS = {
    "central": "中央",
    "province": "自治区（省）",
    "prefecture": "地州（市）",
    "county": "县本级",
}
WHOLE = "whole"  # a whole unit's money is known by source alone
LEVELS_ALL = (*LEVELS, WHOLE)
TEXTS = {"reason": "调整原因", "explanation": "调整说明", "basis": "依据文件"}
SECTION = "adjustment"
TITLE = "调整事项"
PREFIX = "adjustment."
MONEY = "adjustment.money."
BUDGET = "预算"  # a reason that names it means that money changes
SHORTEST = 10  # characters that an explanation needs to say anything


# --- the form's own head --------------------------------------------------------------------
@dataclass(frozen=True)
class MoneyChange:
    """The year's money of one source and level in yuan; `after` None: not filled."""

    source: str
    level: str
    before: Decimal
    after: Decimal | None

    @property
    def path(self) -> str:
        """The cell in which the new amount stands."""
        return f"{MONEY}{self.source}.{self.level}"

    @property
    def label(self) -> str:
        """财政拨款（县本级）, 财政拨款 of a whole unit."""
        source = SOURCES.get(self.source, self.source)
        return (
            source if self.level == WHOLE else f"{source}（{LEVELS.get(self.level, self.level)}）"
        )

    @property
    def amount(self) -> Decimal:
        """The money once adjusted; what is not filled counts as nothing."""
        return self.after or Decimal(0)

    @property
    def is_changed(self) -> bool:
        """Whether the money differs."""
        return self.amount != self.before


@dataclass(frozen=True)
class AdjustmentHead:
    """Why, by which document, and the money before and after."""

    reason: str = ""
    explanation: str = ""
    basis: str = ""
    money: tuple[MoneyChange, ...] = ()
    unread: dict[str, str] = field(default_factory=dict)  # path → typed where a number belongs

    @property
    def totals(self) -> dict[str, Decimal]:
        """The money after by source."""
        found: dict[str, Decimal] = {}
        for row in self.money:
            found[row.source] = found.get(row.source, Decimal(0)) + row.amount
        return found

    @property
    def is_whole(self) -> bool:
        """Whether the money is a whole unit's."""
        return any(row.level == WHOLE for row in self.money)

    @property
    def n_money(self) -> int:
        """How many amounts change."""
        return sum(row.is_changed for row in self.money)


def place(path: str, head: AdjustmentHead) -> str:
    """A cell of the head in the form's words. Raises RuleError for one that it does not have."""
    name = path.removeprefix(PREFIX)
    if path.startswith(PREFIX) and name in TEXTS:
        return f"{TITLE} {TEXTS[name]}"
    for row in head.money:
        if row.path == path:
            return f"{TITLE} {row.label}"
    raise RuleError(f"表里没有“{quoted(path)}”这一格。", code="form.unknown_path")


def section(head: AdjustmentHead, old: AdjustmentHead | None = None) -> Section:
    """The head as a section of a comparison: texts against the earlier ones, money as it changes.

    Money is shown before and after the adjustment, whatever an earlier version said.
    """
    before = old or AdjustmentHead()
    rows = [
        _row(f"{PREFIX}{name}", label, getattr(before, name), getattr(head, name))
        for name, label in TEXTS.items()
    ]
    rows += [_money_row(row, head) for row in head.money]
    return Section(SECTION, TITLE, tuple(rows))


def _money_row(row: MoneyChange, head: AdjustmentHead) -> Row:
    after = "" if row.after is None else show_wan(row.after, exact=True)
    before = show_wan(row.before, exact=True) if row.before else ""
    return _row(row.path, row.label, before, head.unread.get(row.path, after if row.amount else ""))


def _row(path: str, label: str, old: str, new: str) -> Row:
    kind = CHANGED if old and new else ADDED if new else REMOVED
    cell = Cell(path, label, old, new)
    return Row(path, f"{TITLE} {label}", kind if cell.is_changed else SAME, (cell,))


@dataclass(frozen=True)
class Difference:
    """One thing that is adjusted, in words: where, before, after."""

    place: str
    old: str
    new: str


def differences(part: Section) -> list[Difference]:
    """What changes in a section: cell by cell, a row that comes or goes as one."""
    return [found for row in part.rows for found in _differences(row)]


def _differences(row: Row) -> Iterator[Difference]:
    if row.kind in (ADDED, REMOVED):
        yield Difference(row.place, *(_joined(row, side) or "没有" for side in ("old", "new")))
        return
    for cell in row.cells:
        if cell.is_changed:
            name = f" {cell.label}" if len(row.cells) > 1 else ""
            yield Difference(f"{row.place}{name}", cell.old or "空", cell.new or "空")
    if row.is_moved:
        yield Difference(row.place, f"第{row.old_position}行", f"第{row.new_position}行")


def _joined(row: Row, side: str) -> str:
    return "　".join(text for cell in row.cells if (text := getattr(cell, side)))


def canonical(head: AdjustmentHead) -> str:
    """The head as one JSON text, equal for equal content."""
    money = {
        row.path: [plain(row.before), "" if row.after is None else plain(row.after)]
        for row in head.money
    }
    texts = {name: getattr(head, name) for name in TEXTS}
    content = {**texts, "money": money, "unread": head.unread}
    return json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


# --- what a colleague finds -----------------------------------------------------------------
@dataclass(frozen=True)
class AdjustmentFacts:
    """What the checks of the head need to know beside it. Amounts in yuan."""

    reasons: tuple[str, ...]  # the plan's own list
    clause: str
    n_changes: int  # between the form in force and this one
    form_year: Mapping[str, Decimal]  # the form's year money by source
    budget: Mapping[str, Decimal]  # "source.level" → the money now
    gate: str = ""  # why the gate does not let so much in; empty where it does
    superseded: str = ""  # by what the adjusted target was replaced meanwhile


def check(head: AdjustmentHead, facts: AdjustmentFacts) -> list[Finding]:
    """All findings on the head, 阻断 first."""
    return ranked([*_texts(head, facts), *_changes(head, facts), *_money(head, facts)])


def _finding(
    facts: AdjustmentFacts,
    code: str,
    where: tuple[str, str],
    said: tuple[str, str],
    message: str,
    severity: Severity = Severity.BLOCK,
) -> Finding:
    """`where` is path and place, `said` what was found and what is expected."""
    path, words = where
    found, expected = said
    return Finding(
        f"adjustment.{code}", severity, path, words, found, expected, message, facts.clause
    )


def _texts(head: AdjustmentHead, facts: AdjustmentFacts) -> Iterator[Finding]:
    """A reason of the plan's list, an explanation, the document that it rests on."""
    where = _at("reason")
    if head.reason not in facts.reasons:
        listed = "；".join(facts.reasons)
        message = f"填“{quoted(head.reason)}”，只能选：{listed}。" if head.reason else "未选。"
        yield _finding(facts, "reason", where, (head.reason or "未选", listed), message)
    if len(head.explanation) < SHORTEST:
        found = f"{len(head.explanation)}个字" if head.explanation else "未填"
        message = f"{found}，至少{SHORTEST}个字。写明什么变了、为什么原目标不能完成。"
        said = (found, f"{SHORTEST}个字以上")
        yield _finding(facts, "explanation", _at("explanation"), said, message)
    if not head.basis:
        message = "未填。写明预算调整文件、会议纪要或其他证明的名称和文号。"
        yield _finding(facts, "basis", _at("basis"), ("未填", "文件名称和文号"), message)


def _at(name: str) -> tuple[str, str]:
    return f"{PREFIX}{name}", f"{TITLE} {TEXTS[name]}"


def _changes(head: AdjustmentHead, facts: AdjustmentFacts) -> Iterator[Finding]:
    """Something is adjusted, and what is adjusted is still in force."""
    if facts.superseded:
        message = f"要调整的目标已被{facts.superseded}取代。请另行申请，从现行目标改起。"
        yield _finding(facts, "superseded", ("form", "全表"), ("已被取代", "现行"), message)
    if not facts.n_changes and not head.n_money:
        message = "与现行目标完全相同，没有要调整的。不调整的请取消申请。"
        yield _finding(facts, "unchanged", ("form", "全表"), ("0处不同", "至少1处"), message)


def _money(head: AdjustmentHead, facts: AdjustmentFacts) -> Iterator[Finding]:
    """Money and target change together: the two places say the same, from today's budget on."""
    for path, text in head.unread.items():
        message = f"填“{quoted(text)}”，请填万元数，例如1,286.00。"
        yield _finding(facts, "number", (path, place(path, head)), (text, "一个数"), message)
    for row in head.money:
        yield from _stale(row, facts)
    if head.is_whole:
        yield from _tasks_apart(head, facts)
    else:
        for source in SOURCES:
            yield from _apart(source, head, facts)
    if facts.gate:
        yield _finding(facts, "gate", ("funds.year", TITLE), ("超过上限", "上限以内"), facts.gate)
    if BUDGET in head.reason and not head.n_money and not head.unread:
        message = f"原因选“{head.reason}”，资金没有变。请核对原因或资金。"
        said = ("资金不变", "资金变动")
        yield _finding(facts, "no_money", _at("reason"), said, message, Severity.HINT)


def _stale(row: MoneyChange, facts: AdjustmentFacts) -> Iterator[Finding]:
    now = facts.budget.get(f"{row.source}.{row.level}", Decimal(0))
    if now != row.before:
        was, due = show_wan(row.before, exact=True), show_wan(now, exact=True)
        message = f"调整前写的是{was}万元，资金现在是{due}万元。打开表单保存一次即更新。"
        where = (row.path, f"{TITLE} {row.label}")
        yield _finding(facts, "money_moved", where, (was, due), message)


def _apart(source: str, head: AdjustmentHead, facts: AdjustmentFacts) -> Iterator[Finding]:
    path = f"funds.year.{source}"
    filled = facts.form_year.get(source, Decimal(0))
    due = head.totals.get(source, Decimal(0))
    if filled != due and not any(p.startswith(f"{MONEY}{source}.") for p in head.unread):
        shown, wanted = show_wan(filled, exact=True), show_wan(due, exact=True)
        side, gap = ("多" if filled > due else "少"), show_wan(abs(filled - due), exact=True)
        message = (
            f"目标表填{shown}万元，调整后资金{wanted}万元，{side}{gap}万元。资金和目标同时调整，"
            "两处应一致。"
        )
        where = (path, f"二、年度资金 {SOURCES[source]}")
        yield _finding(facts, "money", where, (shown, wanted), message)


def _tasks_apart(head: AdjustmentHead, facts: AdjustmentFacts) -> Iterator[Finding]:
    """A whole unit's tasks cost what its budget will be; of a budget not on record nothing is said.

    Source: 财预〔2015〕88号附 部门（单位）整体支出绩效目标申报表.
    """
    is_known = bool(facts.budget) or head.n_money > 0
    filled, due = sum(facts.form_year.values(), Decimal(0)), sum(head.totals.values(), Decimal(0))
    if not is_known or filled == due or head.unread:
        return
    shown, wanted = show_wan(filled, exact=True), show_wan(due, exact=True)
    side, gap = ("多" if filled > due else "少"), show_wan(abs(filled - due), exact=True)
    message = (
        f"任务合计{shown}万元，调整后部门预算{wanted}万元，{side}{gap}万元。资金和目标同时调整，"
        "两处应一致。"
    )
    severity = Severity.BLOCK if head.n_money else Severity.HINT
    where, said = ("tasks", "年度主要任务"), (shown, wanted)
    yield _finding(facts, "money", where, said, message, severity)


# --- when -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Node:
    """A monitoring node of the plan's adjustment task: half-open [opens_at, due_at)."""

    title: str  # 5月节点
    days: str  # 2024年6月1日至6月10日
    opens_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Season:
    """Whether an adjustment may be asked for now: the open node, or the sentence why not."""

    node: int | None = None  # its place in the list that was asked
    text: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a node is open."""
        return self.node is not None


EXCEPTION = "确需在节点以外调整的，由单位或财政局提出例外，财政局另一人批准后办理。"


def season(nodes: Sequence[Node], moment: datetime) -> Season:
    """The node that is open at a moment; else the next one, and the way of the exception.

    Source: 尉犁县2024年度预算绩效管理工作计划 三（一）2（部门单位可在监控节点……进行调整）.
    """
    for at, node in enumerate(nodes):
        if node.opens_at <= moment < node.due_at:
            return Season(at, f"{node.title}（{node.days}）可以申请调整。")
    ahead = min((n for n in nodes if n.opens_at > moment), key=lambda n: n.opens_at, default=None)
    coming = f"下一次是{ahead.title}（{ahead.days}）。" if ahead else "本年度没有以后的节点。"
    return Season(None, f"目标只在监控节点调整，现在不在节点内。{coming}{EXCEPTION}")


# --- two people at one form -----------------------------------------------------------------
def conflicts(theirs: AdjustmentHead, mine: AdjustmentHead) -> list[dict[str, str]]:
    """Cells of the head in which the stored one and one's own differ; all text."""
    before, after = _shown(theirs), _shown(mine)
    return [
        {
            "path": path,
            "place": place(path, mine),
            "theirs": before[path] or "空",
            "mine": text or "空",
        }
        for path, text in after.items()
        if path in before and before[path] != text
    ]


def _shown(head: AdjustmentHead) -> dict[str, str]:
    shown = {f"{PREFIX}{name}": str(getattr(head, name)) for name in TEXTS}
    for row in head.money:
        after = "" if row.after is None else show_wan(row.after, exact=True)
        shown[row.path] = head.unread.get(row.path, after)
    return shown


def merged(theirs: AdjustmentHead, mine: AdjustmentHead, keep: Set[str]) -> AdjustmentHead:
    """One's own head with the named cells taken from the stored one."""
    texts = {name: getattr(theirs, name) for name in TEXTS if f"{PREFIX}{name}" in keep}
    stored = {row.path: row for row in theirs.money}
    money = tuple(stored.get(row.path, row) if row.path in keep else row for row in mine.money)
    unread = {path: text for path, text in mine.unread.items() if path not in keep}
    unread |= {path: text for path, text in theirs.unread.items() if path in keep}
    return replace(mine, **texts, money=money, unread=unread)
