"""An edition's way: copied, written, sent for review, published by another person."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.indicators import selectors, services
from apps.indicators.models import Category, Indicator, Library
from apps.notifications.models import Message
from apps.rules.errors import RuleError
from tests.personas import client_of

ROW = {
    "level1": "产出",
    "level2": "数量",
    "name": "改造老旧管网长度",
    "operator": "≥",
    "direction": "正向",
    "unit": "公里",
    "low": "1",
    "high": "30",
    "cost_unit": "公里",
    "cost_low": "120000",
    "explanation": "年度内改造并通水的管网长度",
}


@pytest.fixture
def started(world, load, content):
    """A 2025 draft of the county, copied from its published edition of 2023."""
    content["library"]["jurisdiction"] = "652823"
    load(content)
    base = Library.objects.get()
    return start(world, base=base)


def start(world, who="plan_admin", **more):
    told = {"jurisdiction": world.county, "fiscal_year": 2025, "title": "水利行业指标"}
    return services.start(actor=world.people[who], **{**told, "source": "县财政局", **more})


def rows_of(library):
    return Indicator.objects.filter(category__library=library)


@pytest.mark.req("Q-12", "Y-41")
def test_a_new_edition_holds_the_rows_of_the_last_one_and_leaves_it_alone(started):
    base = started.base

    assert started.state == Library.State.DRAFT
    assert (started.level, started.number) == ("county", 1)
    copies = {row.code: row for row in rows_of(started)}
    for row in rows_of(base):
        assert copies[row.code].origin_id == row.pk
        assert copies[row.code].typical_value == row.typical_value
        assert copies[row.code].pieces == row.pieces
    assert Category.objects.get(library=started).name == "水利"


@pytest.mark.req("Q-12")
def test_only_what_is_published_is_in_force(started, world):
    filer, reviewer = world.people["filer"], world.people["performance_reviewer"]
    services.submit(actor=world.people["plan_admin"], library=started)
    assert selectors.libraries_in_force(user=filer, year=2025) == [started.base]

    services.publish(actor=reviewer, library=started)

    assert selectors.libraries_in_force(user=filer, year=2025) == [started]
    assert selectors.libraries_in_force(user=filer, year=2024) == [started.base]
    started.refresh_from_db()
    assert started.published_by == reviewer


@pytest.mark.req("Q-12")
def test_nobody_publishes_what_they_wrote_in(started, world):
    reviewer, admin = world.people["performance_reviewer"], world.people["plan_admin"]
    place = started.categories.get()
    services.add_row(actor=reviewer, library=started, category=place, values=ROW)
    services.submit(actor=admin, library=started)

    for person in (reviewer, admin):
        with pytest.raises(PermissionDenied):
            services.publish(actor=person, library=started)
    started.refresh_from_db()
    assert started.state == Library.State.REVIEW


def test_each_step_is_on_record_and_tells_the_next_person(started, world):
    reviewer, admin = world.people["performance_reviewer"], world.people["plan_admin"]
    services.submit(actor=admin, library=started)
    services.send_back(actor=reviewer, library=started, remark="补数据来源")
    services.submit(actor=admin, library=started)
    services.publish(actor=reviewer, library=started)

    told = Message.objects.filter(kind__startswith="indicators.").values_list(
        "recipient__username", "kind"
    )
    assert sorted(told) == [
        ("performance_reviewer", "indicators.submitted"),
        ("performance_reviewer", "indicators.submitted"),
        ("plan_admin", "indicators.published"),
        ("plan_admin", "indicators.returned"),
    ]
    acts = Entry.objects.filter(action__endswith="_edition").order_by("pk")
    assert [entry.action.partition(".")[2] for entry in acts] == [
        "start_edition",
        "submit_edition",
        "return_edition",
        "submit_edition",
        "publish_edition",
    ]
    page = client_of(admin).get(Message.objects.filter(recipient=admin)[0].url)
    assert page.status_code == 200


@pytest.mark.parametrize("act", ["add_row", "add_category", "drop", "submit"])
def test_nothing_changes_once_it_is_no_draft(started, world, act):
    admin = world.people["plan_admin"]
    services.submit(actor=admin, library=started)
    place, n_rows = started.categories.get(), rows_of(started).count()
    more = {
        "add_row": {"category": place, "values": ROW},
        "add_category": {"name": "林草", "kind": "industry"},
    }

    with pytest.raises(RuleError, match="待发布，不能改"):
        getattr(services, act)(actor=admin, library=started, **more.get(act, {}))

    assert rows_of(started).count() == n_rows
    assert started.categories.count() == 1


def test_a_row_of_a_published_edition_can_neither_be_changed_nor_withdrawn(started, world):
    row = rows_of(started.base).first()
    for act in (services.withdraw_row, lambda **one: services.edit_row(values=ROW, **one)):
        with pytest.raises(RuleError, match="已发布"):
            act(actor=world.people["plan_admin"], row=row)
    assert rows_of(started.base).count() == 2


@pytest.mark.parametrize("act", ["publish", "send_back"])
def test_a_draft_is_judged_only_after_it_was_submitted(started, world, act):
    more = {"remark": "改"} if act == "send_back" else {}
    with pytest.raises(RuleError, match="送审以后"):
        getattr(services, act)(actor=world.people["performance_reviewer"], library=started, **more)
    started.refresh_from_db()
    assert started.state == Library.State.DRAFT


def test_an_empty_edition_is_not_submitted_and_a_return_says_why(world, started):
    empty = start(world, title="空")
    with pytest.raises(RuleError, match="还没有指标"):
        services.submit(actor=world.people["plan_admin"], library=empty)
    services.submit(actor=world.people["plan_admin"], library=started)
    with pytest.raises(RuleError, match="退回意见"):
        services.send_back(actor=world.people["performance_reviewer"], library=started, remark="  ")


def test_one_draft_a_year_and_a_number_for_the_next(started, world):
    with pytest.raises(RuleError, match="同时只编一版"):
        start(world)
    services.submit(actor=world.people["plan_admin"], library=started)
    services.publish(actor=world.people["performance_reviewer"], library=started)

    second = start(world, base=started)

    assert (second.number, second.edition) == (2, "2025年版（第2次）")
    assert Library.objects.count() == 3


@pytest.mark.parametrize("who", ["filer", "section_reviewer", "leader", "foreign_reviewer"])
def test_who_does_not_keep_the_library_makes_no_edition(world, started, who):
    with pytest.raises(PermissionDenied):
        start(world, who, title="新")
    for act in (services.submit, services.drop):
        with pytest.raises(PermissionDenied):
            act(actor=world.people[who], library=started)
    assert Library.objects.count() == 2


@pytest.mark.req("W-24")
def test_a_department_library_is_made_by_its_supervisor_and_published_by_the_bureau(world):
    supervisor, unit = world.people["supervisor"], world.units["water"]
    made = start(world, "supervisor", unit=unit, title="水利局指标")
    place = services.add_category(actor=supervisor, library=made, name="水利", kind="industry")
    services.add_row(actor=supervisor, library=made, category=place, values=ROW)
    services.submit(actor=supervisor, library=made)
    with pytest.raises(PermissionDenied):
        services.publish(actor=supervisor, library=made)
    services.publish(actor=world.people["performance_reviewer"], library=made)

    def finds(who):
        found = selectors.libraries_in_force(user=world.people[who], year=2025)
        return [library.level for library in found]

    assert finds("filer") == finds("station_filer") == finds("leader") == ["department"]
    assert finds("stranger") == finds("foreign_filer") == []


@pytest.mark.req("W-24")
def test_what_comes_from_above_keeps_its_level_in_the_countys_copy(world):
    assert start(world, level="prefecture").level == "prefecture"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"unit": ""}, "unit"),
        ({"level2": "质地"}, "level2"),
        ({"high": "0.5"}, "high"),
        ({"cost_unit": ""}, "cost_low"),
        ({"direction": "反向"}, "direction"),
        ({"code": "SL-1"}, "code"),
        ({"name": "更换老旧水表数量"}, "name"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_at_its_field(started, world, change, field):
    place = started.categories.get()
    with pytest.raises(RuleError) as refused:
        services.add_row(
            actor=world.people["plan_admin"],
            library=started,
            category=place,
            values={**ROW, **change},
        )
    assert refused.value.data["field"] == field
    assert rows_of(started).count() == 2


def test_a_row_gets_the_next_code_of_its_place_and_is_found_by_what_it_says(started, world):
    admin, place = world.people["plan_admin"], started.categories.get()
    made = services.add_row(actor=admin, library=started, category=place, values=ROW)
    assert made.code == "SL-2101"
    assert made.usual_range == "1～30公里"
    assert made.cost_range == "不低于120000元/公里"

    services.edit_row(actor=admin, row=made, values={**ROW, "name": "新建管网长度", "unit": "米"})

    made.refresh_from_db()
    assert (made.code, made.unit) == ("SL-2101", "米")
    assert "新建" in made.pieces.split()
    entry = Entry.objects.get(action="indicators.edit_indicator")
    assert entry.data["before"] == {"name": "改造老旧管网长度", "unit": "公里"}


def test_an_unchanged_row_leaves_no_line_and_a_withdrawn_one_is_gone_from_the_draft(started, world):
    admin, place = world.people["plan_admin"], started.categories.get()
    made = services.add_row(actor=admin, library=started, category=place, values=ROW)
    made.refresh_from_db()
    services.edit_row(actor=admin, row=made, values=ROW)
    assert not Entry.objects.filter(action="indicators.edit_indicator").exists()

    services.withdraw_row(actor=admin, row=made)

    assert rows_of(started).count() == rows_of(started.base).count() == 2


def test_a_category_stands_once_in_an_edition(started, world):
    with pytest.raises(RuleError, match="已有同名"):
        services.add_category(
            actor=world.people["plan_admin"], library=started, name="水利", kind="industry"
        )
    assert started.categories.count() == 1


def test_dropping_a_draft_leaves_what_is_published(started, world):
    services.drop(actor=world.people["plan_admin"], library=started)

    assert list(Library.objects.values_list("fiscal_year", flat=True)) == [2023]
    assert Entry.objects.filter(action="indicators.drop_edition").count() == 1


@pytest.mark.parametrize(
    "owner", [{"level": "county"}, {"level": "department"}, {"level": "shared", "unit": "water"}]
)
def test_database_forbids_a_level_that_does_not_fit_the_owner(world, owner):
    unit = world.units[owner["unit"]] if "unit" in owner else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Library.objects.create(
            title="库", fiscal_year=2024, source="x", level=owner["level"], unit=unit
        )


@pytest.mark.parametrize("ends", [{"low": 2, "high": 1}, {"cost_low": 2, "cost_high": 1}])
def test_database_forbids_a_range_that_ends_before_it_begins(started, ends):
    with pytest.raises(IntegrityError), transaction.atomic():
        rows_of(started).update(**ends)


# --- pages ------------------------------------------------------------------------------------
@pytest.mark.req("Q-12", "Y-06")
def test_an_edition_is_made_on_the_pages_from_copy_to_publication(load, content, world):
    content["library"]["jurisdiction"] = "652823"
    load(content)
    base = Library.objects.get()
    admin, reviewer = client_of(world.people["plan_admin"]), world.people["performance_reviewer"]
    asked = {"owner": "652823", "fiscal_year": 2025, "base": base.public_id}

    assert admin.post("/2024/indicators/editions/", asked).status_code == 302
    made = Library.objects.get(fiscal_year=2025)
    url = f"/2024/indicators/editions/{made.public_id}/"
    assert made.title in admin.get("/2024/indicators/editions/").content.decode()
    place = made.categories.get().pk
    assert admin.post(f"{url}rows/new/", {**ROW, "category": place}).status_code == 302
    row = rows_of(made).get(name=ROW["name"])
    page = admin.get(url, {"category": place, "unfinished": "on"}).content.decode()
    assert "SL-2101" in page
    assert "缺项" in page
    edited = {**ROW, "category": place, "formula": "按竣工图量算", "typical_value": "12"}
    assert admin.post(f"/2024/indicators/rows/{row.pk}/", edited).status_code == 302
    assert admin.post(f"{url}categories/", {"name": "林草", "kind": "industry"}).status_code == 302
    assert admin.post(f"{url}submit/").status_code == 302
    other = client_of(reviewer)
    assert other.post(f"{url}return/", {"remark": ""}).status_code == 422
    assert other.post(f"{url}return/", {"remark": "补来源"}).status_code == 302
    assert "补来源" in admin.get(url).content.decode()
    assert admin.post(f"/2024/indicators/rows/{row.pk}/", {"remove": "1"}).status_code == 302
    assert admin.post(f"{url}submit/").status_code == 302
    assert other.post(f"{url}publish/").status_code == 302

    library = client_of(world.people["filer"]).get("/2025/indicators/").content.decode()
    assert "2025年版" in library
    assert "改造老旧管网长度" not in library


def test_a_wrong_row_and_a_second_category_are_refused_on_the_page(started, world):
    client = client_of(world.people["plan_admin"])
    url = f"/2024/indicators/editions/{started.public_id}/"
    place = started.categories.get().pk
    page = client.post(f"{url}rows/new/", {**ROW, "unit": "", "category": place})
    assert page.status_code == 422
    assert "定量指标要有度量单位" in page.content.decode()
    assert client.post(f"{url}categories/", {"name": "水利", "kind": "common"}).status_code == 422
    assert client.get(f"{url}rows/new/?category={place}").status_code == 200
    row = rows_of(started).first()
    assert "撤下这一条" in client.get(f"/2024/indicators/rows/{row.pk}/").content.decode()
    assert rows_of(started).count() == 2


def test_from_an_empty_table_name_and_source_are_asked(world):
    client = client_of(world.people["plan_admin"])
    asked = {"owner": "652823", "fiscal_year": 2025}
    page = client.post("/2024/indicators/editions/", asked)
    assert page.status_code == 422
    assert "从空表编起时要填" in page.content.decode()
    assert not Library.objects.exists()
