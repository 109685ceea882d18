"""Which checks the bureau may waive for one filing: not what a form cannot do without."""

from apps.rules.errors import RuleError
from apps.rules.monitoring.check_codes import CODES as NODES
from apps.rules.target_checks.codes import ADJUSTED, HANDED, Check
from apps.rules.target_checks.codes import CODES as TARGETS

# Nothing that a plan sets: what is handed down adds up, what is adjusted has its grounds.
FIXED = {
    "decomposition.": ("转移支付分解", HANDED),
    "adjustment.": ("绩效目标调整", ADJUSTED),
}


def may_be_waived(code: str) -> bool:
    """Whether the check may be waived for one filing, as its definition says.

    A check without one may be, but for the sums of a decomposition and the grounds of an
    adjustment.
    """
    check = _defined(code)
    return check.may_be_waived if check else not code.startswith(tuple(FIXED))


def demand_waivable(code: str) -> None:
    """Refuse to waive what a form cannot do without. Raises RuleError with the clause."""
    if not may_be_waived(code):
        title, clause = _known(code)
        raise RuleError(
            f"“{title}”必查，不能豁免，只能由单位改正；已报送的退回单位改。依据：{clause}",
            code="filings.not_waivable",
        )


def _defined(code: str) -> Check | None:
    """The check of targets or of a node's filing."""
    return TARGETS.get(code) or NODES.get(code)


def _known(code: str) -> tuple[str, str]:
    """Title and clause of a check that may not be waived."""
    check = _defined(code)
    if check is not None:
        return check.title, check.clause
    return next(told for prefix, told in FIXED.items() if code.startswith(prefix))
