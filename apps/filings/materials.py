"""The generic materials kind: the engine's own content, beside the stages'."""

import json
from decimal import Decimal

from apps.filings.models import MaterialFact, MaterialSheet, Revision
from apps.filings.stages import Hooks
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity
from apps.rules.form_diff import ADDED, CHANGED, REMOVED, SAME, Cell, FormDiff, Row, Section
from apps.workplans.models import FactDefinition

KIND = "materials"


def _sheet(revision: Revision) -> MaterialSheet:
    return MaterialSheet.objects.prefetch_related("facts").get(revision=revision)


def values(revision: Revision) -> dict[str, Decimal]:
    """Named numbers of a revision by code."""
    return {fact.code: fact.value for fact in _sheet(revision).facts.all()}


def begin(revision: Revision, previous: Revision | None) -> None:
    """An empty sheet, or a copy of the previous revision's."""
    if previous is None:
        MaterialSheet.objects.create(revision=revision)
        return
    old = _sheet(previous)
    sheet = MaterialSheet.objects.create(revision=revision, summary=old.summary, unread=old.unread)
    MaterialFact.objects.bulk_create(
        MaterialFact(sheet=sheet, code=fact.code, value=fact.value) for fact in old.facts.all()
    )


def check(revision: Revision) -> list[Finding]:
    """Required numbers that are missing, and what was typed that is not a number."""
    sheet, held = _sheet(revision), values(revision)
    findings = []
    for definition in revision.filing.assignment.task.facts.all():
        text = sheet.unread.get(definition.code, "")
        if text or (definition.is_required and definition.code not in held):
            findings.append(_missing(definition, text))
    return findings


def _missing(definition: FactDefinition, text: str) -> Finding:
    found = f"填“{text}”，" if text else "未填。"
    return Finding(
        code="materials.number",
        severity=Severity.BLOCK,
        path=f"fact.{definition.code}",
        where=definition.title,
        found=text or "未填",
        expected="一个数",
        message=f"{found}请填数，单位{definition.unit}，例如12。",
        clause=definition.task.title,
    )


def canonical(revision: Revision) -> str:
    """Summary and numbers as one deterministic text."""
    numbers = {code: f"{value.normalize():f}" for code, value in sorted(values(revision).items())}
    body = {"summary": _sheet(revision).summary, "facts": numbers}
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def place(revision: Revision, path: str) -> str:
    """A path in the form's words. Raises RuleError for one that the form does not have."""
    task = revision.filing.assignment.task
    words = {"summary": "情况说明"}
    words.update({f"fact.{fact.code}": fact.title for fact in task.facts.all()})
    words.update({f"slot.{slot.code}": f"佐证材料 {slot.title}" for slot in task.slots.all()})
    if path not in words:
        raise RuleError("表里没有这一处，请在页面上点选要写意见的位置。", code="filings.path")
    return words[path]


def diff(old: Revision | None, new: Revision) -> FormDiff:
    """What changed between two revisions."""
    before = _rows(old) if old else {}
    rows = tuple(
        _row(path, where, before.get(path, ("", ""))[1], shown)
        for path, (where, shown) in _rows(new).items()
    )
    return FormDiff((Section("facts", "情况与数据", rows),))


def _row(path: str, where: str, old: str, new: str) -> Row:
    kind = SAME if old == new else CHANGED if old and new else ADDED if new else REMOVED
    return Row(path, where, kind, (Cell(path, where, old, new),))


def _rows(revision: Revision) -> dict[str, tuple[str, str]]:
    """Path → (place, shown value)."""
    held = values(revision)
    rows = {"summary": ("情况说明", _sheet(revision).summary)}
    for fact in revision.filing.assignment.task.facts.all():
        value = held.get(fact.code)
        shown = "" if value is None else f"{value.normalize():f}{fact.unit}"
        rows[f"fact.{fact.code}"] = (fact.title, shown)
    return rows


def figures(revision: Revision) -> list[tuple[str, str]]:
    """What the signer must know: the numbers."""
    return [row for row in _rows(revision).values() if row[1]]


HOOKS = Hooks(
    kind=KIND,
    title="工作材料",
    page="filings:materials",
    begin=begin,
    check=check,
    canonical=canonical,
    place=place,
    diff=diff,
    figures=figures,
)
