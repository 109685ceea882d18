"""The shape of what may be asked of the library."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.indicators.selectors import Wanted
from apps.rules.target_form import LEVEL1, LEVEL2

ALL = ("", "全部")
SECOND_LEVELS = list(dict.fromkeys(level2 for group in LEVEL2.values() for level2 in group))


class LibraryFilter(forms.Form):
    """Filters of the list, the picker and the API; all of them optional."""

    q = forms.CharField(
        label="检索", max_length=50, required=False, help_text="名称、检索词、解释里的字，空格隔开"
    )
    level1 = forms.ChoiceField(
        label="一级指标", choices=[ALL, *((name, name) for name in LEVEL1)], required=False
    )
    level2 = forms.ChoiceField(
        label="二级指标", choices=[ALL, *((name, name) for name in SECOND_LEVELS)], required=False
    )
    category = forms.IntegerField(
        label="类别", min_value=1, max_value=2**31, required=False, widget=forms.HiddenInput
    )
    core = forms.BooleanField(label="只看核心指标", required=False)
    after = forms.RegexField(
        r"^\d{1,9}\.[A-Za-z0-9-]{1,40}$", label="翻页", required=False, widget=forms.HiddenInput
    )
    sheet = forms.UUIDField(label="申报表", required=False, widget=forms.HiddenInput)

    def wanted(self) -> Wanted:
        """What the valid fields ask for; a field with an error counts as empty."""
        data: dict[str, Any] = self.cleaned_data
        return Wanted(
            text=data.get("q") or "",
            level1=data.get("level1") or "",
            level2=data.get("level2") or "",
            category=data.get("category"),
            core=bool(data.get("core")),
        )
