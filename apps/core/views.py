"""Health, errors: pages that belong to no room."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and is migrated; no detail to strangers (TRUST H11)."""
    try:
        executor = MigrationExecutor(connection)
        ready = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        ready = False
    return HttpResponse("ready" if ready else "not ready", "text/plain", 200 if ready else 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose session ended or that came from elsewhere: say how to go on, 403."""
    return render(request, "core/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page for what does not exist and what is not yours (TRUST B10)."""
    return render(request, "core/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """You may see it but not do this."""
    return render(request, "core/403.html", {"reason": str(exception)}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that no page of ours sends."""
    return render(request, "core/400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault; nothing about the inside is told."""
    return render(request, "core/500.html", status=500)
