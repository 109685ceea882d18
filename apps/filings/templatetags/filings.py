"""What the forms of every kind say of their deadline once it has passed, and of their places."""

import re

from django import template

from apps.core import clock
from apps.filings import selectors
from apps.filings.models import Filing

register = template.Library()
PART = re.compile(r"[一二三四五六七八九十]、")


@register.filter
def within_part(place: str) -> str:
    """A place below the heading of its part: 年度目标 for “三、年度目标”."""
    return PART.sub("", place, count=1) if PART.match(place) else place


@register.simple_tag
def late_note(filing: Filing) -> str:
    """That it can still be filed, marked late; empty in time and where the task takes nothing."""
    return selectors.late_note(filing, clock.now())
