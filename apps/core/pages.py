"""One way to answer with a page: whole, its part for htmx, 422 when a form has errors."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for the part alone (a boosted visit wants the whole page)."""
    return request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int | None = None
) -> HttpResponse:
    """Render `app/page.html`, or `app/_page.html` for htmx; 422 when context["form"] has errors."""
    if status is None:
        form = context.get("form")
        status = (
            422 if form is not None and getattr(form, "is_bound", False) and form.errors else 200
        )
    if is_partial(request):
        folder, _, name = template.rpartition("/")
        template = f"{folder}/_{name}"
    response = render(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response
