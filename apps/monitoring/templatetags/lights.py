"""How lights and flags are drawn: a word with its shape, never colour alone."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.rules.monitoring import WORDS, Flag, Light
from apps.rules.monitoring.flags import WORDS as FLAG_WORDS

register = template.Library()

SHAPES = {
    Light.RED: "r",
    Light.YELLOW: "y",
    Light.GREEN: "g",
    Light.BLUE: "b",
    Light.NONE: "none",
}
FLAG_SHAPES = {Flag.YELLOW: "fy", Flag.RED: "fr"}


@register.simple_tag
@lru_cache(maxsize=8)
def light(value: str) -> SafeString:
    """What the system lit, by its stored code."""
    lit = Light(value)
    return render_to_string("parts/_light.html", {"css": SHAPES[lit], "word": WORDS[lit]})


@register.simple_tag
@lru_cache(maxsize=8)
def flag(value: str) -> SafeString:
    """What finance's verdicts made of a project, by its code; never drawn as a light."""
    carried = Flag(value)
    told = {"shape": FLAG_SHAPES.get(carried, ""), "word": FLAG_WORDS[carried]}
    return render_to_string("parts/_flag.html", told)
