"""What a program may say about a draft plan: the keys of the profile's rows.

Where a key is left out of a change, the value stays; what must be there, the service demands.
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.rest import DayField, FileIn, Input
from apps.organizations.models import Role
from apps.workplans.forms.windows import SERIES
from apps.workplans.models import (
    GradeBand,
    PlanTask,
    ReminderRule,
    ReviewStep,
    RuleSetting,
    ScoreSheet,
    Stage,
    TaskScope,
    TaskWindow,
    WeightTemplate,
)


def line(label: str, limit: int = 200) -> serializers.CharField:
    """A line that may be left out or empty."""
    return serializers.CharField(label=label, max_length=limit, required=False, allow_blank=True)


def maybe(label: str, limit: int = 60) -> serializers.CharField:
    """A line that may be left out or null."""
    return serializers.CharField(label=label, max_length=limit, required=False, allow_null=True)


def a_number(label: str, low: int, high: int) -> serializers.IntegerField:
    """A whole number that may be left out or null."""
    return serializers.IntegerField(
        label=label, min_value=low, max_value=high, required=False, allow_null=True
    )


def a_score(label: str) -> serializers.DecimalField:
    """Points out of 100 that may be left out or null."""
    return serializers.DecimalField(
        label=label,
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        required=False,
        allow_null=True,
    )


def one_of(label: str, choices: Any) -> serializers.ChoiceField:
    """One of the codes, or left out."""
    return serializers.ChoiceField(label=label, choices=choices, required=False)


def yes(label: str) -> serializers.BooleanField:
    """True or false, or left out."""
    return serializers.BooleanField(label=label, required=False)


def a_day(label: str) -> DayField:
    """A day that may be left out or null."""
    return DayField(label=label, required=False, allow_null=True)


# --- plans and tasks --------------------------------------------------------------------------
class NewPlanIn(Input):
    """Where a new year begins."""

    jurisdiction = serializers.CharField(label="行政区划", max_length=6)
    year = serializers.IntegerField(label="年度", min_value=2000, max_value=2100)
    title = serializers.CharField(label="名称", max_length=120)
    source = serializers.CharField(  # type: ignore[assignment]
        label="从哪里开始",
        max_length=80,
        default="empty",
        help_text="empty、plan:编号或sample:名称",
    )


class HeadIn(Input):
    """How the plan is called."""

    title = serializers.CharField(label="名称", max_length=120, required=False)
    document_number = line("文号", 60)
    source_note = line("说明")


class NoticeIn(Input):
    """A notice as text."""

    name = line("通知名称", 120)
    text = serializers.CharField(label="正文", max_length=400_000, trim_whitespace=False)


class NoticeFileIn(FileIn):
    """A notice as a file, .docx or .txt, sent as multipart/form-data."""

    name = line("通知名称", 120)


class LeftoverIn(Input):
    """A sentence that became no task, by where it begins."""

    notice = serializers.UUIDField(label="通知")
    start = serializers.IntegerField(label="起点", min_value=0, max_value=10_000_000)


class TaskIn(Input):
    """A duty."""

    code = line("标识", 60)
    title = line("任务", 100)
    stage = one_of("阶段", Stage.choices)
    kind = line("填报类型", 40)
    subject = one_of("对象", PlanTask.SubjectKind.choices)
    level = one_of("责任层级", PlanTask.Level.choices)
    main = yes("主要任务")
    evaluated_year = serializers.IntegerField(
        label="所属年度", min_value=2000, max_value=2100, required=False
    )
    responsible = line("责任")
    section = maybe("牵头科室", 40)
    clause = line("原文", 2000)
    requirements = serializers.ListField(
        label="需求编号", child=serializers.CharField(label="编号", max_length=6), required=False
    )
    trigger = line("触发", 40)
    doubt = line("存疑")
    roll = one_of("截止遇非工作日", PlanTask.Roll.choices)
    accepts_late = yes("逾期可补报")


class MoveIn(Input):
    """A place in the order, from 1."""

    position = serializers.IntegerField(label="位置", min_value=1, max_value=1000)


class CheckIn(Input):
    """What a person said of a task that was read from a notice."""

    act = serializers.ChoiceField(
        label="结论", choices=[("confirm", "确认"), ("dismiss", "不作任务")]
    )


class WindowIn(Input):
    """When a task can be filed, in days, both included."""

    key = line("节点", 20)
    label = line("名称", 60)  # type: ignore[assignment]
    kind = one_of("类型", TaskWindow.Kind.choices)
    opens = a_day("开放填报")
    closes = a_day("报送截止")
    data_until = a_day("数据截至")
    event = maybe("事件", 40)
    days_after = a_number("事件后日数", 0, 730)
    in_working_days = yes("按工作日")
    months_after = a_number("节点后月数", 0, 24)
    day = a_number("该月几日", 1, 31)
    focus_opens = a_day("集中期起")
    focus_closes = a_day("集中期止")
    phrase = line("原文时间", 100)
    note = line("待确认")


class SeriesIn(Input):
    """A recurring duty, laid out over the year."""

    series = serializers.ChoiceField(label="周期", choices=SERIES)
    months_after = a_number("期满后月数", 0, 24)
    day = a_number("该月几日", 1, 31)
    lead_days = a_number("截止前几天开放", 0, 366)
    phrase = line("原文时间", 100)
    note = line("待确认")


class BasisIn(Input):
    """The documents that a task stands on, by their codes."""

    codes = serializers.ListField(
        label="依据", child=serializers.CharField(label="标识", max_length=60), max_length=100
    )


# --- rows of lists ----------------------------------------------------------------------------
class ScopeIn(Input):
    """A condition of whom a task reaches."""

    field = serializers.ChoiceField(label="条件", choices=TaskScope.Field.choices)
    value = serializers.CharField(label="值", max_length=60)
    exclude = serializers.BooleanField(label="排除", default=False)
    reason = line("理由", 100)


class StepIn(Input):
    """A review step."""

    title = serializers.CharField(label="名称", max_length=40)
    place = serializers.ChoiceField(label="办理处", choices=ReviewStep.Place.choices)
    role = serializers.ChoiceField(label="角色", choices=Role.choices)
    sheet = maybe("评分表", 40)
    working_days = a_number("时限", 1, 250)
    clause = line("依据")


class SlotIn(Input):
    """A named place for files."""

    code = serializers.CharField(label="标识", max_length=40)
    title = serializers.CharField(label="材料", max_length=80)
    required = serializers.BooleanField(label="必传", default=False)  # type: ignore[assignment]


class FactIn(Input):
    """A named number."""

    code = serializers.CharField(label="标识", max_length=40)
    title = serializers.CharField(label="名称", max_length=60)
    unit = serializers.CharField(label="单位", max_length=10)
    required = serializers.BooleanField(label="必填", default=True)  # type: ignore[assignment]


class WeightIn(Input):
    """A weight template."""

    title = serializers.CharField(label="名称", max_length=60)
    has_cost = serializers.BooleanField(label="设成本指标", required=False, allow_null=True)
    has_satisfaction = serializers.BooleanField(
        label="设满意度指标", required=False, allow_null=True
    )
    execution = a_score("执行率")
    cost = a_score("成本")
    output = a_score("产出")
    benefit = a_score("效益")
    satisfaction = a_score("满意度")
    required_levels = serializers.ListField(
        label="必设一级指标",
        child=serializers.CharField(label="一级指标", max_length=10),
        required=False,
    )
    on_departure = one_of("偏离时", WeightTemplate.OnDeparture.choices)
    clause = serializers.CharField(label="依据", max_length=200)


class ReminderIn(Input):
    """When whom is reminded; days before the deadline are negative."""

    about = serializers.ChoiceField(label="事项", choices=ReminderRule.About.choices)
    days = serializers.IntegerField(label="日数", min_value=-250, max_value=250)
    in_working_days = serializers.BooleanField(label="按工作日", default=True)
    audience = serializers.ChoiceField(label="对象", choices=ReminderRule.Audience.choices)


# --- library ----------------------------------------------------------------------------------
class DocumentIn(Input):
    """A document of the library."""

    code = line("标识", 60)
    title = line("名称", 160)
    number = line("文号", 60)
    issuer = line("印发机关", 60)
    issued_on = a_day("印发日期")
    url = line("地址")
    note = line("说明")


class NewDocumentIn(DocumentIn):
    """The same, with the region whose library it joins."""

    jurisdiction = serializers.CharField(label="行政区划", max_length=6)


class EventIn(Input):
    """Something that windows wait for."""

    code = line("标识", 40)
    title = line("事件", 60)
    happened_on = a_day("发生日期")
    clause = line("依据", 300)


class SettingIn(Input):
    """A parameter; a value of null is undecided."""

    code = line("标识", 60)
    task = serializers.UUIDField(label="任务", required=False, allow_null=True)
    title = line("名称", 80)
    value = maybe("值", 200)
    unit = line("单位", 20)
    value_type = one_of("类型", RuleSetting.Type.choices)
    choices = serializers.ListField(
        label="可选值", child=serializers.CharField(label="选项", max_length=60), required=False
    )
    clause = line("依据", 300)
    note = line("说明")


class ValueIn(Input):
    """The value of a parameter; empty takes the decision back."""

    value = serializers.CharField(label="值", max_length=200, allow_blank=True)


class ItemIn(Input):
    """A criterion of a score sheet."""

    group = serializers.CharField(label="审核内容", max_length=20)
    name = serializers.CharField(label="审核要点", max_length=40)
    prompt = serializers.CharField(label="说明", max_length=200)
    points = a_score("满分")


class BandIn(Input):
    """A grade from its floor up."""

    grade = serializers.CharField(label="等级", max_length=4)
    floor = a_score("下限")
    consequence = serializers.ChoiceField(label="后果", choices=GradeBand.Consequence.choices)
    text = serializers.CharField(label="说明", max_length=120)
    clause = line("依据")


class ScoreSheetIn(Input):
    """A score sheet; items and bands are whole lists."""

    code = line("标识", 40)
    title = line("名称", 80)
    clause = line("依据")
    mode = one_of("方式", ScoreSheet.Mode.choices)
    items = ItemIn(label="审核要点", many=True, required=False)
    bands = BandIn(label="等级", many=True, required=False)
    pass_mark = a_score("合格分数线")


class SeenIn(Input):
    """`fingerprint` of what was looked at before; another plan than that is refused."""

    fingerprint = line("看过的内容", 32)


class AmendmentIn(SeenIn):
    """Why a published plan is changed."""

    reason = serializers.CharField(label="修订理由", max_length=200)
    document_number = line("文号", 60)
