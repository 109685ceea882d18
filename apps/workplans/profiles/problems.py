"""What must agree within a profile beyond its shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.organizations.models import Unit
from apps.projects.models import BudgetType, ProjectYear
from apps.rules.errors import RuleError
from apps.rules.target_checks import check_setting
from apps.rules.target_evidence import Setting
from apps.workplans.models import (
    PlanTask,
    ReminderRule,
    ReviewStep,
    RuleSetting,
    ScoreSheet,
    TaskScope,
    TaskWindow,
)
from apps.workplans.profiles.rows import (
    CheckRow,
    Path,
    Profile,
    ReminderRow,
    ScopeRow,
    SettingRow,
    SheetRow,
    StepRow,
    TaskRow,
    WeightRow,
    WindowRow,
)

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Problem:
    """Something that the shape allows but that cannot be: where, and a sentence."""

    path: Path
    text: str


def problems(profile: Profile) -> Iterator[Problem]:
    """What does not agree within the profile, in the order of the file."""
    for name in ("sections", "tasks"):
        if not getattr(profile, name):
            yield Problem((name,), "至少要有一项")
    yield from _sections(profile)
    for i, sheet in enumerate(profile.sheets):
        yield from sheet_problems(sheet, ("sheets", i))
    for name, steps in profile.flows.items():
        yield from _flow(profile, steps, ("flows", name))
    yield from weight_problems(profile.weights, ("weights",))
    yield from setting_problems(profile.settings, ("settings",))
    yield from check_problems(profile.checks, ("checks",))
    yield from twice([row.code for row in profile.documents], ("documents",), "code")
    yield from twice([row.code for row in profile.events], ("events",), "code")
    yield from reminder_problems(profile.reminders, ("reminders",))
    yield from twice([sheet.code for sheet in profile.sheets], ("sheets",), "code")
    yield from twice([task.code for task in profile.tasks], ("tasks",), "code")
    for i, task in enumerate(profile.tasks):
        yield from _task(profile, task, ("tasks", i))


def twice(values: Sequence[str], path: Path, key: str) -> Iterator[Problem]:
    """Each value that stands a second time, at its second place."""
    seen: Counter[str] = Counter()
    for i, value in enumerate(values):
        seen[value] += 1
        if seen[value] == 2:
            yield Problem((*path, i, key), f"“{value}”出现两次，应只有一次")


def _known(value: str | None, known: Iterable[str], path: Path, where: str) -> Iterator[Problem]:
    if value is not None and value not in known:
        yield Problem(path, f"填“{value}”，{where}里没有")


def _sections(profile: Profile) -> Iterator[Problem]:
    tags = {tag.code for tag in profile.fund_tags}
    yield from twice([tag.code for tag in profile.fund_tags], ("fund_tags",), "code")
    yield from twice([section.code for section in profile.sections], ("sections",), "code")
    taken: set[str] = set()
    for i, section in enumerate(profile.sections):
        for j, tag in enumerate(section.fund_tags):
            yield from _known(tag, tags, ("sections", i, "fund_tags", j), "资金标签（fund_tags）")
        for key, values in (
            ("fund_tags", section.fund_tags),
            ("budget_types", section.budget_types),
        ):
            for j, value in enumerate(values):
                if value in taken:
                    yield Problem(("sections", i, key, j), f"“{value}”已归另一个科室")
                taken.add(value)
        for j, name in enumerate([section.name, *section.aliases]):
            if name in taken:
                yield Problem(("sections", i, "aliases", j - 1), f"“{name}”已是另一个科室的名称")
            taken.add(name)


def sheet_problems(sheet: SheetRow, path: Path) -> Iterator[Problem]:
    """Points that are not 100, bands that leave a gap."""
    total = sum(item.points for item in sheet.items)
    if sheet.mode == ScoreSheet.Mode.POINTS and total != HUNDRED:
        yield Problem((*path, "items"), f"分值合计{total}，应为100")
    if sheet.bands and min(band.floor for band in sheet.bands) != 0:
        yield Problem((*path, "bands"), "最低一档的下限应为0，否则有的分数没有等级")
    yield from twice([band.grade for band in sheet.bands], (*path, "bands"), "grade")
    yield from twice([str(band.floor) for band in sheet.bands], (*path, "bands"), "floor")


def _flow(profile: Profile, steps: list[StepRow], path: Path) -> Iterator[Problem]:
    codes = [sheet.code for sheet in profile.sheets]
    for i, step in enumerate(steps):
        yield from _known(step.sheet, codes, (*path, i, "sheet"), "审核表（sheets）")


def weight_problems(rows: list[WeightRow], path: Path) -> Iterator[Problem]:
    """Templates whose points are not 100."""
    for i, row in enumerate(rows):
        parts = (row.execution, row.cost, row.output, row.benefit, row.satisfaction)
        total = sum((part for part in parts if part is not None), Decimal(0))
        if total != HUNDRED:
            yield Problem((*path, i), f"各级分值合计{total}，应为100")


def reminder_problems(rows: list[ReminderRow], path: Path) -> Iterator[Problem]:
    """A reminder said twice, or one before what it counts from."""
    for i, row in enumerate(rows):
        if row in rows[:i]:
            yield Problem((*path, i), "同样的提醒写了两次")
        if row.about != ReminderRule.About.DUE and row.days < 1:
            yield Problem((*path, i, "days"), f"填“{row.days}”，应为1以上：从收到或退回之日起算")


def setting_problems(rows: list[SettingRow], path: Path) -> Iterator[Problem]:
    """A code twice, choices that do not fit the type, a gap nobody explains."""
    yield from twice([row.code for row in rows], path, "code")
    for i, row in enumerate(rows):
        is_choice = row.value_type == RuleSetting.Type.CHOICE
        if is_choice != bool(row.choices):
            yield Problem((*path, i, "choices"), "类型是选项的要列出可选值，其他类型不列")
        if row.value is None and not row.note:
            yield Problem((*path, i), "没有值（value），也没有说明（note）要定什么")


def check_problems(rows: list[CheckRow], path: Path) -> Iterator[Problem]:
    """A check said twice or unknown, or one that no plan may change so."""
    yield from twice([row.code for row in rows], path, "code")
    for i, row in enumerate(rows):
        try:
            check_setting(row.code, Setting(row.on, row.severity, row.numbers, row.must_answer))
        except RuleError as error:
            yield Problem((*path, i), str(error).removesuffix("。"))


def _task(profile: Profile, task: TaskRow, path: Path) -> Iterator[Problem]:
    sections = [section.code for section in profile.sections]
    yield from _known(task.section, sections, (*path, "section"), "科室（sections）")
    yield from _known(task.flow, profile.flows, (*path, "flow"), "审核流程（flows）")
    places = [step.place for step in profile.flows.get(task.flow or "", [])]
    if ReviewStep.Place.SECTION in places and task.section is None:
        yield Problem((*path, "section"), f"流程“{task.flow}”有一步在牵头科室，这里没有写科室")
    yield from twice([row.key for row in task.windows], (*path, "windows"), "key")
    yield from twice([row.code for row in task.slots], (*path, "slots"), "code")
    yield from twice([row.code for row in task.facts], (*path, "facts"), "code")
    yield from weight_problems(task.weights, (*path, "weights"))
    yield from setting_problems(task.settings, (*path, "settings"))
    yield from reminder_problems(task.reminders, (*path, "reminders"))
    documents = [row.code for row in profile.documents]
    for i, code in enumerate(task.basis):
        yield from _known(code, documents, (*path, "basis", i), "依据文件（documents）")
    events = [row.code for row in profile.events]
    for i, window in enumerate(task.windows):
        yield from window_problems(window, (*path, "windows", i))
        if window.kind == TaskWindow.Kind.JOINED and task.subject not in ABOUT_PROJECTS:
            yield Problem((*path, "windows", i, "kind"), "列入后只用于项目、政策和转移支付的任务")
        yield from _known(window.event, events, (*path, "windows", i, "event"), "事件（events）")
    tags = [tag.code for tag in profile.fund_tags]
    for i, scope in enumerate(task.scopes):
        yield from scope_problems(scope, task.subject, tags, (*path, "scopes", i))


def window_problems(window: WindowRow, path: Path) -> Iterator[Problem]:
    """Ends before their beginnings, an event that does not fit, no date and no reason."""
    if window.opens and window.closes and window.closes < window.opens:
        yield Problem((*path, "closes"), f"{window.closes}早于开放日{window.opens}")
    if window.focus_opens and window.focus_closes and window.focus_closes < window.focus_opens:
        yield Problem((*path, "focus_closes"), f"{window.focus_closes}早于{window.focus_opens}")
    if (window.kind == TaskWindow.Kind.EVENT) != (window.event is not None):
        yield Problem((*path, "event"), "类型是事件后的要写明事件，其他类型不写")
    is_joined = window.kind == TaskWindow.Kind.JOINED
    if is_joined and window.days_after is None:
        yield Problem((*path, "days_after"), "类型是列入后的要写几日内")
    if not (window.opens or window.closes or window.note or window.event or is_joined):
        yield Problem(path, "没有日期，也没有写待确认（note）什么")


ABOUT_PROJECTS = (
    PlanTask.SubjectKind.PROJECT,
    PlanTask.SubjectKind.POLICY,
    PlanTask.SubjectKind.TRANSFER,
)
FIXED: dict[TaskScope.Field, list[str]] = {
    TaskScope.Field.UNIT_KIND: list(Unit.Kind.values),
    TaskScope.Field.BUDGET_TYPE: list(BudgetType.values),
    TaskScope.Field.ORIGIN: list(ProjectYear.Origin.values),
    TaskScope.Field.ATTRIBUTE: list(ProjectYear.Attribute.values),
    TaskScope.Field.CLASSIFIED: ["yes", "no"],
    TaskScope.Field.FUND_MANAGER: ["yes", "no"],
    TaskScope.Field.MARK: ["key", "livelihood", "infrastructure", "policy"],
}
OWN_FIELDS = (  # of projects alone
    TaskScope.Field.PROJECT,
    TaskScope.Field.MARK,
    TaskScope.Field.BUDGET_TYPE,
    TaskScope.Field.ORIGIN,
    TaskScope.Field.ATTRIBUTE,
)
PROJECT_FIELDS = (*OWN_FIELDS, TaskScope.Field.FUND_TAG)


def scope_problems(
    scope: ScopeRow, subject: str, tags: Iterable[str], path: Path
) -> Iterator[Problem]:
    """Whether the condition fits what the task is about, and its value is one there is."""
    if subject == PlanTask.SubjectKind.SECTION:
        yield Problem(path, "科室任务没有范围")
    elif (subject == PlanTask.SubjectKind.JURISDICTION) != (scope.field == TaskScope.Field.REGION):
        yield Problem((*path, "field"), "下级地区任务只用“下级地区”（region），其他任务不用")
    elif subject == PlanTask.SubjectKind.UNIT and scope.field in PROJECT_FIELDS:
        yield Problem((*path, "field"), f"“{scope.field.label}”（{scope.field}）只用于项目任务")
    elif subject == PlanTask.SubjectKind.TRANSFER and scope.field in OWN_FIELDS:
        text = f"“{scope.field.label}”（{scope.field}）不用于转移支付任务，可用单位条件和资金标签"
        yield Problem((*path, "field"), text)
    if scope.field == TaskScope.Field.FUND_TAG:
        yield from _known(scope.value, tags, (*path, "value"), "资金标签（fund_tags）")
    if scope.field in FIXED:
        yield from _known(scope.value, FIXED[scope.field], (*path, "value"), "可用的值")
