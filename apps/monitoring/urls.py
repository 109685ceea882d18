from django.urls import path

from apps.monitoring.views import decision, sheet

app_name = "monitoring"
BASE = "<int:year>/monitoring/<uuid:public_id>/"
urlpatterns = [
    path(BASE, sheet.sheet, name="sheet"),
    path(f"{BASE}decision/", decision.decision, name="decision"),
    path(f"{BASE}conclude/", decision.conclude, name="conclude"),
]
