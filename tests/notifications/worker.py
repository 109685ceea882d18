"""A worker of its own that delivers what is due at a moment, to be killed in the middle.

`python -m tests.notifications.worker 2024-04-12T08:00+08:00`
"""

import sys
from datetime import datetime

import django

django.setup()

from apps.core import clock  # noqa: E402 (models come after setup)
from apps.notifications import tasks  # noqa: E402 (models come after setup)

if __name__ == "__main__":
    with clock.at(datetime.fromisoformat(sys.argv[1])):
        tasks.deliver_notices()
