"""Lists that belong to a task and are written whole: a line of a form for each row.

The names are the keys of the profile's rows, so that what a form gives is what a service takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import uuid4

from django import forms

from apps.organizations.models import Jurisdiction, Role, Unit
from apps.projects.models import BudgetType, FundTag, ProjectYear
from apps.rules.errors import RuleError
from apps.workplans.forms.faults import PlainForm, lay
from apps.workplans.models import (
    GradeBand,
    Plan,
    PlanTask,
    ReminderRule,
    ReviewStep,
    TaskScope,
    WeightTemplate,
)

Row = Mapping[str, object]
Scope = TaskScope.Field
Kind = PlanTask.SubjectKind
ANY = [("", "都适用"), ("yes", "设"), ("no", "不设")]
KNOWN = {"": None, "yes": True, "no": False}
BY_KNOWN = {known: text for text, known in KNOWN.items()}
LEVELS = ["成本", "产出", "效益", "满意度"]
MARKS = {
    "key": "重点项目",
    "livelihood": "民生项目",
    "infrastructure": "基建项目",
    "policy": "政策",
}
BY_CODE = {
    Scope.UNIT: "某个单位（后面填单位编码）",
    Scope.PROJECT: "某个项目（后面填项目编码）",
}
FLAGS = [
    ("fund_manager=yes", "资金主管部门"),
    ("fund_manager=no", "不是资金主管部门"),
    ("classified=yes", "涉密"),
    ("classified=no", "不涉密"),
]


# --- the list ---------------------------------------------------------------------------------
class RowForm(PlainForm):
    """One line; a subclass says how it becomes a row and comes from one."""

    def __init__(self, *args: Any, plan: Plan, task: PlanTask | None = None, **kwargs: Any) -> None:
        self.plan, self.task = plan, task
        super().__init__(*args, **kwargs)

    @classmethod
    def start(cls, row: Row) -> Row:
        """What stands in the line for a row that is there."""
        return row

    def row(self) -> dict[str, object]:
        """The line as a row."""
        left = ("DELETE", "ORDER")
        return {key: value for key, value in self.cleaned_data.items() if key not in left}


class BaseRows(forms.BaseFormSet):  # type: ignore[type-arg]  # plain at run time
    """A list of lines; empty ones do not count, those ticked 删除 are left out."""

    def _kept(self) -> list[RowForm]:
        kept = [form for form in self.forms if form.cleaned_data and form not in self.deleted_forms]
        if self.can_order:
            kept.sort(key=lambda form: form.cleaned_data.get("ORDER") or 999)
        return kept

    def rows(self) -> list[dict[str, object]]:
        """The rows in their order."""
        return [form.row() for form in self._kept()]

    def lay(self, error: RuleError) -> None:
        """A rule's refusal at the line and field that it names, else above the list."""
        number, kept = error.data.get("row"), self._kept()
        if isinstance(number, int) and number < len(kept):
            lay(kept[number], error)
        else:
            self.non_form_errors().append(str(error))

    @property
    def has_faults(self) -> bool:
        """Whether something must be changed before the list can be kept."""
        return bool(self.errors_by_line) or bool(self.non_form_errors())

    @property
    def errors_by_line(self) -> list[tuple[int, RowForm]]:
        """The lines with a fault, counted from 1."""
        return [(number, form) for number, form in enumerate(self.forms, 1) if form.errors]


def row_set(
    form: type[RowForm], data: Any, rows: Sequence[Row], *, prefix: str = "row", **more: Any
) -> BaseRows:
    """The list as a form set over the rows that are there, with lines to add."""
    made = forms.formset_factory(
        form,
        formset=BaseRows,
        extra=2 if rows else 3,
        can_delete=True,
        can_delete_extra=False,
        can_order=form in ORDERED,
        max_num=300,
        absolute_max=300,
    )
    initial = [form.start(row) for row in rows]
    return cast("BaseRows", made(data or None, initial=initial, prefix=prefix, form_kwargs=more))


# --- whom -------------------------------------------------------------------------------------
class ScopeLine(RowForm):
    """A condition of whom the task reaches."""

    exclude = forms.ChoiceField(
        label="作用", choices=[("", "包括"), ("yes", "剔除")], required=False
    )
    condition = forms.ChoiceField(label="条件")
    code = forms.CharField(label="编码", max_length=60, required=False)
    reason = forms.CharField(label="理由", max_length=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        condition = self.fields["condition"]
        if isinstance(condition, forms.ChoiceField) and self.task is not None:
            known = conditions(self.plan, self.task.subject_kind)
            condition.choices = [("", "选条件"), *known, *_unknown(known, self.initial)]

    @classmethod
    def start(cls, row: Row) -> Row:
        """Condition and value are one choice; a unit or project has its code beside it."""
        by_code = row["field"] in BY_CODE
        return {
            "exclude": "yes" if row["exclude"] else "",
            "condition": f"{row['field']}=" if by_code else f"{row['field']}={row['value']}",
            "code": row["value"] if by_code else "",
            "reason": row["reason"],
        }

    def clean(self) -> dict[str, Any]:
        """A code where the condition wants one."""
        data: dict[str, Any] = super().clean() or {}
        if str(data.get("condition", "")).endswith("=") and not data.get("code"):
            self.add_error("code", "没有填编码。")
        return data

    def row(self) -> dict[str, object]:
        """The row of the profile."""
        field, _, value = str(self.cleaned_data["condition"]).partition("=")
        said = self.cleaned_data
        return {
            "exclude": bool(said["exclude"]),
            "field": field,
            "value": value or said["code"],
            "reason": said["reason"],
        }


def conditions(plan: Plan, subject: str) -> list[tuple[str, Any]]:
    """The conditions that fit what the task is about, in groups."""
    if subject == Kind.JURISDICTION:
        places = Jurisdiction.objects.filter(parent=plan.jurisdiction_id).order_by("code")
        return [("下级地区", [(f"region={one.code}", one.name) for one in places])]
    units = [
        ("单位类型", _choices(Scope.UNIT_KIND, Unit.Kind.choices)),
        ("单位", [("unit=", BY_CODE[Scope.UNIT]), *FLAGS]),
    ]
    if subject == Kind.UNIT:
        return units
    tags = FundTag.objects.values_list("code", "name")
    tagged = [*units, ("资金标签", _choices(Scope.FUND_TAG, tags))]
    if subject == Kind.TRANSFER:
        return tagged
    return [
        *tagged,
        ("预算类型", _choices(Scope.BUDGET_TYPE, BudgetType.choices)),
        ("项目来源", _choices(Scope.ORIGIN, ProjectYear.Origin.choices)),
        ("项目属性", _choices(Scope.ATTRIBUTE, ProjectYear.Attribute.choices)),
        ("项目标志", _choices(Scope.MARK, MARKS.items())),
        ("项目", [("project=", BY_CODE[Scope.PROJECT])]),
    ]


def _unknown(known: list[tuple[str, Any]], initial: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The condition that stands there though the list no longer has it."""
    value = str(initial.get("condition", ""))
    offered = {code for _, options in known for code, _ in options}
    return [(value, value)] if value and value not in offered else []


def _choices(field: str, values: Any) -> list[tuple[str, str]]:
    return [(f"{field}={value}", str(label)) for value, label in values]


# --- how it is judged -------------------------------------------------------------------------
class StepLine(RowForm):
    """One review step."""

    title = forms.CharField(label="名称", max_length=40)
    place = forms.ChoiceField(label="办理处", choices=[("", "选"), *ReviewStep.Place.choices])
    role = forms.ChoiceField(label="角色", choices=[("", "选"), *Role.choices])
    sheet = forms.ChoiceField(label="评分表", required=False)
    working_days = forms.IntegerField(
        label="时限（工作日）", min_value=1, max_value=250, required=False
    )
    clause = forms.CharField(label="依据", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sheet = self.fields["sheet"]
        if isinstance(sheet, forms.ChoiceField):
            sheet.choices = [("", "不打分"), *self.plan.sheets.values_list("code", "title")]

    def clean_sheet(self) -> str | None:
        """None where nothing is scored."""
        return self.cleaned_data["sheet"] or None


class WeightLine(RowForm):
    """A weight template."""

    title = forms.CharField(label="名称", max_length=60)
    has_cost = forms.ChoiceField(label="成本指标", choices=ANY, required=False)
    has_satisfaction = forms.ChoiceField(label="满意度指标", choices=ANY, required=False)
    execution = forms.DecimalField(label="执行率", min_value=0, max_value=100, decimal_places=2)
    cost = forms.DecimalField(
        label="成本", min_value=0, max_value=100, decimal_places=2, required=False
    )
    output = forms.DecimalField(
        label="产出", min_value=0, max_value=100, decimal_places=2, required=False
    )
    benefit = forms.DecimalField(
        label="效益", min_value=0, max_value=100, decimal_places=2, required=False
    )
    satisfaction = forms.DecimalField(
        label="满意度", min_value=0, max_value=100, decimal_places=2, required=False
    )
    required_levels = forms.MultipleChoiceField(
        label="必设",
        choices=[(level, level) for level in LEVELS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    on_departure = forms.ChoiceField(
        label="偏离时", choices=WeightTemplate.OnDeparture.choices, initial="block"
    )
    clause = forms.CharField(label="依据", max_length=200)

    @classmethod
    def start(cls, row: Row) -> Row:
        """Yes, no and either as words."""
        words = {name: BY_KNOWN[row[name]] for name in ("has_cost", "has_satisfaction")}  # type: ignore[index]
        return {**row, **words}

    def clean_has_cost(self) -> bool | None:
        """None fits both."""
        return KNOWN[self.cleaned_data["has_cost"]]

    def clean_has_satisfaction(self) -> bool | None:
        """None fits both."""
        return KNOWN[self.cleaned_data["has_satisfaction"]]


class ItemLine(RowForm):
    """A criterion of a score sheet."""

    group = forms.CharField(label="审核内容", max_length=20)
    name = forms.CharField(label="审核要点", max_length=40)
    prompt = forms.CharField(label="说明", max_length=200)
    points = forms.DecimalField(label="满分", min_value=0, max_value=100, decimal_places=2)


class BandLine(RowForm):
    """A grade from its floor up."""

    grade = forms.CharField(label="等级", max_length=4)
    floor = forms.DecimalField(label="下限（含）", min_value=0, max_value=100, decimal_places=2)
    consequence = forms.ChoiceField(
        label="后果", choices=[("", "选"), *GradeBand.Consequence.choices]
    )
    text = forms.CharField(label="说明", max_length=120)
    clause = forms.CharField(label="依据", max_length=200, required=False)


# --- what is asked for, and when one is reminded ----------------------------------------------
class SlotLine(RowForm):
    """A named place for files."""

    code = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    title = forms.CharField(label="材料", max_length=80)
    required = forms.BooleanField(label="必传", required=False)

    def row(self) -> dict[str, object]:
        """A new line gets a code of its own."""
        return {**super().row(), "code": self.cleaned_data["code"] or f"s{uuid4().hex[:8]}"}


class FactLine(SlotLine):
    """A named number."""

    title = forms.CharField(label="名称", max_length=60)
    unit = forms.CharField(label="单位", max_length=10)
    required = forms.BooleanField(label="必填", required=False)


class ReminderLine(RowForm):
    """When whom is reminded."""

    about = forms.ChoiceField(label="事项", choices=ReminderRule.About.choices, initial="due")
    side = forms.ChoiceField(
        label="前后", choices=[("before", "前"), ("after", "后")], initial="after"
    )
    days = forms.IntegerField(label="日数", min_value=0, max_value=250)
    in_working_days = forms.TypedChoiceField(
        label="按",
        choices=[("yes", "工作日"), ("no", "自然日")],
        initial="yes",
        coerce=lambda text: text == "yes",
    )
    audience = forms.ChoiceField(
        label="提醒谁", choices=ReminderRule.Audience.choices, initial="person"
    )

    @classmethod
    def start(cls, row: Row) -> Row:
        """Days before the deadline are counted as such, not as less than nothing."""
        days = int(str(row["days"]))
        working = "yes" if row["in_working_days"] else "no"
        side = "before" if days < 0 else "after"
        return {**row, "days": abs(days), "side": side, "in_working_days": working}

    def row(self) -> dict[str, object]:
        """The row of the profile: days before the deadline are negative."""
        said = super().row()
        days, side = int(str(said.pop("days"))), said.pop("side")
        return {**said, "days": -days if side == "before" else days}


ORDERED = (StepLine, ItemLine)
