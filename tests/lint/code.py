"""Rules on Python code, read as a syntax tree."""

import ast
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

Found = Iterator[tuple[int, str]]  # line, what is wrong


def _call_name(node: ast.AST) -> str:
    """The dotted name of a call: `clock.at`, `Model.objects.raw`; empty for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    parts: list[str] = []
    target: ast.expr = node.func
    while isinstance(target, ast.Attribute):
        parts.insert(0, target.attr)
        target = target.value
    if isinstance(target, ast.Name):
        parts.insert(0, target.id)
    else:
        parts.insert(0, "…")
    return ".".join(parts)


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, _call_name(node)


def held_clock(path: PurePosixPath, tree: ast.Module) -> Found:
    """clock.at is for load_demo and tests alone (decision 8)."""
    if path.parts[0] == "tests" or "load_demo" in path.name or "demo" in path.parts:
        return
    for node, name in _calls(tree):
        if name in ("clock.at", "core.clock.at"):
            yield node.lineno, "clock.at outside load_demo and tests"
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and _takes_at(node):
            yield node.lineno, "clock.at imported outside load_demo and tests"


def _takes_at(node: ast.ImportFrom) -> bool:
    return node.module == "apps.core.clock" and any(alias.name == "at" for alias in node.names)


OTHER_CLOCKS = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "date.today",
    "datetime.date.today",
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "time.time",
    "Now",
}


def other_clock(path: PurePosixPath, tree: ast.Module) -> Found:
    """core.clock is the only clock (decision 8); a hidden one would miss BUSINESS_DATE."""
    if path == PurePosixPath("apps/core/clock.py") or path.parts[0] == "tests":
        return
    for node, name in _calls(tree):
        if name in OTHER_CLOCKS:
            yield node.lineno, f"{name}() instead of core.clock"
        for keyword in node.keywords:
            if keyword.arg in ("auto_now", "auto_now_add"):
                yield node.lineno, f"{keyword.arg} instead of a moment from core.clock"
            if keyword.arg == "default" and ast.unparse(keyword.value) in OTHER_CLOCKS:
                yield node.lineno, "a default from another clock than core.clock"


def early_task(path: PurePosixPath, tree: ast.Module) -> Found:
    """A task may start only after the commit (TRUST H01): delay_on_commit, nothing else."""
    for node, name in _calls(tree):
        if name.rpartition(".")[2] in ("delay", "apply_async", "send_task") and "." in name:
            yield node.lineno, f"{name}() instead of delay_on_commit"


def built_sql(path: PurePosixPath, tree: ast.Module) -> Found:
    """SQL text is constant (TRUST C05): no raw, no extra, nothing formatted into execute."""
    if path.parts[0] == "tests":
        return
    for node, name in _calls(tree):
        last = name.rpartition(".")[2]
        if last in ("raw", "extra") and "." in name:
            yield node.lineno, f"{name}() reaches SQL past the ORM"
        if last == "RawSQL":
            yield node.lineno, "RawSQL"
        if last in ("execute", "executemany") and node.args and _is_built(node.args[0]):
            yield node.lineno, f"{name}() with a text put together"


def _is_built(node: ast.expr) -> bool:
    """Whether the text is made by formatting: f"", %, + or .format()."""
    if isinstance(node, ast.BinOp):
        return True
    return isinstance(node, ast.JoinedStr) or _call_name(node).endswith(".format")


def open_fields(path: PurePosixPath, tree: ast.Module) -> Found:
    """Forms and serializers name their fields (TRUST B07): no column opens by itself."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.ClassDef) and node.name == "Meta"):
            continue
        for statement in node.body:
            for name, value in _assigned(statement):
                if name == "exclude" or (name == "fields" and ast.unparse(value) == "'__all__'"):
                    yield statement.lineno, f"Meta.{name} = {ast.unparse(value)}"


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value


def unsafe_markup(path: PurePosixPath, tree: ast.Module) -> Found:
    """HTML comes from templates, which escape (TRUST C02)."""
    if path.parts[0] == "tests":
        return
    for node, name in _calls(tree):
        if name.rpartition(".")[2] in ("mark_safe", "SafeString"):
            yield node.lineno, f"{name}()"


GUARDED = {  # models whose rows exist for some people only
    "Assignment",
    "Filing",
    "Job",
    "Library",
    "Message",
    "Plan",
    "PlanTask",
    "Project",
    "Revision",
    "Unit",
}
DOORS = {"visible_to", "listed_to", "none"}  # listed_to is narrower still


def rows_past_the_door(path: PurePosixPath, tree: ast.Module) -> Found:
    """Pages and API reach guarded rows through visible_to or listed_to alone (TRUST B04)."""
    if path.parts[0] != "apps" or not {"views", "views.py", "api", "api.py"} & set(path.parts):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_manager(node.value) and node.attr not in DOORS:
            yield node.lineno, f"{ast.unparse(node)} instead of .visible_to(user)"


def _is_manager(node: ast.expr) -> bool:
    """Whether the expression is the manager of a guarded model: Filing.objects."""
    if not (isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager")):
        return False
    return isinstance(node.value, ast.Name) and node.value.id in GUARDED


RULES: tuple[Callable[[PurePosixPath, ast.Module], Found], ...] = (
    held_clock,
    other_clock,
    early_task,
    built_sql,
    open_fields,
    unsafe_markup,
    rows_past_the_door,
)


def breaches(path: str, source: str) -> list[str]:
    """Each breach in one Python file as `path:line: rule: what`."""
    tree, place = ast.parse(source, path), PurePosixPath(path)
    return [
        f"{path}:{line}: {rule.__name__}: {what}"
        for rule in RULES
        for line, what in rule(place, tree)
    ]
