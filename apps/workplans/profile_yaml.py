"""A profile as a YAML file: always in the same order, small rows on one line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

import yaml

from apps.workplans.profile_files import Loader
from apps.workplans.profiles import (
    JurisdictionRow,
    PlanRow,
    Profile,
    Row,
    SectionRow,
    SheetRow,
    StepRow,
    TaskRow,
)

BLOCKS = (JurisdictionRow, PlanRow, SectionRow, SheetRow, StepRow, TaskRow)  # rows of several lines
HEAD = "# {title}\n# 由系统导出。日期都含当日，没有value的参数待本地确认。\n"


class _Line(dict[str, Any]):
    """A mapping on one line."""


class _Words(list[Any]):
    """A list on one line."""


class Dumper(yaml.SafeDumper):
    """YAML as the loader reads it: dates are plain, text that looks like a number is quoted."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Items of a list stand further in than its key."""
        super().increase_indent(flow, False)


Dumper.yaml_implicit_resolvers = Loader.yaml_implicit_resolvers


def _line(dumper: yaml.SafeDumper, value: _Line) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)


def _words(dumper: yaml.SafeDumper, value: _Words) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)


def _number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.Node:
    text = format(value.normalize(), "f")
    kind = "float" if "." in text else "int"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", text)


Dumper.add_representer(_Line, _line)
Dumper.add_representer(_Words, _words)
Dumper.add_representer(Decimal, _number)


def to_yaml(profile: Profile) -> str:
    """The profile as a file that `profile_files.read` takes; always in the same order."""
    parts = {key: _plain(getattr(profile, key)) for key in type(profile).model_fields}
    shown = {key: value for key, value in parts.items() if value or key == "reminders"}
    return HEAD.format(title=profile.plan.title) + "\n".join(
        _section(key, value) for key, value in shown.items()
    )


def _section(key: str, value: Any) -> str:
    """One part of the file; tasks and sheets stand apart from each other."""
    if key not in ("tasks", "sheets"):
        return _dumped({key: value})
    rows = (_dumped([row]) for row in value)
    body = "\n".join(rows)
    return f"{key}:\n" + "".join(f"  {line}" if line.strip() else line for line in _lines(body))


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _dumped(value: Any) -> str:
    return yaml.dump(
        value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=10_000, indent=2
    )


def _plain(value: Any) -> Any:
    """Rows as mappings without what is as it would be anyway."""
    if isinstance(value, Row):
        fields = type(value).model_fields
        said = {
            key: _plain(getattr(value, key))
            for key, field in fields.items()
            if field.is_required() or getattr(value, key) != field.get_default()
        }
        return said if isinstance(value, BLOCKS) else _Line(said)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        kind = list if any(isinstance(each, Row) for each in value) else _Words
        return kind(_plain(each) for each in value)
    if isinstance(value, Enum):
        return value.value
    return value if isinstance(value, bool | int | Decimal) or value is None else str(value)
