"""A profile as an Excel workbook, a sheet per kind of row; errors name sheet, row and column."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django.db.models import Choices
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from apps.core import sheets
from apps.core.sheets import CellError, Column, Head, Page, Reader
from apps.rules.errors import RuleError
from apps.rules.numbers import plain
from apps.workplans.profile_files import said
from apps.workplans.profiles import (
    BandRow,
    CheckRow,
    DocumentRow,
    EventRow,
    FactRow,
    ItemRow,
    Path,
    PlanRow,
    Profile,
    ReminderRow,
    Row,
    ScopeRow,
    SettingRow,
    SheetRow,
    SlotRow,
    StepRow,
    TaskRow,
    WeightRow,
    WindowRow,
    problems,
)
from apps.workplans.profiles.words import LABELS, label

TASK, SHEET = "任务标识", "审核表标识"
OWNER = "_owner"
LIMIT = 2000
SHOWN = 20  # errors that one refusal carries
WIDE = ("clause", "responsible", "prompt", "title", "text", "note", "phrase", "doubt")


@dataclass(frozen=True)
class Part:
    """One sheet: its name, the row it holds, the head of the column that names the row's owner."""

    name: str
    kind: type[Row]
    key: str  # of the profile, the task or the score sheet
    owner: str = ""
    may_lack_owner: bool = False  # then the row is the plan's own


PLAN = Part("计划", PlanRow, "plan")
TASKS = Part("任务", TaskRow, "tasks")
SHEETS = Part("审核表", SheetRow, "sheets")
OF_TASK = (
    Part("填报期", WindowRow, "windows", TASK),
    Part("范围", ScopeRow, "scopes", TASK),
    Part("步骤", StepRow, "steps", TASK),
    Part("附件", SlotRow, "slots", TASK),
    Part("填报数", FactRow, "facts", TASK),
)
OF_EITHER = (
    Part("参数", SettingRow, "settings", TASK, True),
    Part("权重", WeightRow, "weights", TASK, True),
    Part("提醒", ReminderRow, "reminders", TASK, True),
)
OF_SHEET = (Part("审核要点", ItemRow, "items", SHEET), Part("等级", BandRow, "bands", SHEET))
OWN = (
    Part("智能审核", CheckRow, "checks"),
    Part("依据", DocumentRow, "documents"),
    Part("事件", EventRow, "events"),
)
PARTS = (PLAN, TASKS, *OF_TASK, *OF_EITHER, SHEETS, *OF_SHEET, *OWN)


# --- out --------------------------------------------------------------------------------------
def to_workbook(profile: Profile) -> bytes:
    """The profile as an Excel workbook, a sheet per kind of row."""
    return sheets.write_book(
        [Page(part.name, _heads(part), _lines(part, profile)) for part in PARTS]
    )


def _heads(part: Part) -> list[Head]:
    owner = [Head(part.owner, width=24)] if part.owner else []
    return owner + [
        Head(text, _kind(part.kind.model_fields[key]), 40 if key in WIDE else 16)
        for key, text in LABELS[part.kind].items()
    ]


def _kind(info: FieldInfo) -> str:
    base = _base(info.annotation)
    return {date: "day", Decimal: "number", int: "whole"}.get(base, "text")


def _lines(part: Part, profile: Profile) -> Iterator[list[object]]:
    for owner, row in _owned(part, profile):
        values = [_cell(getattr(row, key)) for key in LABELS[part.kind]]
        yield [owner, *values] if part.owner else values


def _owned(part: Part, profile: Profile) -> Iterator[tuple[str, Row]]:
    """The part's rows, each with the code of what it belongs to."""
    if part is PLAN:
        yield "", profile.plan
        return
    if not part.owner or part.may_lack_owner:
        yield from (("", row) for row in getattr(profile, part.key))
    owners = profile.tasks if part.owner == TASK else profile.sheets if part.owner else []
    for owner in owners:
        rows = _flow(profile, owner) if part.key == "steps" else getattr(owner, part.key)
        yield from ((owner.code, row) for row in rows)


def _flow(profile: Profile, task: Any) -> list[StepRow]:
    return profile.flows[task.flow] if task.flow else []


def _cell(value: object) -> object:
    if isinstance(value, Choices):
        return str(value.label)
    if isinstance(value, dict):
        return "；".join(f"{key}={plain(each)}" for key, each in value.items())
    if isinstance(value, list):
        return "；".join(str(_cell(each)) for each in value)
    if isinstance(value, StrEnum):
        return value.value
    return value


# --- in ---------------------------------------------------------------------------------------
def from_workbook(content: bytes, base: Profile) -> Profile:
    """The profile in a guarded workbook; what it has no sheet for is as in `base`.

    Raises RuleError with the first wrong cell in its text and the others in `data["faults"]`.
    """
    found = _Book(content, base)
    profile = found.profile()
    if not found.faults:
        found.faults += [found.fault(problem.path, problem.text) for problem in problems(profile)]
    if found.faults:
        raise _refused(found.faults)
    return profile


def _refused(faults: list[CellError]) -> RuleError:
    more = f"（另有{len(faults) - 1}处）" if len(faults) > 1 else ""
    said_of = [fault.as_dict() for fault in faults[:SHOWN]]
    return RuleError(f"{faults[0].message}{more}", code="sheet.cells", faults=said_of)


@dataclass
class _Line:
    """A row of a sheet as read: its number, its values by key, whose it is."""

    number: int
    values: dict[str, Any]
    owner: str


@dataclass
class _Book:
    """A workbook while it is read: its wrong cells, and where each row of the profile stands."""

    content: bytes
    base: Profile
    faults: list[CellError] = field(default_factory=list)
    places: dict[Path, tuple[Part, int]] = field(default_factory=dict)
    letters: dict[str, dict[str, str]] = field(default_factory=dict)
    own: dict[Part, list[_Line]] = field(default_factory=dict)  # of the plan, not of a task

    def __post_init__(self) -> None:
        self.names = sheets.read_grid(self.content).names
        if not set(self.names) & {part.name for part in PARTS}:
            wanted = "、".join(part.name for part in PARTS[:3])
            raise RuleError(
                f"工作簿里没有“{wanted}”等工作表，不是年度计划。先导出计划，在导出的表上改。",
                code="sheet.missing",
            )

    def profile(self) -> Profile:
        """The profile; where cells are wrong it is the base, and `faults` says which."""
        update: dict[str, Any] = {"sheets": self._sheets(), "plan": self._plan()}
        tasks = self._tasks()
        for part in OWN:
            update[part.key] = self._rows(part, self._lines(part), (part.key,))
        update |= self._of_plan()
        flows: dict[str, list[StepRow]] = {}
        update["tasks"] = [
            self._with_flow(i, row, steps, flows) for i, (row, steps) in enumerate(tasks)
        ]
        update["flows"] = flows
        return self.base if self.faults else self.base.model_copy(update=update)

    # the parts
    def _plan(self) -> PlanRow:
        rows = self._rows(PLAN, self._lines(PLAN)[:1], ("plan",))
        return rows[0] if rows else self.base.plan

    def _sheets(self) -> list[SheetRow]:
        lines = self._lines(SHEETS)
        parts = {part: self._by_owner(part) for part in OF_SHEET}
        for i, line in enumerate(lines):
            self.places["sheets", i] = (SHEETS, line.number)
            code = str(line.values.get("code"))
            for part, owned in parts.items():
                path: Path = ("sheets", i, part.key)
                line.values[part.key] = self._rows(part, owned.pop(code, []), path)
        self._refuse_strays(parts)
        return self._rows(SHEETS, lines, ("sheets",))

    def _tasks(self) -> list[tuple[TaskRow, list[StepRow]]]:
        lines = self._lines(TASKS)
        parts = {part: self._by_owner(part) for part in (*OF_TASK, *OF_EITHER)}
        flows: list[list[StepRow]] = []
        for i, line in enumerate(lines):
            self.places["tasks", i] = (TASKS, line.number)
            code = str(line.values.get("code"))
            for part, owned in parts.items():
                path: Path = ("tasks", i, part.key)
                line.values[part.key] = self._rows(part, owned.pop(code, []), path)
            flows.append(line.values.pop("steps"))
        self.own = {part: owned.pop("", []) for part, owned in parts.items()}
        self._refuse_strays(parts)
        rows = self._rows(TASKS, lines, ("tasks",))
        return list(zip(rows, flows, strict=False))

    def _of_plan(self) -> dict[str, list[Any]]:
        """The rows of parameters, weights and reminders that belong to no task."""
        return {part.key: self._rows(part, self.own[part], (part.key,)) for part in OF_EITHER}

    def _with_flow(
        self, task: int, row: TaskRow, steps: list[StepRow], flows: dict[str, list[StepRow]]
    ) -> TaskRow:
        if not steps:
            return row.model_copy(update={"flow": None})
        known = (name for name, flow in flows.items() if flow == steps)
        name = next(known, f"flow-{len(flows) + 1}")
        if name not in flows:
            flows[name] = steps
            for i in range(len(steps)):
                self.places["flows", name, i] = self.places["tasks", task, "steps", i]
        return row.model_copy(update={"flow": name})

    # rows and cells
    def _lines(self, part: Part) -> list[_Line]:
        """The rows of the part's sheet; those of the base when the workbook has no such sheet."""
        if part.name not in self.names:
            return [_Line(0, _head(row), owner) for owner, row in _owned(part, self.base)]
        grid = sheets.read_grid(self.content, sheet=part.name)
        table = sheets.read_table(grid, _columns(part))
        self.faults += table.errors
        self.letters[part.name] = table.letters
        return [
            _Line(row.number, _given(row.values), str(row.values.get(OWNER) or ""))
            for row in table.rows
        ]

    def _by_owner(self, part: Part) -> dict[str, list[_Line]]:
        found: dict[str, list[_Line]] = defaultdict(list)
        for line in self._lines(part):
            found[line.owner].append(line)
        return found

    def _refuse_strays(self, parts: Mapping[Part, Mapping[str, list[_Line]]]) -> None:
        """Rows of a task or score sheet that the workbook does not have."""
        for part, owned in parts.items():
            for owner, lines in owned.items():
                where = "任务" if part.owner == TASK else "审核表"
                letter = self.letters.get(part.name, {}).get(OWNER, "")
                self.faults += [
                    CellError(part.name, line.number, letter, part.owner, owner,
                              f"“{where}”表里没有这个标识")
                    for line in lines
                    if part.name in self.letters
                ]  # fmt: skip

    def _rows(self, part: Part, lines: list[_Line], path: Path) -> list[Any]:
        """The lines as rows of the profile; a value that cannot be is a fault."""
        rows: list[Any] = []
        for i, line in enumerate(lines):
            place: Path = path if part is PLAN else (*path, i)
            self.places[place] = (part, line.number)
            try:
                rows.append(part.kind.model_validate(line.values))
            except ValidationError as error:
                for detail in error.errors(include_url=False):
                    key = tuple(p for p in detail["loc"] if p != "[key]")
                    self.faults.append(self.fault((*place, *key), said(detail)))
        return rows

    def fault(self, path: Path, text: str) -> CellError:
        """The fault at the row that the path leads to, in the column of its last key."""
        keys = [part for part in path if isinstance(part, str)]
        near = path
        while near not in self.places and near:
            near = near[:-1]
        part, number = self.places.get(near, (TASKS, 1))
        key = next((key for key in reversed(keys) if key in LABELS[part.kind]), "")
        letter = self.letters.get(part.name, {}).get(key, "")
        match = re.match(r"填“(?P<found>[^”]*)”，(?P<rest>.*)", text, re.DOTALL)
        found, rest = (match["found"], match["rest"]) if match else ("", text)
        return CellError(part.name, number, letter, label(part.kind, key) if key else "", found,
                         rest)  # fmt: skip


def _head(row: Row) -> dict[str, Any]:
    """A row's own values without what belongs to it."""
    return {key: getattr(row, key) for key in LABELS[type(row)]}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a line says, without the cells left empty."""
    return {key: value for key, value in values.items() if key != OWNER and value is not None}


def _columns(part: Part) -> list[Column]:
    columns = [
        Column(key, text, _reader(info), required=info.is_required())
        for key, text in LABELS[part.kind].items()
        for info in [part.kind.model_fields[key]]
    ]
    if part.owner:
        must = not part.may_lack_owner
        columns.insert(0, Column(OWNER, part.owner, sheets.text(60), required=must))
    return columns


def _base(annotation: Any) -> Any:
    """The plain type of a key, without None and without limits."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _base(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return _base(next(arg for arg in get_args(annotation) if arg is not type(None)))
    return annotation


def _reader(info: FieldInfo) -> Reader:
    base = _base(info.annotation)
    if get_origin(base) is list:
        return _several(_base(get_args(base)[0]))
    if get_origin(base) is dict:
        return _numbers
    if base is bool:
        return sheets.flag()
    if base is date:
        return sheets.day()
    if base is Decimal:
        return sheets.number()
    if base is int:
        return _whole
    if isinstance(base, type) and issubclass(base, Choices):
        return sheets.choice({str(each.label): each.value for each in base})
    return sheets.text(LIMIT)


def _numbers(value: Any) -> dict[str, Decimal]:
    """Names with their numbers: similarity=90；rows=5."""
    pairs = (each.partition("=") for each in re.split(r"[；;\n]", str(value)) if each.strip())
    read = sheets.number(places=4)
    return {name.strip(): read(number) for name, _, number in pairs}


def _whole(value: Any) -> int:
    return int(sheets.number(places=0, least=None)(value))


def _several(base: Any) -> Reader:
    """Words parted by a semicolon, since names may hold a 、."""
    one = sheets.text(LIMIT)
    if isinstance(base, type) and issubclass(base, Choices):
        one = sheets.choice({str(each.label): each.value for each in base})
    if get_origin(base) is Literal:
        one = sheets.choice({word: word for word in get_args(base)})

    def read(value: Any) -> list[Any]:
        words = re.split(r"[；;\n]", str(sheets.text(LIMIT)(value)))
        return [one(word.strip()) for word in words if word.strip()]

    return read
