"""Shape of what is asked of the calibration of reviewers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from apps.filings.models import Review
from apps.organizations.models import User


class SecondForm(forms.Form):
    """Which review is scored again, and by whom."""

    review = forms.ChoiceField(label="哪一件")
    scorer = forms.ChoiceField(label="请谁再打", help_text="没有填过、审过这一版的人。")

    def __init__(
        self, data: Any = None, *, reviews: Iterable[Review], scorers: Iterable[User]
    ) -> None:
        super().__init__(data)
        self.reviews = {str(review.public_id): review for review in reviews}
        self.scorers = {str(person.public_id): person for person in scorers}
        choices = {
            "review": [(key, _named(review)) for key, review in self.reviews.items()],
            "scorer": [(key, person.name) for key, person in self.scorers.items()],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
            field.choices = offered

    def meant(self) -> dict[str, Any]:
        """The review and the scorer as the service takes them."""
        told = self.cleaned_data
        return {"review": self.reviews[told["review"]], "scorer": self.scorers[told["scorer"]]}


def _named(review: Review) -> str:
    filing = review.revision.filing
    return f"{filing.assignment.subject or filing.unit}　{review.reviewer}审"


class OpinionForm(forms.Form):
    """What the second scorer says beside the marks."""

    opinion = forms.CharField(
        label="意见", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
