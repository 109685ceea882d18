"""Finance sections by any of their names, and which of them first reviews a filing."""

from __future__ import annotations

from django.db.models import Q

from apps.organizations.models import Jurisdiction, Section, SectionRoute, Unit
from apps.rules.errors import RuleError


def _plain(name: str) -> str:
    """A section's name as typed, without blanks."""
    return "".join(name.split())


def find_section(jurisdiction: Jurisdiction, name: str) -> Section | None:
    """The section known by the name or by one of its aliases, or None (Y-112)."""
    wanted = _plain(name)
    known = Section.objects.filter(jurisdiction=jurisdiction)
    return known.filter(Q(name=wanted) | Q(aliases__name=wanted)).distinct().first()


def section_by_name(jurisdiction: Jurisdiction, name: str) -> Section:
    """The section known by the name or an alias: 农财科 is 乡财科. Raises RuleError."""
    section = find_section(jurisdiction, name)
    if section is None:
        known = "、".join(s.name for s in Section.objects.filter(jurisdiction=jurisdiction))
        raise RuleError(
            f"科室：填“{name}”，{jurisdiction.name}没有这个科室或别名。现有：{known or '无'}。",
            code="section_unknown",
        )
    return section


def route_section(
    *, jurisdiction: Jurisdiction, unit: Unit, budget_type: str, fund_tags: list[str]
) -> Section:
    """The section that reviews first: by fund tag, else budget type, unit, or the units above it.

    Raises RuleError naming what has no route, or which tags point at different sections (Y-75).
    """
    routes = list(
        SectionRoute.objects.filter(jurisdiction=jurisdiction)
        .filter(
            Q(fund_tag__in=[tag for tag in fund_tags if tag])
            | Q(budget_type=budget_type or None)
            | Q(unit__in=_line_of(unit))
        )
        .select_related("section")
    )
    return (
        _by_fund(routes, fund_tags)
        or _by_budget_type(routes, budget_type)
        or _by_unit(routes, unit, jurisdiction)
    )


def _line_of(unit: Unit) -> list[int]:
    """The unit's id and those of the units above it, nearest first."""
    line = [unit.id]
    above = unit.parent
    while above is not None and above.id not in line:
        line.append(above.id)
        above = above.parent
    return line


def _by_fund(routes: list[SectionRoute], fund_tags: list[str]) -> Section | None:
    """The section of the project's fund tags; two tags may not name two sections."""
    named = {r.fund_tag: r.section for r in routes if r.fund_tag and r.fund_tag in fund_tags}
    if len(set(named.values())) > 1:
        listed = "，".join(f"“{tag}”归{section.name}" for tag, section in named.items())
        raise RuleError(f"资金标签对应两个科室：{listed}。请只留一个标签。", code="route_ambiguous")
    return next(iter(named.values()), None)


def _by_budget_type(routes: list[SectionRoute], budget_type: str) -> Section | None:
    found = (r.section for r in routes if r.budget_type and r.budget_type == budget_type)
    return next(found, None)


def _by_unit(routes: list[SectionRoute], unit: Unit, jurisdiction: Jurisdiction) -> Section:
    by_unit = {r.unit_id: r.section for r in routes if r.unit_id}
    for unit_id in _line_of(unit):
        if unit_id in by_unit:
            return by_unit[unit_id]
    raise RuleError(
        f"{unit.name}（{unit.code}）：没有设对口业务科室。"
        f"请在{jurisdiction.name}“科室与分工”里给这个单位或它的主管部门指定科室。",
        code="route_missing",
    )
