"""The lights of a revision: what the plan settled, judged by the rule book, stored with traces."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q

from apps.core import clock
from apps.filings.models import Revision
from apps.monitoring.models import NodeLights
from apps.monitoring.starts import Known
from apps.rules import monitoring as rules
from apps.rules.errors import RuleError
from apps.rules.monitoring import LightRules, Lights, Lit, MoneyState, Node, NodeForm
from apps.rules.numbers import parse_number
from apps.workplans.models import PlanTask, RuleSetting

TOLERANCE = "monitoring.deviation"  # percent off what is due up to which no reason is asked (Y-15)
CODES = (*(each.code for each in rules.PARAMETERS), TOLERANCE)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Settled:
    """What the plan settled of the lights; `rules` None: `lacking` says what is still missing."""

    values: dict[str, str]
    rules: LightRules | None = None
    lacking: str = ""

    @property
    def tolerance(self) -> Decimal | None:
        """Up to which deviation (a ratio) no reason is asked; None where the plan says nothing."""
        text = self.values.get(TOLERANCE, "")
        return parse_number(text) / HUNDRED if text else None


def settled_for(task: PlanTask) -> Settled:
    """The values of the task, before those of its plan, and the rules that they make."""
    rows = RuleSetting.objects.filter(Q(task=task) | Q(task=None), plan=task.plan_id)
    rows = rows.filter(code__in=CODES, is_filled=True)
    own_last = rows.order_by(F("task").asc(nulls_first=True))
    values = dict(own_last.values_list("code", "value"))
    try:
        return Settled(values, rules.light_rules(values))
    except RuleError as error:
        return Settled(values, lacking=str(error))


def judged(form: NodeForm, node: Node, known: Known, settled: Settled) -> tuple[Lights | None, str]:
    """What a form lights, whether it is stored or not; or None with what stands against it."""
    if settled.rules is None:
        return None, settled.lacking
    total = form.total
    current = known.budget.get(rules.TOTAL)
    state = MoneyState(total.executed, total.initial, current, known.plan)
    try:
        return rules.judge(node, state, form.lines, settled.rules), ""
    except RuleError as error:  # the plan of payments falls
        return None, str(error)


def keep(revision: Revision, form: NodeForm, node: Node, known: Known) -> NodeLights | None:
    """Store what the revision lights by the values in force; None where nothing can be lit."""
    settled = settled_for(revision.filing.assignment.task)
    lit, _ = judged(form, node, known, settled)
    if lit is None:
        NodeLights.objects.filter(revision=revision).delete()
        return None
    stored, _ = NodeLights.objects.update_or_create(
        revision=revision,
        defaults={
            "money": lit.money.light.value,
            "promise": lit.promise.light.value,
            "combined": lit.combined.light.value,
            "traces": {
                "money": lit.money.trace,
                "promise": lit.promise.trace,
                "combined": lit.combined.trace,
                "money_parts": [_told(part) for part in lit.money.parts],
            },
            "rows": {
                row.key: _told(part)
                for row, part in zip(form.lines, lit.promise.parts, strict=True)
            },
            "values": settled.values,
            "lit_at": clock.now(),
        },
    )
    return stored


def _told(lit: Lit) -> dict[str, object]:
    """A light with its trace, and those it was made of."""
    parts = [_told(part) for part in lit.parts]
    return {"light": lit.light.value, "trace": lit.trace, "parts": parts}
