"""Routes under /api/v1/."""

from django.urls import path

from apps.organizations import api

app_name = "organizations_api"

urlpatterns = [
    path("me/", api.Me.as_view(), name="me"),
    path("units/", api.Units.as_view(), name="units"),
    path("units/<uuid:public_id>/", api.UnitDetail.as_view(), name="unit"),
    path("sections/", api.Sections.as_view(), name="sections"),
    path("people/", api.People.as_view(), name="people"),
]
