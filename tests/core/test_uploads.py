"""Uploads are believed only when name, first bytes and structure agree."""

import io
import stat
import zipfile
import zlib

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopUpload
from django.test import RequestFactory

from apps.core import sheets, uploads
from apps.rules.errors import RuleError
from tests.core.books import book, members, rebuilt

CHINESE = "一-鿿"


def refused(content: bytes, name: str = "清单.xlsx") -> str:
    with pytest.raises(RuleError) as caught:
        uploads.guard_xlsx(io.BytesIO(content), name)
    sentence = str(caught.value)
    assert sentence.endswith("。")
    assert any("\u4e00" <= mark <= "\u9fff" for mark in sentence)
    return sentence


def test_a_plain_workbook_passes_with_our_own_content_type():
    upload = uploads.guard_xlsx(io.BytesIO(book()), "C:\\tmp\\清单.XLSX")

    assert upload.name == "清单.XLSX"
    assert upload.content_type == uploads.XLSX_TYPE
    assert upload.content == book() or len(upload.content) > 1000


# --- D01 ------------------------------------------------------------------------------------
class Endless:
    """A stream that never ends and counts what was taken."""

    taken = 0

    def read(self, size: int = -1, /) -> bytes:
        self.taken += size
        return b"P" * size


@pytest.mark.trust("D01")
def test_reading_stops_at_the_limit(settings):
    settings.UPLOAD_LIMIT = 1024 * 1024
    stream = Endless()

    with pytest.raises(RuleError, match="超过1MB"):
        uploads.guard_xlsx(stream, "大.xlsx")

    assert stream.taken <= 2 * 1024 * 1024


@pytest.mark.trust("D01")
def test_the_upload_handler_stops_while_bytes_arrive(settings):
    settings.UPLOAD_LIMIT = 1000
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("大.xlsx", b"x" * 5000)})

    assert "file" not in request.FILES
    with pytest.raises(RuleError, match=r"大\.xlsx"):
        uploads.received(request, "file")


@pytest.mark.trust("D01")
def test_a_giant_is_not_even_read_to_its_end(settings):
    settings.UPLOAD_LIMIT = 10
    request = RequestFactory().post("/")
    request.META["CONTENT_LENGTH"] = str(10**9)
    handler = uploads.LimitedUpload(request)
    handler.file_name = "巨大.xlsx"

    with pytest.raises(StopUpload) as stopped:
        handler.receive_data_chunk(b"x" * 20, 0)

    assert stopped.value.connection_reset


def test_a_form_without_a_file_says_so(settings):
    request = RequestFactory().post("/", {"other": "1"})
    with pytest.raises(RuleError, match="没有收到文件"):
        uploads.received(request, "file")


def test_an_empty_file_is_named():
    assert "是空的" in refused(b"")


# --- D02 ------------------------------------------------------------------------------------
@pytest.mark.trust("D02")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "内容其实是.png"),
        (b"MZ\x90\x00" + b"0" * 50, "内容不是这种格式"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "旧版格式或加了打开密码"),
        (b"%PDF-1.7 ...", "内容其实是.pdf"),
        (b"PK\x03\x04 not a zip", "损坏"),
    ],
)
def test_other_content_under_the_name_xlsx_is_refused(content, words):
    assert words in refused(content)


@pytest.mark.trust("D02")
@pytest.mark.parametrize("name", ["清单.xls", "清单.xlsm", "清单.exe", "清单", "清单.xlsx.exe", ""])
def test_other_extensions_are_refused_though_the_content_is_right(name):
    assert "只收.xlsx" in refused(book(), name)


@pytest.mark.trust("D02")
def test_a_zip_without_workbook_parts_is_refused():
    plain = rebuilt({"readme.txt": b"hello"})
    assert "没有.xlsx应有的内容" in refused(plain)


@pytest.mark.trust("D02")
def test_a_docx_renamed_is_refused():
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}
    assert "没有.xlsx应有的内容" in refused(rebuilt(parts))


@pytest.mark.trust("D02")
def test_a_macro_content_type_under_the_name_xlsx_is_refused():
    parts = members(book())
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
    assert "宏" in refused(rebuilt(parts))


# --- D03: the zip budget --------------------------------------------------------------------
@pytest.mark.trust("D03")
def test_bomb_1_a_member_that_unpacks_a_hundredfold():
    parts = members(book()) | {"xl/media/a.bin": b"\0" * 30_000_000}
    assert "压缩比" in refused(rebuilt(parts))


@pytest.mark.trust("D03")
def test_bomb_2_more_than_fifty_megabytes_unpacked():
    noise = bytes(range(256)) * 40_000
    parts = members(book()) | {f"xl/media/{n}.bin": noise for n in range(6)}
    assert "解开有" in refused(rebuilt(parts))


@pytest.mark.trust("D03")
def test_bomb_3_too_many_members():
    parts = members(book()) | {f"xl/media/{n}.bin": b"1" for n in range(300)}
    assert "个部件，最多200个" in refused(rebuilt(parts))


@pytest.mark.trust("D03")
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/WORKBOOK.xml"])
def test_bomb_4_two_members_of_one_name(name):
    parts = members(book())
    doubled = rebuilt(parts, also=[(name, parts["xl/workbook.xml"])])
    assert "同名的部件" in refused(doubled)


@pytest.mark.trust("D03")
def test_bomb_5_a_symbolic_link():
    link = zipfile.ZipInfo("xl/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "符号链接" in refused(rebuilt(members(book()), also=[(link, b"/etc/passwd")]))


@pytest.mark.trust("D03", "C08")
@pytest.mark.parametrize("name", ["../evil.xml", "/etc/cron.d/x", "xl\\..\\x.xml", "C:/x.xml"])
def test_bomb_6_a_member_that_points_outside(name):
    content = rebuilt(members(book()) | {name: b"<x/>"})
    assert "指向外面" in refused(content) or "\\" in name


@pytest.mark.trust("D03")
def test_bomb_7_an_encrypted_member():
    content = bytearray(book())
    start = 0
    while (start := content.find(b"PK\x01\x02", start)) >= 0:
        content[start + 8] |= 1
        start += 4
    assert "加了密码" in refused(bytes(content))


@pytest.mark.trust("D03")
def test_a_member_longer_than_declared_is_refused():
    content = rebuilt(members(book()))
    where = content.find(b"PK\x01\x02")
    size = int.from_bytes(content[where + 24 : where + 28], "little")
    changed = content[: where + 24] + (size - 5).to_bytes(4, "little") + content[where + 28 :]
    assert "损坏" in refused(changed)


@pytest.mark.trust("D03")
def test_bytes_behind_the_directory_are_refused():
    assert "损坏" in refused(book() + b"PK\x03\x04trailing")


# --- D04 ------------------------------------------------------------------------------------
@pytest.mark.trust("D04")
@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("xl/vbaProject.bin", "宏"),  # bomb 8
        ("xl/VBAPROJECT.BIN", "宏"),
        ("xl/macrosheets/sheet1.xml", "宏表"),
        ("xl/externalLinks/externalLink1.xml", "指向别的工作簿的链接"),  # bomb 9
        ("xl/embeddings/oleObject1.bin", "嵌入的对象"),
        ("xl/activeX/activeX1.xml", "ActiveX"),
        ("xl/connections.xml", "外部数据连接"),
    ],
)
def test_live_parts_are_refused_by_what_they_are(part, words):
    assert words in refused(rebuilt(members(book()) | {part: b"<x/>"}))


@pytest.mark.trust("D04")
@pytest.mark.parametrize("formula", ["cmd|'/c calc'!A0", "1+cmd|x!y", "A1&amp;cmd|'/c'!A0"])
def test_a_dde_formula_is_refused(formula):
    parts = members(book())
    sheet = parts["xl/worksheets/sheet1.xml"]
    cell = f'<row r="90"><c r="A90"><f>{formula}</f><v>0</v></c></row></sheetData>'.encode()
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", cell)
    assert "DDE" in refused(rebuilt(parts))


def test_a_bar_inside_a_quoted_text_of_a_formula_is_no_dde():
    parts = members(book())
    sheet = parts["xl/worksheets/sheet1.xml"]
    cell = b'<row r="90"><c r="A90"><f>"a|b"&amp;Sheet2!A1</f><v>0</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", cell)
    uploads.guard_xlsx(io.BytesIO(rebuilt(parts)), "a.xlsx")


# --- D05 ------------------------------------------------------------------------------------
LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(10)
)
DTDS = {
    "xxe": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',  # bomb 10
    "laughs": b"<!DOCTYPE x [" + LAUGHS + b"]>",  # bomb 11
    "quadratic": b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]>',
    "outside": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
}


@pytest.mark.trust("D05")
@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
@pytest.mark.parametrize("dtd", DTDS.values(), ids=DTDS)
def test_any_document_type_is_refused_in_any_part(name, dtd):
    parts = members(book())
    body = parts[name]
    head = b"<?xml version='1.0' encoding='UTF-8'?>"
    parts[name] = head + dtd + body[body.find(b"?>") + 2 if body.startswith(b"<?xml") else 0 :]
    assert "文档类型声明" in refused(rebuilt(parts))


@pytest.mark.trust("D05")
def test_a_part_in_another_encoding_cannot_hide_anything():
    parts = members(book())
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = sheet.encode("utf-16")
    assert "UTF-8" in refused(rebuilt(parts))


@pytest.mark.trust("D05")
def test_openpyxl_would_use_defusedxml_too():
    assert openpyxl.DEFUSEDXML is True


# --- D06 ------------------------------------------------------------------------------------
def with_cell(reference: bytes, inner: bytes = b"<v>1</v>") -> bytes:
    parts = members(book())
    row = reference.strip(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cell = b'<row r="%s"><c r="%s">%s</c></row></sheetData>' % (row, reference, inner)
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", cell)
    parts["xl/worksheets/sheet1.xml"] = sheet
    return rebuilt(parts)


@pytest.mark.trust("D06")
@pytest.mark.parametrize("reference", [b"XFD1048576", b"A1048576", b"BI90", b"A50001", b"A060000"])
def test_bomb_12_a_far_cell_is_refused_by_its_name(reference):
    assert reference.decode() in refused(with_cell(reference))


@pytest.mark.trust("D06")
@pytest.mark.parametrize("reference", [b"A50000", b"BH90"])
def test_cells_up_to_the_caps_pass(reference):
    uploads.guard_xlsx(io.BytesIO(with_cell(reference)), "a.xlsx")


@pytest.mark.trust("D06")
def test_an_empty_formatted_cell_far_out_is_no_reason_to_refuse():
    parts = members(book())
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", far)
    parts["xl/worksheets/sheet1.xml"] = sheet
    upload = uploads.guard_xlsx(io.BytesIO(rebuilt(parts)), "wps.xlsx")

    assert len(sheets.read_grid(upload.content).rows) == 4


@pytest.mark.trust("D06")
def test_the_declared_dimension_is_not_believed():
    parts = members(book())
    sheet = parts["xl/worksheets/sheet1.xml"]
    start, end = sheet.find(b"<dimension"), sheet.find(b"/>", sheet.find(b"<dimension")) + 2
    lie = b'<dimension ref="A1:XFD1048576"/>'
    parts["xl/worksheets/sheet1.xml"] = sheet[:start] + lie + sheet[end:]
    content = rebuilt(parts)

    assert (
        len(sheets.read_grid(uploads.guard_xlsx(io.BytesIO(content), "a.xlsx").content).rows) == 4
    )


# --- attachments ----------------------------------------------------------------------------
@pytest.mark.trust("D02")
@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("通知.pdf", b"%PDF-1.7\n...", "application/pdf"),
        ("照片.JPG", b"\xff\xd8\xff\xe0....", "image/jpeg"),
        ("照片.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
    ],
)
def test_attachments_get_the_type_of_their_content(name, content, kind):
    assert uploads.guard_attachment(io.BytesIO(content), name).content_type == kind


@pytest.mark.parametrize("name", ["a.zip", "a.rar", "a.html", "a.svg", "a.doc"])
def test_other_attachments_are_refused_with_what_is_allowed(name):
    with pytest.raises(RuleError, match="只收pdf、jpg、png、docx、xlsx"):
        uploads.guard_attachment(io.BytesIO(b"PK\x03\x04"), name)


@pytest.mark.trust("C08", "C09")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.xlsx", "passwd.xlsx"),
        ("C:\\dir\\a.xlsx", "a.xlsx"),
        ("a\r\nSet-Cookie: x.xlsx", "aSet-Cookie: x.xlsx"),
        ("\u202egnp.xlsx", "gnp.xlsx"),
        ("表" * 300 + ".xlsx", "表" * 110 + ".xlsx"),
        ("a\x00.xlsx", "a.xlsx"),
    ],
)
def test_names_lose_folders_and_invisible_marks(given, kept):
    assert uploads.safe_name(given) == kept


def test_a_broken_stream_is_named_as_broken():
    content = bytearray(book())
    where = content.find(b"xl/worksheets/sheet1.xml") + 60
    content[where : where + 40] = zlib.compress(b"junk" * 20)[:40]
    assert "损坏" in refused(bytes(content))
