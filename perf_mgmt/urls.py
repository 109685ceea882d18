"""The roots. Every page carries its year; the API of all rooms stands under /api/v1/."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from apps.core import views as core

handler400 = core.bad_request
handler403 = core.forbidden
handler404 = core.not_found
handler500 = core.server_error

API = [
    path("", include("apps.organizations.api_urls")),
    path("", include("apps.audit.api_urls")),
    path("", include("apps.jobs.api_urls")),
    path("", include("apps.notifications.api_urls")),
    path("", include("apps.indicators.api_urls")),
    path("", include("apps.projects.api_urls")),
    path("", include("apps.workplans.api_urls")),
    path("", include("apps.filings.api_urls")),
    path("", include("apps.rectification.api_urls")),
    path("", include("apps.pre_assessment.api_urls")),
    path("", include("apps.targets.api_urls")),
    path("", include("apps.monitoring.api_urls")),
    path("", include("apps.reports.api_urls")),
]

urlpatterns = [
    path("healthz", core.healthz, name="healthz"),
    path("readyz", core.readyz, name="readyz"),
    path("", include("apps.organizations.urls")),
    path("", include("apps.filings.urls")),
    path("", include("apps.rectification.urls")),
    path("", include("apps.pre_assessment.urls")),
    path("", include("apps.targets.urls")),
    path("", include("apps.monitoring.urls")),
    path("", include("apps.reports.urls")),
    path("", include("apps.projects.urls")),
    path("", include("apps.audit.urls")),
    path("", include("apps.jobs.urls")),
    path("", include("apps.notifications.urls")),
    path("", include("apps.workplans.urls")),
    path("", include("apps.indicators.urls")),
    path("api/v1/", include(API)),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
]
