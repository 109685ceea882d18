"""A plan's own settings of the checks: which speak, how heavily, and by which numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from apps.rules.errors import RuleError
from apps.rules.findings import ORDER, Finding, Severity
from apps.rules.numbers import plain
from apps.rules.target_checks.codes import CODES, Check, Parameter
from apps.rules.target_evidence import Setting, Tuning


def tuned(findings: Iterable[Finding], tuning: Tuning) -> Iterator[Finding]:
    """The findings a plan wants, each as heavy as the plan says."""
    for finding in findings:
        check, setting = CODES[finding.code], tuning.get(finding.code, Setting())
        is_on = check.on if setting.on is None else setting.on
        if is_on or not check.may_be_waived:
            yield _weighed(finding, check, setting.severity)


def _weighed(finding: Finding, check: Check, wanted: Severity | None) -> Finding:
    """The check's own weight is the measure: harder raises all, softer only caps."""
    if wanted is None or wanted == check.severity or not check.may_be_waived:
        return finding
    is_softer = ORDER[wanted] > ORDER[check.severity]
    if is_softer and ORDER[finding.severity] >= ORDER[wanted]:
        return finding
    return replace(finding, severity=wanted)


def check_setting(code: str, setting: Setting) -> None:
    """Refuse a setting that no plan may make.

    Raises RuleError for an unknown check, for switching off or softening what a form cannot do
    without, for an unknown parameter and for a number outside its range.
    """
    check = CODES.get(code)
    if check is None:
        raise RuleError(f"没有“{code}”这项检查。", code="tuning.unknown")
    is_weaker = setting.on is False or setting.severity not in (None, check.severity)
    if is_weaker and not check.may_be_waived:
        raise RuleError(f"“{check.title}”必查，不能停用或改轻重。", code="tuning.fixed")
    known = {each.name: each for each in check.parameters}
    for name, value in setting.parameters.items():
        if name not in known:
            raise RuleError(f"“{check.title}”没有参数“{name}”。", code="tuning.parameter")
        if not known[name].low <= value <= known[name].high:
            raise RuleError(_bounds(check, known[name], plain(value)), code="tuning.range")


def _bounds(check: Check, each: Parameter, found: str) -> str:
    low, high = plain(each.low), plain(each.high)
    return (
        f"“{check.title}” {each.label}：填{found}，应为{low}–{high}{each.unit}，"
        f"例如{plain(each.default)}。"
    )
