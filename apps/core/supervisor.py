"""Runs a few programs side by side: starts them, starts again what died, stops all of them.

For `manage.py serve` (embedded mode), where no systemd or Compose looks after the processes.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from logging import getLogger

logger = getLogger(__name__)

LONGEST_WAIT = 30.0  # seconds between two starts of a program that dies at once
LONGEST_DEATH = 2.0  # seconds: a killed process of the group goes at its next turn, not at once
STEADY_AFTER = 60.0  # a program that ran this long starts again without waiting


def _tied(command: Sequence[str]) -> list[str]:
    """The command, told by the kernel when this process is killed, where Linux can do that."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else list(command)


@dataclass
class Program:
    """One program, in a process group of its own so that a Ctrl-C reaches it through us alone."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = 0.0
    due: float = 0.0

    def start(self) -> None:
        """Start the program."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 (the commands are ours)
            _tied(self.command), start_new_session=True
        )

    def tend(self) -> None:
        """Start the program when it is due; plan the next start when it died."""
        if self.process is None:
            if time.monotonic() >= self.due:
                self.start()
        elif self.process.poll() is not None:
            self._plan_next(self.process.returncode)

    def _plan_next(self, code: int) -> None:
        """Clear what the program left behind and wait twice as long as last time."""
        self._signal(signal.SIGKILL)
        self.process = None
        steady = time.monotonic() - self.started >= STEADY_AFTER
        self.wait = 0.0 if steady else min(max(1.0, self.wait * 2), LONGEST_WAIT)
        self.due = time.monotonic() + self.wait
        logger.warning("%s ended with %s, starts again in %.0f s", self.name, code, self.wait)

    def ask_to_stop(self) -> None:
        """Let the program finish what it has in hand and end; it tells its own children."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def is_alive(self) -> bool:
        """Whether the program itself runs."""
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        """Leave nothing of the program's group alive."""
        if self.process is None:
            return
        if self.is_alive():
            logger.warning("%s does not stop and is killed", self.name)
        self._signal(signal.SIGKILL)
        self.process.wait()
        deadline = time.monotonic() + LONGEST_DEATH
        while self._signal(0) and time.monotonic() < deadline:
            time.sleep(0.01)

    def _signal(self, number: int) -> bool:
        """Signal the whole group, also when its leader is gone; whether anybody was there."""
        if self.process is None:
            return False
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return False
        return True


class Supervisor:
    """Keeps programs running until asked to stop."""

    def __init__(self, programs: Sequence[Program], grace: float = 30.0) -> None:
        self.programs = programs
        self.grace = grace
        self.n_asked = 0

    def tend(self) -> None:
        """Start what is due and notice what died."""
        for program in self.programs:
            program.tend()

    def ask_to_stop(self, *_signal: object) -> None:
        """Signal handler: the first time end in peace, the second time at once."""
        self.n_asked += 1

    def listen(self) -> None:
        """Let Ctrl-C, a service manager's stop and a closed terminal end everything."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)

    def run(self, each_round: Callable[[], None], pause: float = 0.2) -> None:
        """Tend the programs until asked to stop, then stop them. Calls `each_round` in between."""
        try:
            while not self.n_asked:
                self.tend()
                each_round()
                time.sleep(pause)
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop all programs, at the latest after the grace time; afterwards none is left."""
        for program in self.programs:
            program.ask_to_stop()
        deadline = time.monotonic() + self.grace
        while self._is_any_alive() and time.monotonic() < deadline and self.n_asked < 2:
            time.sleep(0.05)
        for program in self.programs:
            program.end()

    def _is_any_alive(self) -> bool:
        return any(program.is_alive() for program in self.programs)
