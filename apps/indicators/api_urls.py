"""Where programs read and make the library, under /api/v1/."""

from django.urls import include, path

from apps.indicators.api import editions, reading

EDITION = [
    path("", editions.Edition.as_view(), name="api-edition"),
    path("rows/", editions.Rows.as_view(), name="api-edition-rows"),
    path("categories/", editions.Categories.as_view(), name="api-edition-categories"),
    path("workbook/", editions.Workbook.as_view(), name="api-edition-workbook"),
    path("candidates/", editions.Candidates.as_view(), name="api-edition-candidates"),
    path("submit/", editions.Submit.as_view(), name="api-edition-submit"),
    path("return/", editions.SendBack.as_view(), name="api-edition-return"),
    path("publish/", editions.Publish.as_view(), name="api-edition-publish"),
]
urlpatterns = [
    path("indicators/", reading.IndicatorList.as_view(), name="api-indicators"),
    path("indicators/export/", reading.IndicatorExport.as_view(), name="api-indicators-export"),
    path("indicators/rows/<int:pk>/", editions.Row.as_view(), name="api-edition-row"),
    path("indicators/editions/", editions.Editions.as_view(), name="api-editions"),
    path("indicators/editions/<uuid:public_id>/", include(EDITION)),
]
