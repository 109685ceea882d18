"""Runs work in a process of its own and watches the memory of that process and its children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import sleep

from django.conf import settings

from apps.jobs.models import Job
from tests.databases import database_url

EVERY = 0.02  # seconds between two looks
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass
class Ran:
    """How a job went: its seconds, and what was resident, by how much of it was done."""

    seconds: float = 0.0
    looks: list[tuple[int, float]] = field(default_factory=list)  # n_done, MB of the process tree

    @property
    def peak_mb(self) -> float:
        """The most that the process and its children held at one time; shared pages count twice."""
        return max(mb for _, mb in self.looks)

    def peak_between(self, first: int, last: int) -> float:
        """The most while so many steps were done."""
        return max(mb for n_done, mb in self.looks if first <= n_done <= last)


def run(job: Job, *, n_done: Callable[[], int] = lambda: 0) -> Ran:
    """The job done in a fresh process on the present database."""
    return run_module("tests.bench.job_child", str(job.pk), n_done=n_done)


def run_module(name: str, argument: str, *, n_done: Callable[[], int] = lambda: 0) -> Ran:
    """A child that prints its seconds, watched on the present database."""
    place = {**os.environ, "DATABASE_URL": database_url(), "DATA_DIR": str(settings.DATA_DIR)}
    command = [sys.executable, "-m", name, argument]
    ran = Ran()
    with subprocess.Popen(command, env=place, stdout=subprocess.PIPE) as child:
        while child.poll() is None:
            mb = _tree_mb(child.pid)
            if mb:
                ran.looks.append((n_done(), mb))
            sleep(EVERY)
        assert child.stdout is not None
        told = child.stdout.read()
    assert child.returncode == 0
    ran.seconds = json.loads(told)["seconds"]
    return ran


def _tree_mb(pid: int) -> float:
    """Resident memory of a process and all below it; 0 once it is gone."""
    process = Path("/proc") / str(pid)
    try:
        pages = int((process / "statm").read_text().split()[1])
        children = (process / "task" / str(pid) / "children").read_text().split()
    except OSError:
        return 0.0
    return pages * PAGE_MB + sum(_tree_mb(int(child)) for child in children)
