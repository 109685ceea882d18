"""Shape of what is typed around sample checks; rules are the services'."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.core.days import DayField
from apps.filings.models import SampleDraw, SampleItem
from apps.filings.selectors.sampling import Scope
from apps.rules.errors import RuleError
from apps.rules.numbers import parse_number, plain
from apps.rules.sampling import WORDS, Design, Method
from apps.workplans.models import PlanTask

BANDS = "100、500"  # 万元


class SampleForm(forms.Form):
    """What is drawn from, how many of it, and why once more."""

    task = forms.ModelChoiceField(
        PlanTask.objects.none(), label="任务", to_field_name="public_id", empty_label="选任务"
    )
    title = forms.CharField(label="抽审名称", max_length=80)
    method = forms.ChoiceField(label="方式", choices=[(m.value, word) for m, word in WORDS.items()])
    share = forms.DecimalField(
        label="抽取比例（%）",
        help_text="按比例、分层用，向上取整。",
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
    )
    count = forms.IntegerField(
        label="抽取条数",
        help_text="按条数用；重点项目全查时，是另抽几件。",
        min_value=0,
        max_value=100_000,
        required=False,
    )
    by = forms.ChoiceField(
        label="按什么分层", choices=[("", "不分层"), *SampleDraw.By.choices], required=False
    )
    limits = forms.CharField(
        label="金额档（万元）",
        help_text="按金额档分层用，从小到大，例如100、500。",
        max_length=60,
        required=False,
    )
    window = forms.CharField(
        label="节点", help_text="不填为各节点都算。", max_length=20, required=False
    )
    reason = forms.CharField(
        label="再次抽取的理由",
        help_text="这项任务备过抽审的必填，与前一次一起留档。",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, tasks: QuerySet[PlanTask], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field = self.fields["task"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
        field.queryset = tasks

    def clean_limits(self) -> tuple[str, ...]:
        """The amounts as plain numbers."""
        texts = self.cleaned_data["limits"].replace("，", "、").replace(",", "、").split("、")
        try:
            return tuple(plain(parse_number(text, places=2)) for text in texts if text.strip())
        except RuleError as error:
            raise forms.ValidationError(str(error)) from error

    def design(self) -> Design:
        """The method as the rule book takes it."""
        told = self.cleaned_data
        method = Method(told["method"])
        if method in (Method.SHARE, Method.STRATA):
            share = told["share"]
            return Design(method, share=share / 100 if share is not None else None)
        return Design(method, count=told["count"])

    def scope(self) -> Scope:
        """What is drawn from, as the services take it."""
        told = self.cleaned_data
        limits = told["limits"] if told["by"] == SampleDraw.By.AMOUNT else ()
        by = told["by"] if told["method"] == Method.STRATA else ""
        return Scope(window=told["window"].strip(), by=by, limits=limits)


CHECKED = [(each.value, each.label) for each in (SampleItem.Result.GOOD, SampleItem.Result.FAULTY)]


class ExcuseForm(forms.Form):
    """Why a drawn filing that nobody may check is left out."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea({"rows": 2}))


class CheckForm(forms.Form):
    """What the check of one drawn filing found; problems are rows of their own."""

    result = forms.ChoiceField(
        label="检查结果",
        choices=CHECKED,
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label="检查意见",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DueForm(forms.Form):
    """The last day for filing again."""

    due_on = DayField(label="重报截止", widget=forms.DateInput(attrs={"type": "date"}))


class VoidForm(forms.Form):
    """Why a draw counts no more."""

    reason = forms.CharField(label="作废理由", max_length=300)
