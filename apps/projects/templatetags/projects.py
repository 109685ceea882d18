"""Names of fund tags for pages that hold only their codes."""

from collections.abc import Mapping

from django import template

from apps.projects.models import FundTag

register = template.Library()


@register.simple_tag
def fund_tag_names() -> dict[str, str]:
    """The name of each fund tag by its code; one query."""
    return dict(FundTag.objects.values_list("code", "name"))


@register.filter
def among(code: str, names: Mapping[str, str]) -> str:
    """The name that belongs to a code; a code without a name as it is."""
    return names.get(code, code)
