"""python -m tests.bench [NAME ...]: all measurements or the named; SIZE=full for large sizes."""

from __future__ import annotations

import json
import logging
import os
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from time import perf_counter

import django
from django.conf import settings

from tests.bench import databases
from tests.bench.measuring import Measured

TODAY = date(2024, 4, 8)  # the day on which the tests' people work; the time of day runs on
OUT = Path("build/bench.json")
Part = Callable[[str, str], Iterator[Measured]]


def main() -> None:
    """Set the year, measure part by part, print each line when it is known."""
    settings.BUSINESS_DATE = TODAY
    settings.ROOT_URLCONF = "tests.bench.bare"
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    logging.disable(logging.INFO)
    size = os.environ.get("SIZE", "default")
    wanted = sys.argv[1:]
    lines: list[Measured] = []
    began = perf_counter()
    with databases.migrated() as template:
        for name, part in _parts().items():
            if not wanted or name in wanted:
                for line in part(template, size):
                    _say(_row(line))
                    lines.append(line)
    _keep(lines, size, perf_counter() - began)


def _parts() -> dict[str, Part]:
    """Imported once Django stands."""
    from tests.bench import (
        checkup,
        executions,
        importing,
        library,
        lists,
        notices,
        paper,
        publishing,
        reminding,
        scoring,
        submitting,
    )

    return {
        "lists": lists.measure,
        "submit": submitting.measure,
        "import": importing.measure,
        "executions": executions.measure,
        "paper": paper.measure,
        "notices": notices.measure,
        "publish": publishing.measure,
        "remind": reminding.measure,
        "library": library.measure,
        "checkup": checkup.measure,
        "scoring": scoring.measure,
    }


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _row(line: Measured) -> str:
    against = f"{line.base:10.1f} {line.unit:7} {line.than}" if line.base else line.than
    bound = f"≤ {line.bound:g}" if line.bound is not None else ""
    figure = f"{line.figure:8.2f}" if line.base else " " * 8
    value = f"{line.value:10.1f} {line.unit:7}"
    return (
        f"{line.verdict:5} {figure} {bound:7} {line.name:44} {value} {against} {line.note}".rstrip()
    )


def _keep(lines: list[Measured], size: str, seconds: float) -> None:
    """build/bench.json: the lines with the machine they were measured on."""
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": os.getloadavg(),
    }
    told = {
        "size": size,
        "seconds": round(seconds),
        "machine": machine,
        "lines": [line.as_dict() for line in lines],
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    n_over = sum(line.verdict == "over" for line in lines)
    _say(f"{len(lines)} lines, {n_over} over, {seconds:.0f} s; {OUT}")


main()
