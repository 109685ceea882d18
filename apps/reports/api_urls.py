"""Routes of the cross-stage reads below /api/v1/."""

from django.urls import path

from apps.reports import api
from apps.reports.leaving import api as leaving
from apps.reports.ledger import api as ledger
from apps.reports.months import api as months
from apps.reports.synchrony import api as synchrony

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
    path(
        "people/<uuid:public_id>/hand-over/",
        leaving.HandOverPerson.as_view(),
        name="api-person-hand_over",
    ),
    path("<int:year>/calendar/", months.Calendar.as_view(), name="api-calendar"),
    path("<int:year>/ledger/", ledger.Ledger.as_view(), name="api-ledger"),
    path("<int:year>/ledger/tasks/", ledger.LedgerTasks.as_view(), name="api-ledger-tasks"),
    path("<int:year>/ledger/units/", ledger.LedgerUnits.as_view(), name="api-ledger-units"),
    path("<int:year>/ledger/silent/", ledger.Silent.as_view(), name="api-ledger-silent"),
    path("<int:year>/ledger/export/", ledger.LedgerExport.as_view(), name="api-ledger-export"),
    path(
        "<int:year>/ledger/tasks/<uuid:public_id>/checkpoints/",
        ledger.Checkpoints.as_view(),
        name="api-checkpoints",
    ),
    path("<int:year>/synchrony/", synchrony.Synchrony.as_view(), name="api-synchrony"),
    path(
        "<int:year>/synchrony/counts/", synchrony.SyncCounts.as_view(), name="api-synchrony-counts"
    ),
    path(
        "<int:year>/synchrony/export/", synchrony.SyncExport.as_view(), name="api-synchrony-export"
    ),
    path(
        "<int:year>/projects/<uuid:public_id>/synchrony/",
        synchrony.ProjectSynchrony.as_view(),
        name="api-project-synchrony",
    ),
    path("<int:year>/units/", api.UnitsKnown.as_view(), name="api-year-units"),
    path(f"{UNIT}/owed/", api.UnitOwed.as_view(), name="api-unit-owed"),
    path(f"{UNIT}/stages/", api.UnitStages.as_view(), name="api-unit-stages"),
    path(f"{UNIT}/filings/", api.UnitFilings.as_view(), name="api-unit-filings"),
]
