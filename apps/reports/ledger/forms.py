"""Shape of what is asked of the ledger and registered in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.core.days import DayField
from apps.organizations.models import Section
from apps.reports.ledger import rows
from apps.reports.ledger.rows import Asked
from apps.rules.errors import RuleError
from apps.workplans.models import PlanTask, TaskCheckpoint

ALL = ("", "全部")
DATE = forms.DateInput(attrs={"type": "date"})


class LedgerFilter(forms.Form):
    """Filters of the ledger, its export and the API; all of them optional."""

    task = forms.ChoiceField(label="任务", required=False)
    section = forms.ChoiceField(label="牵头科室", required=False)
    unit_kind = forms.ChoiceField(label="单位类型", choices=[ALL, *rows.kinds()], required=False)
    state = forms.ChoiceField(label="状态", choices=[ALL, *rows.STATES], required=False)
    q = forms.CharField(label="单位", max_length=40, required=False)

    def __init__(self, data: Any, *, tasks: QuerySet[PlanTask]) -> None:
        super().__init__(data, auto_id="ledger_%s")
        listed = list(tasks)
        sections = {task.section.public_id: task.section.name for task in listed if task.section}
        self.fields["task"].choices = [  # type: ignore[attr-defined]
            ALL,
            *((str(task.public_id), task.title) for task in listed),
        ]
        self.fields["section"].choices = [  # type: ignore[attr-defined]
            ALL,
            *((str(key), name) for key, name in sections.items()),
        ]

    def demand_valid(self) -> None:
        """A file holds what was asked for, no more. Raises RuleError for a stale filter."""
        for name, errors in self.errors.items():
            said = str(errors.as_data()[0].messages[0])
            raise RuleError(
                f"{self.fields[name].label}：{said}没有导出，请重新筛选。", code="filter"
            )

    def asked(self) -> Asked:
        """What the valid fields ask for; a field with an error counts as empty."""
        self.is_valid()
        data = self.cleaned_data
        return Asked(
            task=data.get("task", ""),
            section=data.get("section", ""),
            unit_kind=data.get("unit_kind", ""),
            state=data.get("state", ""),
            text=data.get("q", "").strip(),
        )


class CheckpointForm(forms.Form):
    """When a check point was passed, by which section."""

    step = forms.ChoiceField(label="检查点", choices=TaskCheckpoint.Step.choices)
    on = DayField(label="日期", widget=DATE)
    section = forms.ModelChoiceField(
        Section.objects.none(),
        label="责任科室",
        required=False,
        to_field_name="public_id",
        help_text="不选为牵头科室",
    )
    note = forms.CharField(label="做了什么", max_length=200, required=False)

    def __init__(self, data: Any, *, task: PlanTask) -> None:
        super().__init__(data)
        field = self.fields["section"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
        field.queryset = Section.objects.filter(jurisdiction=task.plan.jurisdiction_id)
        field.empty_label = "—"
