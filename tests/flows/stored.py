"""All that some rooms store, as one hash: what a refusal or a fault may not change."""

import hashlib
import json

from django.apps import apps
from django.db import models

ENGINE = ("filings", "targets", "workplans", "notifications")
ALL = (*ENGINE, "audit", "jobs")


def tables(rooms: tuple[str, ...]) -> list[type[models.Model]]:
    return [table for room in rooms for table in apps.get_app_config(room).get_models()]


def digest(rooms: tuple[str, ...] = ENGINE) -> str:
    """The content of every table of these rooms as one hash."""
    rows = [
        [str(row) for row in table._default_manager.order_by("pk").values_list()]
        for table in tables(rooms)
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
