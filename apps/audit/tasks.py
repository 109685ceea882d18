"""The daily walk over the trail; what it finds is for the operator's log."""

import logging

from celery import shared_task

from apps.audit import verifier

logger = logging.getLogger(__name__)


@shared_task
def verify_trail() -> int:
    breaks = list(verifier.all_breaks())
    for broken in breaks:
        logger.error("audit trail broken: %s", broken)
    return len(breaks)
