"""What a colleague finds in a node's filing before it is handed in."""

from __future__ import annotations

from itertools import chain

from apps.rules.findings import Finding, ranked
from apps.rules.monitoring import check_money, check_rows
from apps.rules.monitoring.check_codes import At, NodeFacts
from apps.rules.monitoring.node_form import NodeForm


def check(form: NodeForm, facts: NodeFacts) -> list[Finding]:
    """All findings on the filing, 阻断 first and otherwise in the order of the form."""
    at = At(form, facts)
    return ranked(
        chain.from_iterable(each(at) for each in (*check_money.CHECKS, *check_rows.CHECKS))
    )
