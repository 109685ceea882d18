"""Loading a profile: the file's rows become the jurisdiction's and the draft's rows."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.organizations.models import Jurisdiction, Section, SectionAlias, SectionRoute, User
from apps.projects.models import FundTag
from apps.rules.errors import RuleError
from apps.workplans import permissions
from apps.workplans.models import Plan
from apps.workplans.profiles import Profile
from apps.workplans.services.loading.content import write_content
from apps.workplans.services.loading.writing import Writer


@transaction.atomic
def load_profile(*, profile: Profile, actor: User | None) -> Plan:
    """The jurisdiction, its sections and the year's draft plan are as the profile says.

    Loading again changes nothing. A published plan that differs from the profile is left as it is.
    No actor means the command line. Raises PermissionDenied or RuleError.
    """
    _check_right(profile, actor)
    writer = Writer()
    place = _jurisdiction(profile, writer)
    plan = _plan(profile, place, writer)
    _set_up(profile, place, writer)
    write_profile(plan, profile, writer)
    if not writer.changes:
        return plan
    if plan.state != Plan.State.DRAFT:
        n, first = len(writer.changes), writer.changes[0]
        raise RuleError(
            f"{plan}：{plan.get_state_display()}，不能用文件改。与文件不同{n}处，第一处：{first}。",
            code="workplans.published",
        )
    audit.record(
        actor=actor,
        action="workplans.load_profile",
        subject=plan,
        chain=f"region:{place.code}",
        data={"count": len(writer.changes), "changes": writer.changes[:20]},
    )
    return plan


def write_profile(plan: Plan, profile: Profile, writer: Writer) -> Plan:
    """The plan is as the profile says; its jurisdiction has the sections that the profile names.

    The caller has locked the plan. A published one is compared only, the rest is for the caller to
    take back. Sections, routes and kinds of money are shared by all years: they are left alone.
    """
    writer.is_open = plan.state == Plan.State.DRAFT
    writer.update(plan, head_values(profile))
    sections = {section.code: section for section in plan.jurisdiction.sections.all()}
    write_content(plan, profile, sections, writer)
    return plan


def head_values(profile: Profile) -> dict[str, str]:
    """What the plan says of itself."""
    return profile.plan.model_dump(exclude={"year"})


def _check_right(profile: Profile, actor: User | None) -> None:
    if actor is None:
        return
    place = Jurisdiction.objects.filter(code=profile.jurisdiction.code).first()
    if place is None or not permissions.may_load(actor, place.pk):
        raise PermissionDenied("只有本级计划管理员可以载入年度方案。")


def _jurisdiction(profile: Profile, writer: Writer) -> Jurisdiction:
    above: Jurisdiction | None = None
    for row in [*reversed(profile.jurisdiction.parents), profile.jurisdiction]:
        values = {"name": row.name, "level": row.level, "parent": above}
        above = writer.keep(Jurisdiction, {"code": row.code}, values)
    assert above is not None  # noqa: S101 (the list ends with the jurisdiction itself)
    return above


def _set_up(profile: Profile, place: Jurisdiction, writer: Writer) -> None:
    """Sections with their aliases and the money they are responsible for (Y-75, Y-112)."""
    for tag in profile.fund_tags:
        writer.keep(FundTag, {"code": tag.code}, {"name": tag.name})
    for row in profile.sections:
        key = {"jurisdiction": place, "code": row.code}
        section = writer.keep(Section, key, {"name": row.name, "kind": row.kind})
        owner = {"section": section}
        for name in row.aliases:
            writer.keep(SectionAlias, {"jurisdiction": place, "name": name}, owner)
        for tag_code in row.fund_tags:
            writer.keep(SectionRoute, {"jurisdiction": place, "fund_tag": tag_code}, owner)
        for budget_type in row.budget_types:
            key = {"jurisdiction": place, "budget_type": budget_type.value}
            writer.keep(SectionRoute, key, owner)


def _plan(profile: Profile, place: Jurisdiction, writer: Writer) -> Plan:
    """The plan of the year in its own right, locked; never a working copy of it."""
    key = {"jurisdiction": place, "fiscal_year": profile.plan.year, "amends": None}
    plan, is_new = Plan.objects.get_or_create(**key, defaults=head_values(profile))
    if is_new:
        writer.changes.append(f"增加“{plan}”")
    locked = Plan.objects.select_for_update(of=("self",))
    return locked.select_related("jurisdiction").get(pk=plan.pk)
