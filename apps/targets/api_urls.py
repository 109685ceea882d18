"""Routes of the targets below /api/v1/."""

from django.urls import path

from apps.targets import api, api_adjustment, api_transfers
from apps.targets.approvals import api as approvals

ONE = "<int:year>/targets/<uuid:public_id>"
APPROVALS = "<int:year>/approvals"
APPROVAL = f"{APPROVALS}/<uuid:public_id>"
ADJUST = "<int:year>/projects/<uuid:public_id>/adjustment"
WHOLE = "<int:year>/units/<uuid:public_id>/adjustment"
EXCEPTION = "<int:year>/adjustment-exceptions/<uuid:public_id>"
MONEY = "<int:year>/transfers/<uuid:public_id>"

urlpatterns = [
    path(f"{APPROVALS}/", approvals.Approvals.as_view(), name="api-approvals"),
    path(
        f"{APPROVALS}/waiting/", approvals.ApprovalsWaiting.as_view(), name="api-approvals-waiting"
    ),
    path(f"{APPROVALS}/batch/", approvals.ApprovalsBatch.as_view(), name="api-approvals-batch"),
    path(f"{APPROVALS}/congress/", approvals.CongressBook.as_view(), name="api-congress_book"),
    path(
        f"{APPROVALS}/units/<uuid:public_id>/",
        approvals.ApprovalOfUnit.as_view(),
        name="api-approval-unit",
    ),
    path(f"{APPROVAL}/", approvals.ApprovalOne.as_view(), name="api-approval"),
    path(f"{APPROVAL}/pdf/", approvals.ApprovalPdf.as_view(), name="api-approval-pdf"),
    path(f"{APPROVAL}/xlsx/", approvals.ApprovalXlsx.as_view(), name="api-approval-xlsx"),
    path("<int:year>/targets/documents/", api.PdfBatch.as_view(), name="api-target-documents"),
    path(f"{ONE}/", api.Sheet.as_view(), name="api-target"),
    path(f"{ONE}/alike/", api.AlikeForms.as_view(), name="api-target-alike"),
    path("<int:year>/transfers/", api_transfers.TransferList.as_view(), name="api-transfers"),
    path(
        "<int:year>/transfers/ledger/",
        api_transfers.TransferLedger.as_view(),
        name="api-transfers-ledger",
    ),
    path(f"{MONEY}/", api_transfers.TransferOne.as_view(), name="api-transfer"),
    path(f"{MONEY}/exempt/", api_transfers.TransferExempt.as_view(), name="api-transfer-exempt"),
    path(f"{MONEY}/book/", api_transfers.TransferBook.as_view(), name="api-transfer-book"),
    path(f"{ONE}/shares/", api_transfers.Shares.as_view(), name="api-target-shares"),
    path(f"{ONE}/copy/", api.CopyLastYear.as_view(), name="api-target-copy"),
    path(f"{ONE}/document/pdf/", api.Pdf.as_view(), name="api-target-pdf"),
    path(f"{ONE}/document/xlsx/", api.Form.as_view(), name="api-target-xlsx"),
    path(f"{ONE}/excel/", api.FillIn.as_view(), name="api-target-excel"),
    path(f"{ADJUST}/", api_adjustment.Standing.as_view(), name="api-adjustment"),
    path(f"{ADJUST}/request/", api_adjustment.Ask.as_view(), name="api-adjustment-request"),
    path(f"{ADJUST}/exception/", api_adjustment.AskException.as_view(), name="api-adjustment-ask"),
    path(
        "<int:year>/projects/<uuid:public_id>/targets/request/",
        api_adjustment.AskTargets.as_view(),
        name="api-target-request",
    ),
    path(f"{WHOLE}/", api_adjustment.UnitStanding.as_view(), name="api-unit-adjustment"),
    path(f"{WHOLE}/request/", api_adjustment.UnitAsk.as_view(), name="api-unit-adjustment-request"),
    path(
        f"{WHOLE}/exception/",
        api_adjustment.UnitAskException.as_view(),
        name="api-unit-adjustment-ask",
    ),
    path(
        f"{EXCEPTION}/decide/",
        api_adjustment.DecideException.as_view(),
        name="api-adjustment-decide",
    ),
]
