"""What the forms of every kind say of their deadline once it has passed."""

from django import template

from apps.core import clock
from apps.filings import selectors
from apps.filings.models import Filing

register = template.Library()


@register.simple_tag
def late_note(filing: Filing) -> str:
    """That it can still be filed, marked late; empty in time and where the task takes nothing."""
    return selectors.late_note(filing, clock.now())
