"""Routes of the trail below /api/v1/."""

from django.urls import path

from apps.audit import api

urlpatterns = [
    path("audit/", api.Trail.as_view(), name="api-audit"),
    path("audit/export/", api.TrailExport.as_view(), name="api-audit-export"),
]
