"""Exports of the payment system: read, mapped, checked, imported whole or not at all."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.models import Entry
from apps.core import clock
from apps.core.sheets import Table
from apps.jobs import files
from apps.jobs import services as jobs
from apps.jobs.models import Job, StoredFile
from apps.organizations.models import Membership
from apps.projects import paid
from apps.projects import services as projects
from apps.projects.imports.plans import Plan
from apps.projects.models import Execution, Payment, PaymentFile, Project
from apps.projects.payments import services
from apps.projects.payments.checking import Reckoning
from apps.projects.payments.marks import Item
from apps.rules.errors import RuleError
from tests.makers import MONDAY
from tests.personas import client_of
from tests.projects import lists
from tests.projects.lists import YEAR, as_file, bare, code
from tests.projects.payments import (
    COLUMNS,
    DAY,
    HEAD,
    SINGLE,
    SINGLE_HEAD,
    checked,
    csv,
    fresh,
    imported,
    layout,
    line,
    single,
    total,
    uploaded,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("Y-15", "Y-49")]


@pytest.fixture(autouse=True)
def kept_here(settings, tmp_path):
    """8 April 2024, files in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path
    with clock.at(MONDAY):
        yield


@pytest.fixture(autouse=True)
def listed(world):
    """Two projects of the water bureau and one of the next unit, 100 万元 each."""
    rows = (lists.line(1), lists.line(2), lists.line(3, unit="205"))
    lists.imported(world, lists.workbook(world, *rows))


def kept():
    rows = Execution.objects.order_by("pk")
    return [(row.project.code, row.fund, row.as_of, row.amount) for row in rows]


def everything():
    tables = (Execution, Payment, Entry)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


def messages(file):
    return [error["message"] for error in file.job.result.get("errors", [])]


# --- reading and mapping --------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_of_either_encoding_proposes_its_columns(world, encoding):
    file = uploaded(world, csv(line(), total(25), encoding=encoding))
    assert file.state == "read_done"
    assert file.found["columns"] == {**COLUMNS, "name": HEAD[1]}
    assert (file.found["unit"], file.found["is_single"]) == ("wan", False)
    assert file.found["sample"][0] == list(HEAD)


def test_a_workbook_is_read_as_a_csv_is(world):
    book = bare(["集中支付累计表", None], list(HEAD), list(line()), list(total(25)))
    done = checked(world, book, name="支出.xlsx")
    assert done.job.result["n_new"] == 1, messages(done)


@pytest.mark.trust("D01", "D02")
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("支出.csv", b"PK\x03\x04rest", "内容其实是"),
        ("支出.csv", b"\xff\xd8\xffrest", "内容其实是"),
        ("支出.csv", b"\x81\x20\xff\xff,1", "编码不是UTF-8、GB18030"),
        ("支出.csv", b"", "是空的"),
        ("支出.xls", b"\xd0\xcf\x11\xe0", "只收.xlsx、.csv"),
        ("支出.xlsx", b"a,b", "不要只改扩展名"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_not_kept(world, name, content, words):
    before = StoredFile.objects.count()
    with pytest.raises(RuleError, match=words):
        uploaded(world, content, name)
    assert (StoredFile.objects.count(), PaymentFile.objects.count()) == (before, 0)


def test_a_file_without_a_head_says_so(world):
    file = uploaded(world, csv(("1", "2"), head=("甲", "乙")))
    assert file.state == "read_failed"
    assert "没有找到表头" in file.job.message
    with pytest.raises(RuleError, match="现在不能核对"):
        services.check(actor=world.people["plan_admin"], file=file, layout=layout())


@pytest.mark.trust("D06")
def test_a_csv_beyond_the_caps_or_with_an_endless_cell_is_refused(world):
    wide = uploaded(world, ",".join("x" * 61).encode())
    assert "60列的范围" in wide.job.message
    long = uploaded(world, f"项目编码,金额\n{'x' * 140_000},1".encode())
    assert "第2行读不了" in long.job.message


@pytest.mark.req("U-35")
@pytest.mark.parametrize(
    "row",
    [
        ("299", "某项目", 12345),
        ("299-涉密单位甲", "某项目", 12345),
        ("涉密单位甲", "某项目", 12345),
        ("201", "涉密项目3", 12345),
        ("[299]某单位", "某项目", 12345),
        ("２９９ 某单位", "某项目", 12345),
        ("299001", "某项目", 12345),
        ("299001—下属单位", "某项目", 12345),
        ("（299）涉密单位甲", "某项目", 12345),
    ],
)
def test_of_a_classified_row_nothing_is_kept(world, row, tmp_path):
    before = StoredFile.objects.count()
    file = uploaded(world, csv(row, head=("预算单位", "项目名称", "支付金额（元）")))
    assert file.state == "read_failed"
    assert "第2行是涉密单位或涉密项目" in file.job.message
    assert (file.file, file.found, StoredFile.objects.count()) == (None, {}, before)
    assert "12345" not in str(file.job.result) + file.job.message


@pytest.mark.req("U-35")
def test_a_classified_row_on_a_further_sheet_is_found_too(world):
    work = openpyxl.load_workbook(io.BytesIO(bare(list(HEAD), list(line()))))
    more = work.create_sheet("明细")
    for row in (["预算单位", "项目名称"], ["201", "某项目"], ["299", "某项目"]):
        more.append(row)
    more.sheet_state = "hidden"
    book = io.BytesIO()
    work.save(book)
    file = uploaded(world, book.getvalue(), "支出.xlsx")
    assert (file.state, file.file) == ("read_failed", None)
    assert "工作表“明细”第3行是涉密单位" in file.job.message


@pytest.mark.req("U-35")
def test_numbers_that_only_look_like_a_classified_code_are_none(world):
    head = ("预算单位", "项目名称", "支付金额（元）")
    rows = (("201", "某项目", 299001), ("2999", "某项目", 299), ("201001-某单位", "299项目", 1))
    book = csv(("支出表", "单位：元", "单位：元"), head, *rows, head=("某县", "", ""))
    assert uploaded(world, book).state == "read_done"


# --- what it does ---------------------------------------------------------------------------
def test_a_checked_file_is_stored_by_source_with_who_when_and_from_where(world, plan_admin):
    rows = (line(1, "25.5"), line(3, 7, fund="上年结转", on="20240229"), total("32.5"))
    file = checked(world, csv(*rows))
    assert file.job.message == "核对通过：将新增2笔，更正0笔，相同0笔。有1处要写明理由。"
    assert kept() == []

    done = imported(world, csv(*rows), reason="结转没有登记预算")

    assert done.job.message == "已导入：新增2笔，更正0笔，相同0笔。"
    assert kept() == [
        (code(1), "fiscal", DAY, Decimal(255_000)),
        (code(3), "carryover", date(2024, 2, 29), Decimal(70_000)),
    ]
    row = Execution.objects.first()
    assert (row.recorded_by, row.recorded_at, row.file) == (plan_admin, MONDAY, done)
    assert (done.imported_by, done.reason) == (plan_admin, "结转没有登记预算")
    told = Entry.objects.get(action="projects.confirm_payments").data
    assert (told["total"], told["reason"]) == ("325000.00", "结转没有登记预算")
    assert Entry.objects.filter(action="projects.import_payments").count() == 2


def test_the_same_file_twice_changes_nothing_and_names_the_first(world, plan_admin):
    content = csv(line(1), line(2, 10), total(35))
    first = imported(world, content)
    before = everything()

    again = checked(world, content)

    assert again.job.message == "2笔执行数与现有数据完全相同，不需要导入。"
    assert paid.imported_before(again) == first
    fresh(services.start_import(actor=plan_admin, file=again))
    assert everything()[:2] == before[:2]


def test_another_number_is_a_correction_and_the_old_row_stays(world):
    imported(world, csv(line(1), total(25)))
    content = csv(line(1, 24), total(24))
    (mark,) = checked(world, content).job.result["marks"]
    assert mark["text"] == "到2024-03-31累计24.00万元，少于已登记的25.00万元"
    done = imported(world, content, reason="退款")
    assert (done.job.result["n_changed"], done.job.result["preview"][0]["stands"]) == (
        1,
        "250000.00",
    )
    assert [row[3] for row in kept()] == [250_000, 240_000]
    project = Project.objects.get(code=code(1))
    assert paid.executed_to([project.pk], YEAR, DAY)[project.pk].amount == 240_000


def test_rows_of_one_project_are_added_only_when_that_was_chosen(world):
    content = csv(line(1, 10), line(1, 5, fund="一般公共预算"), total(15))
    (message,) = messages(checked(world, content))
    assert "与第2行重复" in message
    imported(world, content, layout(kind="added"))
    assert kept() == [(code(1), "fiscal", DAY, Decimal(150_000))]


def test_names_find_projects_and_one_day_holds_for_all_rows(world):
    columns = {"name": "项目名称", "amount": "累计支付（元）"}
    content = csv(("农村饮水巩固2", 250000), ("合计", 250000), head=("项目名称", "累计支付（元）"))
    imported(world, content, layout(columns=columns, unit="yuan", as_of=DAY))
    assert kept() == [(code(2), "", DAY, Decimal(250_000))]


def test_two_projects_of_a_name_are_not_guessed_at(world, plan_admin):
    project = Project.objects.get(code=code(2))
    projects.update_project(project=project, actor=plan_admin, facts={"name": "农村饮水巩固1"})
    columns = {"name": "项目名称", "amount": "累计支付（元）"}
    content = csv(("农村饮水巩固1", 5), ("没有的", 5), head=("项目名称", "累计支付（元）"))
    same, unknown = messages(
        checked(world, content, layout(columns=columns, unit="yuan", as_of=DAY))
    )
    assert "当年有2个同名项目" in same
    assert "没有这个名称" in unknown


# --- payments one by one --------------------------------------------------------------------
def payments(*rows):
    return csv(*rows, head=SINGLE_HEAD)


def pay(voucher, amount, number=1, on="2024-02-01"):
    return (voucher, code(number), on, amount)


def test_payments_become_running_sums_and_a_refund_takes_from_them(world):
    rows = (
        pay("A1", 100000),
        pay("A2", "50000.5", on="2024-03-05"),
        pay("A3", -20000, on="2024-03-06"),
    )
    done = imported(world, payments(*rows, ("合计", "", "", "130000.50")), single(), "退款A3")
    assert [(row[2].day, row[3]) for row in kept()] == [
        (1, 100_000),
        (5, Decimal("150000.50")),
        (6, Decimal("130000.50")),
    ]
    assert "少于2024-03-05的15.00万元" in done.job.result["marks"][0]["text"]


def test_the_next_months_payments_add_to_the_last_ones(world):
    imported(world, payments(pay("A1", 100000), ("合计", "", "", 100000)), single())
    done = imported(
        world,
        payments(pay("A1", 100000), pay("B1", 5000, on="2024-03-01"), ("合计", "", "", 105000)),
        single(),
    )
    assert (done.job.result["n_new"], done.job.result["n_same"]) == (1, 1)
    assert [row[3] for row in kept()] == [100_000, 105_000]
    assert Payment.objects.count() == 2


def test_a_voucher_that_moves_takes_its_amount_along_with_a_reason(world, plan_admin):
    imported(world, payments(pay("A1", 100000), ("合计", "", "", 100000)), single())
    before = everything()
    content = payments(pay("A1", 90000, number=2), ("合计", "", "", 90000))

    file = checked(world, content, single())

    assert [mark["text"] for mark in file.job.result["marks"]] == [
        "凭证A1已登记1行共10.00万元，文件里1行共9.00万元，"
        "项目、来源、日期或金额不同，导入后以文件为准",
        "到2024-02-01累计0.00万元，少于已登记的10.00万元",
    ]
    assert (file.job.result["n_new"], file.job.result["n_changed"]) == (1, 1)
    shown = {row["code"]: (row["stands"], row["amount"]) for row in file.job.result["preview"]}
    assert shown == {code(1): ("100000.00", "0.00"), code(2): ("", "90000.00")}
    with pytest.raises(RuleError, match="写明理由"):
        services.start_import(actor=plan_admin, file=file)
    assert everything() == before

    fresh(services.start_import(actor=plan_admin, file=file, reason="凭证记错了项目"))

    first, second = Project.objects.filter(code__in=[code(1), code(2)]).order_by("code")
    told = paid.executed_to([first.pk, second.pk], YEAR, DAY)
    assert (told[first.pk].amount, told[second.pk].amount) == (0, 90_000)
    assert Payment.objects.count() == 2


def test_a_number_used_again_leaves_the_budget_of_who_loses_it_known(world):
    rows = (pay("A1", 100000), pay("A2", 200000))
    imported(world, payments(*rows, ("合计", "", "", 300000)), single())
    again = payments(pay("A1", 90000, number=2, on="2024-03-01"), ("合计", "", "", 90000))
    texts = [mark["text"] for mark in checked(world, again, single()).job.result["marks"]]
    assert len(texts) == 2
    assert "少于已登记的30.00万元" in texts[1]


def test_a_correction_that_leaves_another_project_below_zero_is_refused_at_its_row(world):
    imported(world, payments(pay("A1", 100000), ("合计", "", "", 100000)), single())
    back = payments(pay("A2", -60000, on="2024-02-02"), ("合计", "", "", -60000))
    imported(world, back, single(), "退款")
    before = everything()

    file = checked(world, payments(pay("B1", 5, number=3), pay("A1", 100000, number=2)), single())

    (message,) = messages(file)
    assert "第3行" in message
    assert f"填“{code(1)}”，到2024-02-02累计为−6.00万元，退款超过已付" in message
    with files.opened(file.job.file) as book:
        marked = openpyxl.load_workbook(io.BytesIO(book.read()))
    assert marked["错误清单"]["B2"].value == 3
    assert everything() == before


FUND_HEAD = (*SINGLE_HEAD, "资金性质")
WITH_FUND = {**SINGLE, "fund": "资金性质"}


def by_source(is_said):
    """The same payments of three projects, with or without the column of their source."""
    rows = [pay(f"A{n}", 10000 * n, number=n) for n in (1, 2, 3)]
    rows.append(pay("B1", 5000, on="2024-03-01"))
    if not is_said:
        return payments(*rows, ("合计", "", "", 65000)), single()
    told = [(*row, "财政拨款") for row in rows]
    return csv(*told, ("合计", "", "", 65000, ""), head=FUND_HEAD), single(columns=WITH_FUND)


@pytest.mark.parametrize("is_said", [True, False])
def test_the_same_payments_with_another_column_of_source_stay_what_they_are(world, is_said):
    imported(world, *by_source(not is_said))
    done = imported(world, *by_source(is_said), "资金性质列有变化")

    projects_ = list(Project.objects.filter(code__in=[code(n) for n in (1, 2, 3)]).order_by("code"))
    for on, first in ((date(2024, 2, 1), 10_000), (DAY, 15_000)):
        told = paid.executed_to([project.pk for project in projects_], YEAR, on)
        assert [told[project.pk].amount for project in projects_] == [first, 20_000, 30_000]
    source = {"fiscal": Decimal(15_000)} if is_said else {}
    assert told[projects_[0].pk].by_source == source
    newest = [row[3] for row in kept()[-4:]]
    assert all(newest), "what holds is written last"
    assert not any("各来源合计" in mark["text"] for mark in done.job.result["marks"])


def test_a_day_that_moved_with_its_source_does_not_hide_the_payment(world):
    imported(
        world, payments(pay("A1", 100000, on="2024-03-05"), ("合计", "", "", 100000)), single()
    )
    row = (*pay("A1", 100000, on="2024-03-01"), "财政拨款")
    content = csv(row, ("合计", "", "", 100000, ""), head=FUND_HEAD)
    imported(world, content, single(columns=WITH_FUND), "补资金性质")
    project = Project.objects.get(code=code(1))
    for on in (date(2024, 3, 1), DAY):
        assert paid.executed_to([project.pk], YEAR, on)[project.pk].amount == 100_000


def test_payments_of_which_only_some_say_their_source_are_marked(world):
    imported(world, payments(pay("A1", 100000), ("合计", "", "", 100000)), single())
    row = (*pay("B1", 50000, on="2024-03-01"), "财政拨款")
    content = csv(row, ("合计", "", "", 50000, ""), head=FUND_HEAD)
    (mark,) = checked(world, content, single(columns=WITH_FUND)).job.result["marks"]
    assert mark["text"] == (
        "到2024-03-01各来源合计将为5.00万元，各凭证相加是15.00万元，"
        "核对各凭证的资金性质，同一项目的都写或都不写"
    )


def test_an_amount_left_under_the_wrong_source_is_marked_and_taken_back_with_a_zero(world):
    imported(world, csv(line(1, 20, fund="单位资金"), total(20)), reason="没有登记预算")
    (mark,) = checked(world, csv(line(1, 20), total(20))).job.result["marks"]
    assert mark["text"] == (
        "到2024-03-31各来源合计将为40.00万元，文件里是20.00万元，"
        "其他来源已登记的仍计入；来源登记错了的，在文件里给那个来源加一行填0"
    )
    rows = (line(1, 20), line(1, 0, fund="单位资金"), total(20))
    done = imported(world, csv(*rows), reason="来源登记错了")
    assert [mark["text"] for mark in done.job.result["marks"]] == [
        "到2024-03-31累计0.00万元，少于已登记的20.00万元"
    ]
    project = Project.objects.get(code=code(1))
    assert paid.executed_to([project.pk], YEAR, DAY)[project.pk].amount == 200_000


def test_a_digest_does_not_hang_on_the_order_of_what_was_shown():
    first, second = (Item(Project(pk=n), "", DAY, Decimal(n), None, n) for n in (1, 2))
    shown = [
        Reckoning(Plan(Table("CSV", {}), items), differences=differences).digest
        for items, differences in (([first, second], ["a", "b"]), ([second, first], ["b", "a"]))
    ]
    assert shown[0] == shown[1]


def test_the_same_line_twice_in_a_voucher_must_be_explained(world, plan_admin):
    file = checked(
        world,
        payments(pay("A1", 5), pay("A1", 5), ("合计", "", "", 10)),
        single(is_unit_checked=True),
    )
    assert [mark["text"] for mark in file.job.result["marks"]] == [
        "凭证A1与第2行完全相同，两笔都计入"
    ]
    with pytest.raises(RuleError, match="写明理由才能导入"):
        services.start_import(actor=plan_admin, file=file, reason="  ")


def test_refunds_beyond_what_was_paid_are_refused(world):
    rows = (pay("A1", 100000), pay("A2", -100001, on="2024-02-02"))
    (message,) = messages(checked(world, payments(*rows), single()))
    assert "退款超过已付，累计不能为负" in message


# --- units ----------------------------------------------------------------------------------
@pytest.mark.trust("D08")
def test_a_unit_that_the_files_words_deny_is_refused_until_checked(world):
    content = csv(line(1), total(25))
    wrong = checked(world, content, layout(unit="yuan"))
    (message,) = messages(wrong)
    assert "文件里写的是万元" in message
    assert "像是万元" in message
    assert "勾选“金额单位已核对”" in message
    sure = checked(world, content, layout(unit="yuan", is_unit_checked=True))
    assert (sure.state, messages(sure)) == ("check_done", [])


def test_another_unit_than_the_last_files_is_asked_again(world):
    imported(world, csv(line(1), total(25)))
    content = payments(pay("A1", 300000, number=2))
    (message,) = messages(checked(world, content, single()))
    assert "上次导入的文件按万元" in message


def test_amounts_a_ten_thousandfold_of_the_budget_are_refused_as_the_other_unit(world):
    head = ("项目编码", "累计支付")
    columns = {"code": head[0], "amount": head[1]}
    content = csv((code(1), 500000), ("合计", 500000), head=head)
    (message,) = messages(checked(world, content, layout(columns=columns, as_of=DAY)))
    assert "像是元" in message


# --- totals and marks -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rows", "cover", "words"),
    [
        ((total(26),), None, "各行相加25.00万元，文件的合计行26.00万元，相差−1.00万元"),
        ((total(25),), Decimal(250_001), "封面合计25.0001万元，相差−0.0001万元"),
        ((), None, "文件没有合计行，也没有填封面合计"),
    ],
)
def test_a_total_that_differs_is_named_and_needs_a_reason(world, plan_admin, rows, cover, words):
    file = checked(world, csv(line(1), *rows), layout(total=cover))
    (difference,) = file.job.result["differences"]
    assert words in difference
    with pytest.raises(RuleError, match="写明理由"):
        services.start_import(actor=plan_admin, file=file)
    assert kept() == []
    done = services.start_import(actor=plan_admin, file=file, reason="封面含未列入的项目")
    assert fresh(done).state == "import_done"


def test_a_cover_that_agrees_needs_no_reason_and_subtotals_are_no_rows(world, plan_admin):
    rows = (line(1), ("县水利局小计", "", "", "", 25), line(3, 5), total(30))
    file = checked(world, csv(*rows), layout(total=Decimal(300_000)))
    assert (file.job.result["differences"], file.job.result["n_marks"]) == ([], 0)


def test_an_amount_column_that_is_headed_total_is_a_column(world):
    head = ("项目编码", "项目名称", "合计")
    content = csv((code(1), "农村饮水巩固1", 25), ("合计", "", 25), head=head)
    columns = {"code": head[0], "name": head[1], "amount": head[2]}
    done = imported(world, content, layout(columns=columns, as_of=DAY))
    assert done.job.result["printed"] == "250000.00"
    assert kept() == [(code(1), "", DAY, Decimal(250_000))]


@pytest.mark.req("Y-49")
def test_a_row_with_the_code_of_one_project_and_the_name_of_another_is_marked(world):
    columns = {**COLUMNS, "name": HEAD[1]}
    rows = ((*line(1)[:1], "农村饮水 巩固1", *line(1)[2:]), (*line(2)[:1], *line(3)[1:]))
    file = checked(world, csv(*rows, total(50)), layout(columns=columns))
    (mark,) = file.job.result["marks"]
    assert (mark["row"], mark["text"]) == (
        3,
        "编码是“农村饮水巩固2”的，文件里的名称是“农村饮水巩固3”，按编码计入",
    )


def test_above_the_budget_and_falling_sums_are_marked(world):
    imported(world, csv(line(1, 30, on="2024-02-29"), line(2, 30), total(60)))
    file = checked(world, csv(line(1, "100.01"), line(2, 40, on="2024-03-01"), total("140.01")))
    texts = [mark["text"] for mark in file.job.result["marks"]]
    assert texts == [
        "到2024-03-31累计100.01万元，超过调整后预算数100.00万元",
        "到2024-03-01累计40.00万元，多于2024-03-31已登记30.00万元",
    ]
    (text,) = [
        mark["text"] for mark in checked(world, csv(line(1, 20), total(20))).job.result["marks"]
    ]
    assert text == "到2024-03-31累计20.00万元，少于2024-02-29的30.00万元"


# --- what is wrong --------------------------------------------------------------------------
WRONG = [
    (line(8), "A列 项目编码", "当年列入预算的项目里没有这个编码"),
    (line(2, "-1"), "E列 累计支付", "累计数不能为负"),
    (line(2, "25万"), "E列 累计支付", "不带单位"),
    (line(2, on="2024-04-09"), "D列 截至日期", "应在2024-01-01至2024-04-08之间"),
    (line(2, on="2023-12-31"), "D列 截至日期", "应在2024-01-01至2024-04-08之间"),
    (line(2, on="三月底"), "D列 截至日期", "应为日期"),
    (line(2, fund="112"), "C列 资金性质", "应写明财政拨款、"),
    (line(2, fund=""), "C列 资金性质", "必须填写"),
    (line(1), "A列 项目", "与第2行重复"),
]


@pytest.mark.trust("D08")
@pytest.mark.parametrize(("row", "place", "expected"), WRONG)
def test_one_wrong_cell_refuses_the_whole_file_and_names_it(
    world, plan_admin, row, place, expected
):
    before = everything()
    file = checked(world, csv(line(1), row, total(50)))
    (message,) = messages(file)
    assert "第3行" in message
    assert place in message
    assert expected in message
    assert (file.state, everything()) == ("check_errors", before)
    with pytest.raises(RuleError, match="核对通过才能导入"):
        services.start_import(actor=plan_admin, file=file)
    with files.opened(file.job.file) as book:
        marked = openpyxl.load_workbook(io.BytesIO(book.read()))
    assert marked["错误清单"]["B2"].value == 3


LAYOUTS = [
    ({"columns": {**COLUMNS, "amount": "没有的"}}, "表头里没有“没有的”列"),
    ({"columns": {**COLUMNS, "fund": COLUMNS["code"]}}, "同一列不能既是这个又是那个"),
    ({"columns": {"code": HEAD[0]}}, "金额列没有选"),
    ({"columns": {"amount": HEAD[4]}}, "至少选一列"),
    ({"columns": {"code": HEAD[0], "amount": HEAD[4]}}, "要填截至日期"),
    ({"columns": {"code": HEAD[0], "amount": HEAD[4]}, "as_of": date(2025, 1, 1)}, "应在2024"),
    ({"kind": "single"}, "逐笔付款要选凭证号和日期列"),
]


@pytest.mark.parametrize(("how", "words"), LAYOUTS)
def test_columns_that_say_too_little_are_refused(world, plan_admin, how, words):
    file = uploaded(world, csv(line(1)))
    with pytest.raises(RuleError, match=words):
        services.check(actor=plan_admin, file=file, layout=layout(**how))
    file.refresh_from_db()
    assert (file.kind, file.step) == ("", "read")


def test_what_changed_since_the_check_stops_the_import(world, plan_admin):
    file = checked(world, csv(line(1), total(25)))
    imported(world, csv(line(1, 24), total(24)), reason="退款")
    before = everything()
    file = fresh(services.start_import(actor=plan_admin, file=file))
    assert file.state == "import_failed"
    assert "核对以后数据有变化" in file.job.message
    assert everything() == before
    again = services.check(actor=plan_admin, file=file, layout=layout())
    assert fresh(again).job.result["n_changed"] == 1


# --- who ------------------------------------------------------------------------------------
@pytest.mark.trust("B06")
@pytest.mark.parametrize("key", ["filer", "performance_reviewer", "foreign_reviewer", "observer"])
def test_only_who_writes_the_money_uploads_checks_and_imports(world, key):
    file = checked(world, csv(line(1), total(25)))
    actor, n_jobs = world.people[key], Job.objects.count()
    with pytest.raises(PermissionDenied):
        services.upload(actor=actor, region=world.county, year=YEAR, upload=None)
    with pytest.raises(PermissionDenied):
        services.check(actor=actor, file=file, layout=layout())
    with pytest.raises(PermissionDenied):
        services.start_import(actor=actor, file=file)
    assert (Job.objects.count(), kept()) == (n_jobs, [])


@pytest.mark.trust("B12")
def test_a_right_that_ended_meanwhile_stops_the_job(world, plan_admin):
    file = services.start_import(actor=plan_admin, file=checked(world, csv(line(1), total(25))))
    Membership.objects.filter(user=plan_admin).update(ends_on=date(2020, 1, 1))
    plan_admin.forget_memberships()
    assert fresh(file).state == "import_failed"
    assert kept() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the lock is PostgreSQL's")
def test_an_import_keeps_nobody_from_writing_what_only_points_at_the_region(world):
    with CaptureQueriesContext(connection) as seen:
        imported(world, csv(line(1), total(25)))
        lists.imported(world, lists.workbook(world, lists.line(4)))
    region = 'FROM "organizations_jurisdiction"'
    locks = [
        query["sql"].rpartition(" FOR ")[2]
        for query in seen.captured_queries
        if region in query["sql"] and " FOR " in query["sql"]
    ]
    assert locks == ["NO KEY UPDATE", "NO KEY UPDATE"]


def test_a_second_click_imports_once(world, plan_admin):
    file = checked(world, csv(line(1), total(25)))
    first = services.start_import(actor=plan_admin, file=file)
    assert services.start_import(actor=plan_admin, file=file).job_id == first.job_id
    with pytest.raises(RuleError, match="正在导入"):
        services.check(actor=plan_admin, file=file, layout=layout())


@pytest.mark.trust("G02")
def test_an_import_that_the_worker_did_not_live_to_report_is_reported_by_the_next(
    world, plan_admin
):
    imported(world, csv(line(1), total(25)))
    rows = (line(1, 30), line(2), total(55))
    done = imported(world, csv(*rows))
    before = everything()
    Job.objects.filter(pk=done.job_id).update(state=Job.State.QUEUED, result={}, message="")

    again = fresh(done)

    assert (again.state, again.job.message) == ("import_done", "已导入：新增1笔，更正1笔。")
    assert everything() == before
    page = client_of(plan_admin).get(services.url_of(again)).content.decode()
    assert "已导入：新增1笔，更正1笔。" in page


# --- pages and programs ---------------------------------------------------------------------
def form_of(page):
    """What the browser would send back."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields if form[name].value()}


def test_the_budget_officer_goes_the_whole_way_and_the_next_file_is_mapped_alike(world):
    client = client_of(world.people["budget_officer"])
    start = reverse("projects:payments", args=[YEAR])
    sent = client.post(start, {"file": as_file(csv(line(1), total(26)), "支出.csv")})
    jobs.run_one()
    page = client.get(sent.url)
    asked = form_of(page)
    assert (asked["column-amount"], asked["unit"]) == (HEAD[4], "wan")
    assert "文件里写的单位是万元" in page.content.decode()

    client.post(f"{sent.url}check/", {**asked, "total": "25", "is_unit_checked": ""})
    jobs.run_one()
    page = client.get(sent.url).content.decode()
    assert "相差−1.00万元" in page
    assert "确认导入" in page
    assert client.post(f"{sent.url}confirm/", {"reason": ""}).status_code == 422
    assert client.post(f"{sent.url}confirm/", {"reason": "合计行漏改"}).status_code == 302
    jobs.run_one()
    page = client.get(sent.url).content.decode()
    assert "已导入：新增1笔" in page
    assert "合计行漏改" in page
    assert "已导入" in client.get(start).content.decode()

    again = client.post(start, {"file": as_file(csv(line(1), total(26)), "二.csv")})
    jobs.run_one()
    page = client.get(again.url)
    assert "同一份文件已导入过" in page.content.decode()
    assert "上次导入的文件按万元" in page.content.decode()
    project = Project.objects.get(code=code(1))
    shown = client.get(reverse("projects:executions", args=[YEAR, project.public_id]))
    assert "支出.csv" in shown.content.decode()
    assert "财政拨款" in shown.content.decode()


def test_wrong_files_and_columns_answer_on_the_page(world):
    client = client_of(world.people["plan_admin"])
    start = reverse("projects:payments", args=[YEAR])
    assert client.post(start).status_code == 422
    sent = client.post(start, {"file": as_file(csv(line(1)), "支出.csv")})
    jobs.run_one()
    page = client.post(f"{sent.url}check/", {"kind": "cumulative", "unit": "", "total": "9e30"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "金额单位" in text
    told = {"kind": "cumulative", "unit": "wan", "column-amount": HEAD[4]}
    page = client.post(f"{sent.url}check/", told)
    assert "至少选一列" in page.content.decode()
    much = {**told, "total": "9999999999"}
    assert "不能超过" in client.post(f"{sent.url}check/", much).content.decode()


def test_a_program_goes_the_same_way(world):
    client = client_of(world.people["plan_admin"])
    start = reverse("api-payments", args=[YEAR])
    sent = client.post(start, {"file": as_file(csv(line(1), total(25)), "支出.csv")})
    assert sent.status_code == 202, sent.content
    jobs.run_one()
    one = f"{start}{sent.json()['public_id']}/"
    found = client.get(one).json()
    assert found["state"] == "read_done"
    told = {"columns": found["found"]["columns"], "kind": "cumulative", "unit": "wan"}
    as_json = {"content_type": "application/json"}
    assert client.post(f"{one}check/", told, **as_json).status_code == 202
    jobs.run_one()
    assert client.get(one).json()["result"]["n_new"] == 1
    assert client.post(f"{one}confirm/", {}, **as_json).status_code == 202
    jobs.run_one()
    assert client.get(start).json()["results"][0]["state"] == "import_done"
    assert kept() == [(code(1), "fiscal", DAY, Decimal(250_000))]


def test_a_file_costs_queries_by_the_thousand_not_by_the_row(
    world, plan_admin, django_assert_max_num_queries
):
    lists.imported(world, lists.workbook(world, *(lists.line(n) for n in range(4, 120))))
    file = checked(world, csv(*(line(n) for n in range(1, 120)), total(119 * 25)))
    file = services.start_import(actor=plan_admin, file=file)
    with django_assert_max_num_queries(60):
        fresh(file)
    assert Execution.objects.count() == 119
