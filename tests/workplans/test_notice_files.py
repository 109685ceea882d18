"""What may come in as a notice, and what its text is then."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from apps.rules import notices
from apps.rules.errors import RuleError
from apps.workplans import notice_docx, notice_files
from tests.core.books import book
from tests.rules.notice_texts import made, text_of
from tests.workplans.documents import (
    NUMBERING,
    RELS,
    STYLES,
    W,
    docx,
    numbered,
    paragraph,
    relation,
)

RELATIONS = "word/_rels/document.xml.rels"


def text(content: bytes, name: str = "通知.docx") -> str:
    return notice_files.read_file(io.BytesIO(content), name).text


def refusal(content: bytes, name: str = "通知.docx") -> RuleError:
    with pytest.raises(RuleError) as refused:
        text(content, name)
    assert name.rpartition("/")[2] in str(refused.value)
    assert str(refused.value).endswith("。")
    return refused.value


# --- .txt -------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_is_read_in_each_encoding_a_bureau_writes(encoding: str) -> None:
    words = text_of("wulatezhongqi-2024")
    assert text(words.encode(encoding), "通知.txt") == words


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "notice.empty"),
        (b" \n\t ", "notice.empty"),
        (b"\x00\x01\x02\x03" * 9, "notice.encoding"),
        (b"\xff\xff\xff\x80", "notice.encoding"),
        (b"%PDF-1.7 ...", "notice.file_kind"),
        (b"PK\x03\x04....", "notice.file_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "notice.file_kind"),
        (b"a" * 4_000_001, "notice.too_long"),
    ],
)
@pytest.mark.trust("D01", "D02")
def test_a_text_file_that_is_none_is_refused(content: bytes, code: str) -> None:
    assert refusal(content, "通知.txt").code == code


# --- .docx ------------------------------------------------------------------------------------
def test_a_document_reads_as_its_text_does() -> None:
    words = text_of("wulatezhongqi-2024")
    lines = [paragraph(line) for line in words.splitlines()]
    from_file = notices.read(text(docx(*lines)), year=2024)
    from_text = notices.read(words, year=2024)
    titles = [task.title.value for task in from_text.tasks]
    assert [task.title.value for task in from_file.tasks] == titles


def test_the_rows_of_a_table_of_tasks_are_tasks() -> None:
    rows = [("序号", "工作任务", "责任单位", "完成时限"), ("1", "绩效自评", "各部门", "4月20日前")]
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"
    title = paragraph("关于印发2024年预算绩效管理工作要点的通知")
    found = notices.read(text(docx(title, paragraph("一、重点任务"), table)), year=2024)
    (task,) = found.tasks
    assert (task.title.value, task.windows[0].phrase) == ("绩效自评", "4月20日前")


def test_automatic_numbers_are_written_out() -> None:
    body = [
        paragraph("主要任务", numbered(0)),
        paragraph("绩效自评", numbered(1)),
        paragraph("项目自评", numbered(2)),
        paragraph("整体自评", numbered(2)),
        paragraph("第一步", numbered(3)),
        paragraph("要点", numbered(4)),
        paragraph("绩效监控", numbered(1)),
        paragraph("项目监控", numbered(2)),
        paragraph("保障措施", numbered(0)),
        paragraph("不在列表", numbered(0, 9)),
        paragraph("", numbered(0)),
    ]
    lines = text(docx(*body, parts={"word/numbering.xml": NUMBERING})).split("\n")
    assert lines == [
        "一、主要任务", "（一）绩效自评", "1.项目自评", "2.整体自评", "①第一步", "要点",
        "（二）绩效监控", "1.项目监控", "二、保障措施", "不在列表", "",
    ]  # fmt: skip


def test_numbers_that_come_with_a_style_are_written_out() -> None:
    body = [paragraph("任务", f"<w:pStyle w:val='{style}'/>") for style in ("Top", "Sub", "No")]
    parts: dict[str, str | bytes] = {"word/numbering.xml": NUMBERING, "word/styles.xml": STYLES}
    assert text(docx(*body, parts=parts)).split("\n") == ["一、任务", "二、任务", "任务"]


@pytest.mark.parametrize(
    ("number", "shown"), [(10, "十"), (11, "十一"), (20, "二十"), (21, "二十一")]
)
def test_chinese_numbers_go_beyond_ten(number: int, shown: str) -> None:
    body = [paragraph("x", numbered(0))] * number
    last = text(docx(*body, parts={"word/numbering.xml": NUMBERING})).rpartition("\n")[2]
    assert last == f"{shown}、x"


def test_deleted_moved_and_hidden_text_is_left_away_and_rows_are_lines() -> None:
    body = [
        "<w:p><w:r><w:t>留</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>增</w:t></w:r></w:ins></w:p>",
        "<w:p><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:t>可见</w:t></w:r></w:p>",
        "<w:p><w:r><w:t>前</w:t><w:tab/><w:t>后</w:t><w:br/><w:t>下</w:t></w:r></w:p>",
        "<w:tbl><w:tr><w:tc>" + paragraph("任务") + "</w:tc><w:tc>" + paragraph("时限")
        + paragraph("3月底前") + "</w:tc></w:tr></w:tbl>",
        "<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='720'/></w:tabs></w:pPr>"
        "<w:r><w:t>尾</w:t></w:r></w:p>",
    ]  # fmt: skip
    assert text(docx(*body)).split("\n") == [
        "留增",
        "可见",
        "前\t后",
        "下",
        "任务\t时限 3月底前",
        "尾",
    ]


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "通知.docx", "upload.empty"),
        (b"x", "通知.docm", "notice.file_kind"),
        (b"x", "通知.doc", "notice.file_kind"),
        (b"x", "通知.wps", "notice.file_kind"),
        (b"%PDF-1.7", "通知.pdf", "notice.file_kind"),
        (b"x", "通知", "notice.file_kind"),
        (b"%PDF-1.7", "通知.docx", "upload.magic"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "通知.docx", "upload.magic"),
        (b"PK\x03\x04broken", "通知.docx", "upload.broken"),
        (book(), "通知.docx", "upload.structure"),
        (docx(paragraph(" ")), "通知.docx", "notice.empty"),
        (docx(paragraph("x"), parts={"word/vbaProject.bin": b"x"}), "通知.docx", "upload.live"),
        (docx(paragraph("x"), parts={"word/embeddings/a.bin": b"x"}), "通知.docx", "upload.live"),
        (docx(paragraph("x"), parts={"word/activeX/a.xml": "<a/>"}), "通知.docx", "upload.live"),
        (docx(paragraph("x"), parts={"a.bin": b"0" * 2_000_000}), "通知.docx", "upload.package"),
        (docx(paragraph("x"), parts={f"{n}.bin": b"" for n in range(200)}), "通知.docx",
         "upload.package"),
        (docx(paragraph("x"), parts={"word/a.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
         "通知.docx", "upload.xml"),
    ],
)  # fmt: skip
@pytest.mark.trust("D02", "D03", "D04", "D05")
def test_a_document_of_the_wrong_kind_is_refused(content: bytes, name: str, code: str) -> None:
    assert refusal(content, name).code == code


@pytest.mark.trust("D04")
def test_a_macro_is_refused_in_the_words_of_a_document() -> None:
    error = refusal(docx(paragraph("绩效"), parts={"word/vbaProject.bin": b"x"}))
    assert "带有宏" in str(error)
    assert "不带宏的.docx" in str(error)


@pytest.mark.parametrize("kind", ["attachedTemplate", "image", "oleObject", "subDocument", "frame"])
@pytest.mark.trust("D04")
def test_a_part_loaded_from_elsewhere_is_refused(kind: str) -> None:
    parts: dict[str, str | bytes] = {RELATIONS: relation(kind, "https://example.org/a")}
    error = refusal(docx(paragraph("绩效"), parts=parts))
    assert error.code == "notice.remote"
    assert "从别处载入" in str(error)


def test_a_document_inside_the_document_is_refused() -> None:
    parts: dict[str, str | bytes] = {RELATIONS: relation("aFChunk", "a.html", external=False)}
    assert refusal(docx(paragraph("绩效"), parts=parts)).code == "notice.remote"


@pytest.mark.parametrize(
    "field",
    [
        "<w:p><w:r><w:instrText>INCLUDETEXT \"http://a\"</w:instrText></w:r></w:p>",
        "<w:p><w:fldSimple w:instr='DDEAUTO c cmd'><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>",
    ],
)  # fmt: skip
def test_a_field_that_loads_or_runs_something_is_refused(field: str) -> None:
    assert refusal(docx(paragraph("绩效"), field)).code == "notice.remote"


DDE = "<w:r><w:instrText>DDEAUTO c cmd</w:instrText></w:r>"
SPLIT = "".join(
    f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in (" DDE", "AUTO c", " cmd")
)
HEADER = f"<w:hdr xmlns:w='{W}'><w:p>{DDE}</w:p></w:hdr>"


@pytest.mark.trust("D04")
@pytest.mark.parametrize(
    ("body", "parts"),
    [
        (f"<w:p><w:r><w:pict><w:p>{DDE}</w:p></w:pict></w:r></w:p>", {}),
        (f"<w:p>{SPLIT}</w:p>", {}),
        ("", {"word/header1.xml": HEADER}),
    ],
)
def test_such_a_field_is_found_wherever_it_stands(body: str, parts: dict[str, str | bytes]) -> None:
    assert refusal(docx(paragraph("绩效"), body, parts=parts)).code == "notice.remote"


def test_two_harmless_fields_are_not_read_as_one() -> None:
    begin = "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
    codes = [f"{begin}<w:r><w:instrText>{code}</w:instrText></w:r>" for code in ("R", "D x")]
    assert text(docx(paragraph("绩效"), f"<w:p>{''.join(codes)}</w:p>")) == "绩效\n"


@pytest.mark.trust("D03")
def test_long_numbers_and_deep_lists_do_not_fill_the_memory() -> None:
    long = NUMBERING.replace("%1、", "%1、" + "x" * 900_000)
    body = [paragraph("x", numbered(0))] * 500
    lines = text(docx(*body, parts={"word/numbering.xml": long})).split("\n")
    assert max(map(len, lines)) < 40
    deep = NUMBERING.replace("w:ilvl='1'", "w:ilvl='9'")
    assert text(docx(paragraph("x", numbered(9)), parts={"word/numbering.xml": deep})) == "x"


@pytest.mark.trust("D03")
@pytest.mark.parametrize("piece", [paragraph("字" * 11), paragraph("x", numbered(0)), "<w:p/>"])
def test_reading_stops_where_a_notice_is_too_long(
    piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_docx, "MAX_CHARACTERS", 100)
    parts: dict[str, str | bytes] = {"word/numbering.xml": NUMBERING}
    assert text(docx(paragraph("字" * 99), parts=parts)) == "字" * 99
    assert refusal(docx(piece * 101, parts=parts)).code == "notice.too_long"


def test_a_link_to_follow_is_only_text() -> None:
    parts: dict[str, str | bytes] = {RELATIONS: relation("hyperlink", "https://example.org/")}
    assert text(docx(paragraph("绩效"), parts=parts)) == "绩效"
    assert text(docx(paragraph("绩效"), parts={RELATIONS: RELS.format("")})) == "绩效"


def test_two_hundred_pages_are_read() -> None:
    line = (
        "各单位应于3月底前报送绩效自评表，财政局审核不低于20%的项目，结果作为安排预算的依据。" * 2
    )
    lines = made(*[f"{number % 99 + 1}.绩效自评。{line}" for number in range(1_800)]).split("\n")
    found = text(docx(*[paragraph(each) for each in lines]))
    assert found == "\n".join(lines)
    assert len(found) > 160_000


def test_a_scan_is_told_from_an_empty_file() -> None:
    picture = f"<w:p><w:r><w:drawing xmlns:w='{W}'/></w:r></w:p>"
    assert "可能是扫描的图片" in str(refusal(docx(picture)))


# --- from disk --------------------------------------------------------------------------------
def test_a_file_on_disk_keeps_its_name_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "通知.txt"
    path.write_text("绩效", encoding="gb18030")
    found = notice_files.read_path(path)
    assert (found.name, found.text, found.content) == ("通知.txt", "绩效", "绩效".encode("gb18030"))
    assert found.content_type == "text/plain"


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.txt", tmp_path):
        with pytest.raises(RuleError) as refused:
            notice_files.read_path(path)
        assert refused.value.code == "notice.unreadable"


def test_the_package_of_a_good_document_is_what_the_test_says() -> None:
    with zipfile.ZipFile(io.BytesIO(docx(paragraph("x")))) as package:
        assert package.namelist() == ["[Content_Types].xml", "word/document.xml"]
