"""What was handed down, in the words of tables and comparisons."""

from __future__ import annotations

from apps.rules.decomposition import Way, way_of
from apps.rules.numbers import show_value
from apps.rules.target_form import TargetLine
from apps.targets.handed import Share, upper_of


def told_text(line: TargetLine, share: Share | None) -> str:
    """The share's value of an upper indicator: ≥200户 · 12–15℃ · 完成100%; empty without one."""
    value = share.values.get(line.key) if share else None
    if value is None:
        return ""
    if way_of(upper_of(line)) == Way.BAND:
        return f"完成{show_value(value.value)}%"
    if line.operator == "区间":
        return f"{show_value(value.value)}–{show_value(value.high)}{line.unit}"
    return f"{line.operator}{show_value(value.value)}{line.unit}"
