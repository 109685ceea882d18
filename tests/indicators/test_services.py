"""Loading an edition: idempotent, row by row, on record."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.indicators import library_file, services
from apps.indicators.models import Category, Indicator, Library
from apps.rules.errors import RuleError


def everything() -> list[tuple[object, ...]]:
    return [
        *Library.objects.order_by("id").values_list(),
        *Category.objects.order_by("id").values_list(),
        *Indicator.objects.order_by("id").values_list(),
    ]


@pytest.mark.req("Y-06", "Y-07")
def test_command_loads_the_shipped_library_and_prints_counts(db):
    out = StringIO()

    call_command("load_indicators", stdout=out)

    printed = out.getvalue().splitlines()
    assert len(printed) == 29
    assert printed[0] == f"通用类：新增{_count('通用类')}条，更新0条，不变0条"
    assert printed[-1] == "共28类721条。"
    assert Indicator.objects.filter(category__kind="common").count() == 183
    assert Library.objects.get().level == "shared"


@pytest.mark.req("Y-41")
def test_command_gives_the_shipped_library_to_a_county(world):
    call_command("load_indicators", "--jurisdiction", "652823", stdout=StringIO())

    library = Library.objects.get()
    assert (library.jurisdiction, library.level, library.state) == (
        world.county,
        "county",
        "published",
    )


def _count(category: str) -> int:
    return Indicator.objects.filter(category__name=category).count()


def test_same_files_again_change_nothing(common, shipped):
    before, n_entries = everything(), Entry.objects.count()

    again = services.load(actor=None, documents=shipped)

    assert everything() == before
    assert Entry.objects.count() == n_entries
    assert all(row.n_written == 0 and row.n_extra == 0 for row in again)


def test_changed_row_is_updated_in_place_by_code(load, content):
    load(content)
    known = Indicator.objects.get(code="SL-1")
    content["indicators"][0]["typical_value"] = "900"

    (loaded,) = load(content)

    assert (loaded.n_added, loaded.n_changed, loaded.n_same) == (0, 1, 1)
    known.refresh_from_db()
    assert known.typical_value == "900"


def test_row_that_the_file_no_longer_holds_stays_and_is_counted(load, content):
    load(content)
    del content["indicators"][1]

    (loaded,) = load(content)

    assert (loaded.n_same, loaded.n_extra) == (1, 1)
    assert Indicator.objects.filter(code="SL-2").exists()


def test_category_and_source_follow_the_file(load, content):
    load(content)
    content["category"] |= {"name": "水利工程", "position": 7}
    content["library"]["source"] = "州水利局"

    load(content)

    assert Category.objects.values_list("name", "position").get() == ("水利工程", 7)
    assert Library.objects.get().source == "州水利局"


@pytest.mark.trust("F01")
def test_a_load_that_changes_something_leaves_one_line_in_the_trail(load, content):
    load(content)
    load(content)

    entry = Entry.objects.get(action="indicators.load")
    assert entry.data["fiscal_year"] == 2023
    assert entry.data["categories"][0]["n_added"] == 2


@pytest.mark.req("Q-12", "Y-41")
def test_editions_of_two_years_stand_side_by_side(load, content):
    load(content)
    content["library"]["fiscal_year"] = 2024

    load(content)

    assert Indicator.objects.filter(code="SL-1").count() == 2


def test_unknown_jurisdiction_is_refused_and_nothing_is_stored(load, content):
    content["library"]["jurisdiction"] = "999999"

    with pytest.raises(RuleError, match="没有这个区划代码"):
        load(content)

    assert everything() == []
    assert not Entry.objects.exists()


def test_second_bad_library_undoes_the_first(load, content):
    bad = content | {"library": content["library"] | {"title": "别库", "jurisdiction": "999999"}}

    with pytest.raises(RuleError):
        load(content, bad)

    assert everything() == []


@pytest.mark.parametrize(
    ("who", "code", "may"),
    [
        ("plan_admin", "652823", True),
        ("plan_admin", "652325", False),
        ("plan_admin", None, False),
        ("filer", "652823", False),
        ("sys_admin", "652823", False),
    ],
)
def test_only_the_plan_administrator_loads_the_own_jurisdictions_library(
    world, content, write, who, code, may
):
    content["library"]["jurisdiction"] = code
    documents = library_file.read_all([write(content)])

    if may:
        services.load(actor=world.people[who], documents=documents)
        assert Library.objects.get().jurisdiction == world.county
        assert Entry.objects.get(action="indicators.load").actor_id == world.people[who].pk
    else:
        with pytest.raises(PermissionDenied):
            services.load(actor=world.people[who], documents=documents)
        assert everything() == []


@pytest.mark.parametrize("text", ["library: 1", "- x", "\tx"])
def test_command_answers_bad_input_with_one_line_and_exit_2(db, write, text):
    with pytest.raises(CommandError) as refused:
        call_command("load_indicators", str(write(text)))

    assert refused.value.returncode == 2
    assert str(refused.value).startswith("water.yaml")
    assert "\n" not in str(refused.value)
    assert everything() == []


def test_command_says_what_it_left_alone(load, content, write):
    load(content)
    del content["indicators"][1]
    out = StringIO()

    call_command("load_indicators", str(write(content)), stdout=out)

    assert "库中另有1条不在文件里，未改动" in out.getvalue()


def test_database_forbids_one_edition_twice(world):
    owners = [{}, {"jurisdiction": world.county, "level": "county"}]
    owners += [{**owners[1], "level": "department", "unit": world.units["water"]}]
    for owner in owners:
        make = {"title": "库", "fiscal_year": 2023, "source": "x", **owner}
        Library.objects.create(**make)
        with pytest.raises(IntegrityError), transaction.atomic():
            Library.objects.create(**make)


def test_database_forbids_a_code_twice_in_its_place(load, content):
    load(content)
    library, category = Library.objects.get(), Category.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.create(library=library, code="water", name="再来", position=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Indicator.objects.create(category=category, code="SL-1", name="再来")
