"""A wrong file is refused with file, line and key."""

from __future__ import annotations

import pytest
import yaml

from apps.indicators import library_file
from apps.rules.errors import RuleError

WRONG = [  # item, key, value, what the sentence says
    (0, "level1", "过程", "indicators[0].level1：填“过程”，应为成本、产出、效益、满意度之一"),
    (0, "level2", "经济效益", "indicators[0].level2：填“经济效益”，应为数量、质量、时效、成本之一"),
    (0, "operator", "＞", "indicators[0].operator：填“＞”，应为≥、≤、=、>、<、区间、定性之一"),
    (0, "direction", "向上", "indicators[0].direction：填“向上”，应为正向、反向之一"),
    (0, "direction", "反向", "与性质“≥”相反"),
    (0, "unit", "", "indicators[0].unit：未填，定量指标要有度量单位，例如“%”"),
    (0, "typical_value", "约1200", "indicators[0].typical_value：填“约1200”，应为一个数，例如“90”"),
    (0, "name", "", "indicators[0].name：未填，必须填写"),
    (0, "name", "名" * 101, "最多100个字"),
    (0, "name", ["a"], "indicators[0].name：应为文字"),
    (0, "code", "SL 1", "indicators[0].code：填“SL 1”，应符合格式"),
    (0, "is_core", "也许", "indicators[0].is_core：填“也许”，应为true或false"),
    (0, "wieght", 5, "indicators[0].wieght：没有这个键，请核对拼写"),
    (1, "unit", "%", "indicators[1].unit：填“%”，定性指标不填度量单位"),
    (1, "typical_value", "明显改善", "定性指标要写出可核对的判定标准，至少8个字"),
    (1, "typical_value", "", "indicators[1].typical_value：未填，定性指标要写出可核对的判定标准"),
]


@pytest.mark.req("U-09")
@pytest.mark.parametrize(("item", "key", "value", "sentence"), WRONG)
def test_wrong_value_is_refused_by_file_item_and_key(content, write, item, key, value, sentence):
    content["indicators"][item][key] = value

    with pytest.raises(RuleError) as refused:
        library_file.read(write(content))

    assert str(refused.value).startswith("water.yaml 第")
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_missing_key_is_named_with_the_line_of_its_item(content, write):
    del content["indicators"][1]["explanation"]
    path = write(content)
    items = yaml.compose(path.read_text(encoding="utf-8")).value[1][1]
    line = items.value[1].start_mark.line + 1

    with pytest.raises(RuleError) as refused:
        library_file.read(path)

    place = f"water.yaml 第{line}行 indicators[1].explanation：缺少这个键。"
    assert str(refused.value).startswith(place)


def test_several_faults_are_counted(content, write):
    del content["library"]["source"]
    content["category"]["position"] = 0
    content["library"]["fiscal_year"] = "去年"

    with pytest.raises(RuleError, match=r"library\.source：缺少这个键（另有2处）"):
        library_file.read(write(content))


@pytest.mark.parametrize("key", ["code", "name"])
def test_nothing_stands_twice_in_a_category(content, write, key):
    content["indicators"].append(content["indicators"][0] | {"code": "SL-3", "name": "另一条"})
    content["indicators"][2][key] = content["indicators"][0][key]

    with pytest.raises(RuleError, match="出现两次，一类里只能有一次"):
        library_file.read(write(content))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("library: [1, 2", "不是合格的YAML"),
        ("a: !!python/object:os.system x", "不是合格的YAML"),
        ("library: {fiscal_year: 2023-13-45}", "不是合格的YAML"),
        ("operator: =", "不是合格的YAML"),
        ("[" * 5000, "不是合格的YAML"),
        ("", "应为一组“键: 值”"),
        ("- 1", "应为一组“键: 值”"),
        ("library: {}\ncategory: {}\nindicators: []", "缺少这个键"),
        ("1: 2", "缺少这个键"),
    ],
)
def test_text_that_is_no_library_is_refused(write, text, sentence):
    with pytest.raises(RuleError, match=sentence) as refused:
        library_file.read(write(text))

    assert "没有载入任何数据" in str(refused.value)


def test_unreadable_files_are_refused(tmp_path):
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("指标".encode("gb18030"))
    with pytest.raises(RuleError, match="不是UTF-8文本"):
        library_file.read(latin)
    with pytest.raises(RuleError, match=r"none\.yaml：没有这个文件"):
        library_file.read(tmp_path / "none.yaml")
    with pytest.raises(RuleError, match="读不了，请核对文件权限"):
        library_file.read(tmp_path)
    big = tmp_path / "big.yaml"
    big.write_bytes(b" " * (library_file.MAX_BYTES + 1))
    with pytest.raises(RuleError, match="最多2097152字节"):
        library_file.read(big)


@pytest.mark.parametrize(("value", "fits"), [("6~8", True), ("6-8", False), ("", True)])
def test_range_is_written_with_both_ends(content, write, value, fits):
    content["indicators"][0] |= {"operator": "区间", "typical_value": value}
    path = write(content)

    if fits:
        assert library_file.read(path).indicators[0].typical_value == value
    else:
        with pytest.raises(RuleError, match="区间写成两个数，例如“6~8”"):
            library_file.read(path)


def test_two_files_of_one_edition_must_name_the_same_source(content, write):
    first = write(content, "a.yaml")
    content["library"]["source"] = "别处"
    second = write(content, "b.yaml")

    with pytest.raises(
        RuleError, match=r"b\.yaml library\.source：填“别处”，与a\.yaml的“县水利局”不同"
    ):
        library_file.read_all([first, second])
