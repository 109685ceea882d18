"""Shape of what people type around a filing; rules are the services'."""

from django import forms

from apps.core import clock
from apps.core.days import DayField


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
    """Which check is waived, and why."""

    code = forms.ChoiceField(label="检查项")

    def __init__(self, *args: object, codes: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = codes


class CommentForm(forms.Form):
    """A remark on one place of the form."""

    path = forms.CharField(max_length=120)
    text = forms.CharField(label="意见", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    parent = forms.UUIDField(required=False)


class AnswerForm(forms.Form):
    """What became of a return item."""

    answer = forms.CharField(label="答复", max_length=500, required=False)
    is_resolved = forms.BooleanField(label="已改", required=False)
