"""Filters and tags built into every template: how numbers, dates and signs are shown."""

from django import template

register = template.Library()
