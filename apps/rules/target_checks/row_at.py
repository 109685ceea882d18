"""One indicator row with the form around it, for the checks that look at a row alone."""

import re

from apps.rules.findings import Finding, Severity
from apps.rules.target_checks.codes import Said, noted, report
from apps.rules.target_form import OPERATORS, TargetFacts, TargetForm, TargetLine

PERCENT = ("%", "％", "百分比")
GROWTH = re.compile(
    "增长|增速|增幅|增加|提高|提升|上升|上涨|涨幅|降低|下降|减少|降幅|同比|环比|比上年|倍"
)


class RowAt:
    """A row with the form around it; its methods make findings at its cells."""

    def __init__(self, form: TargetForm, line: TargetLine, facts: TargetFacts) -> None:
        self.form = form
        self.line = line
        self.facts = facts

    @property
    def is_quantitative(self) -> bool:
        """Whether the row promises a number."""
        return self.line.operator in OPERATORS and self.line.operator != "定性"

    def path(self, field: str) -> str:
        """The path of one of the row's cells."""
        return f"indicator:{self.line.key}.{field}"

    def is_unread(self, field: str) -> bool:
        """Whether the cell holds text that was not a number, which is reported already."""
        return self.path(field) in self.form.unread

    def noted(self, code: str, field: str, *said: str) -> Finding:
        """A finding with the severity of its definition."""
        return noted(code, self.path(field), self.form, Said(*said))

    def block(self, code: str, field: str, *said: str) -> Finding:
        """A finding that stops the submission."""
        return report(code, Severity.BLOCK, self.path(field), self.form, Said(*said))

    def hint(self, code: str, field: str, *said: str) -> Finding:
        """A finding that asks."""
        return report(code, Severity.HINT, self.path(field), self.form, Said(*said))
