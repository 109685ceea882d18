"""Thousands of broken workbooks: each is refused in Chinese or read, none breaks anything."""

import hashlib
import io
import json
import os
import random

import pytest

from apps.audit.models import Entry
from apps.core import sheets, uploads
from apps.jobs.models import Job, StoredFile
from apps.projects.imports import checking
from apps.projects.models import FundLine, FundTag, Project, ProjectYear
from apps.rules.errors import RuleError
from tests.core.books import book, members, rebuilt
from tests.fuzz.mutants import MUTATORS
from tests.projects.lists import YEAR, bare, code, line, workbook

SEED = int(os.environ.get("FUZZ_SEED", "20240410"))
ROUNDS = 10_000 if os.environ.get("SOAK") == "1" else 2_000
TABLES = (Project, ProjectYear, FundLine, Project.fund_tags.through, Job, StoredFile, Entry)


def corpus(world) -> list[bytes]:
    """Good books of several makers."""
    head = ["项目编码", "项目名称", "单位编码", "项目属性", "来源", "起始年度"]
    good = [code(9), "农村饮水", 201, "新增项目", "年初", 2024]
    lines = [line(n, leader="阿不都", is_key="是") for n in range(1, 6)]
    plain = bare(head, good)
    inline = sheets.write_table([good], [sheets.Head(label) for label in head], sheet="项目")
    wps = members(plain)
    wps["docProps/custom.xml"] = b'<?xml version="1.0" encoding="UTF-8"?><Properties/>'
    return [workbook(world, *lines), plain, inline, rebuilt(wps), book()]


def database() -> str:
    """One digest of every row that an import could touch."""
    rows = [[str(row) for row in t.objects.order_by("pk").values_list()] for t in TABLES]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def is_chinese_sentence(text: str) -> bool:
    return text.endswith("。") and any("\u4e00" <= mark <= "\u9fff" for mark in text)


def outcome(content: bytes, world) -> str:
    """read, wrong cells, or refused; anything else is an exception that fails the test."""
    try:
        upload = uploads.guard_xlsx(io.BytesIO(content), "清单.xlsx")
        grid = sheets.read_grid_here(upload.content)
        plan = checking.plan(grid, world.county, YEAR)
    except RuleError as error:
        return "refused" if is_chinese_sentence(str(error)) else f"bad words: {error}"
    for error in plan.errors:
        assert is_chinese_sentence(error.message), error.message
        assert f"工作表“{grid.sheet}” 第{error.row}行" in error.message
    return "wrong cells" if plan.errors else "read"


@pytest.mark.trust("D08")
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.django_db
def test_no_broken_workbook_breaks_the_import(world):
    FundTag.objects.create(code="bond", name="债券")
    rng = random.Random(SEED)
    books = corpus(world)
    assert [outcome(content, world) for content in books[:-1]] == ["read"] * (len(books) - 1)
    before = database()
    seen: dict[str, int] = {}

    for number in range(ROUNDS):
        mutator = rng.choice(MUTATORS)
        content = mutator(rng, rng.choice(books))
        try:
            result = outcome(content, world)
        except BaseException as error:  # a panic of the reader is no Exception
            error.add_note(f"seed {SEED}, round {number}, {mutator.__name__}")
            raise
        seen[result] = seen.get(result, 0) + 1

    assert database() == before
    assert set(seen) == {"read", "wrong cells", "refused"}, seen
