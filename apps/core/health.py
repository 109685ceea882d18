"""Whether this installation can take requests, and whether somebody should look at it."""

import os
import shutil
from collections.abc import Callable
from logging import getLogger

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

logger = getLogger(__name__)

ROOM = (
    500 * 1024 * 1024
)  # bytes left for files and the embedded database; below it somebody must act
Probe = Callable[[], str]  # a sentence for the operator, empty when all is well
_probes: list[Probe] = []


def register(probe: Probe) -> Probe:
    """Ask this too. Rooms above register theirs in AppConfig.ready()."""
    if probe not in _probes:
        _probes.append(probe)
    return probe


def is_ready() -> bool:
    """Whether the database answers and carries the last migration."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        logger.warning("the database does not answer", extra={"error": str(error)})
        return False


def is_sound() -> bool:
    """Whether no probe complains. Each complaint is logged; filings are still accepted."""
    complaints = [sentence for sentence in (probe() for probe in _probes) if sentence]
    for sentence in complaints:
        logger.warning(sentence)
    return not complaints


@register
def disk() -> str:
    """Uploads and made documents find room."""
    folder = settings.DATA_DIR
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"the data folder cannot be read: {error}"
    if not os.access(folder, os.W_OK):
        return f"the data folder {folder} cannot be written"
    return f"only {free // 2**20} MiB are left in {folder}" if free < ROOM else ""
