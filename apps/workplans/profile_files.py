"""Reading a profile file: every error names file, line and key in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, get_args

import yaml
from django.db.models import Choices
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from apps.rules.errors import RuleError
from apps.workplans.profiles import Path, Profile, Row, problems
from apps.workplans.profiles.words import key_word

if TYPE_CHECKING:
    from yaml import SafeLoader as Base
else:
    Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C reads ten times as fast

LIMIT = 300 * 1024
DEEPEST = 20  # a profile needs 7
MOST = 60_000  # words and signs; a profile of 47 tasks has 13 000
SHOWN = 60  # characters of a wrong value
OPENS = (
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
)
CLOSES = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


class Loader(Base):
    """YAML whose dates stay text, so that a wrong one is reported with its line and key."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
BARE = {  # what says enough without the value
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项，核对拼写",
    "string_too_short": "不能为空",
    "too_short": "至少要有一项",
}
DAY, NUMBER, WHOLE, GROUP = "应为日期，例如2024-04-10", "应为数字", "应为整数", "应为“键: 值”的组"
SAID = {  # by the kind of error; limits stand in braces
    "string_type": "应为文字，数字代码加引号",
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_from_float": WHOLE,
    "int_parsing_size": "应为18位以内的整数",
    "bool_type": "应为true或false",
    "bool_parsing": "应为true或false",
    "list_type": "应为列表",
    "dict_type": GROUP,
    "model_type": GROUP,
    "model_attributes_type": GROUP,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "date_parsing": DAY,
    "date_type": DAY,
    "decimal_parsing": NUMBER,
    "decimal_type": NUMBER,
    "finite_number": NUMBER,
    "decimal_max_places": "小数最多{decimal_places}位",
    "decimal_max_digits": "最多{max_digits}位",
    "decimal_whole_digits": "整数部分最多{whole_digits}位",
    "greater_than": "应大于{gt}",
    "greater_than_equal": "应不小于{ge}",
    "less_than": "应小于{lt}",
    "less_than_equal": "应不大于{le}",
}
PATTERNS = {  # by the pattern's text in profiles/rows.py
    r"^[a-z0-9][a-z0-9_.-]*$": "应为小写字母、数字、点、横线、下划线，以字母或数字开头",
    r"^[0-9]{6}$": "应为6位数字",
    r"^[A-Z]-[0-9]{2,3}$": "应为大写字母、横线和两三位数字，例如Y-84",
    r"^[a-z_]+(\.[a-z_]+)?$": "应为小写字母和下划线，中间可有一个点，例如targets.project",
}


class ProfileError(RuleError):
    """A profile cannot be used: its file, line, key, what was found and what is expected."""


def read(path: FilePath) -> Profile:
    """The profile of a file. Raises ProfileError naming file, line and key."""
    name = path.name
    source = _text(path)
    node, data = _parsed(name, source)
    lines: dict[Path, int] = {}
    _walk(name, node, (), lines)
    try:
        profile = Profile.model_validate(data)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise _error(name, lines, _path(details[0]), said(details[0]), len(details)) from error
    found = list(problems(profile))
    if found:
        raise _error(name, lines, found[0].path, found[0].text, len(found))
    return profile


def _text(path: FilePath) -> str:
    try:
        if path.stat().st_size > LIMIT:
            raise ProfileError(f"{path.name}：超过300 KB，不像年度方案文件。", code="profile")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProfileError(f"{path}：读不到（{error.strerror}）。", code="profile") from error
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path.name}：不是UTF-8文本。", code="profile") from error


def _parsed(name: str, source: str) -> tuple[yaml.Node, Any]:
    """The file's nodes (which know their lines) and its data."""
    try:
        _scan(name, source)
        loader = Loader(source)
        node = loader.get_single_node()
        data = None if node is None else loader.construct_document(node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第{min(mark.line, source.count(chr(10))) + 1}行" if mark else ""
        raise ProfileError(
            f"{name}{where}：不是合格的YAML，核对缩进、引号、括号和冒号后的空格。", code="profile"
        ) from error
    except (ValueError, KeyError, RecursionError) as error:
        raise ProfileError(f"{name}：有一个值读不出来，例如太长的整数。", code="profile") from error
    if node is None:
        raise ProfileError(f"{name}：是空的。", code="profile")
    return node, data


def _scan(name: str, source: str) -> None:
    """Refuse what no profile needs and what can make a small file costly or fail in reading."""
    depth = 0
    for n, token in enumerate(yaml.scan(source, Loader)):
        depth += isinstance(token, OPENS) - isinstance(token, CLOSES)
        said = "不用YAML的引用（*）" if isinstance(token, yaml.AliasToken) else ""
        said = "不用YAML的标记（!）" if isinstance(token, yaml.TagToken) else said
        said = f"层次超过{DEEPEST}层" if depth > DEEPEST else said
        said = "项数太多，不像年度方案文件" if n > MOST else said
        if said:
            line = token.start_mark.line + 1
            raise ProfileError(f"{name}第{line}行：{said}。", code="profile")


def _walk(name: str, node: yaml.Node, path: Path, lines: dict[Path, int]) -> None:
    """Note the line of every key and item; a key that stands twice is refused."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for i, child in enumerate(node.value):
            _walk(name, child, (*path, i), lines)
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            place = (*path, str(key.value))
            is_second = place in lines
            lines[place] = key.start_mark.line + 1
            if is_second:
                raise _error(name, lines, place, "这一项写了两次", 1)
            _walk(name, child, place, lines)


def _path(detail: ErrorDetails) -> Path:
    return tuple(part for part in detail["loc"] if part != "[key]")


def said(detail: ErrorDetails) -> str:
    """What is wrong, in a sentence: what was found and what is expected."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in BARE:
        return BARE[kind]
    if kind in ("string_too_long", "too_long"):
        return f"{len(str(detail['input']))}字，最多{context['max_length']}字"
    if kind in ("enum", "literal_error"):
        expected = _offered(str(context.get("expected", "")))
    elif kind == "string_pattern_mismatch":
        expected = PATTERNS.get(context["pattern"], "写法不对")
    else:
        expected = SAID.get(kind, "这里不能这样填").format(**context)
    return f"{_found(detail['input'])}，{expected}"


def _found(value: object) -> str:
    """A wrong value as the reader knows it, cut when it is long."""
    if value is None:
        return "没有填"
    if isinstance(value, dict | list):
        return "填的是列表" if isinstance(value, list) else "填的是一组键值"
    if isinstance(value, bool):
        return f"填“{'true' if value else 'false'}”"
    if isinstance(value, int) and value.bit_length() > 4 * SHOWN:  # too long to be written out
        return "填的数太长"
    shown = str(value)
    return f"填“{shown[:SHOWN]}…”" if len(shown) > SHOWN else f"填“{shown}”"


def _offered(expected: str) -> str:
    """The values that can be chosen, each with what the pages call it."""
    values = re.findall(r"'([^']*)'", expected) or [expected]
    labels = _labels().get(frozenset(values), {})
    told = [f"{value}（{labels[value]}）" if value in labels else value for value in values]
    return f"应为{'、'.join(told)}" + ("之一" if len(told) > 1 else "")


@lru_cache(maxsize=1)
def _labels() -> dict[frozenset[str], dict[str, str]]:
    """The labels of every choice that a row offers, by all its values."""
    kinds = [Row]
    for kind in kinds:
        kinds += kind.__subclasses__()
    infos = [info for kind in kinds for info in kind.model_fields.values()]
    offered = [each for info in infos for each in _choices(info.annotation)]
    return {
        frozenset(map(str, each.values)): {str(one.value): str(one.label) for one in each}
        for each in offered
    }


def _choices(annotation: Any) -> Iterator[type[Choices]]:
    """The choices within a key's type."""
    if isinstance(annotation, type) and issubclass(annotation, Choices):
        yield annotation
    for inner in get_args(annotation):
        yield from _choices(inner)


def _error(name: str, lines: dict[Path, int], path: Path, text: str, count: int) -> ProfileError:
    """The first problem, placed at the nearest line known, and how many more there are."""
    near = path
    while near not in lines and near:
        near = near[:-1]
    shown = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
    word = key_word(path)
    more = f"（另有{count - 1}处）" if count > 1 else ""
    line = lines.get(near, 1)
    return ProfileError(
        f"{name}第{line}行 {shown or '文件'}{word and f'（{word}）'}：{text}。{more}",
        code="profile",
        line=line,
        key=shown,
    )
