"""Checks of what stands above the indicators: unread cells, head, project period, goals."""

import re
from collections.abc import Iterator

from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity
from apps.rules.form_words import label
from apps.rules.numbers import parse_number, parse_wan, parse_year, plain, quoted
from apps.rules.target_checks.codes import Said, limit, report
from apps.rules.target_checks.texts import is_boilerplate, is_placeholder, other_years
from apps.rules.target_form import ATTRIBUTES, TargetFacts, TargetForm

TEXTS = {  # how each text of the head is asked for
    "duties": "“三定”规定的主要职责，例如“负责全县水资源管理、农村供水和河湖管护”",
    "grounds": "依据的文件名称和文号，例如行业发展规划、上级政策文件",
    "activities": "为履行职责开展的主要业务，例如“供水管护、河道巡查、水土保持监督”",
    "beneficiaries": "谁可以享受、预计多少人（户、家），例如“全县80岁以上老人，约1,200人”",
    "standards": "给多少、怎么给，例如“每人每月50元，按月发放”",
}
NO_GOAL = ("无", "不涉及", "不适用", "—", "-", "/")
PHONE = re.compile(r"[+（(]?\d[\d\s()（）+、/；;，,转-]{5,29}", re.ASCII)


def unread_cells(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Text where a number belongs; it was kept as typed and must be replaced."""
    for path, text in form.unread.items():
        message = _unread(path, text)
        if path.endswith(".value"):
            message += "不能用数表示的，“性质”选定性并写判定标准。"
        said = Said(quoted(text), "数字", message)
        yield report("targets.unread", Severity.BLOCK, path, form, said)


def _unread(path: str, text: str) -> str:
    """Why the cell could not be read: in the reader's own words, else its bounds."""
    is_money = path.startswith("funds.") or path.endswith((".fiscal", ".other", ".amount"))
    try:
        if is_money:
            parse_wan(text)
        elif path in ("first_year", "last_year"):
            parse_year(text)
        else:
            parse_number(text, example="8" if path.endswith(".weight") else "1,200")
    except RuleError as refused:
        return str(refused)
    bounds = "应为0–100之间的分数，例如8" if path.endswith(".weight") else "应为0以上的数字"
    return f"填“{quoted(text)}”，{bounds}。"


def required_head(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Attribute and period, which stand in the head of the national form."""
    head = form.shape.head
    if "attribute" in head and form.attribute not in ATTRIBUTES:
        allowed = "、".join(ATTRIBUTES.values())
        said = Said(quoted(form.attribute), allowed, f"未选。请选{allowed}。")
        yield report("targets.head", Severity.BLOCK, "attribute", form, said)
    years = {"first_year": facts.fiscal_year, "last_year": facts.fiscal_year + 2}
    for path, example in years.items():
        if path in head and getattr(form, path) is None and path not in form.unread:
            message = f"未填。请填四位年份，例如{example}；常年项目的终止年度填中期末年。"
            said = Said("", "四位年份", message)
            yield report("targets.head", Severity.BLOCK, path, form, said)


def head_texts(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """The texts of the head: what the shape cannot do without blocks, the rest is asked for."""
    for path in form.shape.head:
        if path not in TEXTS or getattr(form, path).strip():
            continue
        is_required = path in form.shape.required_head
        severity = Severity.BLOCK if is_required else Severity.HINT
        said = Said("", label(path, form.shape), f"未填。请写{TEXTS[path]}。")
        yield report("targets.head_text", severity, path, form, said)


def contact(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A name and a telephone number that the reviewer can call."""
    if not form.leader.strip():
        said = Said("", "姓名", "未填。请填项目负责人姓名。")
        yield report("targets.contact", Severity.HINT, "leader", form, said)
    phone = form.leader_phone.strip()
    if not PHONE.fullmatch(phone):
        found = f"填“{quoted(phone)}”，应为电话号码" if phone else "未填。请填电话号码"
        said = Said(quoted(phone), "电话号码", f"{found}，例如0996-1234567。")
        yield report("targets.contact", Severity.HINT, "leader_phone", form, said)


def period(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """The period is in order and contains the year filed for."""
    first, last, year = form.first_year, form.last_year, facts.fiscal_year
    if first is None or last is None:
        return
    if not first <= year <= last:
        order = "起始晚于终止。" if first > last else ""
        said = Said(
            f"{first}–{last}年",
            f"包含{year}年",
            f"填{first}–{last}年，{order}应包含本年度{year}年。请核对起止年度。",
        )
        yield report("targets.period", Severity.BLOCK, "period", form, said)


def period_of_project(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """The period agrees with what is recorded for the project."""
    known = {"first_year": facts.project_first_year, "last_year": facts.project_last_year}
    for path, year in known.items():
        filled = getattr(form, path)
        if year is not None and filled is not None and filled != year:
            said = Said(
                str(filled), str(year), f"填{filled}年，项目档案为{year}年。请核对哪一个对。"
            )
            yield report("targets.period_differs", Severity.HINT, path, form, said)


def attribute_and_period(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A new project begins this year, a continuing one began before, a one-off ends with it."""
    first, last, year = form.first_year, form.last_year, facts.fiscal_year
    contradiction = ""
    if form.attribute == "new" and first is not None and first < year:
        contradiction = f"选新增项目，起始年度却是{first}年。跨年实施的选延续项目。"
    if form.attribute == "continuing" and first is not None and first >= year:
        contradiction = f"选延续项目，起始年度却是{first}年。本年开始的选新增项目。"
    if form.attribute == "one_off" and last is not None and last > year:
        contradiction = f"选一次性项目，终止年度却是{last}年。请核对。"
    if contradiction:
        said = Said(ATTRIBUTES[form.attribute], "与项目期一致", contradiction)
        yield report("targets.attribute", Severity.HINT, "attribute", form, said)


def goals_filled(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """The year's goal is there; the mid-term goal too when money is asked for the mid term."""
    if not form.year_goal.strip():
        said = Said(
            "",
            "年度目标",
            "未填。请写今年做什么、做多少、达到什么效果，例如“改造供水管网26公里，3个乡镇稳定供水”。",
        )
        yield report("targets.goal_missing", Severity.BLOCK, "year_goal", form, said)
    if not form.mid_goal.strip() and any(form.funds.get("mid", {}).values()):
        said = Said("", "中期目标", "未填，但填了中期资金。请写项目期内要达到的目标。")
        yield report("targets.goal_missing", Severity.HINT, "mid_goal", form, said)


def goals_not_template(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Goals are not the template's own words; a project of one year may say 无 for the mid term."""
    for path in form.shape.goals:
        text = getattr(form, path).strip()
        if path == "mid_goal" and text in NO_GOAL:
            continue
        if text and is_placeholder(text):
            said = Said(
                quoted(text), "本项目的目标", f"“{quoted(text)}”还是模板原文。请写本项目的目标。"
            )
            yield report("targets.goal_placeholder", Severity.BLOCK, path, form, said)


def year_goal_own_words(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """The year's goal says something that does not fit every project, and says enough."""
    goal = form.year_goal.strip()
    if not goal or is_placeholder(goal):
        return
    if is_boilerplate(goal):
        said = Said(
            quoted(goal),
            "做什么、做多少、达到什么效果",
            f"“{quoted(goal)}”没有本项目的内容。请写做什么、做多少、达到什么效果。",
        )
        yield report("targets.goal_boilerplate", Severity.BLOCK, "year_goal", form, said)
    elif len(goal) < (least := limit(facts, "targets.goal_short", "length")):
        said = Said(
            f"{len(goal)}字",
            f"{plain(least)}字以上",
            f"只有{len(goal)}字。可补上数量、时间和预期效果。",
        )
        yield report("targets.goal_short", Severity.TIP, "year_goal", form, said)


def other_years_in_texts(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A year in a goal, a name or a standard is the year filed for, or a base of comparison."""
    texts = {"year_goal": form.year_goal}
    for line in form.lines:
        texts[f"indicator:{line.key}.name"] = line.name
        texts[f"indicator:{line.key}.value"] = line.value_text
    for path, text in texts.items():
        if facts.project_name:
            text = text.replace(facts.project_name, "")  # a project keeps the year in its name
        years = other_years(text, facts.fiscal_year)
        if years:
            found = "、".join(years[:3]) + ("等" if len(years) > 3 else "")
            said = Said(
                found,
                f"{facts.fiscal_year}年",
                f"写有{found}，这是{facts.fiscal_year}年度的表。请核对是否沿用了往年的文字。",
            )
            yield report("targets.other_year", Severity.HINT, path, form, said)


CHECKS = (
    unread_cells,
    required_head,
    head_texts,
    contact,
    attribute_and_period,
    period,
    period_of_project,
    goals_filled,
    goals_not_template,
    year_goal_own_words,
    other_years_in_texts,
)
