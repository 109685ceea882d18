"""Accounts, first administrators, units, sections, routes."""

import io
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.organizations import selectors, services
from apps.organizations.models import (
    Jurisdiction,
    OneTimeLink,
    Section,
    SectionRoute,
    Unit,
    User,
)
from apps.organizations.services.places import UnitData
from apps.rules.errors import RuleError

DATA = UnitData(name="县气象局", kind="department")


def test_an_account_is_made_without_password_and_without_rights(world, sys_admin):
    person = services.create_person(
        actor=sys_admin, jurisdiction=world.county, username="slj-tbr09", name="阿依"
    )
    assert not person.has_usable_password()
    assert selectors.roles(person) == frozenset()
    assert Entry.objects.get(action="organizations.create_person").chain.name == "region:652823"


@pytest.mark.trust("B08")
@pytest.mark.parametrize("actor", ["sec_admin", "audit_admin", "leader", "filer"])
def test_only_the_system_administrator_makes_accounts(world, actor):
    with pytest.raises(PermissionDenied):
        services.create_person(
            actor=world.people[actor], jurisdiction=world.county, username="neu", name="新"
        )
    assert not User.objects.filter(username="neu").exists()


@pytest.mark.parametrize("username", ["", "ab", "有汉字", "a b c", "-abc", "x" * 41, "FILER"])
def test_an_account_name_has_a_shape_and_one_owner(world, sys_admin, username):
    with pytest.raises(RuleError, match="账号："):
        services.create_person(
            actor=sys_admin, jurisdiction=world.county, username=username, name="新"
        )
    assert User.objects.filter(username=username).count() == 0


@pytest.mark.trust("B08")
def test_links_go_only_to_others_and_never_to_ones_own_class(
    world, sys_admin, sec_admin, filer, foreign_filer
):
    for actor, person in (
        (sys_admin, sys_admin),
        (sec_admin, filer),
        (sec_admin, sec_admin),
        (sys_admin, foreign_filer),
        (filer, filer),
    ):
        with pytest.raises(PermissionDenied):
            services.issue_link(actor=actor, person=person)
    assert not OneTimeLink.objects.exists()
    services.issue_link(actor=sec_admin, person=sys_admin)
    services.issue_link(actor=sys_admin, person=sec_admin)


def test_disabling_ends_tokens_and_can_be_undone(world, sys_admin, filer):
    token, _ = services.make_token(actor=filer, name="取数", days=9, may_write=False)
    with pytest.raises(PermissionDenied):
        services.disable(actor=sys_admin, person=sys_admin, reason="试")
    services.disable(actor=sys_admin, person=filer, reason="调离")
    token.refresh_from_db()
    assert token.revoked_at is not None
    with pytest.raises(RuleError, match="已经停用"):
        services.disable(actor=sys_admin, person=filer, reason="调离")
    services.enable(actor=sys_admin, person=filer, reason="回来")
    with pytest.raises(RuleError, match="没有停用"):
        services.enable(actor=sys_admin, person=filer, reason="回来")
    assert selectors.roles(User.objects.get(pk=filer.pk)) == {"filer"}


@pytest.mark.trust("A10")
def test_a_fresh_database_has_nobody_and_the_first_two_come_from_one_command(db):
    assert not User.objects.exists()
    out = io.StringIO()
    options = {
        "jurisdiction": "652823",
        "jurisdiction_name": "尉犁县",
        "system": "xtgly",
        "security": "aqgly",
    }
    call_command("first_admins", **options, stdout=out)

    first, second = (line.split("\t") for line in out.getvalue().splitlines())
    assert (first[0], second[0]) == ("系统管理员", "安全管理员")
    assert all(not user.has_usable_password() for user in User.objects.all())
    token = first[2].rstrip("/").rpartition("/")[2]
    assert not OneTimeLink.objects.filter(hashed=token).exists()
    assert services.redeem_link(token=token, new="Heshui-2024-shuiku").username == "xtgly"
    assert Jurisdiction.objects.get().level == "county"

    with pytest.raises(CommandError, match="只能办一次") as refusal:
        call_command("first_admins", **options | {"system": "xtgly2"}, stdout=out)
    assert refusal.value.returncode == 2
    assert User.objects.count() == 2


@pytest.mark.trust("A10")
@pytest.mark.parametrize(
    "wrong",
    [{"jurisdiction": "65"}, {"jurisdiction_name": ""}, {"security": "XTGLY"}, {"system": "x"}],
)
def test_a_wrong_first_command_leaves_nobody(db, wrong):
    options = {
        "jurisdiction": "652800",
        "jurisdiction_name": "巴州",
        "system": "xtgly",
        "security": "aqgly",
    }
    with pytest.raises(CommandError) as refusal:
        call_command("first_admins", **options | wrong, stdout=io.StringIO())
    assert refusal.value.returncode == 2
    assert not User.objects.exists()


@pytest.mark.req("U-01", "U-36")
def test_units_of_every_kind_are_kept_with_their_marks(world, sys_admin):
    for number, kind in enumerate(Unit.Kind.values):
        services.create_unit(
            actor=sys_admin,
            jurisdiction=world.county,
            code=f"70{number}",
            data=replace(DATA, kind=kind, is_fund_manager=True),
        )
    assert Unit.objects.filter(code__startswith="70", is_fund_manager=True).count() == 5


@pytest.mark.parametrize(
    ("code", "parent", "told"),
    [
        ("20", None, "应为3位、6位或9位"),
        ("2011", None, "应为3位、6位或9位"),
        ("201", None, "已是县水利局"),
        ("205009", "water", "应以它开头"),
        ("205010", "foreign_water", "不是尉犁县的在用单位"),
    ],
)
def test_a_unit_code_has_a_shape_and_fits_its_parent(world, sys_admin, code, parent, told):
    data = replace(DATA, parent=world.units[parent] if parent else None)
    with pytest.raises(RuleError, match=told):
        services.create_unit(actor=sys_admin, jurisdiction=world.county, code=code, data=data)
    assert not Unit.objects.filter(name="县气象局").exists()


def test_a_unit_with_units_below_stays_open(world, sys_admin):
    water = world.units["water"]
    with pytest.raises(RuleError, match="还有在用的下级单位"):
        services.update_unit(
            actor=sys_admin,
            unit=water,
            data=UnitData(name="县水利局", kind="department", is_active=False),
        )
    water.refresh_from_db()
    assert water.is_active


def test_a_units_change_keeps_old_and_new_and_no_change_leaves_no_line(world, sys_admin):
    water = world.units["water"]
    new = UnitData(name="县水务局", kind="department")
    services.update_unit(actor=sys_admin, unit=water, data=new)
    services.update_unit(actor=sys_admin, unit=water, data=new)
    entry = Entry.objects.get(action="organizations.update_unit")
    assert entry.data == {"name": ["县水利局", "县水务局"]}


@pytest.mark.req("U-35")
@pytest.mark.trust("I02")
def test_a_classified_units_name_stays_out_of_the_trail(world, sys_admin):
    services.create_unit(
        actor=sys_admin,
        jurisdiction=world.county,
        code="298",
        data=UnitData(name="某某秘密单位", kind="department", is_classified=True),
    )
    entry = Entry.objects.get(action="organizations.create_unit")
    assert "秘密" not in f"{entry.data}{entry.subject_label}"


@pytest.mark.trust("B08")
@pytest.mark.parametrize("actor", ["sec_admin", "plan_admin", "filer", "foreign_reviewer"])
def test_places_are_kept_by_the_system_administrator_alone(world, actor):
    user, water = world.people[actor], world.units["water"]
    for act in (
        lambda: services.create_unit(actor=user, jurisdiction=world.county, code="777", data=DATA),
        lambda: services.update_unit(actor=user, unit=water, data=DATA),
        lambda: services.create_section(
            actor=user, jurisdiction=world.county, code="x", name="x", kind="business", aliases=[]
        ),
        lambda: services.rename_section(
            actor=user, section=world.sections["rural"], name="x", aliases=[]
        ),
        lambda: services.set_route(actor=user, section=world.sections["rural"], fund_tag="x"),
        lambda: services.remove_route(actor=user, route=SectionRoute.objects.first()),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not Entry.objects.exists()


@pytest.mark.req("Y-112")
def test_no_two_sections_go_by_one_name(world, sys_admin):
    with pytest.raises(RuleError, match="“农财科”已是乡财科"):
        services.create_section(
            actor=sys_admin,
            jurisdiction=world.county,
            code="x",
            name="农财科",
            kind="business",
            aliases=[],
        )
    with pytest.raises(RuleError, match="标识"):
        services.create_section(
            actor=sys_admin,
            jurisdiction=world.county,
            code="xck",
            name="新科",
            kind="business",
            aliases=[],
        )
    section = services.create_section(
        actor=sys_admin,
        jurisdiction=world.county,
        code="wjk",
        name="文教科",
        kind="business",
        aliases=["科教文科", "文教科"],
    )
    assert [alias.name for alias in section.aliases.all()] == ["科教文科"]


@pytest.mark.req("Y-112")
def test_a_section_keeps_its_identity_through_a_new_name(world, sys_admin):
    rural = world.sections["rural"]
    services.rename_section(
        actor=sys_admin, section=rural, name="农业农财科", aliases=["乡财科", "农财科"]
    )
    assert selectors.section_by_name(world.county, "乡财科").code == "xck"
    services.rename_section(actor=sys_admin, section=rural, name="乡财科", aliases=[])
    assert selectors.find_section(world.county, "农财科") is None


@pytest.mark.req("Y-75")
def test_a_route_has_one_key_and_gives_way_to_a_newer_one(world, sys_admin):
    water, social = world.units["water"], world.sections["social"]
    services.set_route(actor=sys_admin, section=social, unit=water)
    assert SectionRoute.objects.get(unit=water).section == social
    with pytest.raises(RuleError, match="只填一项"):
        services.set_route(actor=sys_admin, section=social, unit=water, fund_tag="债券")
    with pytest.raises(RuleError, match="不属于"):
        services.set_route(actor=sys_admin, section=social, unit=world.units["foreign_water"])
    services.remove_route(actor=sys_admin, route=SectionRoute.objects.get(unit=water))
    assert not SectionRoute.objects.filter(unit=water).exists()


@pytest.mark.parametrize(
    "keys",
    [{}, {"fund_tag": "a", "budget_type": "fund"}, {"fund_tag": "债券"}, {"budget_type": "social"}],
)
def test_the_database_itself_keeps_one_route_a_key(world, keys):
    with pytest.raises(IntegrityError), transaction.atomic():
        SectionRoute.objects.create(
            jurisdiction=world.county, section=world.sections["rural"], **keys
        )


def test_the_database_itself_keeps_codes_and_dates_in_shape(world):
    for make in (
        lambda: Unit.objects.create(
            jurisdiction=world.county, code="20A", name="x", kind="department"
        ),
        lambda: Jurisdiction.objects.create(code="65A823", name="x", level="county"),
        lambda: Section.objects.create(
            jurisdiction=world.county, code="jxk", name="x", kind="business"
        ),
        lambda: world.people["filer"].memberships.update(section=world.sections["rural"]),
        lambda: world.people["filer"].memberships.update(ends_on="2019-12-31"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()
