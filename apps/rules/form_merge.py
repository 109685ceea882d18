"""Two people changed the same form: which cells differ, and one form after each cell was chosen."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

from apps.rules.form_diff import (
    ADDED,
    INDICATORS,
    MOVED,
    REMOVED,
    SAME,
    TASKS,
    VALUE_FIELDS,
    Cell,
    Row,
    diff,
)
from apps.rules.target_form import TargetForm, TargetLine, TaskLine

Keyed = TypeVar("Keyed", TargetLine, TaskLine)


def conflicts(theirs: TargetForm, mine: TargetForm) -> list[dict[str, str]]:
    """Cells in which the stored form and one's own differ: path, place, theirs, mine; all text."""
    found = []
    for section in diff(theirs, mine).sections:
        for row in section.rows:
            found += _row_conflicts(row)
    return found


def _row_conflicts(row: Row) -> list[dict[str, str]]:
    if row.kind in (SAME, MOVED):
        return []
    if not row.lead:
        cell = row.cells[0]
        return [_conflict(row.key, row.place, cell.old, cell.new)]
    if row.kind == ADDED:
        return [_conflict(row.path, row.place, "没有这一行", _text(row, 1))]
    if row.kind == REMOVED:
        return [_conflict(row.path, row.place, _text(row, 0), "没有这一行")]
    return [_cell_conflict(row, cell) for cell in row.cells if cell.is_changed]


def _cell_conflict(row: Row, cell: Cell) -> dict[str, str]:
    return _conflict(f"{row.path}.{cell.name}", f"{row.place} {cell.label}", cell.old, cell.new)


def _conflict(path: str, place: str, theirs: str, mine: str) -> dict[str, str]:
    return {"path": path, "place": place, "theirs": theirs or "空", "mine": mine or "空"}


def _text(row: Row, side: int) -> str:
    texts = ((cell.old, cell.new)[side] for cell in row.cells)
    return "　".join(text for text in texts if text)


def merge(theirs: TargetForm, mine: TargetForm, keep_theirs: set[str]) -> TargetForm:
    """One's own form with the named paths taken from the stored one; other paths stay one's own."""
    merged = mine
    for path in sorted(keep_theirs):
        if _is_of_row(path):
            continue
        merged = _with_plain(merged, theirs, path)
    return replace(
        merged,
        lines=_merged_rows(theirs.lines, mine.lines, INDICATORS, keep_theirs),
        tasks=_merged_rows(theirs.tasks, mine.tasks, TASKS, keep_theirs),
        unread=_merged_unread(theirs, mine, keep_theirs),
    )


def _is_of_row(path: str) -> bool:
    return path.startswith((INDICATORS, TASKS))


def _with_plain(form: TargetForm, theirs: TargetForm, path: str) -> TargetForm:
    parts = path.split(".")
    if parts[0] in ("funds", "assets") and len(parts) == 3:
        table = {row: dict(cells) for row, cells in getattr(form, parts[0]).items()}
        amount = getattr(theirs, parts[0]).get(parts[1], {}).get(parts[2])
        table.setdefault(parts[1], {}).pop(parts[2], None)
        if amount is not None:
            table[parts[1]][parts[2]] = amount
        return _with(form, parts[0], table)
    if path in (*form.shape.head, *form.shape.goals):
        return _with(form, path, getattr(theirs, path))
    return form


def _with(form: TargetForm, part: str, value: Any) -> TargetForm:
    changed: dict[str, Any] = {part: value}
    return replace(form, **changed)


def _merged_rows(
    theirs: Sequence[Keyed], mine: Sequence[Keyed], lead: str, keep: set[str]
) -> tuple[Keyed, ...]:
    stored = {row.key: row for row in theirs}
    own = {row.key for row in mine}
    rows = []
    for row in mine:
        if f"{lead}{row.key}" in keep and row.key not in stored:
            continue  # they have no such row, and theirs was chosen
        rows.append(_merged_row(row, stored.get(row.key), lead, keep))
    wanted = (row for row in theirs if row.key not in own)
    rows += [row for row in wanted if f"{lead}{row.key}" in keep]
    return tuple(rows)


def _merged_row(row: Keyed, stored: Keyed | None, lead: str, keep: set[str]) -> Keyed:
    if stored is None:
        return row
    taken = {}
    for name in (each.name for each in fields(row)):
        column = "value" if name in VALUE_FIELDS else name
        if name != "key" and f"{lead}{row.key}.{column}" in keep:
            taken[name] = getattr(stored, name)
    return replace(row, **taken)


def _merged_unread(theirs: TargetForm, mine: TargetForm, keep: set[str]) -> dict[str, str]:
    """What could not be read follows the cell it was typed into."""

    def chosen(path: str) -> bool:
        row, _, name = path.partition(".") if _is_of_row(path) else (path, "", "")
        column = f"{row}.value" if name in VALUE_FIELDS else path
        return row in keep or column in keep or path in keep

    kept = {path: text for path, text in mine.unread.items() if not chosen(path)}
    return kept | {path: text for path, text in theirs.unread.items() if chosen(path)}
