"""Where programs read the library, under /api/v1/."""

from django.urls import path

from apps.indicators import api

urlpatterns = [
    path("indicators/", api.IndicatorList.as_view(), name="api-indicators"),
    path("indicators/export/", api.IndicatorExport.as_view(), name="api-indicators-export"),
]
