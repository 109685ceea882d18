"""Where programs read the library, under /api/v1/."""

from django.urls import path

from apps.indicators.api import IndicatorList

urlpatterns = [path("indicators/", IndicatorList.as_view(), name="api-indicators")]
