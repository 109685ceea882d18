"""A rule's refusal at the field that it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from apps.rules.errors import RuleError

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlainForm(forms.Form):
    """A form that says in plain words what is missing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = "没有填。"


def lay(form: forms.BaseForm, error: RuleError) -> None:
    """The refusal stands at its field, or above the form when it names none of its fields."""
    name, row = str(error.data.get("field") or ""), error.data.get("row")
    text = str(error)
    if isinstance(row, int):  # the page says the line by its place
        text = text.removeprefix(f"第{row + 1}行 ")
    if name not in form.fields:
        form.add_error(None, text)
        return
    form.add_error(name, text.removeprefix(f"{form.fields[name].label}："))


def done(form: forms.BaseForm, act: Callable[[], Any]) -> bool:
    """Whether the form is filled well and the act was done; a refusal stands in the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except RuleError as error:
        lay(form, error)
        return False
    return True
