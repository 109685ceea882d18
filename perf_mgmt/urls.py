"""The roots. Every page carries its year; the API stands under /api/v1/."""

from django.urls import include, path

from apps.core import views as core

handler400 = core.bad_request
handler403 = core.forbidden
handler404 = core.not_found
handler500 = core.server_error

urlpatterns = [
    path("healthz", core.healthz, name="healthz"),
    path("readyz", core.readyz, name="readyz"),
    path("", include("apps.organizations.urls")),
    path("api/v1/", include("apps.organizations.api_urls")),
    path("", include("apps.filings.urls")),
    path("", include("apps.targets.urls")),
    path("", include("apps.reports.urls")),
    path("", include("apps.projects.urls")),
    path("api/v1/", include("apps.projects.api_urls")),
    path("", include("apps.audit.urls")),
    path("", include("apps.jobs.urls")),
    path("", include("apps.notifications.urls")),
    path("api/v1/", include("apps.jobs.api_urls")),
    path("api/v1/", include("apps.notifications.api_urls")),
    path("", include("apps.workplans.urls")),
    path("api/v1/", include("apps.workplans.api_urls")),
    path("", include("apps.indicators.urls")),
    path("api/v1/", include("apps.indicators.api_urls")),
]
