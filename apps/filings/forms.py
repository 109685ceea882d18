"""Shape of what people type around a filing; rules are the services'."""

from django import forms

from apps.core import clock
from apps.core.days import DayField
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

    def __init__(self, *args: object, blocking: list[Finding], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.blocking = {f"{finding.code} {finding.path}": finding for finding in blocking}
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [(key, f"{f.where}：{f.message}") for key, f in self.blocking.items()]

    def meant(self) -> dict[str, str]:
        """Code, path and reason as the service takes them."""
        finding = self.blocking[self.cleaned_data["code"]]
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
