"""What people type about a node: the filing as a NodeForm, and the verdict."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from django import forms

from apps.filings.cells import Reader, clean
from apps.monitoring.models import LIGHTS, Verdict
from apps.rules.monitoring import BANDS, CAUSES, FUNDS, MoneyLine, NodeForm, ProgressLine
from apps.rules.numbers import parse_number, parse_wan
from apps.rules.target_form import TargetLine

LINE_INPUT = re.compile(r"line-(\d{1,4})-key")
AMOUNTS = ("initial", "executed", "forecast")
TEXTS = {"likelihood": 10, "reason": 1000, "measure": 1000, "remark": 1000}
KEY, UNIT, OPERATOR = 36, 20, 4


def node_form(data: Mapping[str, str], read_amount: Callable[..., Decimal] = parse_wan) -> NodeForm:
    """The whole posted filing; of the promise only what tells a row's measure.

    Inputs: `as_of`, `money-<fund>-<cell>` in 万元 (or what `read_amount` reads), of each row
    `line-<n>-key`, `-unit` and `-operator` as they were shown, `-actual`, `-forecast`, `-not_due`,
    `-cause_<m>`, and the texts by name. A band stands in the cell of its number.
    """
    reader = Reader()
    numbers = sorted(int(match[1]) for name in data if (match := LINE_INPUT.fullmatch(name)))
    return NodeForm(
        as_of=day(data.get("as_of", "")),
        money=tuple(
            _money(reader, data, key, read_amount)
            for key in FUNDS
            if any(f"money-{key}-{cell}" in data for cell in AMOUNTS)
        ),
        lines=tuple(_line(reader, data, f"line-{number}") for number in numbers),
        unread=reader.unread,
    )


def day(text: str) -> date | None:
    """A day as browsers and programs write it; None for nothing, and for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _money(
    reader: Reader, data: Mapping[str, str], key: str, read_amount: Callable[..., Decimal]
) -> MoneyLine:
    cells = {
        cell: reader.number(f"money.{key}.{cell}", data.get(f"money-{key}-{cell}", ""), read_amount)
        for cell in AMOUNTS
    }
    return MoneyLine(key, **cells)


def _line(reader: Reader, data: Mapping[str, str], base: str) -> ProgressLine:
    def told(name: str) -> str:
        return data.get(f"{base}-{name}", "")

    key = clean(told("key"), KEY)
    operator = clean(told("operator"), OPERATOR)
    actual, band = _cell(reader, f"indicator:{key}.actual", told("actual"), operator)
    forecast, last_band = _cell(reader, f"indicator:{key}.forecast", told("forecast"), operator)
    return ProgressLine(
        TargetLine(key, operator=operator, unit=clean(told("unit"), UNIT)),
        actual=actual,
        band=band,
        forecast=forecast,
        forecast_band=last_band,
        causes=tuple(word for n, word in enumerate(CAUSES) if told(f"cause_{n}")),
        is_not_due=bool(told("not_due")),
        **{name: clean(told(name), limit) for name, limit in TEXTS.items()},
    )


def _cell(reader: Reader, path: str, text: str, operator: str) -> tuple[Decimal | None, str]:
    """A number, or of a 定性 row the band; what is neither is kept as typed."""
    typed = text.strip()
    if operator == "定性" and typed in BANDS:
        return None, typed
    return reader.number(path, typed, parse_number), ""


class VerdictForm(forms.Form):
    """What finance finds at a node, and why."""

    verdict = forms.ChoiceField(label="审核结论", choices=Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="理由",
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="合格的可以不写；不合格的必须写，会随结论通知单位。",
    )


class LightForm(forms.Form):
    """Another combined light than the computed one, and why."""

    light = forms.ChoiceField(label="综合灯", choices=LIGHTS)
    reason = forms.CharField(
        label="理由",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="例如：工期按合同在下半年，不按时间进度看。",
    )
