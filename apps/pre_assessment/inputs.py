"""A report as the inputs that would post it: the inverse of forms.assessment_form."""

from decimal import Decimal

from apps.pre_assessment.forms import BASIS_TEXTS, HEAD_TEXTS
from apps.rules.assessment_form import AMOUNTS, METHODS, QUESTIONS, AssessmentForm, Dimension
from apps.rules.numbers import WAN, plain


def inputs_of(form: AssessmentForm) -> dict[str, str]:
    """Every input by name with its text, what could not be read as it was typed."""
    found = {name: str(getattr(form, name)) for name in HEAD_TEXTS}
    found["budget_year"] = form.unread.get("budget_year") or str(form.budget_year or "")
    found |= {code: amount_text(form, code) for code in AMOUNTS}
    found |= {code: form.texts.get(code, "") for code in QUESTIONS}
    found |= {f"method-{n}": "on" for n, word in enumerate(METHODS) if word in form.methods}
    if form.is_professional:
        found["is_professional"] = "on"
    for number, row in enumerate(form.bases):
        found[f"basis-{number}-key"] = row.key
        found |= {f"basis-{number}-{name}": getattr(row, name) for name in BASIS_TEXTS}
    for number, dimension in enumerate(form.dimensions):
        found |= _dimension(form, number, dimension)
    return found


def _dimension(form: AssessmentForm, number: int, row: Dimension) -> dict[str, str]:
    base = f"dimension-{number}"
    found = {
        f"{base}-name": row.name,
        f"{base}-statement": row.statement,
        f"{base}-evidence": row.evidence,
    }
    for n, point in enumerate(row.points):
        typed = form.unread.get(f"point:{row.name}/{point.name}")
        found[f"point-{number}-{n}-name"] = point.name
        found[f"point-{number}-{n}-points"] = typed or number_text(point.points)
    return found


def amount_text(form: AssessmentForm, code: str) -> str:
    """An amount in 万元 without separators, or what was typed there."""
    amount = form.amounts.get(code)
    return form.unread.get(code) or number_text(None if amount is None else amount / WAN)


def number_text(value: Decimal | None) -> str:
    """A number as it is typed; nothing for none."""
    return "" if value is None else plain(value)
