"""What every write of the editor begins and ends with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from apps.audit import services as audit
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import permissions, profile_files
from apps.workplans.models import Plan
from apps.workplans.profiles import Problem, Row
from apps.workplans.profiles.words import label, shown, told
from apps.workplans.services.holding import demand_idle, held

R = TypeVar("R", bound=Row)
Values = Mapping[str, object]
Rows = Sequence[Mapping[str, object]]
PARTS = {"items": "审核要点", "bands": "等级"}


def locked(plan: Plan, actor: User) -> Plan:
    """The plan, locked, for one of its administrators. Raises PermissionDenied."""
    if not permissions.may_edit(actor, plan):
        raise PermissionDenied("只有本级计划管理员可以编制计划。")
    return held(plan.pk)


def opened(plan: Plan, actor: User) -> Plan:
    """The draft, locked. Raises PermissionDenied, or RuleError when published or busy."""
    plan = locked(plan, actor)
    if plan.state == Plan.State.PUBLISHED:
        raise RuleError(f"{plan}：已发布，要改先开始修订。", code="workplans.published")
    if plan.state != Plan.State.DRAFT:
        raise RuleError(f"{plan}：已办结，不能再改。", code="workplans.closed")
    demand_idle(plan)
    return plan


def recorded(plan: Plan, actor: User, verb: str, subject: Any, **data: object) -> None:
    """The act stands in the trail of the region, with the plan it was done in."""
    audit.record(
        actor=actor,
        action=f"workplans.{verb}",
        subject=subject,
        chain=f"region:{plan.jurisdiction.code}",
        data={"plan": str(plan), "year": plan.fiscal_year} | data,
    )


def checked(kind: type[R], values: Values, row: int | None = None) -> R:
    """The values as a row; an empty choice is none.

    Raises RuleError naming the field, what was found and what is asked.
    """
    fields = kind.model_fields
    none = {key for key, value in values.items() if value == "" and _may_be_none(fields.get(key))}
    try:
        return kind.model_validate({k: None if k in none else v for k, v in values.items()})
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        key = str(detail["loc"][0]) if detail["loc"] else ""
        said = profile_files.said(detail)
        raise refusal(f"{label(kind, key)}：{said}。", field=key, row=row) from error


def _may_be_none(field: FieldInfo | None) -> bool:
    return field is not None and not field.is_required() and field.get_default() is None


def checked_rows(kind: type[R], rows: Rows) -> list[R]:
    """All rows, the first that cannot be is named by its number."""
    return [checked(kind, row, i) for i, row in enumerate(rows)]


def agreed(kind: type[Row], found: Iterable[Problem], row: int | None = None) -> None:
    """Refuse what the shape allows and cannot be all the same. Raises RuleError."""
    for problem in found:
        numbers = [part for part in problem.path if isinstance(part, int)]
        keys = [part for part in problem.path if isinstance(part, str)]
        key = keys[-1] if keys else ""
        place = label(kind, key) if key else ""
        said = f"{place}：{problem.text}。" if place else f"{problem.text}。"
        raise refusal(said, field=key, row=numbers[-1] if numbers else row)


def refusal(text: str, *, field: str = "", row: int | None = None) -> RuleError:
    """A value that cannot be, with its place for the page."""
    where = "" if row is None else f"第{row + 1}行 "
    return RuleError(where + text, code="workplans.invalid", field=field, row=row)


def free_code(wanted: str, taken: Iterable[str], limit: int = 40) -> str:
    """A code that nobody has: the wanted one, or the next number after it."""
    known = set(taken)
    if wanted and wanted not in known and not wanted.endswith("-"):
        return wanted[:limit]
    stem = wanted.rstrip("-")[: limit - 5]
    return next(code for n in range(1, 10_000) if (code := f"{stem}-{n}") not in known)


def differing(old: Row, new: Row) -> dict[str, list[str]]:
    """Old and new of every value that differs, as the trail keeps it: in the words of the pages."""
    kind = type(new)
    pairs = ((key, getattr(old, key), getattr(new, key)) for key in kind.model_fields)
    return {
        PARTS.get(key) or label(kind, key): [_said(before), _said(after)]
        for key, before, after in pairs
        if before != after
    }


def _said(value: object) -> str:
    if isinstance(value, list):
        return "；".join(told(each) if isinstance(each, Row) else shown(each) for each in value)
    return shown(value)
