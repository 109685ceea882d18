"""A task of a draft as people type it; the names are the keys of the profile's TaskRow."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from apps.organizations.models import Section
from apps.workplans import contents
from apps.workplans.forms.faults import PlainForm
from apps.workplans.models import Plan, PlanTask, Stage

REQUIREMENT = re.compile(r"[A-Z]-[0-9]{2,3}")
KINDS = {
    "targets.project": "项目支出绩效目标表",
    "targets.unit": "部门整体绩效目标表",
    "targets.policy": "政策绩效目标表",
    "targets.adjustment": "绩效目标调整",
    "targets.transfer": "转移支付绩效目标分解表",
    "pre_assessment.project": "事前绩效评估",
    "monitoring.project": "项目支出绩效监控",
    "monitoring.policy": "政策绩效监控",
    "monitoring.unit": "部门整体绩效监控",
    "self_evaluation.project": "项目支出绩效自评",
    "self_evaluation.unit": "部门整体绩效自评",
    "evaluation.key": "财政重点评价",
    "evaluation.department": "部门评价",
    "materials": "报送材料",
}
WITHOUT_FILING = "plan_only"


def kind_choices(current: str = "") -> list[tuple[str, str]]:
    """What can be filed, by name; what this system does not file yet says so."""
    known = [
        (code, name if code in contents.kinds() else f"{name}（不在线填报）")
        for code, name in KINDS.items()
    ]
    more = [] if current in KINDS or current in ("", WITHOUT_FILING) else [(current, current)]
    return [*known, *more, (WITHOUT_FILING, "只列入计划，不填报")]


class TaskForm(PlainForm):
    """A duty: what, on whom, by which clause."""

    title = forms.CharField(label="任务", max_length=100)
    stage = forms.ChoiceField(label="阶段", choices=Stage.choices)
    subject = forms.ChoiceField(
        label="对象",
        choices=PlanTask.SubjectKind.choices,
        help_text="按什么派发：每个单位、项目、政策、转移支付或下级地区各一件；财政科室自己办的不派发。",
    )
    kind = forms.ChoiceField(label="填报类型")
    evaluated_year = forms.IntegerField(
        label="所属年度", min_value=2000, max_value=2100, help_text="填报内容说的是哪一年。"
    )
    level = forms.ChoiceField(label="责任层级", choices=PlanTask.Level.choices)
    main = forms.BooleanField(label="主要任务", required=False)
    responsible = forms.CharField(
        label="责任", max_length=200, help_text="照原文任务分工写，例如：各预算单位、业务科室。"
    )
    section = forms.ChoiceField(label="牵头科室", required=False)
    clause = forms.CharField(
        label="原文", max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    roll = forms.ChoiceField(label="截止遇非工作日", choices=PlanTask.Roll.choices)
    accepts_late = forms.BooleanField(label="逾期可补报", required=False)
    trigger = forms.CharField(
        label="触发",
        max_length=40,
        required=False,
        help_text="不按日期、由某件事引起时填代码，例如budget_approved。",
    )
    doubt = forms.CharField(
        label="存疑", max_length=200, required=False, help_text="还要由人确认什么；确认后清空。"
    )
    requirements = forms.CharField(
        label="需求编号", max_length=120, required=False, help_text="例如 Y-84、U-40，用顿号隔开。"
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = Section.objects.filter(jurisdiction=plan.jurisdiction_id).order_by("code")
        kind, section = self.fields["kind"], self.fields["section"]
        if isinstance(kind, forms.ChoiceField) and isinstance(section, forms.ChoiceField):
            kind.choices = kind_choices(str(self.initial.get("kind", "")))
            section.choices = [("", "各业务科室"), *sections.values_list("code", "name")]

    def clean_section(self) -> str | None:
        """None where no one section leads."""
        return self.cleaned_data["section"] or None

    def clean_requirements(self) -> list[str]:
        """The numbers, one by one. Raises ValidationError for what is none."""
        text: str = self.cleaned_data["requirements"]
        found = [part for part in re.split(r"[、,，;；\s]+", text) if part]
        wrong = next((part for part in found if not REQUIREMENT.fullmatch(part)), None)
        if wrong is not None:
            raise forms.ValidationError(f"填“{wrong}”，应像Y-84。")
        return found
