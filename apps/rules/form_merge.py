"""Two people changed the same form: which cells differ, and one form after each cell was chosen."""

from dataclasses import replace

from apps.rules.form_diff import ADDED, MOVED, REMOVED, SAME, VALUE_FIELDS, Cell, Row, diff
from apps.rules.target_form import TargetForm, TargetLine


def conflicts(theirs: TargetForm, mine: TargetForm) -> list[dict[str, str]]:
    """Cells in which the stored form and one's own differ: path, place, theirs, mine; all text."""
    found = []
    for section in diff(theirs, mine).sections:
        for row in section.rows:
            found += _row_conflicts(section.name, row)
    return found


def _row_conflicts(section: str, row: Row) -> list[dict[str, str]]:
    if row.kind in (SAME, MOVED):
        return []
    if section != "indicators":
        cell = row.cells[0]
        return [_conflict(row.key, row.place, cell.old, cell.new)]
    path = f"indicator:{row.key}"
    if row.kind == ADDED:
        return [_conflict(path, row.place, "没有这一行", _text(row, 1))]
    if row.kind == REMOVED:
        return [_conflict(path, row.place, _text(row, 0), "没有这一行")]
    return [_cell_conflict(path, row, cell) for cell in row.cells if cell.is_changed]


def _cell_conflict(path: str, row: Row, cell: Cell) -> dict[str, str]:
    return _conflict(f"{path}.{cell.name}", f"{row.place} {cell.label}", cell.old, cell.new)


def _conflict(path: str, place: str, theirs: str, mine: str) -> dict[str, str]:
    return {"path": path, "place": place, "theirs": theirs or "空", "mine": mine or "空"}


def _text(row: Row, side: int) -> str:
    texts = ((cell.old, cell.new)[side] for cell in row.cells)
    return "　".join(text for text in texts if text)


def merge(theirs: TargetForm, mine: TargetForm, keep_theirs: set[str]) -> TargetForm:
    """One's own form with the named paths taken from the stored one; other paths stay one's own."""
    merged = mine
    for path in sorted(keep_theirs):
        if path.startswith("indicator:"):
            continue
        merged = _with_plain(merged, theirs, path)
    lines = _merged_lines(theirs, mine, keep_theirs)
    return replace(merged, lines=lines, unread=_merged_unread(theirs, mine, keep_theirs))


def _with_plain(form: TargetForm, theirs: TargetForm, path: str) -> TargetForm:
    parts = path.split(".")
    if parts[0] == "funds" and len(parts) == 3:
        funds = {span: dict(sources) for span, sources in form.funds.items()}
        amount = theirs.funds.get(parts[1], {}).get(parts[2])
        funds.setdefault(parts[1], {}).pop(parts[2], None)
        if amount is not None:
            funds[parts[1]][parts[2]] = amount
        return replace(form, funds=funds)
    if path in (*form.shape.head, *form.shape.goals):
        return replace(form, **{path: getattr(theirs, path)})
    return form


def _merged_lines(theirs: TargetForm, mine: TargetForm, keep: set[str]) -> tuple[TargetLine, ...]:
    stored = {line.key: line for line in theirs.lines}
    own = {line.key for line in mine.lines}
    lines = []
    for line in mine.lines:
        if f"indicator:{line.key}" in keep and line.key not in stored:
            continue  # they have no such row, and theirs was chosen
        lines.append(_merged_line(line, stored.get(line.key), keep))
    wanted = (line for line in theirs.lines if line.key not in own)
    lines += [line for line in wanted if f"indicator:{line.key}" in keep]
    return tuple(lines)


def _merged_line(line: TargetLine, stored: TargetLine | None, keep: set[str]) -> TargetLine:
    if stored is None:
        return line
    taken = {}
    for name in TargetLine.__dataclass_fields__:
        column = "value" if name in VALUE_FIELDS else name
        if name != "key" and f"indicator:{line.key}.{column}" in keep:
            taken[name] = getattr(stored, name)
    return replace(line, **taken)


def _merged_unread(theirs: TargetForm, mine: TargetForm, keep: set[str]) -> dict[str, str]:
    """What could not be read follows the cell it was typed into."""

    def chosen(path: str) -> bool:
        row, _, name = path.partition(".") if path.startswith("indicator:") else (path, "", "")
        column = f"{row}.value" if name in VALUE_FIELDS else path
        return row in keep or column in keep or path in keep

    kept = {path: text for path, text in mine.unread.items() if not chosen(path)}
    return kept | {path: text for path, text in theirs.unread.items() if chosen(path)}
