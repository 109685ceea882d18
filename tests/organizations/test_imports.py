"""Units, people and roles from a workbook: all or nothing, twice changes nothing."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.audit.models import Entry
from apps.jobs.models import StoredFile
from apps.organizations import selectors
from apps.organizations.models import Membership, Unit, User
from tests.personas import client_of

UNIT_HEAD = ["预算单位编码", "单位名称", "单位类型", "主管部门编码", "资金主管部门", "涉密单位"]
PEOPLE_HEAD = ["账号", "姓名", "邮箱", "电话"]
ROLE_HEAD = ["账号", "角色", "单位编码", "科室", "起", "止"]


def book(*rows):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def check(client, kind, *rows):
    file = SimpleUploadedFile("表.xlsx", book(*rows))
    return client.post(f"/imports/{kind}/", {"file": file})


def confirm(client, kind, **more):
    kept = StoredFile.objects.latest("id")
    return client.post(f"/imports/{kind}/{kept.public_id}/", more)


@pytest.fixture
def admin(sys_admin, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return client_of(sys_admin)


def test_the_template_comes_back_as_it_was_given(admin):
    answer = admin.get("/imports/units/template/")
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in page[2]][:3] == ["预算单位编码*", "单位名称*", "单位类型*"]


def test_a_check_promises_what_the_import_does_and_a_second_one_changes_nothing(world, admin):
    rows = (
        UNIT_HEAD,
        ["201002", "县水文站", "所属单位", "201", None, "否"],
        ["310", "团结镇", "乡镇", None, None, None],
        ["310001", "团结镇财政所", "所属单位", "310", None, None],
        ["205", "县交通局", "部门", None, "是", None],
    )
    page = check(admin, "units", *rows).content.decode()
    assert "新建3行，更新1行，0行没有变化" in page
    assert not Unit.objects.filter(code="310").exists()
    assert confirm(admin, "units").status_code == 302
    assert Unit.objects.get(code="310001").parent.code == "310"
    assert Unit.objects.get(code="205", jurisdiction=world.county).name == "县交通局"
    n_lines = Entry.objects.count()
    assert n_lines == 4
    assert "新建0行，更新0行，4行没有变化" in check(admin, "units", *rows).content.decode()
    confirm(admin, "units")
    assert Entry.objects.count() == n_lines


def test_one_wrong_cell_keeps_every_row_out_and_is_named(world, admin):
    rows = (
        UNIT_HEAD,
        ["611", "县气象局", "部门", None, None, None],
        ["61", "县地震局", "部门", None, None, None],
        ["612", "县科协", "协会", None, None, None],
        ["613", None, "部门", None, None, None],
        ["614001", "下级", "所属单位", "999", None, None],
        ["611", "重复", "部门", None, None, None],
    )
    answer = check(admin, "units", *rows)
    page = answer.content.decode()
    assert answer.status_code == 422
    for told in (
        "应为3位、6位或9位数字",
        "应为部门",
        "必须填写",
        "没有这个编码的单位",
        "与第2行重复",
    ):
        assert told in page
    assert "5格要改，没有导入任何数据" in page
    assert confirm(admin, "units").status_code == 422
    assert not Unit.objects.filter(code__startswith="61").exists()
    assert not Entry.objects.filter(is_refusal=False).exists()
    marked = confirm(admin, "units", marked="1")
    assert openpyxl.load_workbook(io.BytesIO(marked.content)).sheetnames[0] == "错误清单"


def test_people_come_without_passwords(world, admin):
    rows = (PEOPLE_HEAD, ["slj-tbr09", "阿依", None, "0996-123"], ["filer", "艾力江", None, None])
    assert "新建1行，更新1行" in check(admin, "people", *rows).content.decode()
    confirm(admin, "people")
    assert not User.objects.get(username="slj-tbr09").has_usable_password()
    assert User.objects.get(username="filer").name == "艾力江"


@pytest.mark.parametrize(
    ("username", "told"),
    [("x", "3–40个"), ("foreign_filer", "已有人用"), ("sys_admin", "不能改自己")],
)
def test_an_account_that_cannot_be_is_named(admin, username, told):
    page = check(
        admin, "people", PEOPLE_HEAD, ["gut-001", "好", None, None], [username, "新", None, None]
    )
    assert told in page.content.decode()
    confirm(admin, "people")
    assert not User.objects.filter(username="gut-001").exists()


@pytest.mark.req("Y-112")
def test_roles_come_from_the_security_administrator_by_any_name_of_a_section(
    world, sec_admin, admin
):
    for name in ("slj-tbr09", "nc-001"):
        User.objects.create_person(name, "新", jurisdiction=world.county)
    client = client_of(sec_admin)
    rows = (
        ROLE_HEAD,
        ["slj-tbr09", "单位填报员", "201", None, "2024-01-01", None],
        ["nc-001", "业务科室审核员", None, "农财科", None, "2099-12-31"],
    )
    assert "新建2行" in check(client, "roles", *rows).content.decode()
    assert confirm(client, "roles").status_code == 302
    assert selectors.office_label(User.objects.get(username="nc-001")) == "审核员·乡财科"
    assert "新建0行，更新0行，2行没有变化" in check(client, "roles", *rows).content.decode()
    assert confirm(client_of(world.people["sys_admin"]), "roles").status_code == 403


@pytest.mark.trust("B08")
def test_roles_that_break_a_rule_are_named_cell_by_cell(world, sec_admin, admin):
    n_before = Membership.objects.count()
    rows = (
        ROLE_HEAD,
        ["sec_admin", "局领导", None, None, None, None],
        ["sys_admin", "局领导", None, None, None, None],
        ["nobody", "局领导", None, None, None, None],
        ["leader", "单位填报员", "999", None, None, None],
        ["leader", "业务科室审核员", None, "文教科", None, None],
        ["leader", "人大、审计", None, None, None, None],
    )
    page = check(client_of(sec_admin), "roles", *rows).content.decode()
    for told in ("不能给自己授权", "互斥", "没有这个账号", "没有这个编码的单位", "没有这个科室"):
        assert told in page
    assert "5格要改" in page
    assert Membership.objects.count() == n_before


@pytest.mark.trust("D01")
@pytest.mark.parametrize(
    ("name", "content"),
    [("表.xlsx", b"no workbook"), ("表.exe", b"MZ"), ("表.xlsx", b"PK\x03\x04" + b"\0" * 40)],
)
def test_what_is_no_workbook_is_told_so(admin, name, content):
    answer = admin.post("/imports/units/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert admin.post("/imports/units/").status_code == 422
    assert not StoredFile.objects.exists()


def test_an_empty_or_foreign_sheet_is_told_so(admin):
    assert "没有数据" in check(admin, "units", UNIT_HEAD).content.decode()
    assert check(admin, "units", ["甲", "乙"], ["1", "2"]).status_code == 422
    assert admin.get("/imports/nothing/").status_code == 404


@pytest.mark.trust("B10")
def test_nobody_imports_anothers_file(world, admin, sys_admin):
    check(admin, "people", PEOPLE_HEAD, ["slj-tbr09", "阿依", None, None])
    other = User.objects.create_person("xt2", "另一位", jurisdiction=world.county)
    Membership.objects.create(
        user=other, role="sys_admin", jurisdiction=world.county, starts_on="2020-01-01"
    )
    assert confirm(client_of(other), "people").status_code == 404
    assert not User.objects.filter(username="slj-tbr09").exists()
