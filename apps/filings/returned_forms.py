"""Shape of what is asked of the returns of a year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.filings.selectors.returned import SUBJECTS, ReturnedAsked
from apps.organizations.models import Section
from apps.rules.errors import RuleError
from apps.rules.return_kinds import WORDS
from apps.workplans.models import PlanTask, Stage

ALL = ("", "全部")


class ReturnedFilter(forms.Form):
    """Filters of the page, its workbook and the API; all of them optional."""

    task = forms.ModelChoiceField(
        PlanTask.objects.none(),
        label="任务",
        to_field_name="public_id",
        required=False,
        empty_label="全部",
    )
    stage = forms.ChoiceField(label="阶段", choices=[ALL, *Stage.choices], required=False)
    section = forms.ModelChoiceField(
        Section.objects.none(),
        label="退回科室",
        to_field_name="public_id",
        required=False,
        empty_label="全部",
    )
    subject = forms.ChoiceField(label="对象", choices=[ALL, *SUBJECTS], required=False)
    kind = forms.ChoiceField(
        label="问题", choices=[ALL, *((k.value, word) for k, word in WORDS.items())], required=False
    )
    q = forms.CharField(label="单位、项目", max_length=40, required=False)

    def __init__(self, data: Any, *, tasks: QuerySet[PlanTask]) -> None:
        super().__init__(data, auto_id="returned_%s")
        places = tasks.order_by().values("plan__jurisdiction")
        for name, rows in (
            ("task", tasks),
            ("section", Section.objects.filter(jurisdiction__in=places)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
            field.queryset = rows

    def demand_valid(self) -> None:
        """A file holds what was asked for, no more. Raises RuleError for a stale filter."""
        for name, errors in self.errors.items():
            said = str(errors.as_data()[0].messages[0])
            raise RuleError(
                f"{self.fields[name].label}：{said}没有导出，请重新筛选。", code="filter"
            )

    def asked(self) -> ReturnedAsked:
        """What the valid fields ask for; a field with an error counts as empty."""
        self.is_valid()
        told = self.cleaned_data
        task, section = told.get("task"), told.get("section")
        return ReturnedAsked(
            task=str(task.public_id) if task else "",
            section=str(section.public_id) if section else "",
            stage=told.get("stage", ""),
            subject=told.get("subject", ""),
            kind=told.get("kind", ""),
            text=told.get("q", "").strip(),
        )
