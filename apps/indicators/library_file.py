"""Reads a library file (YAML) and says where it is wrong: file, line, item and key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic import ValidationInfo as Info
from pydantic import field_validator as check

from apps.rules.errors import RuleError
from apps.rules.target_form import DIRECTIONS, LEVEL1, LEVEL2, OPERATORS

MAX_BYTES = 2 * 1024 * 1024
NUMBER = r"-?\d+(\.\d+)?"
ASCENDING, DESCENDING = ("≥", ">"), ("≤", "<")
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Amount = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
Yuan = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2)]


def among(value: str, allowed: Sequence[str]) -> str:
    """The value, when it is one of the allowed words. Raises ValueError naming them."""
    if value not in allowed:
        raise ValueError(f"应为{'、'.join(allowed)}之一")
    return value


class Part(BaseModel):
    """What all parts of a file share: unknown keys are refused, numbers may stand for text."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, coerce_numbers_to_str=True, str_strip_whitespace=True
    )


class LibraryHead(Part):
    """Which edition of which library; without a jurisdiction it is shared by all."""

    title: str = Field(min_length=1, max_length=100)
    source: str = Field(min_length=1, max_length=200)
    fiscal_year: int = Field(ge=2000, le=2100)
    jurisdiction: Annotated[str, StringConstraints(pattern=r"^\d{6}$")] | None = None


class CategoryHead(Part):
    """The category that the file's indicators belong to: 共性 by use of money, or an industry."""

    kind: Literal["common", "industry"] = "common"
    code: Code
    name: str = Field(min_length=1, max_length=60)
    position: int = Field(ge=1, le=999)


class Line(Part):
    """One third-level indicator. The order of the fields matters: later ones look at earlier."""

    code: Code
    subclass: str = Field(default="", max_length=40)
    purpose: str = Field(default="", max_length=60)
    level1: str
    level2: str
    name: str = Field(min_length=1, max_length=100)
    operator: str
    direction: str
    unit: str = Field(default="", max_length=20, validate_default=True)
    typical_value: str = Field(default="", max_length=60, validate_default=True)
    low: Amount | None = None
    high: Amount | None = None
    cost_unit: str = Field(default="", max_length=20)
    cost_low: Yuan | None = None
    cost_high: Yuan | None = None
    explanation: str = Field(min_length=1, max_length=300)
    formula: str = Field(default="", max_length=300)
    data_source: str = Field(default="", max_length=200)
    evidence: str = Field(default="", max_length=200)
    is_core: bool = False
    keywords: str = Field(default="", max_length=100)

    @check("level1")
    @classmethod
    def _level1(cls, value: str) -> str:
        return among(value, LEVEL1)

    @check("level2")
    @classmethod
    def _level2(cls, value: str, info: Info) -> str:
        return among(value, LEVEL2.get(info.data.get("level1", ""), (value,)))

    @check("operator")
    @classmethod
    def _operator(cls, value: str) -> str:
        return among(value, OPERATORS)

    @check("direction")
    @classmethod
    def _direction(cls, value: str, info: Info) -> str:
        among(value, DIRECTIONS)
        operator = info.data.get("operator")
        if (operator in ASCENDING and value != "正向") or (
            operator in DESCENDING and value != "反向"
        ):
            raise ValueError(f"与性质“{operator}”相反，≥和>为正向，≤和<为反向")
        return value

    @check("unit")
    @classmethod
    def _unit(cls, value: str, info: Info) -> str:
        is_words = info.data.get("operator") == "定性"
        if is_words and value:
            raise ValueError("定性指标不填度量单位")
        if not is_words and not value:
            raise ValueError("定量指标要有度量单位，例如“%”")
        return value

    @check("typical_value")
    @classmethod
    def _typical_value(cls, value: str, info: Info) -> str:
        operator = info.data.get("operator")
        if operator == "定性" and len(value) < 8:
            raise ValueError("定性指标要写出可核对的判定标准，至少8个字")
        if operator == "区间" and value and not re.fullmatch(f"{NUMBER}~{NUMBER}", value):
            raise ValueError("区间写成两个数，例如“6~8”")
        if operator not in ("定性", "区间") and value and not re.fullmatch(NUMBER, value):
            raise ValueError("应为一个数，例如“90”；按项目填的留空")
        return value

    @check("low", "high")
    @classmethod
    def _range(cls, value: Decimal | None, info: Info) -> Decimal | None:
        if value is not None and info.data.get("operator") == "定性":
            raise ValueError("定性指标没有数值范围，请留空")
        return _not_below(value, info, "low")

    @check("cost_low", "cost_high")
    @classmethod
    def _cost(cls, value: Decimal | None, info: Info) -> Decimal | None:
        if value is not None and not info.data.get("cost_unit"):
            raise ValueError("填了单位成本，要写成本计量单位，例如“公里”")
        return _not_below(value, info, "cost_low")


def _not_below(value: Decimal | None, info: Info, other: str) -> Decimal | None:
    """The value, when it is not below the range's lower end. Raises ValueError."""
    low = info.data.get(other)
    if value is not None and low is not None and value < low:
        raise ValueError(f"上限应不小于下限{low}")
    return value


class Document(Part):
    """One file: one category of one edition."""

    library: LibraryHead
    category: CategoryHead
    indicators: list[Line] = Field(min_length=1, max_length=2000)

    @check("indicators")
    @classmethod
    def _once(cls, lines: list[Line]) -> list[Line]:
        """No code and no name twice in a category."""
        _refuse_double("标识", [line.code for line in lines])
        _refuse_double("名称", [f"{line.level2} {line.name}" for line in lines])
        return lines


def _refuse_double(what: str, values: list[str]) -> None:
    double = [value for value, count in Counter(values).items() if count > 1]
    if double:
        raise ValueError(f"{what}“{double[0]}”出现两次，一类里只能有一次")


def read(path: Path) -> Document:
    """The validated file. Raises RuleError in one line: file, line, key, what is expected."""
    text = _text(path)
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _refused(
            path, _yaml_place(error), "不是合格的YAML，请核对缩进、引号和冒号"
        ) from error
    try:
        return Document.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False)
        first = found[0]
        place = f" 第{_line_of(node, first['loc'])}行 {_dotted(first['loc'])}".rstrip()
        more = f"（另有{len(found) - 1}处）" if len(found) > 1 else ""
        raise _refused(path, place, sentence(dict(first)) + more) from error


def read_all(paths: Sequence[Path]) -> list[Document]:
    """The validated files, in order. Raises RuleError also when two describe one edition apart."""
    heads: dict[tuple[object, ...], tuple[Path, LibraryHead]] = {}
    documents = []
    for path in paths:
        document = read(path)
        head = document.library
        key = (head.jurisdiction, head.title, head.fiscal_year)
        other, known = heads.setdefault(key, (path, head))
        if known != head:
            raise _refused(
                path, " library.source", f"填“{head.source}”，与{other.name}的“{known.source}”不同"
            )
        documents.append(document)
    return documents


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise _refused(path, "", "没有这个文件") from error
    except OSError as error:
        raise _refused(path, "", "读不了，请核对文件权限") from error
    if len(raw) > MAX_BYTES:
        raise _refused(path, "", f"有{len(raw)}字节，最多{MAX_BYTES}字节")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused(path, "", "不是UTF-8文本，请另存为UTF-8") from error


def _refused(path: Path, place: str, told: str) -> RuleError:
    return RuleError(f"{path.name}{place}：{told}。没有载入任何数据。", code="library_file")


def _yaml_place(error: BaseException) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" 第{mark.line + 1}行" if mark else ""


def _line_of(node: yaml.Node | None, path: Sequence[int | str]) -> int:
    """The line of the deepest part of the path that the file holds, counted from 1."""
    line = 1
    for step in path:
        node = _child(node, step)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None


def _dotted(path: Sequence[int | str]) -> str:
    """indicators[5].unit"""
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return shown.removeprefix(".")


def sentence(error: dict[str, Any]) -> str:
    """What is wrong with one key, with the value found where it helps."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "缺少这个键"
    if kind == "extra_forbidden":
        return "没有这个键，请核对拼写"
    return f"{_found(error['input'])}{expected(kind, context, error['msg'])}"


def _found(value: object) -> str:
    if value is None or value == "":
        return "未填，"
    return f"填“{str(value)[:40]}”，" if isinstance(value, str | int | float) else ""


def expected(kind: str, context: dict[str, Any], message: str) -> str:
    """What a key asks for, by the kind of the fault."""
    texts = {
        "value_error": str(context.get("error", "")),
        "string_too_short": "必须填写",
        "string_too_long": f"最多{context.get('max_length')}个字",
        "string_pattern_mismatch": f"应符合格式{context.get('pattern')}",
        "string_type": "应为文字",
        "greater_than_equal": f"应不小于{context.get('ge')}",
        "less_than_equal": f"应不大于{context.get('le')}",
        "too_short": "至少要有一条",
        "too_long": f"最多{context.get('max_length')}条",
        "list_type": "应为列表",
        "literal_error": "应为common或industry",
        "decimal_max_places": f"最多{context.get('decimal_places')}位小数",
        "model_type": "应为一组“键: 值”",
    }
    if kind.startswith("decimal_") and kind not in texts:
        return "应为数字"
    if kind.startswith("int_"):
        return "应为整数"
    if kind.startswith("bool_"):
        return "应为true或false"
    return texts.get(kind) or message
