"""Fails when rules, services, selectors or permissions are covered below the floor.

Branches count like lines. Silent when all is well, so that pytest's summary stays last.
Usage: coverage_floor.py COVERAGE.json FLOOR
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

KINDS = ("rules", "services", "selectors", "permissions")


def kind_of(path: str) -> str | None:
    """The kind of module a file belongs to: apps/rules/…, apps/x/services.py, apps/x/services/…."""
    parts = PurePosixPath(path).with_suffix("").parts
    return next((part for part in parts[1:] if part in KINDS), None)


def totals(files: dict[str, dict[str, dict[str, int]]]) -> dict[str, list[tuple[str, int, int]]]:
    """Per kind: file, covered and all lines with branches."""
    found: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for path, entry in files.items():
        kind, numbers = kind_of(path), entry["summary"]
        if kind:
            covered = numbers["covered_lines"] + numbers["covered_branches"]
            found[kind].append((path, covered, numbers["num_statements"] + numbers["num_branches"]))
    return found


def complaints(files: dict[str, dict[str, dict[str, int]]], floor: float) -> Iterator[str]:
    """One line per kind below the floor, each followed by its worst files."""
    found = totals(files)
    for kind in KINDS:
        covered, full = (sum(row[i] for row in found[kind]) for i in (1, 2))
        if not full:
            yield f"{kind}: nothing was measured"
        elif covered * 100 < floor * full:
            yield f"{kind}: {covered * 100 / full:.1f} % covered, {floor:g} % asked"
            worst = sorted(found[kind], key=lambda row: row[1] - row[2])[:8]
            yield from (f"    {path}: {n - hit} missing" for path, hit, n in worst if hit < n)


if __name__ == "__main__":
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    lines = list(complaints(report["files"], float(sys.argv[2])))
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    sys.exit(bool(lines))
