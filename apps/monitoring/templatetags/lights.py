"""How a light is drawn: a word with its shape, never colour alone."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.rules.monitoring import WORDS, Light

register = template.Library()

SHAPES = {
    Light.RED: "r",
    Light.YELLOW: "y",
    Light.GREEN: "g",
    Light.BLUE: "b",
    Light.NONE: "none",
}


@register.simple_tag
@lru_cache(maxsize=8)
def light(value: str) -> SafeString:
    """What the system lit, by its stored code."""
    lit = Light(value)
    return render_to_string("parts/_light.html", {"css": SHAPES[lit], "word": WORDS[lit]})
