from django.urls import path

from apps.pre_assessment.views import decision, gate, paper, register, sheet

app_name = "pre_assessment"
BASE = "<int:year>/assessments/<uuid:public_id>/"
GATE = "<int:year>/projects/<uuid:public_id>/gate/"
urlpatterns = [
    path("<int:year>/assessments/", register.listing, name="list"),
    path("<int:year>/assessments/export/", register.export, name="export"),
    path(BASE, sheet.sheet, name="sheet"),
    path(f"{BASE}decision/", decision.decision, name="decision"),
    path(f"{BASE}conclude/", decision.act, {"name": "conclude"}, name="conclude"),
    path(f"{BASE}reassess/", decision.act, {"name": "reassess"}, name="reassess"),
    path(f"{BASE}reassess/report/", decision.act, {"name": "report"}, name="reassess_report"),
    path(f"{BASE}opinions/", decision.act, {"name": "opinion"}, name="opinion"),
    path(f"{BASE}likeness/", decision.act, {"name": "likeness"}, name="likeness"),
    path(f"{BASE}pdf/", paper.pdf, name="pdf"),
    path(f"{BASE}xlsx/", paper.xlsx, name="xlsx"),
    path(GATE, gate.gate, name="gate"),
    path(f"{GATE}request/", gate.request_report, name="request"),
    path(f"{GATE}exception/", gate.propose, name="propose_exception"),
    path("<int:year>/exceptions/<uuid:public_id>/decide/", gate.decide, name="decide_exception"),
]
