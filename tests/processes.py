"""Real processes in tests: free ports, waiting, and what is still alive (read from /proc)."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """A living process; zombies are left out."""

    pid: int
    parent: int
    group: int
    command: str


def free_port() -> int:
    """A port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], object], seconds: float = 15) -> None:
    """Wait until it holds; fail when it does not."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def processes() -> Iterator[Process]:
    """All living processes."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            command = (
                (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            )
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended meanwhile
        if state != "Z":
            yield Process(int(folder.name), int(parent), int(group), command)


def below(pid: int) -> list[Process]:
    """The processes that this one started, directly or not."""
    everyone, found, parents = list(processes()), [], {pid}
    while parents:
        new = [process for process in everyone if process.parent in parents]
        found += new
        parents = {process.pid for process in new}
    return found


def group_lives(group: int) -> bool:
    """Whether any process of the group is alive."""
    return any(process.group == group for process in processes())


def still_alive(known: list[Process]) -> list[Process]:
    """Those of the known processes that live on."""
    pids = {process.pid for process in processes()}
    return [process for process in known if process.pid in pids]
