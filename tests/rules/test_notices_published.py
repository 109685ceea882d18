"""The five published notices, against what a careful person reads in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.rules.notices import Certainty, DraftTask, WindowKind
from tests.rules.notice_texts import YEARS, published, task_of, text_of


def d(text: str) -> date:
    """A day of 2024 as 3-20."""
    month, day = text.split("-")
    return date(2024, int(month), int(day))


def window(task: DraftTask) -> tuple[date | None, date | None]:
    assert len(task.windows) == 1
    return task.windows[0].opens, task.windows[0].closes


def names(task: DraftTask) -> list[str]:
    return [paper.name for paper in task.attachments]


@pytest.mark.req("U-01", "U-02")
def test_the_banners_notice_says_who_sent_it_to_whom_and_when() -> None:
    notice = published("wulatezhongqi-2024")
    assert notice.title
    assert notice.document_number
    assert notice.issued_on
    assert notice.issuer
    assert notice.title.value == "2024年乌拉特中旗全面实施预算绩效管理工作要点"
    assert notice.document_number.value == "乌中政办发〔2024〕16号"
    assert notice.issued_on.value == date(2024, 3, 19)
    assert notice.issuer.value == "乌拉特中旗人民政府办公室"
    assert notice.addressees
    assert notice.addressees.value.endswith("旗直各部门")
    assert [(each.title, each.number) for each in notice.basis] == [
        ("乌拉特中旗全面实施绩效管理试点工作方案", "乌中政办发〔2021〕15号")
    ]


@pytest.mark.req(
    "U-05", "U-10", "U-11", "U-12", "U-15", "U-18", "U-21", "U-25", "U-26", "U-27", "U-31", "U-32",
    "U-34", "U-36", "U-40", "U-44",
)  # fmt: skip
def test_the_banners_notice_gives_its_twelve_tasks() -> None:
    tasks = published("wulatezhongqi-2024").tasks
    found = [
        (
            task.title.value,
            task.stage.value,
            task.subject.value,
            task.category.value,
            *window(task),
            task.responsible and task.responsible.value,
            task.scope and task.scope.value,
        )
        for task in tasks
    ]
    rows = text_of("wulatezhongqi-2024", "tsv").splitlines()[1:]
    expected = [row.split("\t") for row in rows]
    assert found == [(*row[:4], d(row[4]), d(row[5]), *row[6:]) for row in expected]
    assert {task.certainty for task in tasks} == {Certainty.CERTAIN}


@pytest.mark.req("U-22", "U-24", "U-40", "U-56")
def test_the_banners_tasks_carry_papers_events_evaluated_year_and_focus() -> None:
    notice = published("wulatezhongqi-2024")
    self_evaluation = task_of(notice, "2023年度绩效自评")
    assert names(self_evaluation) == [
        "部门（单位）财政资金支出绩效自评报告",
        "部门（单位）整体支出绩效自评表",
        "项目支出绩效自评表",
        "项目支出绩效自评情况汇总表",
    ]
    assert self_evaluation.evaluated_year
    assert self_evaluation.evaluated_year.value == 2023
    assert "决算填报结束" in self_evaluation.windows[0].event
    assert "自评结束" in task_of(notice, "部门重点绩效评价").windows[0].event
    assessment = task_of(notice, "事前绩效评估")
    assert assessment.windows[0].event == "收到评估通知"
    assert assessment.windows[0].focus_opens == d("3-1")
    assert assessment.windows[0].focus_closes == d("8-31")
    assert assessment.section
    assert assessment.section.value == "绩效管理和监督股"
    assert names(task_of(notice, "汇总表"))[0] == "年度绩效目标汇总表"


@pytest.mark.req("U-48", "U-54")
def test_the_banners_notice_names_what_it_leaves_open() -> None:
    notice = published("wulatezhongqi-2024")
    assert [finding.code for finding in notice.findings] == ["notice.review_overlaps"]
    assert "7月旗财政局对绩效自评工作开展复核" in notice.findings[0].message
    assert any("年末（一般是下年4-5月）" in left.text for left in notice.leftovers)


# words of the title, stage, subject, [(data until, closes)]
COUNTY_DATED = [
    ("所有项目支出进行绩效监控", "monitoring", "project", [("5-31", "6-10"), ("8-31", "9-10")]),
    ("审核上报本县各部门单位2024年5月、8月", "monitoring", "section", [("5-31", ""), ("8-31", "")]),
    ("所有项目支出开展单位绩效自评", "self_evaluation", "project", [("", "3-20")]),
    ("组织实施部门评价", "evaluation", "unit", [("", "4-20")]),
    ("第三方机构独立实施绩效评价", "evaluation", "section", [("", "7-20")]),
    ("真实性核查", "self_evaluation", "section", [("", "6-20")]),
    ("对2023年度整体情况实施绩效自评", "self_evaluation", "unit", [("", "4-20")]),
    ("对整体支出进行绩效监控", "monitoring", "unit", [("6-30", "")]),
    ("社保基金预算、国有资本经营预算绩效管理情况进行总结", "materials", "section", [("", "11-20")]),
    ("政府专项债项目、财政衔接推进", "materials", "section", [("", "11-30")]),
    ("信息公开迎检工作", "materials", "section", [("", "7-20")]),
    ("汇总各部门单位总结材料", "materials", "section", [("", "11-20")]),
    ("预算绩效管理座谈会", "materials", "unit", [("", "4-10")]),
]  # fmt: skip


@pytest.mark.req(
    "Y-49", "Y-53", "Y-54", "Y-55", "Y-57", "Y-65", "Y-80", "Y-82", "Y-83", "Y-89", "Y-92", "Y-95"
)
@pytest.mark.parametrize(("words", "stage", "subject", "days"), COUNTY_DATED)
def test_the_countys_plan_gives_every_dated_task(
    words: str, stage: str, subject: str, days: list[tuple[str, str]]
) -> None:
    task = task_of(published("yuli-2023-2024"), words)
    assert (task.stage.value, task.subject.value) == (stage, subject)
    expected = [(d(until) if until else None, d(due) if due else None) for until, due in days]
    assert [(each.data_until, each.closes) for each in task.windows] == expected


@pytest.mark.req("Y-84")
def test_the_countys_quarterly_package_has_its_four_days() -> None:
    task = task_of(published("yuli-2023-2024"), "收集汇总本县预算绩效管理明细材料")
    assert {each.kind for each in task.windows} == {WindowKind.RECURRING}
    assert [each.closes for each in task.windows] == [
        d("4-1"), d("7-1"), d("10-1"), date(2025, 1, 1)
    ]  # fmt: skip
    assert names(task) == ["本县预算绩效管理明细材料", "汇总表", "佐证材料"]


@pytest.mark.req("Y-37", "Y-50", "Y-55", "Y-57", "Y-59", "Y-77", "Y-85", "Y-94")
@pytest.mark.parametrize(
    ("words", "comparison", "value", "unit"),
    [
        ("事前绩效评估", "以上", 50, "万元"),
        ("组织实施部门评价", "不低于", 20, "%"),
        ("独立实施绩效评价", "不少于", 5, "个"),
        ("部门单位整体绩效评价", "", 1, "个"),
        ("中央转移支付资金自评", "低于", 90, "分"),
        ("信息报送工作", "不少于", 4, "篇"),
        ("各部门单位不少于2篇", "不少于", 2, "篇"),
        ("明细材料、汇总表及佐证材料", "不低于", 10, "%"),
        ("建立完整工作台账", "连续", 2, "次"),
    ],
)
def test_the_countys_thresholds_stand_with_their_task(
    words: str, comparison: str, value: int, unit: str
) -> None:
    notice = published("yuli-2023-2024")
    found = [task for task in notice.tasks if words in task.title.value]
    told = [(each.comparison, each.value, each.unit) for each in found[0].parameters]
    assert (comparison, Decimal(value), unit) in told


@pytest.mark.req("Y-36", "Y-41", "Y-43", "Y-45", "Y-80", "Y-86", "Y-87", "Y-93")
@pytest.mark.parametrize(
    ("words", "stage", "event"),
    [
        ("随资金拨付文件同步下达", "targets", "资金拨付文件"),
        ("按程序报县财政部门批准后进行调整", "targets", "监控节点"),
        ("部门单位整体支出绩效目标", "targets", "部门预算批复"),
        ("绩效目标公开", "materials", "部门预算"),
        ("绩效评价公开", "materials", "部门决算"),
        ("脱密后进行“双公开”", "materials", "重点项目绩效评价工作结束"),
        ("组织开展预算绩效管理培训", "materials", "节点"),
    ],
)
def test_the_countys_tasks_by_event_wait_for_its_date(words: str, stage: str, event: str) -> None:
    found = [task for task in published("yuli-2023-2024").tasks if words in task.title.value]
    assert found[0].stage.value == stage
    assert event in found[0].windows[0].event
    assert found[0].windows[0].closes is None


@pytest.mark.req("Y-38", "Y-39", "Y-47", "Y-72", "Y-74", "Y-75", "Y-110", "Y-111", "Y-112")
@pytest.mark.parametrize(
    ("words", "section"),
    [
        ("指导审核县本级各部门单位2024年新增项目", "预算绩效评价科"),
        ("社保基金预算绩效管理结果应用管理", "社保科"),
        ("国有资本经营预算绩效管理结果应用管理", "企业科"),
        ("地方政府债务资金绩效管理结果应用管理", "债务科"),
        ("财政衔接推进乡村振兴资金绩效管理结果应用管理", "乡财科"),
        ("统筹平衡安排预算", "预算科"),
        ("收集自评表和自评报告", "业务科室"),
        ("工作推进总台账", "预算绩效评价科"),
    ],
)
def test_the_shares_name_the_section_of_each_task(words: str, section: str) -> None:
    task = task_of(published("yuli-2023-2024"), words)
    assert task.section
    assert task.section.value == section
    assert task.subject.value == "section"
    assert task.category.value == "secondary"


@pytest.mark.req("Y-110", "Y-111")
def test_who_reviews_stands_with_what_units_send() -> None:
    task = task_of(published("yuli-2023-2024"), "所有项目支出开展单位绩效自评")
    assert [each.value[:12] for each in task.reviews] == [
        "县财政局预算绩效评价科对",
        "县财政局各业务科室负责对",
    ]
    assert task.section
    assert task.section.value == "预算绩效评价科"
    assert task.responsible
    assert "填报绩效自评表，形成自评报告" in task.responsible.value
    assert names(task) == ["绩效自评表", "自评报告"]


def test_the_report_half_gives_no_task_and_the_plan_half_its_title() -> None:
    notice = published("yuli-2023-2024")
    half = text_of("yuli-2023-2024").index("2024年度全面实施预算绩效管理工作计划")
    assert notice.title
    assert notice.title.value == "2024年度全面实施预算绩效管理工作计划"
    assert all(task.span.start > half for task in notice.tasks)
    assert any("没有从中读任务" in note for note in notice.notes)
    assert [each.code for each in notice.findings] == ["notice.numbering"]
    assert 60 <= len(notice.tasks) <= 80


@pytest.mark.req("Y-113")
def test_what_is_the_regions_duty_is_left_to_a_person() -> None:
    notice = published("yuli-2023-2024")
    left = [each for each in notice.leftovers if "责任在上级" in each.reason]
    assert any("财政厅财政绩效评价中心" in each.text for each in left)


@pytest.mark.req("Q-01", "Q-12", "Q-16", "Q-17", "Q-18", "Q-21", "Q-31")
def test_qitais_scheme_gives_undated_tasks_to_be_dated() -> None:
    notice = published("qitai-2018")
    assert notice.document_number
    assert notice.document_number.value == "奇财预〔2018〕140号"
    assert notice.title
    assert notice.title.value == "奇台县全面实施预算绩效管理的工作方案"
    assert notice.issued_on is None
    assert notice.fiscal_year
    assert notice.fiscal_year.certainty is Certainty.LIKELY
    assert [each.number for each in notice.basis] == ["新党发〔2018〕30号"]
    assert task_of(notice, "指标框架").windows[0].event == "部门预算编制"
    assert task_of(notice, "设置本部门单位年度整体").windows[0].event  # 批复后
    monthly = task_of(notice, "双监控").windows[0]
    assert (monthly.recurrence, monthly.closes) == ("monthly", None)
    june = task_of(notice, "整体绩效目标实现程度进行监控").windows[0]
    assert (june.data_until, june.closes) == (date(2018, 6, 30), None)
    duties = text_of("qitai-2018").index("三、职责分工")  # these restate the tasks
    later = [task.title.value for task in notice.tasks if task.span.start > duties]
    assert later == ["加大信息公开"]


@pytest.mark.req("B-01", "B-02", "B-04", "B-40")
def test_bayannaoers_opinions_ask_which_day_counts_and_invent_no_date() -> None:
    notice = published("bayannaoer-2022")
    assert notice.issued_on
    assert notice.issued_on.certainty is Certainty.DOUBTFUL
    assert "2022-03-14" in notice.issued_on.note
    assert "2022-11-17" in notice.issued_on.note
    assert [each.number for each in notice.basis] == ["中发〔2018〕34号", "内财监〔2019〕1343号"]
    assert not [w for task in notice.tasks for w in task.windows if w.opens or w.closes]
    assert {task.certainty for task in notice.tasks} == {Certainty.DOUBTFUL}
    assert any("力争到2022年底" in left.text for left in notice.leftovers)
    stages = {task.stage.value for task in notice.tasks}
    assert stages >= {"pre_assessment", "targets", "monitoring", "self_evaluation", "evaluation"}


@pytest.mark.req("W-01")
def test_wulumuqis_account_of_the_past_year_gives_no_task_and_says_so() -> None:
    notice = published("wulumuqi-2022")
    assert notice.tasks == ()
    assert notice.notes == ("全文是对已过年度的说明，没有要做的任务。",)
    assert notice.title
    assert notice.title.value == "关于乌鲁木齐市本级2022年度全面实施预算绩效管理工作情况的说明"


@pytest.mark.parametrize("name", YEARS)
def test_every_field_stands_where_its_span_says(name: str) -> None:
    text, notice = text_of(name), published(name)

    def words(start: int, end: int) -> str:
        return "".join(char for char in text[start:end] if not char.isspace() and char != "*")

    def bare(value: object) -> str:
        return "".join(char for char in str(value) if not char.isspace())

    def folded(value: str) -> str:
        return value.translate(str.maketrans("():;[]［］％", "（）：；〔〕〔〕%"))

    for task in notice.tasks:
        read = [task.title, task.responsible, task.section, task.scope]
        pairs = [(each.value, each.span) for each in read if each and each.span]
        pairs += [(each.name, each.span) for each in task.attachments]
        pairs += [(task.clause, task.span)]
        for value, span in pairs:
            assert folded(words(span.start, span.end)) == bare(value)
        for number in task.parameters:
            assert f"{number.value:f}" in words(number.span.start, number.span.end) or (
                number.comparison == "连续"
            )
