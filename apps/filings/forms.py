"""Shape of what people type around a filing; rules are the services'."""

from typing import Any

from django import forms
from django.db import models

from apps.core import clock
from apps.core.days import DayField
from apps.filings.services import relief
from apps.organizations.models import Unit
from apps.rules.findings import Finding


class ReasonForm(forms.Form):
    """A reason that is kept on record."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class UntilForm(ReasonForm):
    """A reason and the last day of something."""

    until = DayField(label="截止日", widget=forms.DateInput(attrs={"type": "date"}))

    def clean_until(self) -> object:
        """The day may not be over."""
        until = self.cleaned_data["until"]
        if until < clock.today():
            raise forms.ValidationError("截止日不能早于今天。")
        return until


class WaiverForm(ReasonForm):
    """Which check is waived, at which place, and why."""

    code = forms.ChoiceField(label="检查项")
    field_order = ("code", "reason")

    def __init__(self, data: Any = None, *, findings: list[Finding], chosen: str = "") -> None:
        super().__init__(data, initial={"code": chosen})
        self.findings = {f"{finding.code} {finding.path}": finding for finding in findings}
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [
            (key, f"{each.severity}　{each.where}：{each.message}")
            for key, each in self.findings.items()
        ]

    def meant(self) -> dict[str, str]:
        """Code, path and reason as the service takes them."""
        finding = self.findings[self.cleaned_data["code"]]
        reason = self.cleaned_data["reason"]
        return {"code": finding.code, "path": finding.path, "reason": reason}


class CommentForm(forms.Form):
    """A remark on one place of the form."""

    path = forms.CharField(max_length=120)
    text = forms.CharField(label="意见", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    parent = forms.UUIDField(required=False)


class AnswerForm(forms.Form):
    """What became of a return item."""

    answer = forms.CharField(label="答复", max_length=500, required=False)
    is_resolved = forms.BooleanField(label="已改", required=False)


class FindingAnswerForm(forms.Form):
    """The unit's word on one finding; empty takes it away."""

    code = forms.CharField(max_length=60)
    path = forms.CharField(max_length=120)
    text = forms.CharField(label="答复", max_length=500, required=False)


class ReliefFilter(forms.Form):
    """Which of a task's assignments are listed for relief."""

    class Standing(models.TextChoices):
        OWED = "owed", "未报送"
        SENT = "sent", "审核中"
        CLOSED = "closed", "已定稿、不通过"
        EXCUSED = "excused", "已豁免、已撤销"

    window = forms.ChoiceField(label="节点", required=False)
    kind = forms.ChoiceField(label="单位类型", required=False)
    standing = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *Standing.choices]
    )
    words = forms.CharField(label="单位、项目", max_length=60, required=False)
    codes = forms.CharField(
        label="单位编码",
        help_text="可粘贴一列，只列这些单位。",
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: object, windows: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, choices in (("window", windows), ("kind", Unit.Kind.choices)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
            field.choices = [("", "全部"), *choices]

    def chosen(self) -> dict[str, str]:
        """The filter as far as it can be read."""
        return dict(self.cleaned_data) if self.is_valid() else {}


class ReliefForm(forms.Form):
    """What is done to the chosen assignments, until when and why."""

    act = forms.ChoiceField(
        label="办什么", choices=[(act.value, word) for act, word in relief.WORDS.items()]
    )
    until = DayField(
        label="到哪一天",
        help_text="延期、重新开放必填，当日24:00前都算；豁免不填，是一直不用报；撤销不填。",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    reason = forms.CharField(
        label="理由",
        help_text="写明原因和依据，单位看得到，记入日志。",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def relief(self) -> relief.Relief:
        """The act as the service takes it."""
        told = self.cleaned_data
        return relief.Relief(relief.Act(told["act"]), told["reason"], told["until"])
