"""A plan as a profile and as a file: nothing is lost on the way out and back in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st

from apps.audit.models import Entry
from apps.workplans import profile_files, services
from apps.workplans.models import Plan
from apps.workplans.profile_yaml import to_yaml
from apps.workplans.profiles import PlanRow, Profile
from apps.workplans.services import comparing, editing, exporting
from tests.workplans.conftest import make_plan, make_task
from tests.workplans.test_profiles import SMALL

FILES = sorted((settings.BASE_DIR / "fixtures" / "profiles").glob("*.yaml"))


def reread(profile: Profile, folder: Path) -> Profile:
    path = folder / "again.yaml"
    path.write_text(to_yaml(profile), encoding="utf-8")
    return profile_files.read(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_loading_the_export_again_makes_no_difference(
    db: None, path: Path, tmp_path: Path, django_assert_max_num_queries
) -> None:
    profile = profile_files.read(path)
    plan = services.load_profile(profile=profile, actor=None)
    lines = Entry.objects.count()

    with django_assert_max_num_queries(30):
        exported = exporting.profile_of(Plan.objects.get(pk=plan.pk))

    assert comparing.compare(profile, exported) == []
    assert comparing.compare(exported, profile) == []
    assert reread(exported, tmp_path) == exported
    services.load_profile(profile=exported, actor=None)
    assert Entry.objects.count() == lines  # loading writes a line for whatever it changes
    assert exporting.profile_of(plan) == exported


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_plan_made_from_the_export_is_the_same_plan(db: None, path: Path) -> None:
    plan = services.load_profile(profile=profile_files.read(path), actor=None)
    exported = exporting.profile_of(plan)
    plan.tasks.all().delete()
    plan.delete()

    again = services.load_profile(profile=exported, actor=None)

    assert exporting.profile_of(again) == exported


def test_a_plan_without_reminders_stays_without(world, tmp_path: Path) -> None:
    plan = make_plan(world, Plan.State.DRAFT)
    make_task(plan, "one", "unit")

    again = reread(exporting.profile_of(plan), tmp_path)

    assert again.reminders == []


def test_the_file_can_be_read_by_people_and_by_other_programs(db: None) -> None:
    plan = services.load_profile(profile=profile_files.read(FILES[-1]), actor=None)

    text = to_yaml(exporting.profile_of(plan))

    assert yaml.safe_load(text)["plan"]["year"] == plan.fiscal_year
    assert text == to_yaml(exporting.profile_of(plan))
    assert max(text.count("\n\n"), 1) > plan.tasks.count()  # tasks stand apart


@pace(max_examples=50)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40))
def test_any_words_survive_the_file(tmp_path_factory, words: str) -> None:
    head = PlanRow(year=2024, title="计划", source_note=words)
    profile = Profile.model_validate(SMALL).model_copy(update={"plan": head})

    assert reread(profile, tmp_path_factory.mktemp("words")).plan == head


@pytest.mark.parametrize("word", ["2024", "yes", "null", "1e3", "0x1f", "2024-02-30", "- a", "#b"])
def test_a_word_that_looks_like_something_else_stays_a_word(tmp_path: Path, word: str) -> None:
    head = PlanRow(year=2024, title=word)
    profile = Profile.model_validate(SMALL).model_copy(update={"plan": head})

    assert reread(profile, tmp_path).plan.title == word


def test_days_are_both_included(world, plan: Plan) -> None:
    task = make_task(plan, "one", "unit")
    services_window = {"opens": date(2024, 3, 18), "closes": date(2024, 4, 1)}
    plan.state = Plan.State.DRAFT
    plan.save()

    window = editing.add_window(task=task, values=services_window, actor=world.people["plan_admin"])

    row = exporting.window_row(window)
    assert (row.opens, row.closes) == (date(2024, 3, 18), date(2024, 4, 1))
