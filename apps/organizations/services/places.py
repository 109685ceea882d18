"""Units, sections and routes, kept by the system administrator."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from apps.audit import services as audit
from apps.organizations import permissions, selectors
from apps.organizations.models import (
    Jurisdiction,
    Section,
    SectionAlias,
    SectionRoute,
    Unit,
    User,
)
from apps.rules.errors import RuleError

CODE = re.compile(r"[0-9]{3}([0-9]{3}){0,2}")


@dataclass(frozen=True)
class UnitData:
    """What can be said of a unit; its code is not among it, since everything is filed under it."""

    name: str
    kind: str
    parent: Unit | None = None
    credit_code: str = ""
    is_fund_manager: bool = False
    is_classified: bool = False
    is_active: bool = True

    def stored(self, code: str) -> dict[str, object]:
        """The values as the row keeps them; a classified unit is known by its code alone (U-35)."""
        told = dict(self.__dict__)
        if self.is_classified:
            told |= {"name": f"涉密单位{code}", "credit_code": ""}
        return told

    def for_trail(self) -> dict[str, object]:
        """The values as the trail keeps them; a classified unit's name stays out of it."""
        told = dict(self.__dict__) | {"parent": self.parent.code if self.parent else None}
        return told | {"name": "（涉密）"} if self.is_classified else told


def _may(actor: User, jurisdiction: Jurisdiction) -> None:
    if not permissions.may_manage_units(actor, jurisdiction):
        raise PermissionDenied("单位和科室由系统管理员维护。")


def check_unit(jurisdiction: Jurisdiction, code: str, data: UnitData) -> None:
    """Refuse a code of wrong shape and a parent that does not fit. Raises RuleError."""
    if not CODE.fullmatch(code):
        raise RuleError(
            f"预算单位编码：填“{code}”，应为3位、6位或9位数字，例如201001。", code="code"
        )
    parent = data.parent
    if parent is None:
        return
    if parent.jurisdiction_id != jurisdiction.id or not parent.is_active:
        raise RuleError(
            f"主管部门：{parent.name}不是{jurisdiction.name}的在用单位。", code="parent"
        )
    if not code.startswith(parent.code) or len(code) <= len(parent.code):
        raise RuleError(
            f"主管部门：{parent.name}的编码是{parent.code}，下级单位编码应以它开头，现为{code}。",
            code="parent",
        )


@transaction.atomic
def create_unit(*, actor: User, jurisdiction: Jurisdiction, code: str, data: UnitData) -> Unit:
    """The unit exists under its budget code. Raises RuleError for a taken or malformed code."""
    _may(actor, jurisdiction)
    Jurisdiction.objects.select_for_update().get(pk=jurisdiction.pk)
    check_unit(jurisdiction, code, data)
    taken = Unit.objects.filter(jurisdiction=jurisdiction, code=code).first()
    if taken:
        raise RuleError(f"预算单位编码：{code}已是{taken.name}。", code="code_taken")
    unit = Unit.objects.create(jurisdiction=jurisdiction, code=code, **data.stored(code))
    _record(actor, unit, "organizations.create_unit", data.for_trail())
    return unit


@transaction.atomic
def update_unit(*, actor: User, unit: Unit, data: UnitData) -> Unit:
    """The unit is as told. Raises RuleError when closing it would orphan units below it."""
    _may(actor, unit.jurisdiction)
    held = Unit.objects.select_for_update().get(pk=unit.pk)
    check_unit(unit.jurisdiction, held.code, data)
    if held.is_active and not data.is_active and held.children.filter(is_active=True).exists():
        raise RuleError(f"{held.name}还有在用的下级单位，先停用或改挂下级单位。", code="children")
    before = UnitData(**{name: getattr(held, name) for name in UnitData.__dataclass_fields__})
    wanted = data.stored(held.code)
    changed = [name for name, value in wanted.items() if getattr(before, name) != value]
    if not changed:
        return held
    for name in changed:
        setattr(held, name, wanted[name])
    held.save(update_fields=changed)
    was, now = before.for_trail(), data.for_trail()
    if data.is_classified:  # nor the name that it had before
        was["name"] = now["name"]
    _record(actor, held, "organizations.update_unit", {n: [was[n], now[n]] for n in changed})
    return held


def _record(actor: User, unit: Unit, action: str, data: dict[str, object]) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=unit,
        chain=f"unit:{unit.jurisdiction.code}/{unit.code}",
        label=f"单位{unit.code}" if unit.is_classified else "",
        data=data,
    )


def _record_region(
    actor: User, subject: Section | SectionRoute, action: str, **data: object
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=subject,
        chain=f"region:{subject.jurisdiction.code}",
        data=data,
    )


def _free_names(jurisdiction: Jurisdiction, names: list[str], but: Section | None = None) -> None:
    """Refuse a name that another section already goes by. Raises RuleError (Y-112)."""
    for name in names:
        other = selectors.find_section(jurisdiction, name)
        if other is not None and other != but:
            raise RuleError(f"科室名称：“{name}”已是{other.name}的名称或别名。", code="name_taken")


@transaction.atomic
def create_section(
    *, actor: User, jurisdiction: Jurisdiction, code: str, name: str, kind: str, aliases: list[str]
) -> Section:
    """The finance section exists under its local name and aliases."""
    _may(actor, jurisdiction)
    Jurisdiction.objects.select_for_update().get(pk=jurisdiction.pk)
    _free_names(jurisdiction, [name, *aliases])
    if Section.objects.filter(jurisdiction=jurisdiction, code=code).exists():
        raise RuleError(f"科室标识：{code}已有科室使用。", code="code_taken")
    section = Section.objects.create(jurisdiction=jurisdiction, code=code, name=name, kind=kind)
    _set_aliases(section, aliases)
    _record_region(actor, section, "organizations.create_section", name=name, aliases=aliases)
    return section


@transaction.atomic
def rename_section(*, actor: User, section: Section, name: str, aliases: list[str]) -> Section:
    """The section goes by the name and the aliases; its code, filings and people stay."""
    _may(actor, section.jurisdiction)
    held = Section.objects.select_for_update().get(pk=section.pk)
    _free_names(section.jurisdiction, [name, *aliases], held)
    before = held.name
    held.name = name
    held.save(update_fields=["name"])
    _set_aliases(held, aliases)
    _record_region(
        actor, held, "organizations.rename_section", name=[before, name], aliases=aliases
    )
    return held


def _set_aliases(section: Section, aliases: list[str]) -> None:
    wanted = {"".join(alias.split()) for alias in aliases} - {"", section.name}
    section.aliases.exclude(name__in=wanted).delete()
    known = set(section.aliases.values_list("name", flat=True))
    SectionAlias.objects.bulk_create(
        SectionAlias(section=section, jurisdiction=section.jurisdiction, name=alias)
        for alias in sorted(wanted - known)
    )


@transaction.atomic
def set_route(
    *,
    actor: User,
    section: Section,
    fund_tag: str = "",
    budget_type: str = "",
    unit: Unit | None = None,
) -> SectionRoute:
    """Filings of the one key named go to the section first; an older route gives way (Y-75)."""
    jurisdiction = section.jurisdiction
    _may(actor, jurisdiction)
    if sum((bool(fund_tag), bool(budget_type), unit is not None)) != 1:
        raise RuleError("分工：资金标签、预算类型、单位三项只填一项。", code="route")
    if unit is not None and unit.jurisdiction_id != jurisdiction.id:
        raise RuleError(f"{unit.name}：不属于{jurisdiction.name}。", code="route")
    Jurisdiction.objects.select_for_update().get(pk=jurisdiction.pk)
    key = Q(unit=unit) if unit else Q(fund_tag=fund_tag, budget_type=budget_type, unit=None)
    route = SectionRoute.objects.filter(key, jurisdiction=jurisdiction).first()
    before = route.section.name if route else None
    if route is None:
        route = SectionRoute(
            jurisdiction=jurisdiction, fund_tag=fund_tag, budget_type=budget_type, unit=unit
        )
    route.section = section
    route.save()
    _record_region(actor, route, "organizations.set_route", section=[before, section.name])
    return route


@transaction.atomic
def remove_route(*, actor: User, route: SectionRoute) -> None:
    """The key has no route of its own any more."""
    _may(actor, route.jurisdiction)
    held = SectionRoute.objects.select_for_update().get(pk=route.pk)
    _record_region(actor, held, "organizations.remove_route", section=[held.section.name, None])
    held.delete()
