"""The county's edition of 2024: what it adds to 2023 is as good as what stood there."""

import pytest

from apps.indicators import library_file
from apps.reports.demo.editions import ADDITIONS
from tests.indicators import test_shipped_library as quality

CHECKS = (
    quality.test_every_line_stands_in_a_legal_place_of_the_three_levels,
    quality.test_quantitative_lines_have_unit_and_direction_and_qualitative_ones_a_checkable_standard,
    quality.test_the_unit_does_not_contradict_the_name,
    quality.test_ranges_are_possible_and_hold_the_usual_value,
    quality.test_every_line_says_what_is_counted_how_from_where_and_by_which_proof,
    quality.test_no_line_hides_behind_vague_words,
    quality.test_codes_and_names_are_unique_in_the_whole_edition,
    quality.test_no_explanation_was_written_after_another,
)


@pytest.fixture(scope="module")
def added() -> list[library_file.Document]:
    return library_file.read_all(sorted(ADDITIONS.glob("*.yaml")))


@pytest.mark.req("Y-41", "Q-12")
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_grown_edition_keeps_the_promises_of_the_first(shipped, added, check):
    check([*shipped, *added])


@pytest.mark.req("Y-41")
def test_it_adds_rows_of_use_to_categories_that_are_there(shipped, added):
    heads = {document.category for document in shipped}
    assert {document.category for document in added} <= heads
    rows = [line for document in added for line in document.indicators]
    assert len(rows) >= 60
    assert all(line.subclass and line.purpose for line in rows)
    assert {document.library.fiscal_year for document in added} == {2024}
