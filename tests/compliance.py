"""python -m tests.compliance: which requirement stands on which test, and what no test shows yet.

Writes docs/compliance.md from the marks in the tests; --check exits 1 when it is out of date.
"""

import ast
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "compliance.md"
HEAD = """# Which requirement stands on which test

Written by `python -m tests.compliance` from the marks `req` and `trust` in the tests; do not edit.
The requirements are what five bureaus wrote down (docs/requirements.csv).
"""


def requirements() -> dict[str, str]:
    """Every requirement's id with what the source says."""
    with (ROOT / "docs" / "requirements.csv").open(encoding="utf-8") as file:
        return {row["id"]: row["fact"] for row in csv.DictReader(file)}


def marks() -> Iterator[tuple[str, str, str]]:
    """(kind, id, test) of every mark in the tests; a module's pytestmark counts for its file."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        place = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                where = f"{place}::{node.name}"
                sources: list[ast.AST] = list(node.decorator_list)
            elif isinstance(node, ast.Assign) and _is_module_mark(node):
                where, sources = place, list(ast.walk(node.value))
            else:
                continue
            yield from ((kind, name, where) for source in sources for kind, name in _named(source))


def _is_module_mark(node: ast.Assign) -> bool:
    return any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets)


def _named(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The ids of one `pytest.mark.req(...)` or `.trust(...)`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return
    if node.func.attr in ("req", "trust"):
        for argument in node.args:
            if isinstance(argument, ast.Constant):
                yield node.func.attr, str(argument.value)


def page() -> str:
    """The whole page."""
    shown: dict[str, dict[str, list[str]]] = {"req": defaultdict(list), "trust": defaultdict(list)}
    for kind, name, test in marks():
        shown[kind][name].append(test)
    facts = requirements()
    covered = [name for name in facts if shown["req"].get(name)]
    open_ones = [name for name in facts if not shown["req"].get(name)]
    lines = [HEAD, f"Shown: {len(covered)} of {len(facts)}.", "", "## Requirements", ""]
    lines += ["| id | what the source says | tests |", "|---|---|---|"]
    lines += [f"| {name} | {facts[name]} | {_tests(shown['req'][name])} |" for name in covered]
    lines += ["", "## Not shown by a test yet", ""]
    lines += [f"- {name}: {facts[name]}" for name in open_ones]
    lines += ["", "## Faults and attackers", "", "| item | tests |", "|---|---|"]
    trust = sorted(shown["trust"].items())
    lines += [f"| {name} | {_tests(tests)} |" for name, tests in trust]
    return "\n".join(lines) + "\n"


def _tests(tests: list[str]) -> str:
    names = [f"`{test.removeprefix('tests/')}`" for test in dict.fromkeys(tests)]
    rest = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return "<br>".join(names[:4]) + rest


def main() -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" in sys.argv:
        return 0 if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
