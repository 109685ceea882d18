"""What changed between two revisions, the words of places, and the text that is hashed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.rules.errors import RuleError
from apps.rules.form_diff import FormDiff, Row, canonical, diff, place
from apps.rules.form_words import show_target, usual_direction
from tests.rules.forms import form, line, lines, with_row


def changed(result: FormDiff, section: str) -> list[Row]:
    return [row for row in result.section(section).rows if row.kind != "same"]


def cells(row: Row) -> dict[str, tuple[str, str]]:
    return {cell.label: (cell.old, cell.new) for cell in row.cells if cell.is_changed}


def test_equal_forms_differ_in_nothing() -> None:
    result = diff(form(), form())

    assert result.n_changes == 0
    assert [section.title for section in result.sections] == [
        "一、基本信息",
        "二、项目资金",
        "三、总体目标",
        "四、绩效指标",
    ]


def test_a_changed_value_is_shown_as_the_form_prints_it() -> None:
    result = diff(form(), with_row(value=Decimal("1200.00"), weight=Decimal(48)))

    (row,) = changed(result, "indicators")
    assert (row.kind, row.place, row.new_position) == ("changed", "四、第1行 更换老旧水表", 1)
    assert cells(row) == {"指标值": ("≥1,900块", "≥1,200块"), "权重": ("50", "48")}
    assert result.n_changes == 2


def test_an_operator_changes_visibly_before_the_value_is_filled() -> None:
    old, new = with_row(value=None), with_row(value=None, operator="≤")

    (row,) = changed(diff(old, new), "indicators")

    assert cells(row) == {"指标值": ("≥块", "≤块")}


def test_rows_added_and_removed_count_once_each() -> None:
    new = form(lines=(*lines()[1:], line("d", name="管网漏损率")))

    result = diff(form(), new)

    assert [(row.kind, row.place) for row in changed(result, "indicators")] == [
        ("removed", "四、第1行 更换老旧水表"),
        ("added", "四、第3行 管网漏损率"),
    ]
    assert result.n_changes == 2


def test_a_removed_row_stands_where_it_stood() -> None:
    result = diff(form(), form(lines=(lines()[0], lines()[2])))

    assert [row.kind for row in result.section("indicators").rows] == ["same", "removed", "same"]


def test_only_the_row_that_was_moved_is_called_moved() -> None:
    a, b, c = lines()

    result = diff(form(), form(lines=(c, a, b)))

    (row,) = changed(result, "indicators")
    assert (row.kind, row.key, row.old_position, row.new_position) == ("moved", "c", 3, 1)
    assert result.n_changes == 1


def test_money_goals_and_head_are_compared() -> None:
    new = form(
        funds={"year": {"fiscal": Decimal("13400000"), "carryover": Decimal("600000.01")}},
        year_goal="改造供水管网26公里。",
        attribute="new",
        leader="",
    )

    result = diff(form(), new)

    money = {row.key: (row.kind, cells(row)) for row in changed(result, "funds")}
    assert money == {
        "funds.year.fiscal": ("changed", {"财政拨款": ("1,380.00", "1,340.00")}),
        "funds.year.carryover": ("added", {"上年结转": ("", "60.000001")}),
        "funds.year.other": ("removed", {"其他资金": ("40.00", "")}),
    }
    head = {row.key: (row.kind, cells(row)) for row in changed(result, "head")}
    assert head == {
        "attribute": ("changed", {"项目属性": ("延续项目", "新增项目")}),
        "leader": ("removed", {"项目负责人": ("王建国", "")}),
    }
    assert [row.key for row in changed(result, "goals")] == ["year_goal"]
    assert result.n_changes == 6


def test_the_total_of_the_funds_follows_and_is_no_change_of_its_own() -> None:
    result = diff(form(), form(funds={"year": {"fiscal": Decimal(10000)}}))

    whole = next(row for row in result.section("funds").rows if row.key == "funds.year")
    assert (whole.kind, cells(whole)) == ("same", {"年度资金总额": ("1,420.00", "1.00")})


def test_without_an_earlier_form_everything_filled_is_added() -> None:
    result = diff(None, form())

    kinds = {row.kind for section in result.sections for row in section.rows}
    assert kinds == {"added", "same"}
    assert len(changed(result, "indicators")) == 3


def test_text_typed_into_a_number_cell_is_part_of_the_comparison() -> None:
    new = replace(
        with_row(value=None),
        unread={"indicator:a.value": "很多", "funds.year.other": "四十", "first_year": "去年"},
    )

    result = diff(form(), new)

    assert cells(changed(result, "indicators")[0]) == {"指标值": ("≥1,900块", "≥块 很多")}
    assert cells(changed(result, "funds")[0]) == {"其他资金": ("40.00", "四十")}
    assert cells(changed(result, "head")[0]) == {"项目期起始年度": ("2023", "去年")}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("form", "全表"),
        ("period", "一、项目期"),
        ("leader", "一、项目负责人"),
        ("year_goal", "三、年度目标"),
        ("funds", "二、项目资金"),
        ("funds.mid", "二、中期资金总额"),
        ("funds.year.fiscal", "二、年度资金 财政拨款"),
        ("weights", "四、权重合计"),
        ("level:产出", "四、产出指标"),
        ("indicator:a", "四、第1行 更换老旧水表"),
        ("indicator:c.value", "四、第3行 用水户满意度 指标值"),
        ("attachments", "五、佐证材料"),
    ],
)
def test_every_cell_has_the_forms_own_name(path: str, words: str) -> None:
    assert place(path, form()) == words


@pytest.mark.parametrize(
    "path",
    [
        *("", "x", "funds.", "funds.year.", "funds.later.fiscal", "funds.year.fiscal.x"),
        *("level:决策", "indicator:", "indicator:z", "indicator:a.", "indicator:a.key"),
        *("indicator:a.value.x", "\x00", "\ud800", "__class__"),
    ],
)
def test_a_path_the_form_does_not_have_is_refused(path: str) -> None:
    with pytest.raises(RuleError, match="表里没有") as refused:
        place(path, form())

    str(refused.value).encode()


@pytest.mark.trust("F08")
def test_equal_content_has_one_text_to_hash() -> None:
    padded = with_row(value=Decimal("1900.0000"), weight=Decimal("5E+1"))
    funds = {"year": {"other": Decimal("400000.00"), "fiscal": Decimal("1.38E+7")}, "mid": {}}

    assert canonical(replace(padded, funds=funds)) == canonical(form())


@pytest.mark.trust("F08")
@pytest.mark.parametrize(
    "other",
    [
        with_row(value=Decimal("1900.0001")),
        with_row(name="更换水表"),
        with_row(key="b2"),
        form(lines=lines()[::-1]),
        form(year_goal=""),
        form(first_year=None),
        form(unread={"funds.year.carryover": "六十"}),
        form(funds={"year": {"fiscal": Decimal("13800000")}}),
    ],
)
def test_other_content_has_another_text(other) -> None:
    assert canonical(other) != canonical(form())


def test_the_link_to_the_library_is_no_content() -> None:
    assert canonical(with_row(library_id=7)) == canonical(form())
    assert diff(form(), with_row(library_id=7)).n_changes == 0


def test_the_text_can_be_hashed_whatever_was_typed() -> None:
    assert canonical(with_row(name="\ud800\x00")).encode("ascii")


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"operator": "≥"}, "≥1,900块"),
        ({"operator": "区间", "value": Decimal(12), "value_high": Decimal("15.5")}, "12–15.5块"),
        ({"operator": "区间", "value": None}, "–块"),
        ({"operator": "定性", "value_text": "通过县级验收"}, "通过县级验收"),
        ({"value": None}, ""),
    ],
)
def test_a_promise_reads_as_one_phrase(changes, shown: str) -> None:
    assert show_target(line(**changes)) == shown


def test_a_ceiling_is_usually_a_reverse_indicator() -> None:
    assert [usual_direction(each) for each in ("≤", "<", "≥", ">", "=", "定性")] == [
        *("反向", "反向"),
        *("正向", "正向", "正向", "正向"),
    ]
