"""Filters and tags built into every template: how numbers, dates and signs are shown.

Every number and date of the screens passes here, so that pages agree with each other and with the
design: 万元 with two decimals, U+2212 for minus, — for what is missing, 2024年3月20日.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from types import EllipsisType
from typing import Any, NamedTuple

from django import forms, template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.core import clock
from apps.core.money import WAN
from apps.rules.findings import ORDER, Severity

register = template.Library()

MISSING = "—"
CHOOSE = "请选择"
MINUS = "\u2212"
WEEKDAYS = "一二三四五六日"
TICKS = 5
MOMENT = timedelta(microseconds=1)


# --- numbers ----------------------------------------------------------------------------------
def _decimal(value: object) -> Decimal | None:
    """The value as Decimal, or None for what is no number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _places(number: Decimal, places: int) -> str:
    """Half-up to the places, thousands separated, with a true minus; never a negative zero."""
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(rounded):,}"
    return f"{MINUS}{text}" if rounded < 0 else text


@register.filter
def wan(value: object) -> str:
    """Yuan shown in 万元: 12860000 → 1,286.00."""
    number = _decimal(value)
    return MISSING if number is None else _places(number / WAN, 2)


@register.filter
def yuan(value: object) -> str:
    """Yuan with two places: 12860000 → 12,860,000.00."""
    number = _decimal(value)
    return MISSING if number is None else _places(number, 2)


@register.filter
def percent(value: object) -> str:
    """A ratio between 0 and 1 with one place: 0.8666 → 86.7%."""
    number = _decimal(value)
    return MISSING if number is None else f"{_places(number * 100, 1)}%"


@register.filter
def points(value: object) -> str:
    """Points or a quantity without idle zeros: 12.50 → 12.5, 10.00 → 10, 1200 → 1,200."""
    number = _decimal(value)
    if number is None:
        return MISSING
    places = max(0, -int(number.normalize().as_tuple().exponent))
    return _places(number, places)


@register.filter
def score(value: object) -> str:
    """A total of points with two places: 88 → 88.00."""
    return yuan(value)


@register.filter
def signed(shown: str) -> str:
    """A shown difference with its sign: 40.00 → +40.00; minus, zero and — stay as they are."""
    number = _decimal(shown.replace(",", "").rstrip("%"))
    return f"+{shown}" if number is not None and number > 0 else shown


@register.filter
def filesize(value: object) -> str:
    """Bytes in the unit people use: 1887436 → 1.8 MB."""
    number = _decimal(value)
    if number is None:
        return MISSING
    for unit in ("B", "KB", "MB"):
        if number < 1024:
            return f"{_places(number, 0 if unit == 'B' else 1)} {unit}"
        number /= 1024
    return f"{_places(number, 1)} GB"


# --- dates ------------------------------------------------------------------------------------
def _local(value: date | datetime) -> date | datetime:
    """A moment in Asia/Shanghai; a date as it is."""
    return value.astimezone(clock.ZONE) if isinstance(value, datetime) else value


@register.filter
def cndate(value: date | datetime | None) -> str:
    """2024年3月20日."""
    if not value:
        return MISSING
    day = _local(value)
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def cnday(value: date | datetime | None) -> str:
    """3月20日, where the year is plain from the page."""
    if not value:
        return MISSING
    day = _local(value)
    return f"{day.month}月{day.day}日"


@register.filter
def cntime(value: datetime | None) -> str:
    """3月20日 09:12."""
    return f"{cnday(value)} {_local(value):%H:%M}" if value else MISSING


@register.filter
def cnmoment(value: datetime | None) -> str:
    """2024年9月6日 16:20:07, as on a receipt."""
    return f"{cndate(value)} {_local(value):%H:%M:%S}" if value else MISSING


@register.filter
def cnclock(value: datetime | None) -> str:
    """10:42:18."""
    return f"{_local(value):%H:%M:%S}" if value else MISSING


@register.filter
def cnweekday(value: date | datetime | None) -> str:
    """星期三."""
    return f"星期{WEEKDAYS[_local(value).weekday()]}" if value else ""


@register.filter
def cnend(value: datetime | None, year: int) -> str:
    """The last day in time, with its year where that is not the page's: 4月15日, 2025年1月2日."""
    if not value:
        return MISSING
    day = clock.last_day(value)
    return cnday(day) if day.year == year else cndate(day)


@register.filter
def cnlast(closes_at: datetime | None) -> str:
    """The last day in time of a half-open deadline: 3月21日 00:00 → 3月20日."""
    return cnday(clock.last_day(closes_at)) if closes_at else MISSING


# --- signs ------------------------------------------------------------------------------------
class Sign(NamedTuple):
    """How a state is drawn: class, shape, word."""

    css: str
    shape: str
    word: str


STATES = {
    "todo": Sign("is-todo", "todo", "未开始"),
    "draft": Sign("is-draft", "draft", "草稿"),
    "submitted": Sign("is-submitted", "submitted", "已提交"),
    "in_review": Sign("is-review", "review", "审核中"),
    "returned": Sign("is-returned", "returned", "已退回"),
    "approved": Sign("is-final", "final", "已定稿"),
    "rejected": Sign("is-rejected", "rejected", "不通过"),
    "cancelled": Sign("is-cancelled", "cancelled", "已取消"),
    "overdue": Sign("is-overdue", "overdue", "逾期"),
    "late": Sign("is-overdue", "late", "逾期补报"),
    "locked": Sign("is-locked", "lock", "未到填报期"),
    "exempt": Sign("is-locked", "none", "已豁免"),
    "queued": Sign("is-todo", "todo", "排队中"),
    "running": Sign("is-review", "review", "进行中"),
    "done": Sign("is-final", "final", "已完成"),
    "failed": Sign("is-rejected", "rejected", "未完成"),
    "problem.open": Sign("is-todo", "todo", "待整改"),
    "problem.answered": Sign("is-review", "review", "待复核"),
    "problem.returned": Sign("is-returned", "returned", "退回补改"),
    "problem.refused": Sign("is-rejected", "rejected", "拒不整改"),
    "problem.closed": Sign("is-final", "final", "已销号"),
    "problem.withdrawn": Sign("is-cancelled", "cancelled", "已撤销"),
}
BY_WORD = {sign.word: sign for sign in STATES.values()}
GRADES = {"优": "you", "良": "liang", "中": "zhong", "差": "cha"}
SHAPES = {Severity.BLOCK: "block", Severity.HINT: "hint", Severity.TIP: "tip"}


@lru_cache(maxsize=4096)
def _drawn(part: str, *items: tuple[str, Hashable]) -> SafeString:
    """A small part of a page, rendered once: a list repeats the same few signs in every row."""
    return render_to_string(f"parts/{part}.html", dict(items))


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon beside its word; it says nothing by itself."""
    return _drawn("_icon", ("name", name))


@register.simple_tag
def glyph(name: str, label: str = "") -> SafeString:
    """A status shape; `label` speaks where no word stands beside it."""
    return _drawn("_glyph", ("name", name), ("label", label))


@register.simple_tag
def statetag(state: str, extra: str = "") -> SafeString:
    """A state's tag by code or word, with a fact appended: 草稿 + 7/11, 审核中 + ·业务科室初审."""
    sign = STATES.get(state) or BY_WORD.get(state) or Sign("", "none", state)
    return _drawn("_statetag", ("sign", sign), ("extra", extra))


@register.simple_tag
def grade(value: str | None) -> SafeString:
    """优 良 中 差 in its frame; — while there is none."""
    css = GRADES.get(value or "", "none")
    return _drawn("_grade", ("word", value or MISSING), ("css", css))


@register.simple_tag
def severity(value: str, count: int | None = None) -> SafeString:
    """阻断, 提示 or 建议 with its shape, and how many where that is counted."""
    shape = SHAPES[Severity(value)]
    return _drawn("_severity", ("shape", shape), ("word", str(value)), ("count", count))


@register.filter
def shape_of(value: str) -> str:
    """The shape of a severity's word."""
    return SHAPES[Severity(value)]


@register.inclusion_tag("parts/_bar.html")
def bar(value: object, mark: object = None) -> dict[str, Any]:
    """A ratio as a 6 px bar, with a tick for the time progress; its number stands beside it."""
    return {"width": _thousandths(value) or 0, "mark": _thousandths(mark)}


def _thousandths(value: object) -> int | None:
    """A ratio as a position on the bar, kept within it."""
    number = _decimal(value)
    return None if number is None else int(min(max(number, Decimal(0)), Decimal(1)) * 1000)


# --- deadlines --------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def due(
    context: template.Context,
    moment: datetime | date | None,
    remaining: int | EllipsisType | None = ...,
) -> SafeString:
    """A deadline: its last day, ticks for the last five working days, words.

    `moment` is the half-open end (or a plain last day), `remaining` the working days left as
    apps.workplans.calendar counts them, None where the year's holidays are not announced: then
    plain days are told, and why. Where nobody counted, the date stands alone.
    """
    if moment is None:
        return _drawn("_due", ("date", "未定"))
    last = clock.last_day(moment) if isinstance(moment, datetime) else moment
    today = getattr(context.get("shell"), "today", None)
    days = (last - today).days if today else None
    left = None if remaining is ... else remaining
    kind = _due_kind(days, left)
    is_near = today is None or today.year == last.year
    ticks = tuple(n < (left or 0) for n in range(TICKS)) if kind == "soon" else ()
    words = _due_words(moment, days, left)
    if remaining is None and days is not None and days > 0:
        words = f"剩{days}天，节假日未公布"
    return _drawn(
        "_due",
        ("date", cnday(last) if is_near else cndate(last)),
        ("kind", kind),
        ("ticks", ticks),
        ("words", words),
    )


def _due_kind(days: int | None, remaining: int | None) -> str:
    """late, soon or nothing; the calendar decides where it is known, the working days elsewhere."""
    if (days is not None and days <= 0) or (remaining is not None and remaining < 0):
        return "late"
    if days is None and remaining == 0:
        return "late"
    return "soon" if remaining is not None and remaining <= TICKS else ""


def _due_words(moment: datetime | date, days: int | None, remaining: int | None) -> str:
    """What the countdown says beside the date."""
    if (remaining is not None and remaining < 0) or (days is not None and days < 0):
        return f"逾期{-remaining}个工作日" if remaining else "已逾期"
    if days == 0 or (days is None and remaining == 0):
        return f"今天 {_closing_hour(moment)}截止"
    if remaining is None:
        return ""
    return f"剩{remaining}个工作日" if remaining else f"剩{days}天"


def _closing_hour(moment: datetime | date) -> str:
    """24:00 for the midnight that ends a day, else the time itself."""
    if not isinstance(moment, datetime):
        return "24:00"
    at = moment.astimezone(clock.ZONE)
    return "24:00" if (at - MOMENT).date() != at.date() else f"{at:%H:%M}"


# --- explanations and findings ----------------------------------------------------------------
@register.inclusion_tag("parts/_why.html")
def why(trace: Mapping[str, Any] | None, key: str = "", label: str = "为什么") -> dict[str, Any]:
    """The trace of a number behind a link: formula, numbers, inputs with source, rule, clause.

    `trace` has title, formula, calculation, inputs (name, value, source), result, rule, clause;
    what is missing is left out, an empty trace shows nothing. `key` makes the id unique.
    """
    return {"trace": trace or {}, "key": key, "label": label}


class FindingGroup(NamedTuple):
    """Findings of one rule, worst rule first."""

    code: str
    severity: str
    first: Any
    rest: list[Any]


def _of(finding: Any, name: str) -> str:
    """A field of a finding, stored (dict) or fresh."""
    return str(finding[name] if isinstance(finding, Mapping) else getattr(finding, name))


@register.filter
def by_rule(findings: Iterable[Any]) -> list[FindingGroup]:
    """Findings grouped by rule, 阻断 first, otherwise in the order of the form."""
    groups: dict[tuple[str, str], list[Any]] = {}
    for finding in findings:
        groups.setdefault((_of(finding, "severity"), _of(finding, "code")), []).append(finding)
    ranked = sorted(groups.items(), key=lambda item: ORDER[Severity(item[0][0])])
    return [FindingGroup(code, weight, rows[0], rows[1:]) for (weight, code), rows in ranked]


@register.filter
def count_of(findings: Iterable[Any], word: str) -> int:
    """How many findings have the severity."""
    return sum(_of(finding, "severity") == word for finding in findings)


# --- forms ------------------------------------------------------------------------------------
@register.filter
def control(field: BoundField, extra: str = "") -> SafeString:
    """The field's widget in the house's look; Django ties it to its help and errors."""
    widget = field.field.widget
    if getattr(field.field, "empty_label", None) in (BLANK_CHOICE_DASH[0][1], MISSING):
        field.field.empty_label = CHOOSE if field.field.required else MISSING  # type: ignore[attr-defined]
    css = "form-control"
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    elif isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        css = ""
    return field.as_widget(attrs={"class": f"{css} {extra}".strip()})


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the label belongs behind the control."""
    return isinstance(field.field.widget, forms.CheckboxInput)
