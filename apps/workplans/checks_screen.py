"""The checks of the target form as a plan has them: title, clause, weight, numbers, reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.rules.findings import Severity
from apps.rules.numbers import plain
from apps.rules.target_checks import CODES, Check, Parameter
from apps.rules.target_evidence import Setting
from apps.workplans import selectors
from apps.workplans.models import CheckSetting, Plan


@dataclass(frozen=True)
class Number:
    """A parameter with the number in force."""

    parameter: Parameter
    value: Decimal

    @property
    def is_own(self) -> bool:
        """Whether the plan departs from the usual number."""
        return self.value != self.parameter.default

    @property
    def shown(self) -> str:
        """相似度达到85%."""
        return f"{self.parameter.label}{plain(self.value)}{self.parameter.unit}"

    @property
    def usual(self) -> str:
        """The usual number with its unit."""
        return f"{plain(self.parameter.default)}{self.parameter.unit}"


@dataclass(frozen=True)
class CheckLine:
    """A check, and what the plan makes of it."""

    code: str
    check: Check
    setting: Setting
    reason: str

    @property
    def is_on(self) -> bool:
        """Whether it speaks."""
        return self.check.on if self.setting.on is None else self.setting.on

    @property
    def severity(self) -> Severity:
        """The heaviest weight of its findings."""
        return self.setting.severity or self.check.severity

    @property
    def is_own(self) -> bool:
        """Whether the plan departs from the usual."""
        return bool(self.reason)

    @property
    def numbers(self) -> list[Number]:
        """Its parameters in force."""
        own = self.setting.parameters
        return [Number(each, own.get(each.name, each.default)) for each in self.check.parameters]


def check_lines(plan: Plan) -> list[CheckLine]:
    """Every check in the order of the form; one query."""
    rows = {row.code: row for row in plan.checks.all()}
    return [_line(code, rows) for code in CODES]


def check_line(plan: Plan, code: str) -> CheckLine:
    """One check of those that there are."""
    return _line(code, {row.code: row for row in plan.checks.filter(code=code)})


def _line(code: str, rows: Mapping[str, CheckSetting]) -> CheckLine:
    row = rows.get(code)
    setting = selectors.setting_of(row) if row else Setting()
    return CheckLine(code, CODES[code], setting, row.reason if row else "")


def n_own(lines: Iterable[CheckLine]) -> int:
    """How many checks the plan changes."""
    return sum(line.is_own for line in lines)
