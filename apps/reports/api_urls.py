"""Routes of the cross-stage reads below /api/v1/."""

from django.urls import path

from apps.reports import api

UNIT = "<int:year>/units/<uuid:public_id>"

urlpatterns = [
    path("<int:year>/home/", api.Home.as_view(), name="api-home"),
    path("<int:year>/todo/", api.Todo.as_view(), name="api-todo"),
    path("<int:year>/search/", api.Search.as_view(), name="api-search"),
    path(
        "<int:year>/projects/<uuid:public_id>/dossier/",
        api.ProjectDossier.as_view(),
        name="api-project-dossier",
    ),
    path("<int:year>/units/", api.UnitsKnown.as_view(), name="api-year-units"),
    path(f"{UNIT}/owed/", api.UnitOwed.as_view(), name="api-unit-owed"),
    path(f"{UNIT}/stages/", api.UnitStages.as_view(), name="api-unit-stages"),
    path(f"{UNIT}/filings/", api.UnitFilings.as_view(), name="api-unit-filings"),
]
