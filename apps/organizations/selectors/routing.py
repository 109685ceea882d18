"""Finance sections by any of their names, and which of them first reviews a filing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from apps.organizations.models import Jurisdiction, Section, SectionRoute, Unit
from apps.organizations.selectors import standing
from apps.organizations.selectors.standing import Person
from apps.rules.errors import RuleError

# The section in charge of a unit: its own route's or that of the nearest unit above it that has
# one. Codes have three levels, so two steps up are all.
IN_CHARGE = Coalesce(
    "routes__section", "parent__routes__section", "parent__parent__routes__section"
)


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
            Q(fund_tag__in=[tag for tag in fund_tags if tag]) | Q(budget_type=budget_type or None)
        )
        .select_related("section")
    )
    return (
        _by_fund(routes, fund_tags)
        or _by_budget_type(routes, budget_type)
        or _by_unit(unit, jurisdiction)
    )


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


def _by_unit(unit: Unit, jurisdiction: Jurisdiction) -> Section:
    nearest = Unit.objects.filter(pk=unit.pk).annotate(in_charge=IN_CHARGE)
    section = Section.objects.filter(pk__in=nearest.values("in_charge")).first()
    if section is None:
        raise RuleError(
            f"{unit.name}（{unit.code}）：没有设对口业务科室。"
            f"请在{jurisdiction.name}“科室与分工”里给这个单位或它的主管部门指定科室。",
            code="route_missing",
        )
    return section


@dataclass(frozen=True)
class Share:
    """What a person's sections have charge of in one jurisdiction: units, and kinds of money."""

    jurisdiction: int
    sections: frozenset[int]
    units: frozenset[int]
    fund_tags: frozenset[str]
    budget_types: frozenset[str]


def shares_of(user: Person) -> list[Share]:
    """The share of the person's sections, by jurisdiction; none where the whole region is read.

    The same routes that lead a filing to its first desk say what a section sees (Y-47, Y-75). One
    query for the life of the user object, that is of a request; none without a section.
    """
    known: list[Share] | None = user.__dict__.get("_shares")
    if known is None:
        known = user.__dict__["_shares"] = [
            _share(place, sections) for place, sections in _own_sections(user).items()
        ]
    return known


def _own_sections(user: Person) -> dict[int, set[int]]:
    whole = standing.whole_region_jurisdictions(user)
    found: dict[int, set[int]] = {}
    for held in standing.memberships(user):
        if held.section_id is not None and held.jurisdiction_id not in whole:
            found.setdefault(held.jurisdiction_id, set()).add(held.section_id)
    return found


def _share(place: int, sections: set[int]) -> Share:
    units = Unit.objects.filter(jurisdiction=place).annotate(in_charge=IN_CHARGE)
    money = SectionRoute.objects.filter(section__in=sections, unit__isnull=True)
    none, nothing = Value(0), Value("")
    rows = units.filter(in_charge__in=sections).order_by().values_list("pk", nothing, nothing)
    found = list(rows.union(money.values_list(none, "fund_tag", "budget_type"), all=True))
    return Share(
        jurisdiction=place,
        sections=frozenset(sections),
        units=frozenset(unit for unit, _, _ in found if unit),
        fund_tags=frozenset(tag for _, tag, _ in found if tag),
        budget_types=frozenset(kind for _, _, kind in found if kind),
    )
