"""The checks on realistic forms: every finding that is due, and none that is not.

The table of findings due, missed and raised in vain by check is printed with -s.
"""

import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.rules.findings import Severity
from apps.rules.target_checks import CODES, check
from apps.rules.weights import NATIONAL, choose
from tests.rules.corpus import FOLDER, Case, cases
from tests.rules.forms import PUBLISHED, facts, form, line, lines, published, published_facts

CASES = list(cases())
PLACES = [
    *yaml.safe_load((FOLDER.parent / "published_findings.yaml").read_text(encoding="utf-8")).items()
]
LIBRARY = sorted((Path(__file__).parents[2] / "fixtures" / "indicators").glob("*.yaml"))
# The checks of the check-up; the others have cases of their own in test_target_checks.py.
HANDED = "targets.handed_down"  # an order from above, shown in test_handed_down.py
CHECKUP = [code for code in [*CODES][[*CODES].index("targets.output_kinds") :] if code != HANDED]
ABOUT_ONE_ROW = {
    f"targets.{code}"
    for code in (
        *("vague", "vague_name", "percent_small", "whole_numbers", "unit_number", "rate_unit"),
        *("unit_contradicts", "never_fails", "quantity_is_money", "impossible_date", "too_long"),
    )
}


@pytest.mark.req("U-09", "Q-32", "W-26", "Y-29")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_form_has_the_findings_that_a_good_colleague_would_make(case: Case) -> None:
    assert case.found() == case.expected


def test_no_check_misses_or_cries_wolf() -> None:
    due, missed, vain = Counter[str](), Counter[str](), Counter[str]()
    for case in CASES:
        found = case.found()
        due.update(code for code, _ in case.expected)
        missed.update(code for code, _ in case.expected - found)
        vain.update(code for code, _ in found - case.expected)
    sys.stdout.write(f"\n{'check':<20}{'due':>5}{'missed':>8}{'in vain':>9}\n")
    for code in sorted({*due, *missed, *vain}):
        sys.stdout.write(f"{code:<20}{due[code]:>5}{missed[code]:>8}{vain[code]:>9}\n")

    blocking = {code for code in CODES if CODES[code].severity == Severity.BLOCK}
    assert not {f"targets.{code}" for code in [*missed, *vain]} & blocking
    assert not missed + vain


def test_there_are_enough_forms_good_and_bad() -> None:
    assert len(CASES) >= 80
    assert sum(not case.expected for case in CASES) >= 30
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("code", CHECKUP)
def test_each_check_has_a_form_that_needs_it_and_one_that_nearly_does(code: str) -> None:
    short = code.removeprefix("targets.")

    assert any(short == found for case in CASES for found, _ in case.expected)
    near = [case for case in CASES if short in case.near]
    assert near
    assert all(short != found for case in near for found, _ in case.found())


@pytest.mark.parametrize("code", CHECKUP)
def test_no_check_of_the_check_up_stops_a_filing_unless_a_plan_says_so(code: str) -> None:
    assert CODES[code].severity != Severity.BLOCK


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_no_indicator_of_the_library_is_ill_measured(path: Path) -> None:
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["indicators"]

    for row in rows:
        whole = form(lines=(line("x", **_as_line(row)), *lines()[1:]))
        found = {each.code for each in check(whole, facts())}
        assert not found & ABOUT_ONE_ROW, row["name"]


def _as_line(row: dict[str, Any]) -> dict[str, Any]:
    """A library row filled in with its usual value, or with a plain number."""
    usual = str(row.get("typical_value") or "")
    low, _, high = usual.partition("~")
    is_words = row["operator"] == "定性"
    return {
        **{name: row[name] for name in ("level1", "level2", "name", "operator", "direction")},
        "unit": row.get("unit") or "",
        "value": None if is_words else Decimal(low or 50),
        "value_high": Decimal(high) if high and not is_words else None,
        "value_text": (usual or "每季度检查一次") if is_words else "",
    }


@pytest.mark.parametrize(("name", "told"), PLACES, ids=[name for name, _ in PLACES])
def test_a_published_table_is_told_what_the_eye_sees(name: str, told: list[str]) -> None:
    whole = published(name)
    known = published_facts(
        name, weights=choose(NATIONAL, whole), project_name=PUBLISHED[name]["project"]
    )

    found = [
        f"{each.code.removeprefix('targets.')} @ {each.path.removeprefix(f'indicator:{name}-')}"
        for each in check(whole, known)
        if each.severity != Severity.BLOCK
    ]

    assert sorted(found) == sorted(told)
