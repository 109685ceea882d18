"""What people type about an adjustment: its head, and the small forms of an exception."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from django import forms

from apps.core.days import DayField
from apps.filings.cells import Reader, clean
from apps.rules.adjustment import LEVELS_ALL, MONEY, AdjustmentHead, MoneyChange
from apps.rules.numbers import parse_wan
from apps.rules.target_form import SOURCES

TEXTS = {"reason": 120, "explanation": 2000, "basis": 200}
MARK = "adjust-reason"  # its input stands on every page that brings a head
NOTHING = Decimal(0)


def adjustment_head(
    data: Mapping[str, str], read_amount: Callable[..., Decimal] = parse_wan
) -> AdjustmentHead | None:
    """The posted head, None where the page has none; what the money was is the system's to say.

    Inputs: `adjust-<text>`, and `adjust-money-<source>-<level>` in 万元 (or what `read_amount`
    reads).
    """
    if MARK not in data:
        return None
    reader = Reader()
    texts = {name: clean(data.get(f"adjust-{name}", ""), limit) for name, limit in TEXTS.items()}
    return AdjustmentHead(
        **texts, money=tuple(_money(reader, data, read_amount)), unread=reader.unread
    )


def _money(
    reader: Reader, data: Mapping[str, str], read_amount: Callable[..., Decimal]
) -> list[MoneyChange]:
    found = []
    for source in SOURCES:
        for level in LEVELS_ALL:
            text = data.get(f"adjust-money-{source}-{level}")
            if text is not None:
                after = reader.number(f"{MONEY}{source}.{level}", text, read_amount)
                found.append(MoneyChange(source, level, NOTHING, after))
    return found


class AskForm(forms.Form):
    """Asking for an adjustment outside its node."""

    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="写明为什么等不到下一个节点。",
    )
    evidence = forms.CharField(
        label="依据和佐证",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="例如预算调整文件、灾情证明的名称和文号；原件在申请时上传。",
    )


class DecideForm(forms.Form):
    """Another person of the bureau agrees until a day, or not."""

    is_agreed = forms.TypedChoiceField(
        label="决定",
        choices=[("yes", "同意"), ("no", "不同意")],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    until = DayField(
        label="到期日",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text="同意的填；含当日。",
    )
    refusal = forms.CharField(
        label="不同意的理由", max_length=300, required=False, widget=forms.Textarea({"rows": 2})
    )
