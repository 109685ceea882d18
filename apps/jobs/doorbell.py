"""Tasks rung for after a commit and never missed: their rows wait in the database."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from celery.contrib.django.task import DjangoTask
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


class Doorbell(DjangoTask):  # type: ignore[misc]
    """A task whose broker may be away: the page answers all the same, beat finds the row later."""

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Ring once the transaction committed; a bell that does not ring is logged, not raised."""
        press = partial(self.delay, *args, **kwargs)

        def ring() -> None:
            try:
                press()
            except OperationalError as error:
                logger.warning("doorbell %s did not ring: %s", self.name, error)

        transaction.on_commit(ring)
