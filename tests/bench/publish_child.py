"""python -m tests.bench.publish_child ID: publish a plan in a fresh, watched process."""

from __future__ import annotations

import json
import sys
from datetime import date

import django
from django.conf import settings


def main() -> None:
    """Answer how long publishing took."""
    settings.BUSINESS_DATE = date(2024, 4, 8)
    django.setup()
    from apps.organizations.models import User
    from apps.workplans import services
    from apps.workplans.models import Plan
    from tests.bench.measuring import seconds_of

    plan = Plan.objects.get(pk=int(sys.argv[1]))
    actor = User.objects.get(username="plan_admin")
    seconds = seconds_of(lambda: services.publish(plan=plan, actor=actor))
    sys.stdout.write(json.dumps({"seconds": seconds}))


main()
