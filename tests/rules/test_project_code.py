"""The 21-digit project code: which part is wrong, and what it may be."""

import pytest

from apps.rules import project_code
from apps.rules.errors import RuleError

GOOD = "65282324T000000000123"


@pytest.mark.parametrize(
    "typed",
    [GOOD, f" {GOOD} ", "652823 24 T 000000000123", GOOD.lower(), "６５２８２３２４Ｔ000000000123"],
)
def test_a_code_is_read_into_its_parts(typed: str) -> None:
    code = project_code.parse(typed, regions={"652823"}, years=(2020, 2024))

    assert (code.region, code.year, code.category, code.serial) == (
        "652823",
        2024,
        "T",
        "000000000123",
    )
    assert code.text == GOOD


@pytest.mark.parametrize("typed", ["51000021R000000019951", "51092324T000010263357"])
def test_codes_of_other_regions_are_read_too(typed: str) -> None:
    assert project_code.parse(typed).text == typed


@pytest.mark.parametrize(
    ("typed", "part", "sentence"),
    [
        ("", "length", "未填，应为21位"),
        (GOOD[:-1], "length", "共20位，应为21位：区划6位"),
        (f"{GOOD}0", "length", "共22位"),
        ("6528A324T000000000123", "region", "第1–6位.*“6528A3”"),
        ("05282324T000000000123", "region", "应为6位区划代码"),
        ("652823X4T000000000123", "year", "第7–8位.*“X4”.*例如24"),
        (
            "65282324A000000000123",
            "category",
            "第9位.*“A”.*R（人员类）、Y（运转类）、T（特定目标类）",
        ),
        ("65282324T00000000012X", "serial", "第10–21位.*应为12位数字"),
        ("65282324T00000000012\x00", "serial", "顺序号"),
        ("65282324T00000000012٣", "serial", "顺序号"),
    ],
)
def test_a_wrong_part_is_named_with_what_is_allowed(typed: str, part: str, sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence) as refused:
        project_code.parse(typed)

    assert refused.value.code == f"project_code.{part}"


def test_a_foreign_region_is_refused_where_regions_are_known() -> None:
    with pytest.raises(RuleError, match="区划（第1–6位）为652823，应为150824、652325"):
        project_code.parse(GOOD, regions={"652325", "150824"})


@pytest.mark.parametrize("years", [(2025, 2026), (2018, 2023)])
def test_a_year_outside_those_allowed_is_refused(years: tuple[int, int]) -> None:
    with pytest.raises(RuleError, match=f"年度（第7–8位）为24，应为.*（{years[0]}–{years[1]}年）"):
        project_code.parse(GOOD, years=years)
