"""The regions below a prefecture and the bureaus that answer for them."""

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.organizations import services
from apps.organizations.models import Jurisdiction, Unit, User
from apps.rules.errors import RuleError
from tests.personas import World, client_of, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.req("B-42", "W-02")]
NEW = {"code": "652824", "name": "若羌县", "bureau_code": "101", "bureau_name": "县财政局"}


@pytest.fixture
def keeper(world: World):
    """The prefecture's system administrator."""
    person = make_person(world, "zhou_sys", "州系统员", "sys_admin")
    person.memberships.update(jurisdiction=world.county.parent)
    User.objects.filter(pk=person.pk).update(jurisdiction=world.county.parent)
    return User.objects.get(pk=person.pk)


def register(keeper, **changes):
    above = keeper.in_force()[0].jurisdiction
    return services.register_region(actor=keeper, above=above, **(NEW | changes))


def test_a_new_region_stands_with_its_bureau(keeper):
    region = register(keeper)

    assert (region.name, region.level) == ("若羌县", "county")
    assert region.parent == keeper.in_force()[0].jurisdiction
    assert (region.bureau.code, region.bureau.jurisdiction) == ("101", region)
    assert Entry.objects.get(action="organizations.register_region").data["bureau"] == [None, "101"]


def test_a_known_region_keeps_its_units_and_gets_a_bureau(world, keeper):
    n_units = Unit.objects.filter(jurisdiction=world.county).count()
    known = {"code": "652823", "name": "尉犁县", "bureau_code": "201"}
    region = register(keeper, **known, bureau_name="县水利局")

    assert region == world.county
    assert region.bureau == Unit.objects.get(jurisdiction=world.county, code="201")
    assert Unit.objects.filter(jurisdiction=world.county).count() == n_units


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "650100"}, "code"),  # lies elsewhere
        ({"code": "652800"}, "code"),  # is the prefecture itself
        ({"code": "65282"}, "code"),
        ({"bureau_code": "财政"}, "bureau_code"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(world, keeper, changes, code):
    before = Jurisdiction.objects.count(), Unit.objects.count()
    with pytest.raises(RuleError) as refused:
        register(keeper, **changes)
    assert refused.value.code == code
    assert (Jurisdiction.objects.count(), Unit.objects.count()) == before


@pytest.mark.trust("B08")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "新名县"}, "name"),
        ({"bureau_code": "999"}, "bureau_code"),
        ({"bureau_name": "县财政局"}, "bureau_name"),
    ],
)
def test_a_region_that_works_here_keeps_its_name_and_its_units(world, keeper, changes, code):
    known = {"code": "652823", "name": "尉犁县", "bureau_code": "201", "bureau_name": "县水利局"}
    n_units = Unit.objects.count()
    with pytest.raises(RuleError) as refused:
        register(keeper, **(known | changes))
    assert refused.value.code == code
    world.county.refresh_from_db()
    assert (world.county.name, world.county.bureau, Unit.objects.count()) == (
        "尉犁县",
        None,
        n_units,
    )


def test_a_region_nobody_keeps_yet_may_be_renamed(keeper):
    register(keeper)
    assert register(keeper, name="若羌").name == "若羌"


def test_a_classified_unit_answers_for_nobody(world, keeper):
    Unit.objects.filter(jurisdiction=world.county, code="201").update(
        is_classified=True, name="涉密单位201", credit_code=""
    )
    with pytest.raises(RuleError, match="不能答复"):
        register(keeper, code="652823", name="尉犁县", bureau_code="201")
    world.county.refresh_from_db()
    assert world.county.bureau is None


def test_others_may_not(world):
    with pytest.raises(PermissionDenied):
        services.register_region(actor=world.people["plan_admin"], above=world.county.parent, **NEW)


def test_the_page_registers_and_shows_where_something_is_wrong(keeper):
    client = client_of(keeper)
    empty = client.get("/regions/").text
    wrong = client.post("/regions/", NEW | {"code": "110000"}).text
    done = client.post("/regions/", NEW, follow=True).text

    assert "登记地区和财政部门" in empty
    assert "应为6位数字，以6528开头" in wrong
    assert "已登记若羌县，财政部门是县财政局。" in done
    assert "101" in done


def test_the_api_says_the_same(keeper):
    client = client_of(keeper)
    made = client.post("/api/v1/regions/", NEW, content_type="application/json")
    assert made.status_code == 201
    assert made.json() in client.get("/api/v1/regions/").json()
