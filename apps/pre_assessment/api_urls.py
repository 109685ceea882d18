"""Routes of the assessments below /api/v1/."""

from django.urls import path

from apps.pre_assessment.api import decision, gate, paper, register, sheet

ONE = "<int:year>/assessments/<uuid:public_id>"
GATE = "<int:year>/projects/<uuid:public_id>/gate"

urlpatterns = [
    path("<int:year>/assessments/", register.Register.as_view(), name="api-assessments"),
    path(
        "<int:year>/assessments/counts/", register.Counts.as_view(), name="api-assessments-counts"
    ),
    path(
        "<int:year>/assessments/export/", register.Export.as_view(), name="api-assessments-export"
    ),
    path(f"{ONE}/", sheet.Sheet.as_view(), name="api-assessment"),
    path(f"{ONE}/decision/", decision.Decision.as_view(), name="api-assessment-decision"),
    path(f"{ONE}/conclude/", decision.Conclude.as_view(), name="api-assessment-conclude"),
    path(f"{ONE}/reassess/", decision.Reassess.as_view(), name="api-assessment-reassess"),
    path(
        f"{ONE}/reassess/report/", decision.ThirdParty.as_view(), name="api-assessment-third_party"
    ),
    path(f"{ONE}/likeness/", decision.JudgeLikeness.as_view(), name="api-assessment-likeness"),
    path(f"{ONE}/pdf/", paper.AssessmentPdf.as_view(), name="api-assessment-pdf"),
    path(f"{ONE}/xlsx/", paper.AssessmentXlsx.as_view(), name="api-assessment-xlsx"),
    path(f"{ONE}/opinions/", decision.Panel.as_view(), name="api-assessment-opinions"),
    path(f"{GATE}/", gate.Gate.as_view(), name="api-gate"),
    path(f"{GATE}/request/", gate.RequestReport.as_view(), name="api-gate-request"),
    path(f"{GATE}/exception/", gate.Propose.as_view(), name="api-gate-exception"),
    path("<int:year>/exceptions/", gate.Exceptions.as_view(), name="api-gate-exceptions"),
    path(
        "<int:year>/exceptions/<uuid:public_id>/decide/",
        gate.Decide.as_view(),
        name="api-gate-decide",
    ),
]
