"""The supervisor keeps real processes running and leaves none behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from apps.core.supervisor import Program, Supervisor
from tests.processes import group_lives, processes, until

ROOT = Path(__file__).resolve().parents[2]
STUBBORN = "trap '' TERM; while :; do sleep 0.1; done"


def shell(name: str, script: str) -> Program:
    return Program(name, ("sh", "-c", script))


def test_a_program_that_dies_starts_again_and_waits_longer_each_time(tmp_path):
    program = shell("short", f"echo x >> {tmp_path}/starts; exit 3")
    supervisor = Supervisor([program])
    waits: set[float] = set()

    def has_waited_twice() -> bool:
        supervisor.tend()
        waits.add(program.wait)
        return waits == {0.0, 1.0, 2.0}

    until(has_waited_twice)
    assert (tmp_path / "starts").read_text().count("x") >= 2


def test_the_wait_between_starts_is_bounded():
    program = shell("short", "exit 1")
    program.wait = 29.0
    program.start()
    until(lambda: program.tend() or program.process is None)
    assert program.wait == 30.0


def test_stop_ends_the_children_of_the_programs_too():
    program = shell("parent", "sleep 300 & sleep 300 & wait")
    supervisor = Supervisor([program])
    supervisor.tend()
    pid = program.process.pid
    until(lambda: group_lives(pid))
    supervisor.stop()
    assert not group_lives(pid)


def test_what_does_not_stop_in_time_is_killed():
    program = shell("stubborn", STUBBORN)
    supervisor = Supervisor([program], grace=0.3)
    supervisor.tend()
    pid = program.process.pid
    time.sleep(0.2)
    supervisor.stop()
    assert not group_lives(pid)


def test_a_dead_program_leaves_no_child_before_it_starts_again():
    program = shell("leader", "sleep 300 & exit 1")
    program.start()
    pid = program.process.pid
    until(lambda: program.tend() or program.process is None)
    until(lambda: not group_lives(pid))


def run_in_process(script: str) -> subprocess.Popen[str]:
    """A process of its own that supervises one `sh` program and prints its group."""
    text = f"""
        from apps.core.supervisor import Program, Supervisor
        program = Program("sample", ("sh", "-c", {script!r}))
        supervisor = Supervisor([program], grace=60)
        supervisor.listen()
        shown = []
        def show():
            if not shown and program.process:
                shown.append(print(program.process.pid, flush=True))
        supervisor.run(show, pause=0.05)
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(text)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything(number):
    outer = run_in_process("sleep 300 & wait")
    pid = int(outer.stdout.readline())
    outer.send_signal(number)
    assert outer.wait(10) == 0
    assert not group_lives(pid)
    outer.stdout.close()


def test_a_second_signal_does_not_wait():
    outer = run_in_process(STUBBORN)
    pid = int(outer.stdout.readline())
    time.sleep(0.3)
    outer.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert outer.poll() is None  # still in its time of grace
    outer.send_signal(signal.SIGINT)
    assert outer.wait(10) == 0
    assert not group_lives(pid)
    outer.stdout.close()


@pytest.mark.skipif(not Path("/usr/bin/setpriv").exists(), reason="needs Linux's setpriv")
def test_killing_the_supervisor_itself_ends_the_programs():
    outer = run_in_process("exec sleep 300")
    pid = int(outer.stdout.readline())
    until(lambda: any(p.group == pid and p.command == "sleep 300 " for p in processes()))
    outer.kill()
    outer.wait()
    until(lambda: not group_lives(pid))
    outer.stdout.close()
