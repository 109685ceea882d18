"""Reading a profile file: every error names file, line and key in one sentence."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from apps.rules.errors import RuleError
from apps.workplans.profiles import Path, Profile, problems

LIMIT = 1024 * 1024


class Loader(yaml.SafeLoader):
    """YAML whose dates stay text, so that a wrong one is reported with its line and key."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
SAID = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识这一项，请核对拼写",
    "string_type": "应为文字，数字代码请加引号",
    "string_too_short": "不能为空",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_parsing": "应为true或false",
    "list_type": "应为列表",
    "too_short": "至少要有一项",
    "model_type": "应为“键: 值”的组",
    "date_from_datetime_parsing": "应为日期，例如2024-04-10",
    "date_parsing": "应为日期，例如2024-04-10",
    "date_type": "应为日期，例如2024-04-10",
    "decimal_parsing": "应为数字",
    "decimal_type": "应为数字",
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
            raise ProfileError(f"{path.name}：超过1 MB，不像年度方案文件。", code="profile")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProfileError(f"{path}：读不到（{error.strerror}）。", code="profile") from error
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path.name}：不是UTF-8文本。", code="profile") from error


def _parsed(name: str, source: str) -> tuple[yaml.Node, Any]:
    """The file's nodes (which know their lines) and its data."""
    try:
        for token in yaml.scan(source):
            if isinstance(token, yaml.AliasToken):
                line = token.start_mark.line + 1
                raise ProfileError(f"{name}第{line}行：不用YAML的引用（*）。", code="profile")
        node = yaml.compose(source, Loader)
        data = yaml.load(source, Loader)  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第{mark.line + 1}行" if mark else ""
        reason = getattr(error, "problem", None) or "写法有误"
        raise ProfileError(
            f"{name}{where}：不是合格的YAML（{reason}）。", code="profile"
        ) from error
    if node is None:
        raise ProfileError(f"{name}：是空的。", code="profile")
    return node, data


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
    if kind in ("enum", "literal_error"):
        expected = str(context.get("expected", "")).replace(" or ", "、").replace(", ", "、")
        return f"填“{detail['input']}”，应为{expected}之一"
    if kind == "string_pattern_mismatch":
        return f"填“{detail['input']}”，应符合{context['pattern']}"
    if kind in ("string_too_long", "too_long"):
        return f"{len(str(detail['input']))}字，最多{context['max_length']}字"
    if kind in ("missing", "extra_forbidden", "string_too_short", "too_short"):
        return SAID[kind]
    return f"填“{detail['input']}”，{SAID.get(kind, detail['msg'])}"


def _error(name: str, lines: dict[Path, int], path: Path, text: str, count: int) -> ProfileError:
    """The first problem, placed at the nearest line known, and how many more there are."""
    near = path
    while near not in lines and near:
        near = near[:-1]
    shown = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
    more = f"（另有{count - 1}处）" if count > 1 else ""
    line = lines.get(near, 1)
    return ProfileError(
        f"{name}第{line}行 {shown or '文件'}：{text}。{more}",
        code="profile",
        line=line,
        key=shown,
    )
