"""manage.py check_table: JSON, workbooks and copied text in, one JSON answer out."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from apps.core import exact_json
from apps.reports import table_files
from apps.rules.errors import RuleError
from tests.reports import printed
from tests.rules.tables import DATA, PUBLISHED, ROWS, changed, clean

ROOT = Path(__file__).resolve().parents[2]
FINDING = ["code", "severity", "where", "found", "expected", "message", "clause"]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    """The command as a person types it."""
    command = [sys.executable, "manage.py", "check_table", *map(str, words)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def answer(path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    call_command("check_table", str(path))
    return exact_json.loads(capsys.readouterr().out)


def codes(told: Any) -> list[str]:
    return [each["code"] for each in told["findings"]]


def kept(tmp_path: Path, content: Any, name: str = "a.json") -> Path:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else str(content).encode())
    return path


@pytest.mark.req("B-41")
def test_a_record_is_answered_in_the_shape_that_scripts_rely_on(tmp_path: Path) -> None:
    done = run(kept(tmp_path, exact_json.dumps(PUBLISHED["SE12"])), "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert list(told) == ["recomputed", "findings"]
    assert told["recomputed"] == {
        "execution_rate": 14.4615,
        "execution_score": 2.89,
        "scores": [8.0, 7.28, 20.0, 10.0, 10.0],
        "total": 58.17,
        "grade": "差",
    }
    assert all(list(each) == FINDING for each in told["findings"])
    assert '"total": 58.17' in done.stdout
    assert "8.00,\n" in done.stdout


def test_a_list_is_answered_by_a_list_in_its_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(DATA, capsys)
    assert len(told) == len(PUBLISHED)
    two = kept(tmp_path, exact_json.dumps([PUBLISHED["SE10"], PUBLISHED["SE11"]]))
    first, second = answer(two, capsys)
    assert first["findings"] == []
    assert "table.weights_sum" in codes(second)


def test_answers_that_stand_in_a_record_are_ignored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = PUBLISHED["SE14"]
    wrong = {**record, "checks": [], "published_error": ["?"], "total_if_capped": 1, "note": None}
    told = [answer(kept(tmp_path, exact_json.dumps(each)), capsys) for each in (record, wrong)]
    assert told[0] == told[1]


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("manner", ["plain", "shifted", "hidden", "copied", "copied in GBK"])
def test_the_official_form_says_what_its_record_says(
    name: str, manner: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = clean(name)
    if manner.startswith("copied"):
        encoding = "gb18030" if "GBK" in manner else "utf-8"
        text = (
            printed.copied(record).replace("≥", ">=") if "GBK" in manner else printed.copied(record)
        )
        path = kept(tmp_path, text.encode(encoding), "表.txt")
    else:
        shift = 2 if manner == "shifted" else 0
        content = printed.workbook(record, shift=shift, hide=manner == "hidden")
        path = kept(tmp_path, content, "表.xlsx")
    told = answer(path, capsys)
    assert [each for each in told["findings"] if each["severity"] != "建议"] == []
    assert told["recomputed"]["total"] == Decimal(record["total"]["score"])


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"r1_score": "11"}, "table.above_weight", "绩效指标 第1行“养护农村公路里程” 得分"),
        ({"exec_score": "8"}, "table.execution", "项目资金 年度资金总额 得分"),
        ({"total_score": "97"}, "table.total", "总分 得分"),
        ({"adjusted": "520"}, "table.money_sum", "项目资金 年度资金总额 全年预算数"),
        ({"r2_actual": "120"}, "table.above_earned", "绩效指标 第2行“更换路灯” 得分"),
    ],
)
def test_an_error_in_the_workbook_is_told_at_its_place(
    changes: dict[str, Any], code: str, where: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    content = printed.workbook(changed("roads", **changes), shift=1)
    told = answer(kept(tmp_path, content, "a.xlsx"), capsys)
    assert (code, where) in [(each["code"], each["where"]) for each in told["findings"]]


def test_a_formula_without_a_result_is_told_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Workbook()
    for row in printed.rows_of(clean("relief")):
        book.active.append(row)
    book.active.cell(book.active.max_row, 7, "=SUM(G11:G16)+H6")
    told = answer(kept(tmp_path, printed.saved(book), "a.xlsx"), capsys)
    (unread,) = [each for each in told["findings"] if each["code"] == "table.unread"]
    assert (unread["where"], unread["found"]) == ("总分 得分", "没有结果的公式")


SICHUAN = """
部门预算项目支出绩效自评表(2023年度)
项目名称	51000023R000000019951-水质监测	部门（单位）	某局
项目基本情况
	年度预算数（万元）	年初预算	调整后预算数	预算执行数	预算执行率	权重	得分	原因
	总额	80	75	69.3	92.40%	10	9.24	尾款次年支付
	其中：财政资金	80	75	69.3	92.40%	/	/
目标完成情况
一级指标	二级指标	三级指标	指标性质	指标值	度量单位	完成值	权重	得分	未完成原因分析
产出指标	数量指标	采集水样	≥	480	份	480	30	30
	质量指标	数据有效率	＝	98	%	98	20	20
效益指标	生态效益指标	断面达标	定性	好		好	30	30
满意度指标	服务对象满意度指标	公众满意度	≥	85	%	88	10	10
合计					100	99.24
"""


def test_a_provinces_own_columns_are_found_by_their_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(kept(tmp_path, SICHUAN, "a.txt"), capsys)
    assert told["recomputed"]["execution_rate"] == Decimal("92.4")
    assert told["recomputed"]["scores"] == [30, 20, 30, 10]
    assert told["recomputed"]["total"] == Decimal("99.24")
    assert [each for each in told["findings"] if each["severity"] != "建议"] == []


LANGFANG = """
项目支出绩效自评表
2019年度)
项目名称\t食堂暖通改造经费
主管部门\t某市发改委\t\t实施单位\t某学校
"项目资金
(万元)"\t\t"年初
预算数"\t"全年
预算数"\t"全年
执行数"\t分值\t执行率\t得分
\t年度资金总额：\t43.2\t43.2\t37.24\t10\t86%\t8.62
\t其中：当年财政拨款\t43.2\t43.2\t37.24
\t上年结转资金
年度总体目标\t预期目标\t\t\t实际完成情况
一级指标\t二级指标\t三级指标\t"年度
指标值"\t"实际
完成值"\t分值\t得分\t偏差原因分析及改进措施
"产出指标
（60分）"\t数量指标\t指标1改造面积\t已建成3200平方米\t达到3200平方米\t20\t20\t0
\t\t指标2
\t\t……
\t质量指标\t指标1工程验收合格率\t100\t100%\t20\t20\t无
\t时效指标\t指标1完成及时率\t100\t100\t20\t20
效益指标\t社会效益指标\t指标1保障师生就餐\t完成800人\t已完成812人\t20\t20
满意度指标\t服务对象满意度指标\t指标1学生满意度\t≥90%\t96%\t10\t10
总分\t\t\t\t\t100\t98.62
"""


CHONGQING = """
部门整体绩效自评表（2021年度）
部门（单位）名称\t某中心\t\t自评总分\t97.6
部门预算执行情况（万元）\t年初预算数\t全年（调整）预算数\t全年执行数\t执行率（%）\t执行率权重（分）\t执行率得分（分）
\t1500\t1650\t1254\t76%\t10\t7.6
指标名称\t计量单位\t指标性质\t年初指标值\t调整指标值\t全年完成值\t得分系数（%）\t指标权重（分）\t指标得分（分）\t是否核心指标
财政供养人员控制率\t%\t定量指标\t100%\t\t92%\t100%\t20\t20\t否
预算调整率\t%\t定量指标\t3%\t\t0\t100%\t10\t10\t否
内控制度\t\t定性指标\t高\t\t高\t100%\t20\t20\t否
播发稿件数量\t篇\t定量指标\t2200\t\t2859\t100%\t30\t30\t是
公众满意度\t%\t定量指标\t90%\t\t96%\t100%\t10\t10\t是
"""
ZHONGJIANG = """
绩效目标自评表（2022年度）
项目名称\t水标尺安装项目\t负责人及电话\t王建国
主管部门\t某县水利局\t实施单位\t某县水利局
资金情况（万元）\t\t全年预算数（A）\t全年执行数（B）\t分值\t执行率（B/A）\t得分
\t年度资金总额：\t20\t20\t10\t100.00%\t10
\t其中：本年财政拨款\t20\t20
年度总体目标\t年初设定目标\t\t年度总体目标完成情况综述
一级指标\t二级指标\t三级指标\t分值\t年度指标值\t全年实际值\t得分\t未完成原因及拟采取的改进措施
产出指标（50分）\t数量指标\t安装水标尺\t25\t≥266米\t270米\t25
\t质量指标\t验收合格率\t25\t100%\t100%\t25
效益指标（30分）\t社会效益指标\t受益人口\t30\t≥1000人\t900人\t27\t外出务工增多
满意度指标（10分）\t服务对象满意度指标\t群众满意度\t10\t≥95%\t96%\t10
……
总分\t\t\t100\t\t\t97
"""


@pytest.mark.parametrize(
    ("text", "scores", "total"),
    [
        (CHONGQING, [20, 10, 20, 30, 10], Decimal("97.6")),
        (ZHONGJIANG, [25, 25, 27, 10], Decimal(97)),
    ],
)
def test_columns_in_another_order_and_columns_of_their_own_are_no_matter(
    text: str, scores: list[int], total: Decimal, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    told = answer(kept(tmp_path, text, "a.txt"), capsys)
    assert told["recomputed"]["scores"] == scores
    assert told["recomputed"]["total"] == total
    assert [each for each in told["findings"] if each["severity"] != "建议"] == []


@pytest.mark.parametrize("mark", ["\t", ","])
def test_lines_within_cells_and_rows_of_the_blank_form_are_read_over(
    mark: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = LANGFANG.replace("\t", mark)
    told = answer(kept(tmp_path, text, "a.csv"), capsys)
    assert told["recomputed"]["scores"] == [20, 20, 20, 20, 10]
    assert told["recomputed"]["total"] == Decimal("98.62")
    assert [each for each in told["findings"] if each["severity"] != "建议"] == []


def test_a_quote_that_is_never_closed_is_a_mark_like_any_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '"填表说明\n' + printed.copied(clean("roads"))
    told = answer(kept(tmp_path, text, "a.txt"), capsys)
    assert told["recomputed"]["total"] == Decimal("98.78")


def test_several_sheets_are_several_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Workbook()
    for name in ("roads", "relief"):
        page = book.create_sheet(name)
        for row in printed.rows_of(clean(name)):
            page.append(row)
    told = answer(kept(tmp_path, printed.saved(book), "a.xlsx"), capsys)
    assert [each["recomputed"]["total"] for each in told] == [Decimal("98.78"), 100]


# --- refusals ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("{", "a.json", "不是JSON：第1行"),
        ("[" * 100_000, "a.json", "括号套得太深"),
        ('{"amounts": {"executed": NaN}}', "a.json", "“NaN”不是数"),
        ("7", "a.json", "一条记录，或记录的数组"),
        ("{}", "a.json", "不是自评表"),
        ("[1]", "a.json", "第1条记录：记录应是一个对象"),
        ('[{"indicators": []}, {"indicators": 5}]', "a.json", "第2条记录：amounts应是对象"),
        ("", "a.json", "是空的"),
        (b"\xff\xfe\xff\x00\x81", "a.txt", "编码不是UTF-8"),
        ("床前明月光\t疑是地上霜", "a.txt", "没有找到自评表"),
        (b"PK\x03\x04 no book", "a.xlsx", "a.xlsx"),
        ("text", "a.xlsx", "a.xlsx"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    content: Any, name: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=said) as refused:
        call_command("check_table", str(kept(tmp_path, content, name)))
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "said"), [((), "用法：check_table 文件 --format json。"), (("没有.json",), "打不开")]
)
def test_a_wrong_call_is_one_line_and_exit_code_2(words: tuple[object, ...], said: str) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [(), ("a.json", "--format", "xml")])
def test_called_from_code_a_wrong_call_raises(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="用法"):
        call_command("check_table", *words)


def test_a_folder_is_no_file() -> None:
    with pytest.raises(CommandError, match="打不开"):
        call_command("check_table", str(ROOT))


def test_files_and_lists_have_their_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MAX_TEXT", 100)
    with pytest.raises(RuleError, match="超过20MB"):
        table_files.answers_of(kept(tmp_path, "x" * 101, "a.txt"))
    monkeypatch.setattr(table_files, "MAX_RECORDS", 1)
    with pytest.raises(RuleError, match="一次最多1条"):
        table_files.answers_of(kept(tmp_path, "[1, 2]"))


# --- whatever comes ----------------------------------------------------------------------------
STRANGE = (
    None, True, False, "", " ", "—", "≥95%", "95%以上", "完成", "见说明", "-5", "0", "1e5", "0.95",
    "１００", "18-22", "2021年12月", "12个月", "≥", "%", "元", "万元", "NaN", "Infinity", "1" * 60,
    "9" * 300, "1.2.3", "\u0000", "\ud7ff", "=1+1", [], {}, [1], {"a": 1}, [Decimal(1), Decimal(2)],
    Decimal(0), Decimal(-1), Decimal("0.001"), Decimal("1e18"), Decimal("1e400"), Decimal("1e-30"),
    Decimal(100), Decimal("99.99"), Decimal("1.5"),
)  # fmt: skip
CELLS = ("op", "target", "unit", "actual", "weight", "score", "deviation", "l1", "l2", "l3")
AMOUNTS = ("unit", "initial", "adjusted", "executed", "exec_weight", "exec_rate_published",
           "exec_score", "lines", "exec_weight_published")  # fmt: skip
OUTER = (
    "project",
    "year",
    "total",
    "partial",
    "l1_weights_declared",
    "grade",
    "indicators",
    "amounts",
)


def mutated(dice: random.Random) -> Any:
    """A good table with one to five of its cells made strange."""
    good = [clean(dice.choice(list(ROWS))), json.loads(json.dumps(PUBLISHED["SE14"], default=str))]
    record = dice.choice(good)
    for _ in range(dice.randint(1, 5)):
        rows = record.get("indicators")
        place = dice.random()
        if place < 0.6 and isinstance(rows, list) and rows and isinstance(rows[0], dict):
            dice.choice(rows)[dice.choice(CELLS)] = dice.choice(STRANGE)
        elif place < 0.85 and isinstance(record.get("amounts"), dict):
            record["amounts"][dice.choice(AMOUNTS)] = dice.choice(STRANGE)
        elif place < 0.9 and isinstance(rows, list):
            rows.insert(dice.randint(0, len(rows)), {**dice.choice(rows or [{}])})
        else:
            record[dice.choice(OUTER)] = dice.choice(STRANGE)
    return record


def test_no_mutated_table_ever_breaks_it(tmp_path: Path) -> None:
    dice = random.Random(20231)
    n_answered = 0
    for _ in range(800):
        try:
            told = table_files._answer(mutated(dice), None)
        except RuleError:
            continue
        n_answered += 1
        assert exact_json.loads(exact_json.dumps(told))["recomputed"].keys()
        scores = told["recomputed"]["scores"]
        assert all(score is None or score >= 0 for score in scores)
    assert n_answered > 600


def test_no_mutated_text_or_sheet_ever_breaks_it(tmp_path: Path) -> None:
    dice = random.Random(20232)
    for turn in range(300):
        rows = printed.rows_of(clean(dice.choice(list(ROWS))))
        for _ in range(dice.randint(1, 6)):
            row = dice.choice(rows)
            row[dice.randrange(len(row))] = dice.choice(
                ["", "≥", "总分", "一级指标", 7, "\t", "得分"]
            )
        if dice.random() < 0.3:
            dice.shuffle(rows)
        text = "\n".join("\t".join(map(str, row)) for row in rows)
        path = kept(tmp_path, text.encode("utf-8", "replace"), f"{turn}.txt")
        try:
            told = table_files.answers_of(path)
        except RuleError:
            continue
        assert set(told) == {"recomputed", "findings"}
