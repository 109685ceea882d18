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
    path("", include("apps.filings.urls")),
    path("", include("apps.targets.urls")),
]
